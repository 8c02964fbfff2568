using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>The sizes of the preset `paper` and one batch of it.</summary>
internal static class Paper
{
    public const int V = 20_003, E = 300, H = 500, B = 200;

    /// <summary>The rows of the decoder: sentences of 5 to 20 words and their ends.</summary>
    public static StepLayout Steps { get; } = LayOut();

    /// <summary>N, the number of tokens of the batch.</summary>
    public static int N => Steps.Rows;

    private static StepLayout LayOut()
    {
        StepLayout steps = new();
        steps.Set([.. Enumerable.Range(0, B).Select(b => 21 - (16 * b / B))]);
        return steps;
    }
}

/// <summary>The tensors of a benchmark: small normal numbers from a fixed seed.</summary>
/// <param name="kernels">The back end that computes with them.</param>
internal sealed class Tensors(IKernels<float> kernels)
{
    private readonly List<Buffer<float>> _buffers = [];

    public Tensor<float> Draw(int rows, int columns)
    {
        Buffer<float> buffer = kernels.Allocate((long)rows * columns);
        _buffers.Add(buffer);
        Tensor<float> tensor = buffer.View(0, rows, columns);
        float[] values = new float[tensor.Length];
        Philox.Normal(values, 1, RandomUse.Weights, _buffers.Count, 0);
        foreach (ref float value in values.AsSpan())
            value *= 0.05f;
        kernels.Write(tensor, values);
        return tensor;
    }

    public void Free()
    {
        foreach (Buffer<float> buffer in _buffers)
            buffer.Dispose();
    }
}
