using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>The peak speed of the machine, measured before every benchmark of the run; the best measurement counts.</summary>
internal static class Limits
{
    private static readonly Dictionary<int, MachinePeak> Peaks = [];

    public static void Measure(int threads)
    {
        if (!Peaks.TryGetValue(threads, out MachinePeak? peak))
            Peaks[threads] = peak = new MachinePeak(threads);
        peak.MeasureArithmetic();
        peak.MeasureMemory();
    }

    /// <summary>Billions of floating-point operations a second.</summary>
    public static double Gflops(int threads) => Peaks[threads].FmaGflops;

    /// <summary>Gigabytes a second to and from memory.</summary>
    public static double Bandwidth(int threads) => Peaks[threads].MemoryBandwidth;
}

/// <summary>Work a second, or its share of the machine's peak.</summary>
internal sealed class RateColumn(string name, string legend, Func<Work, double> amount, Func<int, double>? limit) : IColumn
{
    public static IColumn[] All { get; } =
    [
        new RateColumn("GFLOP/s", "Billions of floating-point operations of the matrix products a second", work => work.Flops, null),
        new RateColumn("of peak", "The same as a share of the machine's peak of fused multiply-adds", work => work.Flops, Limits.Gflops),
        new RateColumn("GB/s", "Gigabytes a second, where memory is the limit", work => work.Bytes, null),
        new RateColumn("of bandwidth", "The same as a share of the machine's memory bandwidth", work => work.Bytes, Limits.Bandwidth),
    ];

    public string Id => ColumnName;

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double work = amount(Work.Of(benchmarkCase));
        if (work == 0 || summary[benchmarkCase]?.ResultStatistics is not { } times)
            return "";
        double rate = work / times.Min; // per nanosecond: billions a second; from the fastest run, as the limits are
        return limit is null
            ? FormattableString.Invariant($"{rate:F1}")
            : FormattableString.Invariant($"{rate / limit((int)benchmarkCase.Parameters["Threads"]):P0}");
    }
}

/// <summary>The work of one call of a benchmark: operations of its products, or bytes where there are none.</summary>
internal readonly record struct Work(double Flops, double Bytes)
{
    public static Work Of(BenchmarkCase benchmark)
    {
        const double V = Paper.V, E = Paper.E, H = Paper.H, Float = sizeof(float);
        double N = Paper.N, recurrent = 8 * H * H * (N - Paper.B); // the first step has no state before it
        return benchmark.Descriptor.WorkloadMethod.Name switch
        {
            nameof(ProductBenchmarks.Linear) => new Work(((Product)benchmark.Parameters["Product"]).Flops, 0),
            nameof(KernelBenchmarks.LinearBackward) => new Work(2 * 8 * E * H * N, 0),
            nameof(KernelBenchmarks.LstmForward) => new Work(recurrent, 0),
            nameof(KernelBenchmarks.LstmBackward) => new Work(2 * recurrent, 0),
            nameof(KernelBenchmarks.CrossEntropy) or nameof(KernelBenchmarks.TopWords) => new Work(2 * N * V * E, 0),
            nameof(KernelBenchmarks.CrossEntropyWithGradient) => new Work(6 * N * V * E, 0),
            nameof(KernelBenchmarks.Gather) => new Work(0, 2 * N * E * Float),
            nameof(KernelBenchmarks.ScatterAdd) => new Work(0, 3 * N * E * Float),
            nameof(KernelBenchmarks.SumOfSquares) => new Work(0, KernelBenchmarks.Parameters * Float),
            nameof(KernelBenchmarks.Adam) => new Work(0, 7.0 * KernelBenchmarks.Parameters * Float), // four slabs read, three written
            string other => throw new ArgumentException($"the work of {other} is not known", nameof(benchmark)),
        };
    }
}
