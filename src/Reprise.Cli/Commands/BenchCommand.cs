using System.CommandLine;
using Reprise.Cli.Rendering;
using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The speed of this machine, part by part.</summary>
internal static class BenchCommand
{
    private static readonly SizeFlags Sizes = new(Presets.Paper);
    private static readonly Option<int?> Words = Flags.Integer("--vocabulary", "Words of the vocabulary (the preset's)");
    private static readonly Option<double?> Seconds = Flags.Number("--seconds", "Time for each part (5)");
    private static readonly Option<int?> Beam = Flags.Integer("--beam", "Width of the beam search (10)");
    private static readonly Option<bool> Scaling = Flags.Switch("--scaling", "Measure everything with one thread too, and by how much all threads are faster");

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "bench",
            "Measures the speed of this machine: its peak, training steps and their parts, encoding, decoding and evaluating.",
            "reprise bench",
            "reprise bench --untied --latent-input initial-state --posterior-layers 0 --scaling",
            "reprise bench --preset small --threads 1 --seconds 2 --json")
        {
            Body = Bench,
        };
        foreach (Option option in (Option[])[.. Sizes.All, Words, Seconds, Beam, Scaling])
            command.Options.Add(option);
        return command;
    }

    private static int Bench(Session session, ParseResult parse)
    {
        Preset preset = Sizes.PresetOf(parse);
        ModelOptions model = Sizes.ModelOf(parse, null, (parse.GetValue(Words) ?? preset.Words) + Vocabulary.SpecialTokens);
        TrainingOptions training = preset.Training with { BatchSize = Sizes.BatchOf(parse) ?? preset.Training.BatchSize, Steps = 1 };
        training.Validate();
        int threads = session.Threads > 0 ? session.Threads : Environment.ProcessorCount;
        SpeedOptions options = new() { Threads = threads };
        options = options with { Seconds = parse.GetValue(Seconds) ?? options.Seconds, BeamWidth = parse.GetValue(Beam) ?? options.BeamWidth };
        using IKernels<float> kernels = Engine.Kernels(session);
        SpeedReport report = Measure(session, model, training, options, kernels);
        SpeedReport? alone = null;
        if (parse.GetValue(Scaling))
        {
            using IKernels<float> single = Engine.Kernels(session, threads: 1);
            session.Note("the same with one thread");
            alone = Measure(session, model, training, options with { Threads = 1 }, single);
        }

        if (session.Json)
        {
            session.Object(SpeedTables.JsonOf(report, alone, preset, model, training, kernels.Description, options));
            return ExitCode.Done;
        }

        session.Line($"{Describe.Model(model)}, batch {training.BatchSize}, {kernels.Description}");
        foreach (string line in SpeedTables.Lines(report))
            session.Line(line);
        session.Render(SpeedTables.Parts(report));
        session.Render(SpeedTables.Tasks(report, options));
        if (alone is not null)
            session.Render(SpeedTables.Scaling(report, alone, options));
        return ExitCode.Done;
    }

    private static SpeedReport Measure(Session session, ModelOptions model, TrainingOptions training, SpeedOptions options, IKernels<float> kernels) =>
        SpeedTest.Run(model, training, options, kernels, new Callback<string>(part => session.Note($"measuring {part}")), session.Interrupted);
}
