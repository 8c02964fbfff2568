namespace Reprise.Studies.Statistics;

/// <summary>
/// A proportion with its 95% interval of Wilson (1927).
/// </summary>
/// <param name="Count">Successes.</param>
/// <param name="Total">Trials.</param>
internal readonly record struct Proportion(int Count, int Total)
{
    private const double Z = 1.959963984540054; // 97.5% of a standard normal number lie below

    /// <summary>Successes by trials; null without trials.</summary>
    public double? Share => Total == 0 ? null : (double)Count / Total;

    /// <summary>The lower end: (p + z²/2n - z √(p (1 - p)/n + z²/4n²)) / (1 + z²/n); null without trials.</summary>
    public double? Low => Share is { } p ? Count == 0 ? 0 : Centre(p) - HalfWidth(p) : null;

    /// <summary>The upper end, with + before the root.</summary>
    public double? High => Share is { } p ? Count == Total ? 1 : Centre(p) + HalfWidth(p) : null;

    private double Centre(double p) => (p + (Z * Z / (2 * Total))) / (1 + (Z * Z / Total));

    private double HalfWidth(double p) => Z * Math.Sqrt((p * (1 - p) / Total) + (Z * Z / (4.0 * Total * Total))) / (1 + (Z * Z / Total));
}
