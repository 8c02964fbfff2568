namespace Reprise.Studies.Charts;

/// <summary>The least and the greatest of the values that an axis can show.</summary>
internal struct Extent(AxisScale scale)
{
    public double Low { get; private set; } = double.PositiveInfinity;

    public double High { get; private set; } = double.NegativeInfinity;

    public readonly bool IsEmpty => Low > High;

    public void Add(double value)
    {
        if (!Scale.CanShow(value, scale == AxisScale.Logarithmic))
            return;
        Low = Math.Min(Low, value);
        High = Math.Max(High, value);
    }
}
