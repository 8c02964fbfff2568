using System.CommandLine;
using Reprise.Cli.Rendering;
using Reprise.Evaluation;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The speed of this machine, part by part.</summary>
internal static class BenchCommand
{
    private static readonly Option<string?> PresetName = Flags.Text("--preset", "Sizes: paper, standard or small (paper)", "name");
    private static readonly Option<double?> Seconds = Flags.Number("--seconds", "Time for each part (5)");
    private static readonly Option<int?> Beam = Flags.Integer("--beam", "Width of the beam search (10)");

    public static RepriseCommand Create() => new(
        "bench",
        "Measures the speed of this machine: its peak, the large products, training steps, encoding and decoding.",
        "reprise bench",
        "reprise bench --preset small --threads 1 --seconds 2 --json")
    {
        Body = Bench,
        Options = { PresetName, Seconds, Beam },
    };

    private static int Bench(Session session, ParseResult parse)
    {
        Preset preset = Presets.Named(parse.GetValue(PresetName) ?? Presets.Paper.Name);
        int threads = session.Threads > 0 ? session.Threads : Environment.ProcessorCount;
        SpeedOptions options = new() { Threads = threads };
        options = options with { Seconds = parse.GetValue(Seconds) ?? options.Seconds, BeamWidth = parse.GetValue(Beam) ?? options.BeamWidth };
        using IKernels<float> kernels = Engine.Kernels(session);
        SpeedReport report = SpeedTest.Run(preset, options, kernels, new Callback<string>(part => session.Note($"measuring {part}")), session.Interrupted);
        if (session.Json)
            session.Object(JsonOf(report, preset, kernels.Description, options));
        else
            Show(session, report, preset, kernels.Description, options);
        return ExitCode.Done;
    }

    private static Dictionary<string, object> JsonOf(SpeedReport report, Preset preset, string backEnd, SpeedOptions options) => new()
    {
        ["preset"] = preset.Name,
        ["threads"] = options.Threads,
        ["back_end"] = backEnd,
        ["fma_peak_gflops"] = report.FmaPeakGflops,
        ["memory_bandwidth_gbs"] = report.MemoryBandwidthGbs,
        ["products"] = report.Products,
        ["step"] = new Dictionary<string, double>
        {
            ["seconds"] = report.Step.Seconds,
            ["gflops"] = report.Step.Gflops,
            ["share_of_peak"] = report.Step.ShareOfPeak,
            ["sentences_per_second"] = report.Step.SentencesPerSecond,
            ["tokens_per_second"] = report.Step.TokensPerSecond,
            ["peak_rss_mb"] = report.Step.PeakRssMegabytes,
            ["allocated_bytes"] = report.Step.AllocatedBytes,
        },
        ["encode"] = new { SentencesPerSecond = report.EncodedPerSecond },
        ["greedy"] = new { SentencesPerSecond = report.GreedyPerSecond },
        ["beam"] = new { Width = options.BeamWidth, SentencesPerSecond = report.BeamPerSecond },
    };

    private static void Show(Session session, SpeedReport report, Preset preset, string backEnd, SpeedOptions options)
    {
        session.Line($"preset {preset.Name}, {backEnd}");
        session.Line($"this machine at best: {Format.Number(report.FmaPeakGflops, 0)} GFLOP/s, {Format.Number(report.MemoryBandwidthGbs, 1)} GB/s of memory, {options.Threads} {(options.Threads == 1 ? "thread" : "threads")}");
        Spectre.Console.Table table = Tables.Columns("part", "#seconds", "#GFLOP/s", "#of peak", "#sentences/s");
        foreach (ProductSpeed product in report.Products)
            table.Row(product.Name, Format.Number(product.Seconds, 4), Format.Number(product.Gflops, 1), Format.Percent(product.ShareOfPeak), "");
        table.Row("training step", Format.Number(report.Step.Seconds, 4), Format.Number(report.Step.Gflops, 1), Format.Percent(report.Step.ShareOfPeak), Format.Number(report.Step.SentencesPerSecond, 0));
        table.Row("encoding", "", "", "", Format.Number(report.EncodedPerSecond, 0));
        table.Row("greedy decoding, 15 words", "", "", "", Format.Number(report.GreedyPerSecond, 1));
        table.Row($"beam search of {options.BeamWidth}, 15 words", "", "", "", Format.Number(report.BeamPerSecond, 1));
        session.Render(table);
        session.Line($"training: {Format.Number(report.Step.TokensPerSecond, 0)} tokens/s, at most {Format.Number(report.Step.PeakRssMegabytes, 0)} MB of memory, {Format.Count(report.Step.AllocatedBytes)} bytes allocated a step");
    }
}
