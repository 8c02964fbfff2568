using Reprise.Studies.Charts;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>The charts of a report, except Fig. 2.</summary>
internal static class ReportCharts
{
    /// <summary>KL of each dimension of the code, the largest first, for each run's first seed.</summary>
    public static LineChart KlPerDimension(IReadOnlyList<ReportRun> runs) => new()
    {
        Name = "kl-per-dimension",
        Title = "What each dimension of the code carries",
        Description = $"Mean KL of each dimension on held-out sentences, the largest "
            + $"first{(runs.Any(run => run.Seeds.Count > 1) ? "; of the first seed" : "")}.",
        X = new Axis("Dimension, by KL"),
        Y = new Axis("KL", "nats") { WithZero = true },
        Series = [.. runs.Select(run => new Series
        {
            Name = run.Title,
            Points = [.. run.First.Scores.Latent!.KlPerDimension.OrderDescending().Select((kl, i) => new ChartPoint(i + 1, kl))],
        })],
    };

    /// <summary>
    /// The chart of reconstruction against generation over m, and a sentence on its knee; null for fewer than three values of m.
    /// </summary>
    /// <param name="options">The significance.</param>
    /// <param name="resampling">The seed of the bootstrap.</param>
    public static (ScatterChart Chart, string Text)? TradeOff(IReadOnlyList<ReportRun> runs, ClaimOptions options, ulong resampling)
    {
        ReportRun[] overM = [.. runs
            .Where(run => run.M is not null && run.First.Scores.Reconstruction is not null)
            .OrderBy(run => run.Objective.M)];
        if (overM.Length < 3)
            return null;
        (double Reconstruction, double Generation)[] points = [.. overM.Select(run =>
            (run.Mean(j => 100 * j.Reconstruction!.Bleu)!.Value, run.Mean(j => 100 * (j.Drawn.Natural.Share ?? 0))!.Value))];
        double p = DifferenceOf(new RunPair(overM[0], overM[^1], resampling));
        int? knee = p < options.Significance ? Reports.TradeOff.Knee(points) : null;
        ScatterChart chart = new()
        {
            Name = "trade-off",
            Title = "Reconstruction against generation, over m",
            Description = "BLEU-4 of reconstructions by beam search from a drawn z, against the share of sentences drawn from the prior "
                + "that a 5-gram model finds as natural as nine tenths of real ones. Labels are m.",
            X = new Axis("BLEU-4 of reconstructions", "%"),
            Y = new Axis("Natural samples", "%"),
            Paths = [new ScatterPath("AutoGen",
                [.. overM.Select((run, i) => new LabelledPoint(points[i].Reconstruction, points[i].Generation, M(run), i == knee))])],
        };
        string text = knee is { } at
            ? $"The knee is at m = {M(overM[at])}: the point farthest above the line between the ends (Satopää et al. 2011), where "
                + "reconstruction has gained most for what generation has lost."
            : p >= options.Significance
            ? $"No knee is named: natural samples of the ends, {Natural(overM[0])} at m = {M(overM[0])} and "
                + $"{Natural(overM[^1])} at m = {M(overM[^1])}, do not differ (p {ReportText.PValue(p)}), so that what a greater m "
                + "costs cannot be told."
            : "There is no knee: no m lies above a straight line between ends that trade one quantity for the other, so none gives more "
                + "than a mixture of two would.";
        return (chart, text);

        static string Natural(ReportRun run) => run.Percent(j => j.Drawn.Natural.Share);

        static string M(ReportRun run) => ReportText.Number(run.Objective.M, "0.###");
    }

    // p that two models generate natural sentences equally often, from the same codes: over seeds, or of McNemar's test for one seed.
    private static double DifferenceOf(RunPair ends)
    {
        if (ends.Seeds > 1 && ends.Crossed(run => ItemRatio.MeanOf(run.Drawn.Select(sample => sample.Natural ? 1.0 : 0))) is { } comparison)
            return Evidence.Above(comparison, 0).P;
        return ends.Discordant(run => run.Drawn, sample => sample.Natural).Select(ExactTests.McNemar).DefaultIfEmpty(1).First();
    }
}
