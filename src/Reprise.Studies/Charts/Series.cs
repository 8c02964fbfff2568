namespace Reprise.Studies.Charts;

/// <summary>A point of a curve in the units of its axes; NaN is a gap.</summary>
/// <param name="X">The position along x, for example steps of training.</param>
/// <param name="Y">The value.</param>
internal readonly record struct ChartPoint(double X, double Y);

/// <summary>An interval at <paramref name="X"/>, for example mean ± standard deviation over seeds.</summary>
internal readonly record struct BandPoint(double X, double Low, double High);

/// <summary>The style of a line, by the kind of curve; colour and marker go by name.</summary>
internal enum LineStyle
{
    Solid,
    Dashed,
}

/// <summary>The places where a line carries the marker of its colour.</summary>
internal enum Markers
{
    /// <summary>At a few places, to distinguish lines in grey.</summary>
    Some,

    /// <summary>At each point of curves with few points.</summary>
    All,
}

/// <summary>A curve of a <see cref="LineChart"/>.</summary>
internal sealed record Series
{
    /// <summary>The name. Series of the same name share colour, marker and legend entry.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The variant of a curve, for example "published", with a legend entry of its own; null for the main one.
    /// </summary>
    public string? Variant { get; init; }

    /// <summary>The points in ascending order of x.</summary>
    public required IReadOnlyList<ChartPoint> Points { get; init; }

    /// <summary>The points before smoothing, drawn faintly behind; empty for none.</summary>
    public IReadOnlyList<ChartPoint> Raw { get; init; } = [];

    /// <summary>Intervals, drawn as an area behind; empty for none.</summary>
    public IReadOnlyList<BandPoint> Band { get; init; } = [];

    /// <summary>The style of the line. Default solid.</summary>
    public LineStyle Style { get; init; }

    /// <summary>The places of markers. Default a few.</summary>
    public Markers Markers { get; init; }
}
