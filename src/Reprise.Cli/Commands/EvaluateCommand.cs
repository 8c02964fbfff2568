using System.CommandLine;
using Reprise.Checkpoints;
using Reprise.Cli.Rendering;
using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>Measures a model on held-out sentences.</summary>
internal static class EvaluateCommand
{
    private const long SentencesReconstructed = 1000, ByPosition = 1000;

    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Option<string?> CorpusFolder =
        Flags.Text("--corpus", "Folder of the corpus (the one near the run)", "folder");
    private static readonly Option<int?> ImportanceSamples =
        Flags.Integer("--importance-samples", "Samples per sentence to estimate log p(x) and the gap of the bound; 0 for neither (100)");
    private static readonly Option<long?> ImportanceSentences =
        Flags.Long("--importance-sentences", "Sentences of those estimates, chosen at random (100)");
    private static readonly Option<long?> Sentences =
        Flags.Long("--sentences", "Evaluate on this many sentences only, chosen at random");
    private static readonly Option<long?> Reconstructed =
        Flags.Long(
            "--reconstruct",
            $"Sentences to reconstruct (greedily, from the mean) for exact match and word accuracy; 0 for none ({SentencesReconstructed})");
    private static readonly Option<bool> PosteriorMean =
        Flags.Switch("--posterior-mean", "Compute nll at the mean of the posterior instead of at a sample");
    private static readonly Option<long?> InformationSentences =
        Flags.Long("--information-sentences", "Codes drawn, of as many sentences, for the mutual information; 0 for none (10000)");
    private static readonly Option<long?> PositionSentences = Flags.Long(
        "--position-sentences", $"Sentences whose nll is measured by position, with the code and without; 0 for none ({ByPosition})");
    private static readonly Option<int?> PositionDraws =
        Flags.Integer("--position-draws", "Codes of the prior for each of them, in place of its own (10)");
    private static readonly Option<Part?> PartFlag = Flags.Choice(
        "--part", "Part of the corpus to evaluate on; the test part is for final figures (test)",
        ("test", Part.Test), ("validation", Part.Validation), ("train", Part.Train));
    private static readonly Option<bool> OnValidation = Flags.Switch("--validation", "The same as --part validation");

    public static RepriseCommand Create() => new(
        "evaluate",
        "Measures a model on the held-out sentences of its corpus.",
        "reprise evaluate runs/a --corpus corpus",
        "reprise evaluate runs/a --importance-samples 500 --importance-sentences 200 --json")
    {
        Body = Evaluate,
        Arguments = { Run },
        Options =
        {
            CorpusFolder, ImportanceSamples, ImportanceSentences, Sentences, Reconstructed, PosteriorMean,
            InformationSentences, PositionSentences, PositionDraws, PartFlag, OnValidation,
        },
    };

    private static EvaluationOptions OptionsOf(ParseResult parse, Session session, double m)
    {
        EvaluationOptions defaults = new();
        return defaults with
        {
            M = m,
            MaximumSentences = parse.GetValue(Sentences) ?? defaults.MaximumSentences,
            PosteriorMean = parse.GetValue(PosteriorMean),
            ImportanceSamples = parse.GetValue(ImportanceSamples) ?? defaults.ImportanceSamples,
            ImportanceSentences = parse.GetValue(ImportanceSentences) ?? defaults.ImportanceSentences,
            InformationSentences = parse.GetValue(InformationSentences) ?? defaults.InformationSentences,
            PositionSentences = parse.GetValue(PositionSentences) ?? ByPosition,
            PositionDraws = parse.GetValue(PositionDraws) ?? defaults.PositionDraws,
            Seed = session.Seed ?? defaults.Seed,
        };
    }

    private static int Evaluate(Session session, ParseResult parse)
    {
        string run = parse.GetRequiredValue(Run);
        using SentenceModel model = Engine.Model(session, run);
        using Corpus corpus = Engine.CorpusOf(run, model.Config, model.Vocabulary, parse.GetValue(CorpusFolder));
        (string part, ISentences sentences) = PartOf(parse, corpus);
        Objective objective = model.Config.Objective is { } json ? Objective.FromJson(json, run) : Objective.Vae;
        double? reached = RunFolder.ReadProgress(run)?.Control?.M; // where training moved m
        EvaluationOptions options = OptionsOf(parse, session, reached ?? objective.M);
        EvaluationReport report;
        using (StatusLine status = StatusLine.OfSentences(session, "evaluating"))
        {
            IProgress<long> progress = status.UpTo(Math.Min(sentences.Count, options.MaximumSentences));
            report = model.Evaluate(sentences, options, progress, session.Interrupted);
        }

        long count = Math.Min(parse.GetValue(Reconstructed) ?? SentencesReconstructed, options.MaximumSentences);
        ReconstructionReport? reconstruction = MeasureReconstruction(session, model, sentences, count);
        if (session.Json)
            session.Object(EvaluationTable.JsonOf(part, report, reconstruction));
        else
        {
            string name = RunSettings.ObjectiveName(model.Config, run) ?? objective.Name;
            string named = reached is { } m ? $"{name}, m moved in training to {Format.Number(m, 3)}" : name;
            Render(session, named, options, part, report, reconstruction);
        }

        return ExitCode.Done;
    }

    private static void Render(
        Session session, string objective, EvaluationOptions options, string part, EvaluationReport report,
        ReconstructionReport? reconstruction)
    {
        session.Render(EvaluationTable.Of(objective, options, part, report, reconstruction));
        if (report.Positions is { } positions)
            session.Render(EvaluationTable.OfPositions(positions));
    }

    /// <summary>The part that the flags name, and its sentences.</summary>
    private static (string Name, ISentences Sentences) PartOf(ParseResult parse, Corpus corpus)
    {
        Part? named = parse.GetValue(PartFlag);
        bool onValidation = parse.GetValue(OnValidation);
        if (onValidation && named is Part.Test or Part.Train)
            throw new InputException($"--part {named.Value.Name()} and --validation name two parts; expected one of them");
        Part part = onValidation ? Part.Validation : named ?? Part.Test;
        ISentences? sentences = part switch
        {
            Part.Train => corpus.Train,
            Part.Test => corpus.Test,
            _ => corpus.Validation,
        };
        return (part.Name(), sentences ?? throw new InputException(
            "--part validation: the corpus has no validation part; prepare it with --validation 0.05, for example"));
    }

    private static ReconstructionReport? MeasureReconstruction(Session session, SentenceModel model, ISentences sentences, long count)
    {
        if (count <= 0 || model.Config.Model.LatentInput == LatentInput.None)
            return null;
        using StatusLine status = StatusLine.OfSentences(session, "reconstructing");
        ReconstructionMeasureOptions defaults = new();
        ReconstructionMeasureOptions options = defaults with { MaximumSentences = count, Seed = session.Seed ?? defaults.Seed };
        return model.MeasureReconstruction(sentences, options, status.UpTo(Math.Min(sentences.Count, count)), session.Interrupted);
    }
}
