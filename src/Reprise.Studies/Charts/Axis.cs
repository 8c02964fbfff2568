namespace Reprise.Studies.Charts;

/// <summary>How values are laid out along an axis.</summary>
internal enum AxisScale
{
    Linear,

    /// <summary>By their logarithm; what is not above 0 is left out.</summary>
    Logarithmic,
}

/// <summary>One of the two axes of a chart.</summary>
/// <param name="Title">What it measures.</param>
/// <param name="Unit">In which unit; null where it is a pure number.</param>
internal sealed record Axis(string Title, string? Unit = null)
{
    /// <summary>Linear unless said otherwise.</summary>
    public AxisScale Scale { get; init; }

    /// <summary>Where the axis starts; null for where the data start. Lines are clipped there.</summary>
    public double? Min { get; init; }

    /// <summary>Where the axis ends; null for where the data end.</summary>
    public double? Max { get; init; }

    /// <summary>Has 0 in it even if the data lie far from it.</summary>
    public bool WithZero { get; init; }

    /// <summary>Title and unit as they stand in the chart.</summary>
    public string Label => Unit is null ? Title : $"{Title} ({Unit})";
}
