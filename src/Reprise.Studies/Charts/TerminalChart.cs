using System.Text;
using Reprise.Formats;

namespace Reprise.Studies.Charts;

/// <summary>A curve of a <see cref="TerminalChart"/>.</summary>
/// <param name="Name">The name, shown at the end of the curve.</param>
/// <param name="Points">The points in ascending order of x; NaN is a gap.</param>
internal sealed record TerminalCurve(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>A piece of a line that belongs to one curve, for colouring.</summary>
/// <param name="Text">The piece's characters.</param>
/// <param name="Curve">The curve's index; -1 for axes and labels of axes.</param>
internal readonly record struct TerminalRun(string Text, int Curve);

/// <summary>A line of a chart, from left to right.</summary>
/// <param name="Runs">The pieces; neighbours belong to different curves.</param>
internal sealed record TerminalLine(IReadOnlyList<TerminalRun> Runs)
{
    /// <summary>The line without colours, and without spaces at its end.</summary>
    public override string ToString() => string.Concat(Runs.Select(run => run.Text)).TrimEnd();
}

/// <summary>The options of a <see cref="TerminalChart"/>.</summary>
internal sealed record TerminalChartOptions
{
    /// <summary>The title above the chart.</summary>
    public string Title { get; init; } = "";

    /// <summary>Columns of the whole chart, at least 40. Default 80.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Rows of the plot, without title and axis, at least 3. Default 10.</summary>
    public int Height { get; init; } = 10;
}

/// <summary>
/// Curves as lines of text. A character holds 2 x 4 Braille dots. The last point of each curve is its letter; its name is at the right.
/// </summary>
internal static class TerminalChart
{
    /// <summary>The chart's lines: the title, the rows of the plot, the axis of x and its numbers.</summary>
    /// <exception cref="ArgumentException">The options leave no room for a chart.</exception>
    public static IReadOnlyList<TerminalLine> Draw(IReadOnlyList<TerminalCurve> curves, TerminalChartOptions options)
    {
        ArgumentNullException.ThrowIfNull(curves);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Width < 40 || options.Height < 3)
            throw new ArgumentException($"expected at least 40 columns and 3 rows, found {options.Width} and {options.Height}",
                nameof(options));

        (Extent extentX, Extent extentY) = (new Extent(AxisScale.Linear), new Extent(AxisScale.Linear));
        foreach (ChartPoint point in curves.SelectMany(curve => curve.Points).Where(point => double.IsFinite(point.Y)))
        {
            extentX.Add(point.X);
            extentY.Add(point.Y);
        }

        Scale y = new(new Axis(""), extentY, Math.Max(1, options.Height / 3), toTicks: true);
        int left = y.Ticks.Max(tick => tick.Label.Length) + 1;
        int right = Math.Min(options.Width / 3, curves.Count == 0 ? 0 : curves.Max(curve => curve.Name.Length) + 3);
        int columns = options.Width - left - 1 - right;
        Scale x = new(new Axis(""), extentX, Math.Max(1, columns / 12), toTicks: false);
        TerminalPlot plot = new(columns, options.Height, x, y);
        for (int curve = 0; curve < curves.Count; curve++)
            plot.Draw(curves[curve].Points, curve);

        List<TerminalLine> lines = options.Title.Length > 0 ? [new([new(VisibleText.Of(options.Title), -1)])] : [];
        string[] names = Names(curves, plot, options.Height, right);
        for (int row = 0; row < options.Height; row++)
        {
            Tick? tick = y.Ticks.Select(t => (Tick?)t).FirstOrDefault(t => plot.Row(t!.Value.Value) == row);
            string label = (tick?.Label ?? "").PadLeft(left - 1) + (tick is null ? " " : "╶") + "│";
            int owner = Array.FindIndex(plot.LabelRows, place => place == row);
            IEnumerable<TerminalRun> runs = [new(label, -1), .. plot.Runs(row)];
            lines.Add(new([.. owner < 0 ? runs : runs.Append(new(names[owner], owner))]));
        }

        lines.AddRange(AxisOfX(x, plot, left, columns));
        return lines;
    }

    /// <summary>The letter that stands for a curve: a, b, c and so on.</summary>
    internal static char Letter(int curve) => (char)('a' + (curve % 26));

    /// <summary>The text without control characters.</summary>

    private static string[] Names(IReadOnlyList<TerminalCurve> curves, TerminalPlot plot, int height, int room)
    {
        plot.PlaceLabels(curves.Count, height);
        return [.. curves.Select((curve, index) =>
        {
            string name = $" {Letter(index)} {VisibleText.Of(curve.Name)}";
            return name.Length <= room ? name : name[..room];
        })];
    }

    private static IEnumerable<TerminalLine> AxisOfX(Scale x, TerminalPlot plot, int left, int columns)
    {
        StringBuilder axis = new(new string(' ', left) + "└" + new string('─', columns));
        StringBuilder numbers = new(new string(' ', left + 1 + columns));
        int free = 0;
        foreach (Tick tick in x.Ticks)
        {
            int column = left + 1 + plot.Column(tick.Value);
            axis[column] = '┴';
            int start = Math.Clamp(column - (tick.Label.Length / 2), 0, numbers.Length - tick.Label.Length);
            if (start < free)
                continue;
            for (int i = 0; i < tick.Label.Length; i++)
                numbers[start + i] = tick.Label[i];
            free = start + tick.Label.Length + 2;
        }

        yield return new([new(axis.ToString(), -1)]);
        yield return new([new(numbers.ToString(), -1)]);
    }
}
