using BenchmarkDotNet.Attributes;
using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>The matrix products of a training step at the sizes of the preset `paper`, beside OpenBLAS where the machine has it.</summary>
public class ProductBenchmarks
{
    private IKernels<float> _kernels = null!;
    private Tensors _tensors = null!;
    private bool _openBlas;
    private Tensor<float> _y_NO, _x_NI, _weight_OI;

    public static IEnumerable<string> EngineNames => OpenBlas.Instance is null ? Engines.BackEnds : Engines.BackEnds.Append("OpenBLAS");

    public static IEnumerable<int> ThreadCounts => Engines.Threads;

    public static IEnumerable<Product> Products { get; } =
    [
        new("softmax", Paper.N, Paper.V, Paper.E),
        new("LSTM inputs", Paper.N, 4 * Paper.H, Paper.E),
        new("LSTM step", Paper.B, 4 * Paper.H, Paper.H),
        new("projection", Paper.N, Paper.E, Paper.H),
        new("posterior layer", Paper.B, Paper.H, Paper.H),
        new("one row, little but packing", 1, 4 * Paper.H, Paper.H),
    ];

    [ParamsSource(nameof(Products))]
    public Product Product { get; set; } = null!;

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    [ParamsSource(nameof(EngineNames))]
    public string Engine { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        Limits.Measure(Threads);
        _openBlas = Engine == "OpenBLAS";
        // OpenBLAS needs only the host's memory.
        _kernels = ComputeDevice.Open(_openBlas ? "reference" : Engine, Threads).Kernels;
        _tensors = new Tensors(_kernels);
        (_y_NO, _x_NI, _weight_OI) = (
            _tensors.Draw(Product.Rows, Product.Columns), _tensors.Draw(Product.Rows, Product.Depth),
            _tensors.Draw(Product.Columns, Product.Depth));
        if (_openBlas)
            OpenBlas.Instance!.Threads = Threads;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tensors.Free();
        _kernels.Dispose();
    }

    [Benchmark]
    public void Linear()
    {
        if (_openBlas)
        {
            OpenBlas.Instance!.Linear(_y_NO, _x_NI, _weight_OI);
            return;
        }

        _kernels.Linear(_y_NO, _x_NI, _weight_OI, default);
        _kernels.Wait(_kernels.Mark());
    }
}

/// <summary>A product of [Rows, Depth] by [Depth, Columns].</summary>
public sealed record Product(string Name, int Rows, int Columns, int Depth)
{
    public double Flops => 2.0 * Rows * Columns * Depth;

    public override string ToString() => $"{Name} {Rows} x {Columns} x {Depth}";
}
