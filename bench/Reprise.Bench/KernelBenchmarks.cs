using BenchmarkDotNet.Attributes;
using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>The kernels of a training step, at the sizes of the preset `paper`. The allocated bytes must be zero.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    /// <summary>The length of the slab that Adam updates.</summary>
    public const int Parameters = (Paper.V * Paper.E) + (2 * 4 * Paper.H * (Paper.E + Paper.H));

    private const int Top = 15;

    private IKernels<float> _kernels = null!;
    private Tensors _tensors = null!;
    private Tensor<float> _x_NE, _dx_NE, _gates_N4H, _h_NH, _c_NH, _dh_NH, _nll_N;
    private Tensor<float> _embedding_VE, _dEmbedding_VE, _bias_V, _dBias_V;
    private Tensor<float> _weight_4HE, _dWeight_4HE, _weight_4HH, _dWeight_4HH, _dBias_4H;
    private Tensor<float> _slab, _mean, _variance, _gradients, _top_NK;
    private int[] _words_N = [], _words_NK = [];

    public static IEnumerable<string> EngineNames => Engines.BackEnds;

    public static IEnumerable<int> ThreadCounts => Engines.Threads;

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    [ParamsSource(nameof(EngineNames))]
    public string Engine { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        const int V = Paper.V, E = Paper.E, H = Paper.H;
        int N = Paper.N;
        Limits.Measure(Threads);
        _kernels = ComputeDevice.Open(Engine, Threads).Kernels;
        _tensors = new Tensors(_kernels);
        (_x_NE, _dx_NE, _gates_N4H) = (Draw(N, E), Draw(N, E), Draw(N, 4 * H));
        (_h_NH, _c_NH, _dh_NH, _nll_N, _top_NK) = (Draw(N, H), Draw(N, H), Draw(N, H), Draw(1, N), Draw(N, Top));
        (_embedding_VE, _dEmbedding_VE, _bias_V, _dBias_V) = (Draw(V, E), Draw(V, E), Draw(1, V), Draw(1, V));
        (_weight_4HE, _dWeight_4HE, _dBias_4H) = (Draw(4 * H, E), Draw(4 * H, E), Draw(1, 4 * H));
        (_weight_4HH, _dWeight_4HH) = (Draw(4 * H, H), Draw(4 * H, H));
        (_slab, _mean, _variance, _gradients) = (Draw(1, Parameters), Draw(1, Parameters), Draw(1, Parameters), Draw(1, Parameters));
        _kernels.Fill(_variance, 1);
        _words_N = [.. Enumerable.Range(0, N).Select(n => (int)(Philox.Word(1, RandomUse.Order, 0, n) % V))];
        _words_NK = new int[N * Top];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tensors.Free();
        _kernels.Dispose();
    }

    [Benchmark]
    public void LinearBackward()
    {
        _kernels.LinearBackwardWeight(_dWeight_4HE, _dBias_4H, _gates_N4H, _x_NE);
        _kernels.LinearBackwardInput(_dx_NE, _gates_N4H, _weight_4HE);
        Wait();
    }

    [Benchmark]
    public void LstmForward()
    {
        _kernels.LstmForward(_h_NH, _c_NH, _gates_N4H, _weight_4HH, default, default, Paper.Steps);
        Wait();
    }

    [Benchmark]
    public void LstmBackward()
    {
        _kernels.LstmBackward(
            _gates_N4H, default, default, _dWeight_4HH, _dh_NH, _gates_N4H, _h_NH, _c_NH, _weight_4HH, default, default, Paper.Steps);
        Wait();
    }

    [Benchmark]
    public void CrossEntropy()
    {
        _kernels.CrossEntropy(_nll_N, _x_NE, _embedding_VE, _bias_V, _words_N);
        Wait();
    }

    [Benchmark]
    public void CrossEntropyWithGradient()
    {
        _kernels.CrossEntropyWithGradient(_nll_N, _dx_NE, _dEmbedding_VE, _dBias_V, _x_NE, _embedding_VE, _bias_V, _words_N, 0.005f);
        Wait();
    }

    [Benchmark]
    public void TopWords()
    {
        _kernels.TopWords(_words_NK, _top_NK, _x_NE, _embedding_VE, _bias_V, firstWord: 2);
        Wait();
    }

    [Benchmark]
    public void Gather()
    {
        _kernels.Gather(_x_NE, _embedding_VE, _words_N);
        Wait();
    }

    [Benchmark]
    public void ScatterAdd()
    {
        _kernels.ScatterAdd(_dEmbedding_VE, _dx_NE, _words_N);
        Wait();
    }

    [Benchmark]
    public double SumOfSquares() => _kernels.SumOfSquares(_gradients);

    [Benchmark]
    public void Adam()
    {
        _kernels.Adam(_slab, _mean, _variance, _gradients, default, new AdamStep(1000, 1e-4));
        Wait();
    }

    private void Wait() => _kernels.Wait(_kernels.Mark());

    private Tensor<float> Draw(int rows, int columns) => _tensors.Draw(rows, columns);
}
