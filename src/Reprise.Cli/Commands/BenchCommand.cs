using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Benchmarks;
using Reprise.Cli.Rendering;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;
using Spectre.Console;

namespace Reprise.Cli.Commands;

/// <summary>Measures the speed of this machine, part by part.</summary>
internal static class BenchCommand
{
    private static readonly SizeFlags Sizes = new(Presets.Paper);
    private static readonly Option<int?> Words = Flags.Integer("--vocabulary", "Words of the vocabulary (as in the preset)");
    private static readonly Option<double?> Seconds = Flags.Number("--seconds", "Seconds for each part (5)");
    private static readonly Option<int?> Beam = Flags.Integer("--beam", "Width of the beam search (10)");
    private static readonly Option<bool> Scaling =
        Flags.Switch("--scaling", "Measure with one thread too, and print the ratios");

    private static readonly Option<bool> StepOnly = Flags.Switch("--step-only", "Measure only the training step and its parts");

    private static readonly Option<bool> Cost =
        Flags.Switch("--cost", "Instead: compare measured times of a step with the forecast of train, at six sizes");
    private static readonly Option<bool> Grow =
        Flags.Switch(
            "--growth",
            "Instead: measure step and memory by vocabulary, hidden units, batch and corpus; takes minutes and 2 GB of temporary files");

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "bench",
            "Measures the speed of this machine: its peak, training steps and their parts, encoding, decoding and evaluating.",
            "reprise bench",
            "reprise bench --untied --latent-input initial-state --posterior-layers 0 --scaling",
            "reprise bench --preset paper --device cuda --step-only",
            "reprise bench --growth --seconds 2",
            "reprise bench --preset small --threads 1 --seconds 2 --json")
        {
            Body = Bench,
        };
        foreach (Option option in (Option[])[.. Sizes.All, Words, Seconds, Beam, Scaling, StepOnly, Cost, Grow])
            command.Options.Add(option);
        return command;
    }

    private static int Bench(Session session, ParseResult parse)
    {
        string[] given = [.. new[] { Cost, Grow, Scaling, StepOnly }.Where(option => parse.GetValue(option)).Select(option => option.Name)];
        if (given.Length > 1)
            throw new InputException($"{given[0]} and {given[1]}: choose one of the two");
        if (Engine.IsOnGpu(session) && (parse.GetValue(Cost) || parse.GetValue(Scaling)))
            throw new InputException("--cost and --scaling measure the processor: leave them out, or give --device cpu");
        Preset preset = Sizes.PresetOf(parse);
        ModelOptions model = Sizes.ModelOf(parse, null, (parse.GetValue(Words) ?? preset.Words) + Vocabulary.SpecialTokens);
        TrainingOptions training = preset.Training with { BatchSize = Sizes.BatchOf(parse) ?? preset.Training.BatchSize, Steps = 1 };
        training.Validate();
        SpeedOptions options = new() { Threads = session.Threads > 0 ? session.Threads : Environment.ProcessorCount };
        options = options with
        {
            Seconds = parse.GetValue(Seconds) ?? options.Seconds,
            BeamWidth = parse.GetValue(Beam) ?? options.BeamWidth,
            StepOnly = parse.GetValue(StepOnly),
        };
        options.Validate();
        using ComputeDevice device = Engine.Device(session);
        Callback<string> progress = new(part => session.Note($"measuring {part}"));
        if (parse.GetValue(Cost))
        {
            IReadOnlyList<CostCheckRow> rows = CostCheck.Run(
                CostCheck.Sizes, device.Kernels, options.Seconds, progress, session.Interrupted);
            Show(session, rows, GrowthTables.JsonOf, GrowthTables.Of);
        }
        else if (parse.GetValue(Grow))
        {
            GrowthOptions growth = new() { Threads = options.Threads, Seconds = options.Seconds };
            IReadOnlyList<GrowthRow> rows = Growth.Run(
                model, training, growth, () => Engine.Device(session).Kernels, progress, session.Interrupted);
            Show(session, rows, GrowthTables.JsonOf, GrowthTables.Of);
        }
        else
        {
            SpeedReport report = SpeedTest.Run(model, training, options, device.Kernels, progress, session.Interrupted);
            SpeedReport? oneThread = null;
            if (parse.GetValue(Scaling))
            {
                using ComputeDevice single = Engine.Device(session, threads: 1);
                session.Note("the same with one thread");
                oneThread = SpeedTest.Run(model, training, options with { Threads = 1 }, single.Kernels, progress, session.Interrupted);
            }

            Show(session, report, oneThread, preset, model, training, device.Description, options);
        }

        return ExitCode.Done;
    }

    private static void Show<T>(Session session, IReadOnlyList<T> rows, Func<T, JsonObject> json, Func<IReadOnlyList<T>, Table> table)
        where T : notnull
    {
        if (session.Json)
            session.Object(new JsonArray([.. rows.Select(json)]));
        else
            session.Render(table(rows));
    }

    private static void Show(
        Session session, SpeedReport report, SpeedReport? oneThread, Preset preset, ModelOptions model, TrainingOptions training,
        string device, SpeedOptions options)
    {
        if (session.Json)
        {
            session.Object(SpeedTables.JsonOf(report, oneThread, preset, model, training, device, options));
            return;
        }

        session.Line($"{Describe.Model(model)}, batch {training.BatchSize}, {device}");
        foreach (string line in SpeedTables.Lines(report))
            session.Line(line);
        session.Render(SpeedTables.Parts(report));
        session.Render(SpeedTables.Tasks(report, options));
        if (oneThread is not null)
            session.Render(SpeedTables.Scaling(report, oneThread, options));
    }
}
