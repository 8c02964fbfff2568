using Reprise.Evaluation;
using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;

namespace Reprise.Studies.Reports;

/// <summary>The tables of bounds and of the latent space: estimates, each with a measure of how sure it is.</summary>
internal sealed class BoundTables(IReadOnlyList<ReportRun> runs)
{
    private readonly ReportRun[] _withCode = [.. runs.Where(run => run.First.Scores.Reconstruction is not null)];

    public IEnumerable<Block> Bounds()
    {
        long sentences = runs[0].First.Scores.Evaluation.Sentences;
        yield return Numbers($"{ReportText.Count(sentences)} held-out sentences, in nats a sentence", runs, [ErrorsNote(runs)],
            [
                ("ELBO", run => run.Cell(j => j.Evaluation.Elbo)),
                .. Errors(runs, ElboOf),
                ("nll", run => run.Cell(j => j.Evaluation.Nll)),
                ("KL", run => run.Cell(j => j.Evaluation.Kl)),
                ("KL share", run => run.Percent(j => run.Objective.KlShare(j.Evaluation.Nll, j.Evaluation.Kl))),
                ("Perplexity, at most", run => run.Cell(j => j.Evaluation.Perplexity, "0.0")),
                .. OfText(),
            ]);
        if (_withCode.Length == 0)
            yield break;
        EvaluationReport[] bounds = [.. _withCode[0].First.Scores.Bounds];
        string of = $"{ReportText.Count(bounds[0].Sentences)} of the sentences that are reconstructed below, importance-weighted with K "
            + "draws each";
        yield return Numbers($"How tight the ELBO is: {of}", _withCode,
            [ErrorsNote(_withCode), .. RisingNotes(bound => bound.LogLikelihoodRise)],
            [
                ("ELBO", run => run.Cell(j => Elbo(run, j.Bounds[^1]))),
                .. Estimates("log p(x), ", bound => bound.LogLikelihood, bound => bound.LogLikelihoodRise),
                .. Errors(_withCode, LogLikelihoodOf),
            ]);
        yield return Numbers($"How tight the bound of Eq. 10 is, on log ∫ p(x|z)^(1+m) p(z) dz: {of}", _withCode,
            [.. RisingNotes(bound => bound.LogIntegralRise)],
            [
                ("Bound", run => run.Cell(j => Eq10(j.Bounds[^1]))),
                .. Estimates("", bound => bound.LogIntegral, bound => bound.LogIntegralRise),
                ("Gap", run => AtLeast(run, j => j.Bounds[^1].LogIntegralRise) + run.Cell(j => j.Bounds[^1].BoundGap)),
                ("s.e.", run => Mean(run, j => j.Bounds[^1].BoundGapStderr)),
            ]);

        // Tokens of one vocabulary are not those of another; words and bytes are.
        IEnumerable<(Inline, Func<ReportRun, Inline>)> OfText()
        {
            if (runs[0].First.Scores.Evaluation.WordPerplexity is not null)
                yield return ("a word, at most", run => run.Cell(j => j.Evaluation.WordPerplexity, "0.0"));
            if (runs[0].First.Scores.Evaluation.NatsPerByte is not null)
                yield return ("Nats a byte", run => run.Cell(j => j.Evaluation.NatsPerByte, "0.000"));
        }

        IEnumerable<(Inline, Func<ReportRun, Inline>)> Estimates(
            string of, Func<EvaluationReport, double?> estimate, Func<EvaluationReport, double?> rise) =>
            bounds.Select((bound, i) => ((Inline)$"{of}K = {bound.ImportanceSamples}", (Func<ReportRun, Inline>)(run =>
                AtLeast(run, j => rise(j.Bounds[i])) + run.Cell(j => estimate(j.Bounds[i])))));

        // By the draws of the estimates, because the noise of others would add to the difference of bound and estimate.
        static double Eq10(EvaluationReport bound) => bound.LogIntegral!.Value - bound.BoundGap!.Value;
        static double Elbo(ReportRun run, EvaluationReport bound) => ((Eq10(bound) + bound.Kl) / (1 + run.Objective.M)) - bound.Kl;
        static SentenceValue[] ElboOf(MeasuredRun run) =>
            [.. run.Bounds.Select(line => new SentenceValue(line.Sentence, -(line.Nll + line.Kl)))];
        static SentenceValue[] LogLikelihoodOf(MeasuredRun run) =>
            [.. run.Importance.Select(line => new SentenceValue(line.Sentence, line.Draws[^1].LogLikelihood))];
    }

