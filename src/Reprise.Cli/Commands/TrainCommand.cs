using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Cli.Rendering;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;
using Spectre.Console;

namespace Reprise.Cli.Commands;

/// <summary>Trains a model on a corpus.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string?> CorpusFolder = new("CORPUS")
    {
        Description = "Folder that `reprise prepare` made; optional with --resume, which searches near the run",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "Folder of the run",
        HelpName = "folder",
        Required = true,
    };

    private static readonly Option<bool> Resume = Flags.Switch("--resume", "Continue the run in the folder, with its own options");
    private static readonly Option<bool> Overwrite = Flags.Switch("--overwrite", "Replace the run in the folder");
    private static readonly TrainingFlags Training = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "train",
            "Trains a sentence autoencoder on a corpus.",
            "reprise train corpus --out runs/a --objective autogen --m 1 --minutes 10",
            "reprise train corpus --out runs/paper --preset paper --epochs 5 --objective annealed",
            "reprise train corpus --out runs/a --resume --minutes 20")
        {
            Body = Train,
            Arguments = { CorpusFolder },
            Options = { Out, Resume, Overwrite },
        };
        Training.AddTo(command);
        return command;
    }

    private static int Train(Session session, ParseResult parse)
    {
        string folder = parse.GetRequiredValue(Out);
        bool resumes = parse.GetValue(Resume);
        if (resumes && parse.GetValue(Overwrite))
            throw new InputException("--resume continues a run and --overwrite replaces it: choose one of the two");
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file; expected the folder of a run, new or empty");
        (ModelOptions? model, TrainingOptions? found) = resumes ? Trainer.OptionsOf(folder) : (null, null);
        TrainingOptions training = Training.TrainingOf(parse, session, found);
        training.Validate();
        using Corpus corpus = Corpus.Open(parse.GetValue(CorpusFolder) ?? CorpusOf(folder, resumes));
        model = Training.ModelOf(parse, model, corpus.Vocabulary.Count);
        TrainingData data = TrainingData.From(corpus);
        RunSettings.CheckFit(data, model, training); // before a note says what will happen
        if (resumes)
            RunSettings.CheckResume(folder, data, model, training);

        using ComputeDevice device = Engine.Device(session);
        string objective = training.Objective.NameWith(
            training.Updates, model.HasCode, training.AutoencoderSteps, model.MeanNormalization);
        session.Note($"{folder}: {objective}{Describe.Target(training)}, {Describe.Model(model)}, {device.Description}");
        RunMode mode = resumes ? RunMode.Resume : parse.GetValue(Overwrite) ? RunMode.Overwrite : RunMode.New;
        Checkpoints.Progress? before = resumes ? RunFolder.ReadProgress(folder) : null;
        if (found is not null && Continuation.Of(folder, found, training, corpus.Train) is { } continuation)
        {
            session.Note(Describe.Of(continuation));
            before = continuation.GoesBack ? RunFolder.ReadKept(folder) : before;
        }

        if (!session.Quiet && Forecast.Of(corpus, model, training, before, device.Kernels, session.Interrupted) is { } forecast)
            session.Note(forecast);
        if (training.Updates == UpdateOrder.AggressiveEncoder)
            session.Note(Forecast.Aggressive);
        TrainingResult result = TrainingDisplay.Show(session, progress =>
            Trainer.Train(corpus, model, training, folder, mode, device, progress, session.Interrupted));

        if (session.Json)
            session.Object(JsonOf(result, corpus));
        else if (!result.Interrupted)
            session.Render(TableOf(result));
        if (result.Interrupted)
        {
            string given = parse.GetValue(CorpusFolder) is { } place ? $" {Session.Argument(place)}" : "";
            string flags = $"--out {Session.Argument(folder)} --resume{GlobalOptions.DeviceFlagsOf(parse)}";
            string step = Format.Count(result.Step);
            session.Note($"interrupted after step {step}, which is saved; continue with: {Session.Program} train{given} {flags}");
            return ExitCode.Interrupted;
        }

        if (result.RanOutOfPatience)
            session.Note($"ended: {Format.Count(training.Patience)} evaluations brought no improvement (--patience)");
        session.Note(result.Step == before?.Step ? NothingToDo(result, training) : $"saved in {folder}; next: {Next(folder, model)}");
        return ExitCode.Done;
    }

    private static string Next(string folder, ModelOptions model) => model.HasCode
        ? $"{Session.Program} reconstruct {Session.Argument(folder)} - --posterior-mean"
        : $"{Session.Program} generate {Session.Argument(folder)}";

    private static string NothingToDo(TrainingResult result, TrainingOptions training)
    {
        string total = training.Steps is { } steps ? $" of {Format.Count(steps)}" : "";
        string flag = result.RanOutOfPatience ? "--patience"
            : training.Steps is not null ? "--steps"
            : training.Epochs is not null ? "--epochs" : "--minutes";
        return $"nothing to do: {result.Folder} is at step {Format.Count(result.Step)}{total}; give more {flag}";
    }

    private static string CorpusOf(string run, bool resumes)
    {
        if (!resumes)
            throw new InputException("no corpus: expected reprise train CORPUS --out RUN, with a CORPUS that `reprise prepare` made");
        string? hash = Engine.HashOf(ModelConfig.Load(Path.Combine(run, "config.json")));
        return Engine.FindCorpus(run, hash)
            ?? throw new InputException($"{run}: its corpus is not near; expected reprise train CORPUS --out {run} --resume");
    }

    private static JsonObject JsonOf(TrainingResult result, Corpus corpus)
    {
        LogLine? evaluation = Evaluation(result);
        ReportSplit split = evaluation?.Split ?? TrainingData.From(corpus).WatchedSplit;
        return new()
        {
            ["folder"] = result.Folder,
            ["interrupted"] = result.Interrupted,
            ["step"] = result.Step,
            ["seconds"] = result.Seconds,
            [Describe.Split(split)] = evaluation is null ? null : JsonOf(evaluation),
            ["m"] = result.M,
            ["bestStep"] = result.BestStep,
            ["ranOutOfPatience"] = result.RanOutOfPatience,
        };
    }

    private static JsonObject JsonOf(LogLine line) => new()
    {
        ["nll"] = line.Nll,
        ["kl"] = line.Kl,
        ["elbo"] = line.Elbo,
        ["objective"] = line.Objective,
        ["klShare"] = line.KlShare,
    };

    // Of the weights that are the model.
    private static LogLine? Evaluation(TrainingResult result) => result.BestStep is { } best
        ? LogFile.Read(result.Folder).LastOrDefault(line => line.Split != ReportSplit.Train && line.Step == best)
        : LogFile.Last(result.Folder, heldOut: true);

    private static Table TableOf(TrainingResult result)
    {
        Table table = Tables.Facts();
        table.Fact("run", result.Folder);
        table.Fact("steps", Format.Count(result.Step));
        table.Fact("time", Format.Duration(TimeSpan.FromSeconds(result.Seconds)));
        if (result.M is { } m)
            table.Fact("m reached", Format.Number(m, 3));
        if (result.BestStep is { } best)
            table.Fact("model", $"of step {Format.Count(best)}, the best");
        if (Evaluation(result) is { } evaluation)
        {
            table.Fact($"{Describe.Split(evaluation.Split)}: nll", Format.Number(evaluation.Nll, 3));
            table.Fact("  kl", Format.Number(evaluation.Kl, 3));
            table.Fact("  elbo", Format.Number(evaluation.Elbo, 3));
            table.Fact("  kl share", Format.Percent(evaluation.KlShare));
        }

        return table;
    }
}
