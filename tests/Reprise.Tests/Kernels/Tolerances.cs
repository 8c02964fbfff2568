namespace Reprise.Tests.Kernels;

/// <summary>
/// The largest difference between two back ends, for all tests. An error is |found - expected| / (1 + |expected|): absolute for
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

    /// <summary>
    /// Sums over K products of normal numbers, in any order. The worst order is one after the other: K roundings of random sign,
    /// each in proportion to a partial sum of size √K, so about 3e-8 K. The largest errors measured are 0.6 of this bound.
    /// </summary>
    public static double Sum(int K) => 1e-6 + (1e-7 * K);

    /// <summary>Logits are sums over I products. The softmax of V of them adds little, and its gradient sums over N and V.</summary>
    public static double CrossEntropy(int I, int V) => Sum(I) + (1e-8 * V);

    /// <summary>Errors pass through the steps, forwards and backwards, and add up over the N rows in the weight gradient.</summary>
    public static double Lstm(int H, int N) => 1e-6 + (5e-8 * (H + N));

    /// <summary>
    /// Sums over K products of normal numbers that were rounded to 8 bits: each factor is off by up to 2⁻⁹ of itself, in any direction,
    /// so a sum by about 2e-3 √K; six times as much happens once in 10⁸ sums.
    /// </summary>
    public static double SumInBf16(int K) => 0.004 + (0.012 * Math.Sqrt(K));

    /// <summary>The same as <see cref="Lstm"/> for states in bfloat16, and for the sum over N in the weight gradient.</summary>
    public static double LstmInBf16(int H, int N) => SumInBf16(H + N);
}
