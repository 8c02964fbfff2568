namespace Reprise.Studies.Charts;

/// <summary>A point of a curve in the units of its axes; NaN is a gap.</summary>
/// <param name="X">For curves of training: steps.</param>
/// <param name="Y">What was measured there.</param>
internal readonly record struct ChartPoint(double X, double Y);

/// <summary>An interval at <paramref name="X"/>, as mean ± standard deviation over seeds.</summary>
internal readonly record struct BandPoint(double X, double Low, double High);

/// <summary>The style of a line: the kind of a curve; its colour and its marker say whose it is.</summary>
internal enum LineStyle
{
    Solid,
    Dashed,
}

/// <summary>The places where a line carries the marker of its colour.</summary>
internal enum Markers
{
    /// <summary>At a few places, so that lines can be told apart in grey.</summary>
    Some,

    /// <summary>At each point, as long as there are few.</summary>
    All,
}

/// <summary>A curve of a <see cref="LineChart"/>.</summary>
internal sealed record Series
{
    /// <summary>Whose curve it is. Series of the same name share colour, marker and legend entry.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The variant of a curve, for example "published", with a legend entry of its own; null for the main one.
    /// </summary>
    public string? Variant { get; init; }

    /// <summary>In ascending order of x.</summary>
    public required IReadOnlyList<ChartPoint> Points { get; init; }

    /// <summary>The same before smoothing, drawn faintly behind; empty for none.</summary>
    public IReadOnlyList<ChartPoint> Raw { get; init; } = [];

    /// <summary>Drawn as an area behind; empty for none.</summary>
    public IReadOnlyList<BandPoint> Band { get; init; } = [];

    /// <summary>Solid unless said otherwise.</summary>
    public LineStyle Style { get; init; }

    /// <summary>At a few places unless said otherwise.</summary>
    public Markers Markers { get; init; }
}
