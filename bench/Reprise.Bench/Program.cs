using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Reprise.Bench;

// One process for all benchmarks: kernels run long and use native memory, so that a process for each would add minutes and no
// accuracy, and the machine's limits are measured in the same process.
Console.Error.WriteLine(OpenBlas.Instance?.Description ?? "OpenBLAS (libopenblas.so.0) is not installed: no comparison");
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(2).WithIterationCount(10).WithIterationTime(TimeInterval.FromMilliseconds(200)))
    .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60))
    .HideColumns(Column.Error, Column.StdDev, Column.Median, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2)
    .AddColumn(StatisticColumn.Min)
    .AddColumn(RateColumn.All);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
