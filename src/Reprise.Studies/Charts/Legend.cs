
namespace Reprise.Studies.Charts;

/// <summary>An entry of a legend: a sample of a line and its name.</summary>
/// <param name="Colour">The colour of a name, with its marker; null for a kind of line, of any name.</param>
/// <param name="Style">The classes of the sample.</param>
internal sealed record LegendEntry(string Text, int? Colour, string Style)
{
    private const double Sample = 28, Gap = 7, Between = 20;

    public double Width => Sample + Gap + ChartText.Width(Text, ChartStyle.TextSize) + Between;

    /// <summary>Breaks entries into rows no wider than <paramref name="width"/>.</summary>
    public static List<List<LegendEntry>> Rows(IEnumerable<LegendEntry> entries, double width)
    {
        List<List<LegendEntry>> rows = [];
        double used = double.PositiveInfinity;
        foreach (LegendEntry entry in entries)
        {
            if (used + entry.Width > width + Between)
            {
                rows.Add([]);
                used = 0;
            }

            rows[^1].Add(entry);
            used += entry.Width;
        }

        return rows;
    }

    public void Draw(ChartCanvas canvas, double x, double y)
    {
        string colour = Colour is { } index ? ChartStyle.Colour(index) : "any";
        canvas.Svg.Line(x, y, x + Sample, y, $"{Style} {colour}");
        if (Colour is { } own)
            canvas.Mark(own, x + (Sample / 2), y, 4.5, "mark");
        canvas.Svg.Text(x + Sample + Gap, y + 4.5, Text, "label");
    }
}

/// <summary>The legend of a chart: rows between title and plot.</summary>
internal static class Legend
{
    private const double RowHeight = 18;

    public static void Draw(ChartCanvas canvas, IEnumerable<List<LegendEntry>> rows)
    {
        double y = canvas.LegendTop + (RowHeight / 2) + 3;
        foreach (List<LegendEntry> row in rows)
        {
            double x = 12;
            foreach (LegendEntry entry in row)
            {
                entry.Draw(canvas, x, y);
                x += entry.Width;
            }

            y += RowHeight;
        }
    }
}
