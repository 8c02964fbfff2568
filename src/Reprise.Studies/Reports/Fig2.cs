using System.Globalization;
using Reprise.Studies.Charts;

namespace Reprise.Studies.Reports;

/// <summary>The curves of a run, or of the same run with several seeds.</summary>
/// <param name="Name">The run's name; published curves of that name share its colour.</param>
/// <param name="Title">The run's name in the report.</param>
/// <param name="HeldOut">For each seed, the measures on held-out sentences, by step.</param>
/// <param name="Training">For each seed, means over the training sentences since the report before, by step.</param>
internal sealed record CurveRun(
    string Name, string Title, IReadOnlyList<IReadOnlyList<CurvePoint>> HeldOut, IReadOnlyList<IReadOnlyList<CurvePoint>> Training);

/// <summary>
/// The paper's Fig. 2: the share of KL in the objective (left) and the ELBO (right) through training, and their parts, nll and
/// KL; on held-out sentences and on training batches.
/// </summary>
internal static class Fig2
{
    // share of training before which values outside the range of later ones may be cut off, because they flatten these
    private const double Early = 0.02;

    private static readonly Quantity[] Quantities =
    [
        new(
            "kl-share", "KL as a share of the objective", new Axis("KL / ((1 + m) nll + KL)", "%") { WithZero = true },
            point => 100 * point.KlShare),
        new("elbo", "ELBO", new Axis("ELBO", "nats per sentence"), point => point.Elbo),
        new("nll", "Reconstruction", new Axis("nll = −log p(x|z)", "nats per sentence"), point => point.Nll),
        new("kl", "KL", new Axis("KL(q(z|x) ‖ p(z))", "nats per sentence") { WithZero = true }, point => point.Kl),
    ];

    /// <summary>
    /// Four charts on held-out sentences: share, ELBO, nll, KL. Steps are laid out by their logarithm under published curves, which are
    /// far longer.
    /// </summary>
    public static IReadOnlyList<LineChart> HeldOut(IReadOnlyList<CurveRun> runs, PublishedCurves? published = null) =>
        [.. Quantities.Select(quantity => Build(quantity, "", "held-out sentences", runs, run => run.HeldOut, published))];

    /// <summary>The same four charts on training batches, where words are dropped.</summary>
    public static IReadOnlyList<LineChart> Training(IReadOnlyList<CurveRun> runs, PublishedCurves? published = null) =>
        [.. Quantities.Select(quantity => Build(quantity, "-training", "training batches", runs, run => run.Training, published))];

    private static LineChart Build(
        Quantity quantity, string suffix, string of, IReadOnlyList<CurveRun> runs,
        Func<CurveRun, IReadOnlyList<IReadOnlyList<CurvePoint>>> curves, PublishedCurves? published)
    {
        List<Series> series = [.. runs.Select(run => Own(run, [.. curves(run).Select(curve => Values(curve, quantity))]))];
        foreach (PublishedCurve curve in published?.Curves ?? [])
        {
            string name = runs.FirstOrDefault(run => run.Name == curve.Name)?.Title ?? curve.Title;
            series.Add(new Series
            {
                Name = name,
                Variant = "published",
                Points = Values(curve.Points, quantity),
                Style = LineStyle.Dashed,
                Markers = Markers.All,
            });
        }

        AxisScale scale = published is null ? AxisScale.Linear : AxisScale.Logarithmic;
        (Axis y, string note) = WithoutTheStart(quantity.Axis, series, StartOf(series, published));
        string seeds = runs.Any(run => curves(run).Count > 1)
            ? " Mean over seeds, with an area of one standard deviation to either side."
            : "";
        string overlay = published is null ? "" : " Dashed: as published (Mansbridge et al. 2019, Fig. 2), on other data.";
        return new LineChart
        {
            Name = $"fig2-{quantity.Name}{suffix}",
            Title = $"{quantity.Title}, {of}",
            Description = $"{quantity.Axis.Label} over steps of training on {of}, smoothed, with the measured values "
                + $"behind.{seeds}{overlay}{note}",
            X = new Axis("Step", scale == AxisScale.Logarithmic ? "logarithmic" : null) { Scale = scale },
            Y = y,
            Series = series,
        };
    }

