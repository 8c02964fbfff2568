using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Text;
using Reprise.Training;
using Spectre.Console;

namespace Reprise.Cli.Commands;

/// <summary>Measures a model on held-out sentences.</summary>
internal static class EvaluateCommand
{
    private const long SentencesReconstructed = 1000;

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
    private static readonly Option<bool> OnValidation =
        Flags.Switch("--validation", "Evaluate on the validation part instead of the test part");

    public static RepriseCommand Create() => new(
        "evaluate",
        "Measures a model on the held-out sentences of its corpus.",
        "reprise evaluate runs/a --corpus corpus",
        "reprise evaluate runs/a --importance-samples 500 --importance-sentences 200 --json")
    {
        Body = Evaluate,
        Arguments = { Run },
        Options = { CorpusFolder, ImportanceSamples, ImportanceSentences, Sentences, Reconstructed, PosteriorMean, OnValidation },
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
            Seed = session.Seed ?? defaults.Seed,
        };
    }

    private static int Evaluate(Session session, ParseResult parse)
    {
        string run = parse.GetRequiredValue(Run);
        using SentenceModel model = Engine.Model(session, run);
        using Corpus corpus = Engine.CorpusOf(run, model.Config, model.Vocabulary, parse.GetValue(CorpusFolder));
        ISentences sentences = !parse.GetValue(OnValidation) ? corpus.Test
            : corpus.Validation ?? throw new InputException(
                "--validation: the corpus has no validation part; prepare it with --validation 0.05, for example");
        Objective objective = model.Config.Objective is { } json ? Objective.FromJson(json, run) : Objective.Vae;
        EvaluationOptions options = OptionsOf(parse, session, objective.M);
        EvaluationReport report;
        using (StatusLine status = StatusLine.OfSentences(session, "evaluating"))
        {
            IProgress<long> progress = status.UpTo(Math.Min(sentences.Count, options.MaximumSentences));
            report = model.Evaluate(sentences, options, progress, session.Interrupted);
        }

        long count = Math.Min(parse.GetValue(Reconstructed) ?? SentencesReconstructed, options.MaximumSentences);
        ReconstructionReport? reconstruction = MeasureReconstruction(session, model, sentences, count);
        if (session.Json)
            session.Object(JsonOf(report, reconstruction));
        else
            session.Render(TableOf(RunSettings.ObjectiveName(model.Config, run) ?? objective.Name, report, reconstruction));
        return ExitCode.Done;
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

    private static JsonObject JsonOf(EvaluationReport report, ReconstructionReport? reconstruction) => new()
    {
        ["sentences"] = report.Sentences,
        ["words"] = report.Words,
        ["nll"] = report.Nll,
        ["kl"] = report.Kl,
        ["elbo"] = report.Elbo,
        ["klShare"] = report.KlShare,
        ["perplexity"] = report.Perplexity,
        ["logLikelihood"] = report.LogLikelihood,
        ["logLikelihoodStderr"] = report.LogLikelihoodStderr,
        ["logLikelihoodRise"] = report.LogLikelihoodRise,
        ["logIntegral"] = report.LogIntegral,
        ["logIntegralStderr"] = report.LogIntegralStderr,
        ["logIntegralRise"] = report.LogIntegralRise,
        ["boundGap"] = report.BoundGap,
        ["boundGapStderr"] = report.BoundGapStderr,
        ["activeUnits"] = report.ActiveUnits,
        ["m"] = report.M,
        ["exactMatch"] = reconstruction?.ExactMatch,
        ["wordAccuracy"] = reconstruction?.WordAccuracy,
    };

    private static Table TableOf(string objective, EvaluationReport report, ReconstructionReport? reconstruction)
    {
        Table table = Tables.Facts();
        table.Fact("objective", objective);
        table.Fact("sentences", Format.Count(report.Sentences));
        table.Fact("nll", $"{Format.Number(report.Nll, 3)} nats a sentence");
        table.Fact("kl", $"{Format.Number(report.Kl, 3)} nats a sentence");
        table.Fact("elbo", Format.Number(report.Elbo, 3));
        table.Fact("kl share", $"{Format.Percent(report.KlShare)} of the objective");
        table.Fact("perplexity", $"{Format.Number(report.Perplexity)} a token, at most (from the elbo)");
        table.Fact("active units", $"{report.ActiveUnits} dimensions of the code, whose kl may yet be near 0");
        if (report.LogLikelihood is { } logLikelihood)
        {
            string draws = $"{report.ImportanceSamples} draws for each of {Format.Count(report.ImportanceSentences ?? 0)} sentences";
            string integral = FormattableString.Invariant($"log ∫ p(x|z)^{1 + report.M} p(z) dz");
            table.Fact("log p(x)", Estimate(logLikelihood, report.LogLikelihoodStderr, report.LogLikelihoodRise) + $" ({draws})");
            Risen(report.LogLikelihoodRise);
            table.Fact(integral, Estimate(report.LogIntegral, report.LogIntegralStderr, report.LogIntegralRise));
            Risen(report.LogIntegralRise);
            table.Fact("  above its bound by", Estimate(report.BoundGap, report.BoundGapStderr, report.LogIntegralRise));
        }

        if (reconstruction is not null)
        {
            table.Fact("reconstructed", $"{Format.Count(reconstruction.Sentences)} sentences, greedily, from the mean of the posterior");
            table.Fact("  exact match", Format.Percent(reconstruction.ExactMatch));
            table.Fact("  word accuracy", Format.Percent(reconstruction.WordAccuracy));
        }

        return table;

        void Risen(double? rise)
        {
            if (rise is { } by && EvaluationReport.IsRising(rise))
                table.Fact("  risen by", $"{Format.Number(by, 3)} nats from half of the draws to all; more draws give more");
        }
    }

    private static string Estimate(double? value, double? error, double? rise) =>
        $"{(EvaluationReport.IsRising(rise) ? "at least " : "")}{Format.Number(value ?? double.NaN, 3)} ± "
            + Format.Number(error ?? double.NaN, 3);
}
