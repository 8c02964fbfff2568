using BenchmarkDotNet.Attributes;
using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>
/// The kernels that a training step is made of, at the sizes of the presets. REPRISE_BACKEND chooses the back end. Gate on the
/// allocated bytes, which must be zero; times depend on the machine (see <see cref="MachinePeak"/>).
/// </summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private readonly List<Buffer<float>> _buffers = [];
    private readonly StepLayout _steps = new();
    private IKernels<float> _kernels = null!;
    private Tensor<float> _x_NE, _dx_NE, _gates_N4H, _h_NH, _c_NH, _dh_NH, _nll_N;
    private Tensor<float> _embedding_VE, _dEmbedding_VE, _bias_V, _dBias_V;
    private Tensor<float> _weight_4HE, _dWeight_4HE, _weight_4HH, _dWeight_4HH, _bias_4H, _dBias_4H;
    private Tensor<float> _slab, _mean, _variance, _gradients, _top_NK;
    private int[] _words_N = [], _words_NK = [];

    /// <summary>Preset; its sizes are those of the design: V, E, H and sentences in a batch.</summary>
    [Params("small", "paper")]
    public string Preset { get; set; } = "small";

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (int V, int E, int H, int B) = Preset == "paper" ? (20_003, 300, 500, 200) : (8_003, 128, 256, 32);
        _kernels = Kernels.Create(Threads);
        _steps.Set([.. Enumerable.Range(0, B).Select(b => 21 - (16 * b / B))]);
        int N = _steps.Rows;
        (_x_NE, _dx_NE, _gates_N4H) = (Draw(N, E), Draw(N, E), Draw(N, 4 * H));
        (_h_NH, _c_NH, _dh_NH, _nll_N, _top_NK) = (Draw(N, H), Draw(N, H), Draw(N, H), Draw(1, N), Draw(N, 15));
        (_embedding_VE, _dEmbedding_VE, _bias_V, _dBias_V) = (Draw(V, E), Draw(V, E), Draw(1, V), Draw(1, V));
        (_weight_4HE, _dWeight_4HE, _bias_4H, _dBias_4H) = (Draw(4 * H, E), Draw(4 * H, E), Draw(1, 4 * H), Draw(1, 4 * H));
        (_weight_4HH, _dWeight_4HH) = (Draw(4 * H, H), Draw(4 * H, H));
        int parameters = (V * E) + (8 * H * (E + H));
        (_slab, _mean, _variance, _gradients) = (Draw(1, parameters), Draw(1, parameters), Draw(1, parameters), Draw(1, parameters));
        _kernels.Fill(_variance, 1);
        _words_N = [.. Enumerable.Range(0, N).Select(n => (int)(Philox.Word(1, RandomUse.Order, 0, n) % (ulong)V))];
        _words_NK = new int[N * 15];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _kernels.Dispose();
        foreach (Buffer<float> buffer in _buffers)
            buffer.Dispose();
        _buffers.Clear();
    }

    [Benchmark]
    public void Linear() => _kernels.Linear(_gates_N4H, _x_NE, _weight_4HE, _bias_4H);

    [Benchmark]
    public void LinearBackward()
    {
        _kernels.LinearBackwardWeight(_dWeight_4HE, _dBias_4H, _gates_N4H, _x_NE);
        _kernels.LinearBackwardInput(_dx_NE, _gates_N4H, _weight_4HE);
    }

    [Benchmark]
    public void LstmForward() => _kernels.LstmForward(_h_NH, _c_NH, _gates_N4H, _weight_4HH, default, default, _steps);

    [Benchmark]
    public void LstmBackward() =>
        _kernels.LstmBackward(_gates_N4H, default, default, _dWeight_4HH, _dh_NH, _gates_N4H, _h_NH, _c_NH, _weight_4HH, default, default, _steps);

    [Benchmark]
    public void CrossEntropyWithGradient() =>
        _kernels.CrossEntropyWithGradient(_nll_N, _dx_NE, _dEmbedding_VE, _dBias_V, _x_NE, _embedding_VE, _bias_V, _words_N, 0.005f);

    [Benchmark]
    public void TopWords() => _kernels.TopWords(_words_NK, _top_NK, _x_NE, _embedding_VE, _bias_V, firstWord: 2);

    [Benchmark]
    public void GatherAndScatterAdd()
    {
        _kernels.Gather(_x_NE, _embedding_VE, _words_N);
        _kernels.ScatterAdd(_dEmbedding_VE, _dx_NE, _words_N);
    }

    [Benchmark]
    public void SumOfSquaresAndAdam()
    {
        _kernels.SumOfSquares(_gradients);
        _kernels.Adam(_slab, _mean, _variance, _gradients, new AdamStep(1000, 1e-4));
    }

    private Tensor<float> Draw(int rows, int columns)
    {
        Buffer<float> buffer = new((long)rows * columns);
        Tensor<float> tensor = buffer.View(0, rows, columns);
        Philox.Normal(tensor.Span, 1, RandomUse.Weights, _buffers.Count, 0);
        foreach (ref float value in tensor.Span)
            value *= 0.05f;
        _buffers.Add(buffer);
        return tensor;
    }
}
