namespace Reprise.Studies.Charts;

/// <summary>The parts that all charts share: title, legend, axes, grid, and an area for the data alone.</summary>
internal sealed class ChartCanvas
{
    private const double Edge = 12, LineHeight = 18, TickRoom = 8, BoldWidth = 1.15;

    private readonly Chart _chart;

    /// <summary>Lays out the parts, without drawing.</summary>
    /// <param name="legendRows">Rows of the legend above the plot.</param>
    /// <param name="right">Pixels kept free at the right of the plot.</param>
    /// <param name="xToTicks">True to end x on marks, as y does.</param>
    public ChartCanvas(Chart chart, Extent x, Extent y, int legendRows, double right, bool xToTicks = false)
    {
        _chart = chart;
        TitleLines = ChartText.Wrap(chart.Title, BoldWidth * ChartStyle.TitleSize, chart.Width - (2 * Edge));
        LegendTop = Edge + (TitleLines.Count * (LineHeight + 3));
        Top = LegendTop + (legendRows * LineHeight) + (legendRows > 0 ? 6 : 0) + LineHeight + 8;
        Bottom = chart.Height - Edge - (2 * LineHeight) - 2;
        Y = new Scale(chart.Y, y, (int)Math.Max(2, (Bottom - Top) / 48), toTicks: true);
        Left = Edge + TickRoom + Y.Ticks.Select(tick => ChartText.Width(tick.Label, ChartStyle.TextSize)).Append(16).Max();
        Right = chart.Width - Math.Max(right, Edge + 10);
        X = new Scale(chart.X, x, (int)Math.Max(2, (Right - Left) / 90), xToTicks);
        IsEmpty = x.IsEmpty || y.IsEmpty;
    }

    public SvgWriter Svg { get; } = new();

    public Scale X { get; }

    public Scale Y { get; }

    public double Left { get; }

    public double Right { get; }

    public double Top { get; }

    public double Bottom { get; }

    /// <summary>The start of the first row of the legend.</summary>
    public double LegendTop { get; }

    private List<string> TitleLines { get; }

    private bool IsEmpty { get; }

    /// <summary>The room for the legend's rows.</summary>
    public static double LegendWidth(Chart chart) => chart.Width - (2 * Edge);

    public double PixelX(double x) => Left + (X.At(x) * (Right - Left));

    public double PixelY(double y) => Bottom - (Y.At(y) * (Bottom - Top));

    /// <summary>Points in pixels; a value that the axes cannot show becomes a gap.</summary>
    public List<ChartPoint> Pixels(IReadOnlyList<ChartPoint> points)
    {
        List<ChartPoint> pixels = new(points.Count);
        foreach (ChartPoint point in points)
        {
            if (X.CanShow(point.X))
                pixels.Add(new ChartPoint(PixelX(point.X), Y.CanShow(point.Y) ? PixelY(point.Y) : double.NaN));
        }

        return pixels;
    }

    /// <summary>Draws the root element up to the axes.</summary>
    public void Begin()
    {
        string name = _chart.Name;
        Svg.Open("svg", $"xmlns=\"http://www.w3.org/2000/svg\" id=\"{name}\" class=\"reprise-chart\" role=\"img\" "
            + FormattableString.Invariant($"aria-labelledby=\"{name}-title {name}-desc\" viewBox=\"0 0 {_chart.Width} {_chart.Height}\""));
        Svg.Leaf("title", $"id=\"{name}-title\"", _chart.Title);
        Svg.Leaf("desc", $"id=\"{name}-desc\"", _chart.Description.Length > 0
            ? _chart.Description
            : $"{_chart.Y.Label} over {_chart.X.Label}");
        Svg.Verbatim($"<style>\n{ChartStyle.Sheet}\n</style>");
        Svg.Verbatim($"<clipPath id=\"{name}-plot\"><rect x=\"{SvgWriter.Number(Left - 1)}\" y=\"{SvgWriter.Number(Top - 1)}\" "
            + $"width=\"{SvgWriter.Number(Right - Left + 2)}\" height=\"{SvgWriter.Number(Bottom - Top + 2)}\"/></clipPath>");
        Svg.Empty("rect", FormattableString.Invariant($"class=\"paper\" width=\"{_chart.Width}\" height=\"{_chart.Height}\""));
        for (int line = 0; line < TitleLines.Count; line++)
            Svg.Text(Edge, Edge + 14 + (line * (LineHeight + 3)), TitleLines[line], "title");
        Axes();
        if (IsEmpty)
            Svg.Text((Left + Right) / 2, (Top + Bottom) / 2, "no data", "soft", SvgWriter.Anchor.Middle);
    }

    /// <summary>Draws inside the plot only.</summary>
    public void BeginClip() => Svg.Open("g", $"clip-path=\"url(#{_chart.Name}-plot)\"");

    public void EndClip() => Svg.Close("g");

    public string End()
    {
        Svg.Close("svg");
        return Svg.ToString();
    }

    public void Mark(int colour, double x, double y, double radius, string style) =>
        Svg.Empty("path", $"class=\"{style} {ChartStyle.Colour(colour)}\" d=\"{ChartStyle.Marker(colour, x, y, radius)}\"");

    private void Axes()
    {
        foreach (Tick tick in Y.Ticks)
        {
            double y = Math.Round(PixelY(tick.Value)) + 0.5;
            Svg.Line(Left, y, Right, y, "grid");
            Svg.Text(Left - TickRoom, y + 4.5, tick.Label, "soft", SvgWriter.Anchor.End);
        }

        double free = double.NegativeInfinity;
        foreach (Tick tick in X.Ticks)
        {
            double x = Math.Round(PixelX(tick.Value)) + 0.5;
            double half = ChartText.Width(tick.Label, ChartStyle.TextSize) / 2;
            Svg.Line(x, Top, x, Bottom, "grid");
            Svg.Line(x, Bottom, x, Bottom + 4, "frame");
            if (x - half < free)
                continue; // too near to the mark before
            Svg.Text(x, Bottom + LineHeight, tick.Label, "soft", SvgWriter.Anchor.Middle);
            free = x + half + 6;
        }

        Svg.Line(Left, Bottom + 0.5, Right, Bottom + 0.5, "frame");
        Svg.Text(Edge, Top - 12, _chart.Y.Label, "soft");
        Svg.Text((Left + Right) / 2, Bottom + (2 * LineHeight) + 2, _chart.X.Label, "soft", SvgWriter.Anchor.Middle);
    }
}
