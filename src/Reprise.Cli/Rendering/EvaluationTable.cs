using System.Text.Json.Nodes;
using Reprise.Evaluation;
using Spectre.Console;

namespace Reprise.Cli.Rendering;

/// <summary>An evaluation as a table and as JSON.</summary>
internal static class EvaluationTable
{
    public static JsonObject JsonOf(string part, EvaluationReport report, ReconstructionReport? reconstruction) => new()
    {
        ["part"] = part,
        ["sentences"] = report.Sentences,
        ["words"] = report.Words,
        ["nll"] = report.Nll,
        ["kl"] = report.Kl,
        ["elbo"] = report.Elbo,
        ["klShare"] = report.KlShare,
        ["perplexity"] = report.Perplexity,
        ["wordPerplexity"] = report.WordPerplexity,
        ["natsPerByte"] = report.NatsPerByte,
        ["importancePerplexity"] = report.ImportancePerplexity,
        ["importancePerplexityStderr"] = report.ImportancePerplexityStderr,
        ["logLikelihood"] = report.LogLikelihood,
        ["logLikelihoodStderr"] = report.LogLikelihoodStderr,
        ["logLikelihoodRise"] = report.LogLikelihoodRise,
        ["logIntegral"] = report.M == 0 ? null : report.LogIntegral, // which is log p(x) then
        ["logIntegralStderr"] = report.M == 0 ? null : report.LogIntegralStderr,
        ["logIntegralRise"] = report.M == 0 ? null : report.LogIntegralRise,
        ["boundGap"] = report.BoundGap,
        ["boundGapStderr"] = report.BoundGapStderr,
        ["mutualInformation"] = report.MutualInformation,
        ["mutualInformationStderr"] = report.MutualInformationStderr,
        ["mutualInformationCeiling"] = report.MutualInformationCeiling,
        ["activeUnits"] = report.ActiveUnits,
        ["m"] = report.M,
        ["positions"] = report.Positions is { } positions ? new JsonArray([.. positions.Select(JsonOf)]) : null,
        ["exactMatch"] = reconstruction?.ExactMatch,
        ["wordAccuracy"] = reconstruction?.WordAccuracy,
    };

    public static Table Of(
        string objective, EvaluationOptions options, string part, EvaluationReport report, ReconstructionReport? reconstruction)
    {
        Table table = Tables.Facts();
        table.Fact("objective", objective);
        table.Fact("sentences", $"{Format.Count(report.Sentences)} of the {part} part");
        table.Fact("nll", $"{Format.Number(report.Nll, 3)} nats a sentence");
        table.Fact("kl", $"{Format.Number(report.Kl, 3)} nats a sentence");
        table.Fact("elbo", Format.Number(report.Elbo, 3));
        table.Fact("kl share", $"{Format.Percent(report.KlShare)} of the objective");
        // nll at the mean of the posterior is not its expectation, so that nll + kl bounds nothing.
        (string most, string from) = options.PosteriorMean
            ? (", no bound", ", from nll at the mean of the posterior: no bound")
            : (", at most", ", at most (from the elbo)");
        table.Fact("perplexity", $"{Format.Number(report.Perplexity)} a token{from}");
        if (report.WordPerplexity is { } perWord)
            table.Fact("  a word", $"{Format.Number(perWord)}{most}");
        if (report.NatsPerByte is { } perByte)
            table.Fact("nats a byte", $"{Format.Number(perByte, 3)}{most}, to compare vocabularies");
        if (report.ImportancePerplexity is { } perplexity)
        {
            string rising = EvaluationReport.IsRising(report.LogLikelihoodRise) ? ", at most" : "";
            string error = Format.Number(report.ImportancePerplexityStderr ?? double.NaN);
            table.Fact("  importance-weighted", $"{Format.Number(perplexity)} ± {error} a token{rising} (from log p(x) below)");
        }

        if (report is { MutualInformation: { } information, MutualInformationCeiling: { } ceiling })
        {
            string limit = $"ceiling log {Format.Count(report.Sentences)} = {Format.Number(ceiling)}";
            string reached = report.IsAtCeiling ? ", reached: more sentences give more" : "";
            string nats = $"{Format.Number(information, 3)} ± {Format.Number(report.MutualInformationStderr ?? double.NaN, 3)} nats";
            table.Fact("mutual information", $"{nats}, low on average; {limit}{reached}");
        }

        table.Fact("active units", $"{report.ActiveUnits} dimensions of the code, whose kl may yet be near 0");
        if (report.LogLikelihood is { } logLikelihood)
        {
            string draws = $"{report.ImportanceSamples} draws for each of {Format.Count(report.ImportanceSentences ?? 0)} sentences";
            table.Fact("log p(x)", Estimate(logLikelihood, report.LogLikelihoodStderr, report.LogLikelihoodRise) + $" ({draws})");
            Risen(report.LogLikelihoodRise);
            if (report.M != 0) // else it is log p(x), and its bound the elbo
            {
                string integral = FormattableString.Invariant($"log ∫ p(x|z)^{1 + report.M} p(z) dz");
                table.Fact(integral, Estimate(report.LogIntegral, report.LogIntegralStderr, report.LogIntegralRise));
                Risen(report.LogIntegralRise);
            }

            string bound = report.M != 0 ? "  above its bound by" : "  above the elbo by";
            table.Fact(bound, Estimate(report.BoundGap, report.BoundGapStderr, report.LogIntegralRise));
        }

        if (report.Positions is [.., { } end])
        {
            string without = end.NllWithoutCode is null ? "" : ", with the code and without, by a mixture of codes of the prior";
            table.Fact("nll by position", $"below: of {Format.Count(end.Tokens)} sentences{without}");
        }

        if (report.LogLikelihood is not null || report.MutualInformation is not null)
            table.Fact("±", "standard errors over the sentences, of this model; another seed of training may differ by more");

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

    /// <summary>nll by position, with the code and without, and the share of each position in the code's whole gain.</summary>
    public static Table OfPositions(IReadOnlyList<PositionLoss> positions)
    {
        Table table = Tables.Columns("word", "#words", "#nll", "#without code", "#gain by the code", "#of its whole gain");
        double whole = positions.Sum(at => at.Tokens * at.Gain ?? 0);
        foreach (PositionLoss at in positions)
        {
            string error = at.GainStderr is { } stderr ? $" ± {Format.Number(stderr)}" : "";
            string gain = at.Gain is { } by ? Format.Number(by) + error : "-";
            string share = at.Gain is { } part && whole > 0 ? Format.Percent(at.Tokens * part / whole, 0) : "-";
            string without = at.NllWithoutCode is { } nll ? Format.Number(nll) : "-";
            table.Row(at.Position, Format.Count(at.Tokens), Format.Number(at.Nll), without, gain, share);
        }

        return table;
    }

    private static JsonObject JsonOf(PositionLoss at) => new()
    {
        ["position"] = at.Position,
        ["tokens"] = at.Tokens,
        ["nll"] = at.Nll,
        ["nllWithoutCode"] = at.NllWithoutCode,
        ["gain"] = at.Gain,
        ["gainStderr"] = at.GainStderr,
    };

    private static string Estimate(double? value, double? error, double? rise) =>
        $"{(EvaluationReport.IsRising(rise) ? "at least " : "")}{Format.Number(value ?? double.NaN, 3)} ± "
            + Format.Number(error ?? double.NaN, 3);
}
