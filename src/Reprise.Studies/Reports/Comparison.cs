using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>A difference between two models that a claim rests on, with its evidence.</summary>
/// <param name="Name">The quantity and the models, for example "KL share, m = 1 − VAE".</param>
/// <param name="Values">The differences by seed.</param>
/// <param name="Scale">The factor of printed numbers: 100 for points of a percentage.</param>
/// <param name="Format">The format of printed numbers.</param>
internal sealed record Comparison(string Name, PairedComparison Values, double Scale, string Format)
{
    /// <summary>The claim's test on this difference; null for a number shown beside it, and for one seed.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>p of McNemar's exact test for each seed; empty for other quantities.</summary>
    public IReadOnlyList<double> SeedP { get; init; } = [];

    /// <summary>The mean difference with its 95% interval.</summary>
    public string Text => Values.Interval is { } interval ? $"{Printed(Values.Mean)} ({Printed(interval)})" : Printed(Values.Mean);

    /// <summary>The difference of one seed, with its interval over items or McNemar's p; a dash for a seed that a model lacks.</summary>
    public string OfSeed(ulong seed)
    {
        int place = Array.IndexOf([.. Values.Seeds], seed);
        if (place < 0)
            return "–";
        string value = Printed(Values.Differences[place]);
        return SeedP.Count > 0 ? $"{value}, p {ReportText.PValue(SeedP[place])}"
            : Values.Intervals.Count > 0 ? $"{value} ({Printed(Values.Intervals[place])})"
            : value;
    }

    private string Printed((double Low, double High) interval) => $"{Printed(interval.Low)} to {Printed(interval.High)}";

    private string Printed(double value) => ReportText.Signed(Scale * value, Format);
}

/// <summary>A claim of the paper, held against a study.</summary>
/// <param name="Text">The claim.</param>
/// <param name="Comparisons">What it rests on; empty without the runs that it takes.</param>
/// <param name="Evidence">The evidence of all comparisons together; null where it cannot be tested.</param>
/// <param name="Reason">Why it cannot be tested.</param>
internal sealed record TestedClaim(string Text, IReadOnlyList<Comparison> Comparisons, Evidence? Evidence, string Reason = "");
