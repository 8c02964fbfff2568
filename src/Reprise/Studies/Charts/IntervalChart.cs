namespace Reprise.Studies.Charts;

/// <summary>A value with its interval, for one row of an <see cref="IntervalChart"/>; NaN where there is none.</summary>
internal readonly record struct Interval(double Value, double Low = double.NaN, double High = double.NaN);

/// <summary>Values that belong together, one for each row.</summary>
/// <param name="Name">In the legend, where there is more than one group.</param>
/// <param name="Rows">In the order of the chart's rows.</param>
internal sealed record IntervalGroup(string Name, IReadOnlyList<Interval> Rows);

/// <summary>A few values to compare, each with its interval: one row a name, from left to right by value.</summary>
internal sealed record IntervalChart : Chart
{
    private const double Apart = 10;

    /// <summary>What the rows stand for, from top to bottom.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    public required IReadOnlyList<IntervalGroup> Groups { get; init; }

    /// <summary>A value to compare with, as a dashed line; null for none.</summary>
    public double? Reference { get; init; }

    /// <summary>A height at which rows are neither crowded nor lost.</summary>
    public static int HeightFor(int rows, int groups) => 140 + (rows * (int)(16 + (Apart * groups)));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A group has more or fewer values than there are rows.</exception>
    public override string ToSvg()
    {
        Extent x = new(X.Scale), y = new(AxisScale.Linear);
        y.Add(Rows.Count == 0 ? double.NaN : 0);
        foreach (IntervalGroup group in Groups)
        {
            if (group.Rows.Count != Rows.Count)
                throw new ArgumentException($"{group.Name}: expected {Rows.Count} values, one a row, found {group.Rows.Count}");
            foreach (Interval interval in group.Rows)
            {
                x.Add(interval.Value);
                x.Add(interval.Low);
                x.Add(interval.High);
            }
        }

        x.Add(Reference ?? double.NaN);
        List<List<LegendEntry>> legend = Groups.Count < 2 ? []
            : LegendEntry.Rows(Groups.Select((group, index) => new LegendEntry(group.Name, index, "line")), ChartCanvas.LegendWidth(this));
        ChartCanvas canvas = new(this, x, y, legend.Count, 0, xToTicks: true, Rows);
        canvas.Begin();
        Legend.Draw(canvas, legend);
        if (Reference is { } reference && canvas.X.CanShow(reference))
            canvas.Svg.Line(canvas.PixelX(reference), canvas.Top, canvas.PixelX(reference), canvas.Bottom, "line thin dashed any");
        for (int index = 0; index < Groups.Count; index++)
        {
            for (int row = 0; row < Rows.Count; row++)
                Draw(canvas, Groups[index].Rows[row], canvas.PixelY(row) + (Apart * (index - ((Groups.Count - 1) / 2.0))), index);
        }

        return canvas.End();
    }

    /// <summary>One row a value: <c>series,row,value,low,high</c>.</summary>
    public override string ToCsv()
    {
        CsvWriter csv = new("series", "row", "value", "low", "high");
        foreach (IntervalGroup group in Groups)
        {
            foreach ((string row, Interval interval) in Rows.Zip(group.Rows))
                csv.Row(group.Name, row, interval.Value, interval.Low, interval.High);
        }

        return csv.ToString();
    }

    private static void Draw(ChartCanvas canvas, Interval interval, double y, int colour)
    {
        if (!canvas.X.CanShow(interval.Value))
            return;
        if (canvas.X.CanShow(interval.Low) && canvas.X.CanShow(interval.High))
            canvas.Svg.Line(canvas.PixelX(interval.Low), y, canvas.PixelX(interval.High), y, $"line {ChartStyle.Colour(colour)}");
        canvas.Mark(colour, canvas.PixelX(interval.Value), y, 5, "mark");
    }
}
