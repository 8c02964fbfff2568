namespace Reprise.Studies.Charts;

/// <summary>The layout of values along an axis.</summary>
internal enum AxisScale
{
    Linear,

    /// <summary>Lays values out by their logarithm; leaves out values of 0 and below.</summary>
    Logarithmic,
}

/// <summary>One of the two axes of a chart.</summary>
/// <param name="Title">The quantity.</param>
/// <param name="Unit">The unit; null for a pure number.</param>
internal sealed record Axis(string Title, string? Unit = null)
{
    /// <summary>The layout of values. Default linear.</summary>
    public AxisScale Scale { get; init; }

    /// <summary>The start of the axis; null for that of the data. Lines are clipped there.</summary>
    public double? Min { get; init; }

    /// <summary>The end of the axis; null for that of the data.</summary>
    public double? Max { get; init; }

    /// <summary>True to include 0 even if the data are far from it.</summary>
    public bool WithZero { get; init; }

    /// <summary>Title and unit as the chart shows them.</summary>
    public string Label => Unit is null ? Title : $"{Title} ({Unit})";
}
