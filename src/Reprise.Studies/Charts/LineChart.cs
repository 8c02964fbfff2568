namespace Reprise.Studies.Charts;

/// <summary>Curves over a common x.</summary>
internal sealed record LineChart : Chart
{
    private const int MostPoints = 9000; // of all lines together: about 60 kB
    private const int MostMarkers = 60;
    private const double LabelGap = 16, LargestShift = 14;

    /// <summary>The curves. Colours go to names in their order here.</summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>The name of the faint lines in the legend.</summary>
    public string RawLabel { get; init; } = "before smoothing";

    /// <summary>The name of the areas in the legend.</summary>
    public string BandLabel { get; init; } = "mean ± standard deviation";

    /// <inheritdoc/>
    public override string ToSvg()
    {
        string[] names = [.. Series.Select(series => series.Name).Distinct()];
        (ChartCanvas canvas, List<LegendEntry> legend, bool direct) = Layout(names);
        canvas.Begin();
        Legend.Draw(canvas, LegendEntry.Rows(legend, ChartCanvas.LegendWidth(this)));
        canvas.BeginClip();
        int lines = Series.Count + Series.Count(series => series.Raw.Count > 0);
        int most = Math.Max(200, MostPoints / Math.Max(1, lines));
        foreach (Series series in Series)
            Area(canvas, series, ColourOf(series), most);
        foreach (Series series in Series)
            canvas.Svg.Polyline(Thinned(canvas, series.Raw, most), $"raw {ChartStyle.Colour(ColourOf(series))}");
        foreach (Series series in Series.OrderBy(series => series.Variant is null)) // main curves are drawn last, on top
            canvas.Svg.Polyline(Thinned(canvas, series.Points, most),
                $"{ChartStyle.Line(series.Style)} {ChartStyle.Colour(ColourOf(series))}");
        canvas.EndClip();
        foreach (Series series in Series.OrderBy(series => series.Variant is null))
            Mark(canvas, series, ColourOf(series));
        if (direct)
            EndLabels(canvas, names);
        return canvas.End();

        int ColourOf(Series series) => Array.IndexOf(names, series.Name);
    }

    /// <summary>The values, a row each: <c>series,variant,part,x,y</c>; part is line, raw, low or high.</summary>
    public override string ToCsv()
    {
        CsvWriter csv = new("series", "variant", "part", "x", "y");
        foreach (Series series in Series)
        {
            Rows("line", series.Points);
            Rows("raw", series.Raw);
            Rows("low", series.Band.Select(band => new ChartPoint(band.X, band.Low)));
            Rows("high", series.Band.Select(band => new ChartPoint(band.X, band.High)));

            void Rows(string part, IEnumerable<ChartPoint> points)
            {
                foreach (ChartPoint point in points)
                    csv.Row(series.Name, series.Variant ?? "", part, point.X, point.Y);
            }
        }

        return csv.ToString();
    }

    /// <summary>Places names at the ends of their lines if all end at the right and hardly move; else in the legend.</summary>
    private (ChartCanvas Canvas, List<LegendEntry> Legend, bool Direct) Layout(string[] names)
    {
        (Extent x, Extent y) = Extents();
        List<LegendEntry> kinds = Kinds();
        double width = names.Length == 0 ? 0 : names.Max(name => ChartText.Width(name, ChartStyle.TextSize)) + 26;
        if (width <= 0.3 * Width)
        {
            ChartCanvas labelled = new(this, x, y, LegendEntry.Rows(kinds, ChartCanvas.LegendWidth(this)).Count, width + 12);
            ChartPoint[] ends = [.. names.Select(name => End(labelled, name))];
            double[] places = Places(labelled, ends);
            if (ends.Zip(places).All(pair => pair.First.X > labelled.Right - 12 && Math.Abs(pair.First.Y - pair.Second) <= LargestShift))
                return (labelled, kinds, true);
        }

        List<LegendEntry> all = [.. names.Select((name, index) => new LegendEntry(name, index, "line")), .. kinds];
        return (new ChartCanvas(this, x, y, LegendEntry.Rows(all, ChartCanvas.LegendWidth(this)).Count, 0), all, false);
    }

    private List<LegendEntry> Kinds()
    {
        List<LegendEntry> kinds = [.. Series.Where(series => series.Variant is not null)
            .DistinctBy(series => series.Variant)
            .Select(series => new LegendEntry(series.Variant!, null, ChartStyle.Line(series.Style)))];
        if (Series.Any(series => series.Raw.Count > 0))
            kinds.Add(new LegendEntry(RawLabel, null, "raw"));
        if (Series.Any(series => series.Band.Count > 0))
            kinds.Add(new LegendEntry(BandLabel, null, "swatch"));
        return kinds;
    }