    private static Series Own(CurveRun run, IReadOnlyList<IReadOnlyList<ChartPoint>> seeds)
    {
        IReadOnlyList<ChartPoint> mean = seeds.Count == 1 ? seeds[0] : [.. Spread(seeds).Select(at => new ChartPoint(at.X, at.Mean))];
        return new Series
        {
            Name = run.Title,
            Points = Smoothing.CentredMean(mean),
            Raw = seeds.Count == 1 ? mean : [],
            Band = seeds.Count < 2 ? [] : Band(seeds),
        };
    }

    private static BandPoint[] Band(IReadOnlyList<IReadOnlyList<ChartPoint>> seeds)
    {
        (double X, double Mean, double Deviation)[] spread = [.. Spread(seeds)];
        IReadOnlyList<ChartPoint> low = Smoothing.CentredMean([.. spread.Select(at => new ChartPoint(at.X, at.Mean - at.Deviation))]);
        IReadOnlyList<ChartPoint> high = Smoothing.CentredMean([.. spread.Select(at => new ChartPoint(at.X, at.Mean + at.Deviation))]);
        return [.. low.Zip(high, (below, above) => new BandPoint(below.X, below.Y, above.Y))];
    }

    /// <summary>Mean and standard deviation (with n - 1) at the steps that all seeds have.</summary>
    private static IEnumerable<(double X, double Mean, double Deviation)> Spread(IReadOnlyList<IReadOnlyList<ChartPoint>> seeds) =>
        from point in seeds.SelectMany(curve => curve)
        group point.Y by point.X into at
        where at.Count() == seeds.Count && at.All(double.IsFinite)
        orderby at.Key
        let mean = at.Average()
        select (at.Key, mean, Math.Sqrt(at.Sum(value => (value - mean) * (value - mean)) / (seeds.Count - 1)));

    private static ChartPoint[] Values(IReadOnlyList<CurvePoint> curve, Quantity quantity) =>
        [.. curve.Select(point => new ChartPoint(point.Step, quantity.Of(point)))];

    /// <summary>
    /// The step before which a value may be cut off: a fiftieth of training; with published curves their start, at most half of training.
    /// </summary>
    private static double StartOf(IReadOnlyList<Series> series, PublishedCurves? published)
    {
        double last = series.Where(s => s.Variant is null).SelectMany(s => s.Points).Select(point => point.X).DefaultIfEmpty().Max();
        return published is null
            ? Early * last
            : Math.Min(last / 2, published.Curves.SelectMany(curve => curve.Points)
                .Select(point => (double)point.Step).Where(step => step > 0).DefaultIfEmpty(last).Min());
    }

    /// <summary>An axis that shows all values, except those before a step where they would take most of the room.</summary>
    private static (Axis Axis, string Note) WithoutTheStart(Axis axis, List<Series> series, double start)
    {
        ChartPoint[] all = [.. series.SelectMany(s => s.Points.Concat(s.Raw)).Where(point => double.IsFinite(point.Y))];
        if (axis.WithZero || all.Length == 0)
            return (axis, "");
        ChartPoint[] later = [.. all.Where(point => point.X >= start)];
        (double low, double high) = (later.Min(point => point.Y), later.Max(point => point.Y));
        double room = 0.08 * (high - low);
        bool cutBelow = low - all.Min(point => point.Y) > high - low, cutAbove = all.Max(point => point.Y) - high > high - low;
        if (room <= 0 || !(cutBelow || cutAbove))
            return (axis, "");
        return (axis with { Min = cutBelow ? low - room : null, Max = cutAbove ? high + room : null },
            $" What lies outside before step {Math.Ceiling(start).ToString("N0", CultureInfo.InvariantCulture)} is cut off.");
    }

    private sealed record Quantity(string Name, string Title, Axis Axis, Func<CurvePoint, double> Of);
}
