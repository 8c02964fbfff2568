namespace Reprise.Inference;

/// <summary>A weighted sum of codes.</summary>
/// <param name="size">Z.</param>
internal sealed class CodeSum(int size)
{
    private readonly double[] _sum = new double[size];

    /// <summary>Codes added.</summary>
    public long Count { get; private set; }

    public void Add(ReadOnlySpan<float> code, double weight)
    {
        for (int k = 0; k < _sum.Length; k++)
            _sum[k] += weight * code[k];
        Count++;
    }

    public float[] ToArray() => [.. _sum.Select(x => (float)x)];

    /// <summary>The sum divided by the number of codes.</summary>
    public float[] Mean() => [.. _sum.Select(x => (float)(x / Count))];
}