    private (Extent X, Extent Y) Extents()
    {
        (Extent x, Extent y) = (new Extent(X.Scale), new Extent(Y.Scale));
        foreach (Series series in Series)
        {
            foreach (ChartPoint point in series.Points.Concat(series.Raw))
                Add(point.X, point.Y);
            foreach (BandPoint band in series.Band)
            {
                Add(band.X, band.Low);
                Add(band.X, band.High);
            }
        }

        return (x, y);

        void Add(double atX, double atY)
        {
            if (!double.IsFinite(atY) || !Scale.CanShow(atX, X.Scale == AxisScale.Logarithmic))
                return;
            x.Add(atX);
            if ((X.Min is not { } min || atX >= min) && (X.Max is not { } max || atX <= max))
                y.Add(atY);
        }
    }

    private static List<ChartPoint> Thinned(ChartCanvas canvas, IReadOnlyList<ChartPoint> points, int most) =>
        Thinning.Thin(canvas.Pixels(points), most, canvas.Left, canvas.Right);

    private static void Area(ChartCanvas canvas, Series series, int colour, int most)
    {
        if (series.Band.Count == 0)
            return;
        BandPoint[] whole = [.. series.Band.Where(band => canvas.Y.CanShow(band.Low) && canvas.Y.CanShow(band.High))];
        List<ChartPoint> low = Thinned(canvas, [.. whole.Select(band => new ChartPoint(band.X, band.Low))], most / 2);
        List<ChartPoint> high = Thinned(canvas, [.. whole.Select(band => new ChartPoint(band.X, band.High))], most / 2);
        low.Reverse();
        string path = SvgWriter.PathOf([.. high, .. low], closed: true);
        canvas.Svg.Empty("path", $"class=\"band {ChartStyle.Colour(colour)}\" d=\"{path}\"");
    }

    private static void Mark(ChartCanvas canvas, Series series, int colour)
    {
        ChartPoint[] shown = [.. canvas.Pixels(series.Points).Where(p => double.IsFinite(p.Y)
            && p.X >= canvas.Left - 1 && p.X <= canvas.Right + 1 && p.Y >= canvas.Top - 1 && p.Y <= canvas.Bottom + 1)];
        if (shown.Length == 0)
            return;
        bool own = series.Variant is null;
        foreach (ChartPoint point in series.Markers == Markers.All && shown.Length <= MostMarkers ? shown : Few(shown, colour))
            canvas.Mark(colour, point.X, point.Y, own ? 4.5 : 3, own ? "mark" : "hollow");
    }

    /// <summary>
    /// Six places along the line, shifted a little for each name so that they do not coincide.
    /// </summary>
    private static IEnumerable<ChartPoint> Few(ChartPoint[] shown, int colour)
    {
        const int Count = 6;
        double shift = (colour * 0.382) % 1;
        int before = -1;
        for (int i = 0; i < Count; i++)
        {
            double x = shown[0].X + ((i + 0.15 + (0.7 * shift)) / Count * (shown[^1].X - shown[0].X));
            int nearest = Array.FindIndex(shown, point => point.X >= x);
            if (nearest > before)
                yield return shown[before = nearest];
        }
    }

    private ChartPoint End(ChartCanvas canvas, string name)
    {
        Series? own = Series.FirstOrDefault(series => series.Name == name && series.Variant is null);
        List<ChartPoint> pixels = own is null ? [] : canvas.Pixels(own.Points);
        int last = pixels.FindLastIndex(point => double.IsFinite(point.Y));
        return last < 0 || pixels[last].Y < canvas.Top || pixels[last].Y > canvas.Bottom
            ? new ChartPoint(double.NegativeInfinity, canvas.Top)
            : pixels[last];
    }

    private static double[] Places(ChartCanvas canvas, ChartPoint[] ends) =>
        Labels.Spread([.. ends.Select(end => end.Y)], LabelGap, canvas.Top, canvas.Bottom);

    private void EndLabels(ChartCanvas canvas, string[] names)
    {
        ChartPoint[] ends = [.. names.Select(name => End(canvas, name))];
        double[] places = Places(canvas, ends);
        for (int i = 0; i < names.Length; i++)
        {
            canvas.Svg.Line(ends[i].X + 2, ends[i].Y, canvas.Right + 9, places[i], $"raw {ChartStyle.Colour(i)}");
            canvas.Mark(i, canvas.Right + 14, places[i], 4.5, "mark");
            canvas.Svg.Text(canvas.Right + 24, places[i] + 4.5, names[i], "label");
        }
    }
}
