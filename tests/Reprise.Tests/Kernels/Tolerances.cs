namespace Reprise.Tests.Kernels;

/// <summary>
/// How far apart two back ends may lie, once for all tests. An error is |found - expected| / (1 + |expected|): absolute for
/// small numbers, relative for large ones. One rounding of a float is 6e-8.
/// </summary>
internal static class Tolerances
{
    /// <summary>Difference quotients in double: 1e-10 from the step (1e-5 squared), as much from rounding the loss.</summary>
    public const double CentralDifferences = 1e-6;

    /// <summary>Copies.</summary>
    public const double Exact = 0;

    /// <summary>A few roundings and one exponential or hyperbolic tangent.</summary>
    public const double Pointwise = 1e-6;

    /// <summary>Sums over K products of normal numbers: roundings of a random sign grow with the root of K.</summary>
    public static double Sum(int K) => 1e-6 * Math.Sqrt(K);

    /// <summary>Logits are sums over I products; the softmax of V of them and its gradient add little to that.</summary>
    public static double CrossEntropy(int I) => 2e-6 * Math.Sqrt(I);

    /// <summary>Errors pass through T steps, forwards and backwards, and add up in the weight gradient.</summary>
    public static double Lstm(int H, int N) => 2e-6 * Math.Sqrt(H + N);
}
