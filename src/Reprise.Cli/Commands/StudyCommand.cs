using System.CommandLine;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Studies.Reports;
using Reprise.Text;
using Reprise.Training;
using Spectre.Console;

namespace Reprise.Cli.Commands;

/// <summary>Runs a study: several objectives trained under the same budget.</summary>
internal static class StudyCommand
{
    private const int MostRunsAtOnce = 64;

    private static readonly Argument<string> CorpusFolder = new("CORPUS") { Description = "Folder that `reprise prepare` made" };
    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "Folder of the study; the study in it is continued",
        HelpName = "folder",
        Required = true,
    };
    private static readonly Option<int?> RunsAtOnce = Flags.Integer(
        "--runs-at-once", "Runs trained at the same time, which share the threads (1). Results do not depend on it");
    private static readonly Option<bool> TrainOnly = Flags.Switch("--train-only", "Train without measuring and reporting");
    private static readonly Option<string?> Published = Flags.Text(
        "--published", "CSV of published curves to plot in the report (those of the paper with --preset paper)", "file");
    private static readonly StudyFlags Choice = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "study",
            "Trains several objectives on the same batches (by default the four of the paper), measures them and writes a report.",
            "reprise study corpus --out study",
            "reprise study corpus --out study --preset paper --steps 5000 --seeds 3 --runs-at-once 2",
            "reprise study corpus --out study --sweep-m 0,0.25,0.5,1,2,4",
            "reprise study corpus --out study --runs vae,vae-cyclical,autogen-m1")
        {
            Body = Run,
            Arguments = { CorpusFolder },
            Options = { Out, RunsAtOnce, TrainOnly, Published },
        };
        Choice.AddTo(command);
        return command;
    }

    private static int Run(Session session, ParseResult parse)
    {
        string folder = parse.GetRequiredValue(Out), corpusFolder = parse.GetRequiredValue(CorpusFolder);
        int runsAtOnce = parse.GetValue(RunsAtOnce) ?? 1;
        if (runsAtOnce is < 1 or > MostRunsAtOnce)
            throw new InputException($"--runs-at-once {runsAtOnce}: expected 1 to {MostRunsAtOnce}");
        PublishedCurves? published = parse.GetValue(Published) is { } curves ? PublishedCurves.Read(curves) : null;
        using Corpus corpus = Corpus.Open(corpusFolder);
        StudyOptions? found = Study.OptionsOf(folder);
        StudyOptions options = Choice.OptionsOf(parse, session, found, corpus.Vocabulary.Count);
        using Study study = Study.Open(folder, options, TrainingData.From(corpus));

        bool trainOnly = parse.GetValue(TrainOnly);
        if (!trainOnly)
            study.CheckHeldOut();
        TrainingDivergedException? diverged = null;
        if (!Train(session, study, corpus, runsAtOnce, ref diverged) || (!trainOnly && !Measure(session, study)))
        {
            string again = $"{Session.Program} study {Session.Argument(corpusFolder)} --out {Session.Argument(folder)}";
            session.Note($"interrupted; all work is saved; continue with: {again}{FlagsOf(parse, runsAtOnce)}");
            Show(session, study, interrupted: true);
            return ExitCode.Interrupted;
        }

        if (!trainOnly)
            study.Report(published);
        if (diverged is not null)
        {
            string unfinished = string.Join(", ", study.Runs.Where(run => !run.IsFinished).Select(run => run.Run.Name));
            session.Note($"not finished{(trainOnly ? "" : ", and not in the report")}: {unfinished}");
        }

        session.Note(trainOnly ? $"trained in {folder}" : $"report: {Path.Combine(folder, "report.html")} and report.md");
        Show(session, study, interrupted: false);
        if (diverged is not null)
            ExceptionDispatchInfo.Throw(diverged);
        return ExitCode.Done;
    }

    // Flags that study.json does not keep.
    private static string FlagsOf(ParseResult parse, int runsAtOnce) =>
        (runsAtOnce > 1 ? $" --runs-at-once {runsAtOnce}" : "")
        + (parse.GetValue(TrainOnly) ? " --train-only" : "")
        + (parse.GetValue(Published) is { } curves ? $" --published {Session.Argument(curves)}" : "")
        + GlobalOptions.DeviceFlagsOf(parse);

    /// <param name="diverged">The divergence of a run, which would repeat itself; the other runs are finished and measured.</param>
    /// <returns>False where training was interrupted.</returns>
    private static bool Train(Session session, Study study, Corpus corpus, int runsAtOnce, ref TrainingDivergedException? diverged)
    {
        IReadOnlyList<StudyRunState> runs = study.Runs;
        StudyRunState[] waiting = [.. runs.Where(run => !run.IsFinished)];
        if (waiting.Length == 0)
        {
            session.Note($"{study.FolderPath}: all {runs.Count} runs are trained");
            return true;
        }

        Announce(session, study, corpus, runs);
        try
        {
            int? threads = session.Threads > 0 ? session.Threads : null;
            return StudyDisplay.Show(session, runs, progress =>
                study.Train(runsAtOnce, threads, share => Engine.Device(session, share), progress, session.Interrupted));
        }
        catch (TrainingDivergedException e)
        {
            if (!study.Runs.Any(run => run.IsFinished))
                throw;
            diverged = e;
            return true;
        }
    }

    private static bool Measure(Session session, Study study)
    {
        Callback<MeasuringProgress> notes = new(progress => session.Note(progress.Run is { } run
            ? $"measuring {run.Name} ({progress.Measured + 1} of {progress.Runs}): {progress.Stage}"
            : $"measuring: {progress.Stage}"));
        return study.Measure(() => Engine.Device(session), notes, session.Interrupted);
    }

    private static void Announce(Session session, Study study, Corpus corpus, IReadOnlyList<StudyRunState> runs)
    {
        if (session.Quiet)
            return;
        StudyOptions options = study.Options;
        using ComputeDevice device = Engine.Device(session);
        string budget = $"{runs.Count} runs of {Format.Count(options.Training.Steps!.Value)} steps";
        session.Note($"{study.FolderPath}: {budget}, {Describe.Model(options.Model)}, {device.Description}");
        if (runs.Any(run => run.Step > 0))
            session.Note($"continuing: {string.Join(", ", runs.Select(run => Standing(run, study.ContinuationOf(run))))}");
        double steps = runs.Sum(run => (double)(options.Training.Steps.Value - study.NextOf(run)));
        if (Forecast.Of(corpus, options.Model, options.Training, steps, device.Kernels, session.Interrupted) is { } forecast)
            session.Note(forecast);
        if (runs.Any(run => !run.IsFinished && run.Run.Updates == UpdateOrder.AggressiveEncoder))
            session.Note(Forecast.Aggressive);
    }

    private static string Standing(StudyRunState run, Continuation? continuation) => (run, continuation) switch
    {
        ({ IsFinished: true }, _) => $"{run.Run.Name} finished",
        ({ Step: 0 }, _) => $"{run.Run.Name} not started",
        (_, { GoesBack: true }) when continuation.From < run.Step =>
            $"{run.Run.Name} from step {Format.Count(continuation.From)}, before its rate fell",
        (_, { GoesBack: false }) => $"{run.Run.Name} at step {Format.Count(run.Step)}, its rate rising again {Describe.Rise(continuation)}",
        _ => $"{run.Run.Name} at step {Format.Count(run.Step)}",
    };

    private static void Show(Session session, Study study, bool interrupted)
    {
        IReadOnlyList<StudyRunState> runs = study.Runs;
        if (session.Json)
        {
            session.Object(new JsonObject
            {
                ["folder"] = study.FolderPath,
                ["interrupted"] = interrupted,
                ["runs"] = new JsonArray([.. runs.Select(JsonOf)]),
            });
            return;
        }

        Table table = Tables.Columns("run", "#steps", "#nll", "#kl", "#elbo", "#kl share");
        foreach (StudyRunState run in runs)
        {
            LogLine? test = LogFile.Last(run.Folder, heldOut: true);
            string[] losses = test is null
                ? ["", "", "", ""]
                : [Format.Number(test.Nll), Format.Number(test.Kl), Format.Number(test.Elbo), Format.Percent(test.KlShare)];
            table.Row([run.Run.Name, Format.Count(run.Step), .. losses]);
        }

        session.Render(table);
    }

    private static JsonObject JsonOf(StudyRunState run)
    {
        LogLine? last = LogFile.Last(run.Folder, heldOut: true);
        return new JsonObject
        {
            ["name"] = run.Run.Name,
            ["title"] = run.Run.Title,
            ["objective"] = run.Run.Objective.ToJson(),
            ["objectiveName"] = run.Run.ObjectiveName,
            ["seed"] = run.Run.Seed,
            ["folder"] = run.Folder,
            ["step"] = run.Step,
            ["finished"] = run.IsFinished,
            [Describe.Split(last?.Split ?? ReportSplit.Test)] = last?.ToJson(),
        };
    }
}