    public IEnumerable<Block> LatentSpace()
    {
        int sentences = _withCode[0].First.Scores.Latent!.Sentences;
        yield return Numbers($"Codes of {ReportText.Count(sentences)} of the sentences that were reconstructed", _withCode,
            [
                "A collapsed model can have many active units: their threshold is absolute, and a mean may vary by more while the KL of "
                    + "its dimension is near zero.",
                "The estimate of mutual information is low on average, not only near its ceiling.",
                "The deviation under the prior is that of MMD² between two sets of draws from the prior: a value within two of it is "
                    + "no discrepancy.",
            ],
            ("Active units", run => run.Cell(j => j.Latent!.ActiveUnits, "0.#")),
            ("Mutual information, nats, at least", run => run.Cell(j => Math.Max(0, j.Latent!.MutualInformation))),
            ("ceiling of the estimate", _ => ReportText.Number(Math.Log(sentences))),
            ("MMD² to the prior", run => run.Cell(j => j.Latent!.Discrepancy, "0.0000")),
            ("deviation under the prior", run => Mean(run, j => j.Latent!.NullDeviation, "0.0000")));
    }

    private static Table Numbers(string caption, IReadOnlyList<ReportRun> of, IReadOnlyList<Inline> notes,
        params IReadOnlyList<(Inline Header, Func<ReportRun, Inline> Cell)> columns) =>
        ReportTables.Numbers(caption, of, columns) with { Notes = notes };

    /// <summary>Columns of the standard error of a level, and of the difference from the first model with its own.</summary>
    private static IEnumerable<(Inline Header, Func<ReportRun, Inline> Cell)> Errors(
        IReadOnlyList<ReportRun> of, Func<MeasuredRun, IReadOnlyList<SentenceValue>> values)
    {
        yield return ("s.e.", run => Mean(run.Seeds.Select(seed => MeanOverSentences.Of(values(seed.Measured).Select(one => one.Value)))));
        if (of.Count < 2)
            yield break;
        yield return ($"less {of[0].Title}", run => run == of[0]
            ? "–"
            : Differences(run) is { Length: > 0 } differences
            ? ReportRun.CellOf([.. differences.Select(one => one.Mean)], signed: true)
            : "–");
        yield return ("s.e.", run => run == of[0] ? "–" : Mean(Differences(run)));

        static string Mean(IEnumerable<MeanOverSentences> ofSeeds) =>
            ReportText.Number(ofSeeds.Select(one => one.StandardError).DefaultIfEmpty(double.NaN).Average());

        MeanOverSentences[] Differences(ReportRun run) => [.. RunPair.SeedsOf(run, of[0]).Select(seed =>
            MeanOverSentences.OfDifference(values(seed.First.Measured), values(seed.Second.Measured)))];
    }

    private static string ErrorsNote(IReadOnlyList<ReportRun> of) => "s.e.: standard error over the sentences."
        + (of.Count < 2 ? "" : $" The difference from {of[0].Title} is taken sentence by sentence, and has the s.e. behind it.")
        + (of.All(run => run.Seeds.Count == 1) ? "" : " Each seed is compared with the same seed of that model; a standard error is the "
            + "mean of those of the seeds.");

    private IEnumerable<Inline> RisingNotes(Func<EvaluationReport, double?> rise)
    {
        if (_withCode.Any(run => run.First.Scores.Bounds.Select((_, i) => run.Mean(j => rise(j.Bounds[i]))).Any(EvaluationReport.IsRising)))
        {
            yield return $"≥: the estimate rises by {ReportText.Number(EvaluationReport.StillRising)} nats or more from half of its "
                + "draws to all of them; it would rise further with more, and a difference may then change either way.";
        }
    }

    private static string AtLeast(ReportRun run, Func<RunScores, double?> rise) =>
        EvaluationReport.IsRising(run.Mean(rise)) ? "≥ " : "";

    private static string Mean(ReportRun run, Func<RunScores, double?> of, string format = "0.00") =>
        run.Mean(of) is { } mean ? ReportText.Number(mean, format) : "–";
}
