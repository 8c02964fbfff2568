namespace Reprise.Studies.Charts;

/// <summary>A point of a <see cref="ScatterPath"/>.</summary>
/// <param name="Label">The label beside the point; empty for none.</param>
/// <param name="Emphasised">True for a ring around the point.</param>
internal readonly record struct LabelledPoint(double X, double Y, string Label = "", bool Emphasised = false);

/// <summary>Points joined in their order, for example a trade-off over m.</summary>
/// <param name="Name">The name in the legend, which is shown for more than one path.</param>
internal sealed record ScatterPath(string Name, IReadOnlyList<LabelledPoint> Points)
{
    /// <summary>True to join the points by a line.</summary>
    public bool Joined { get; init; } = true;
}

/// <summary>A chart of one quantity against another.</summary>
internal sealed record ScatterChart : Chart
{
    private const double LabelHeight = 15;

    public required IReadOnlyList<ScatterPath> Paths { get; init; }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        (Extent x, Extent y) = (new Extent(X.Scale), new Extent(Y.Scale));
        foreach (LabelledPoint point in Paths.SelectMany(path => path.Points)
            .Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)))
        {
            x.Add(point.X);
            y.Add(point.Y);
        }

        List<List<LegendEntry>> legend = Paths.Count < 2 ? []
            : LegendEntry.Rows(Paths.Select((path, index) => new LegendEntry(path.Name, index, path.Joined ? "line thin" : "none")),
                ChartCanvas.LegendWidth(this));
        ChartCanvas canvas = new(this, x, y, legend.Count, 0, xToTicks: true);
        canvas.Begin();
        Legend.Draw(canvas, legend);

        LabelPlacement placement = new(canvas.Left + 2, canvas.Top + 1, canvas.Right - 2, canvas.Bottom - 2);
        List<(ChartPoint At, string Label)> labels = [];
        for (int index = 0; index < Paths.Count; index++)
        {
            LabelledPoint[] shown = [.. Paths[index].Points.Where(point => canvas.X.CanShow(point.X) && canvas.Y.CanShow(point.Y))];
            List<ChartPoint> pixels = canvas.Pixels([.. shown.Select(point => new ChartPoint(point.X, point.Y))]);
            if (Paths[index].Joined)
            {
                canvas.Svg.Polyline(pixels, $"line thin {ChartStyle.Colour(index)}");
                placement.AddLine(pixels);
            }

            for (int i = 0; i < pixels.Count; i++)
            {
                canvas.Mark(index, pixels[i].X, pixels[i].Y, 5, "mark");
                if (shown[i].Emphasised)
                {
                    (string cx, string cy) = (SvgWriter.Number(pixels[i].X), SvgWriter.Number(pixels[i].Y));
                    canvas.Svg.Empty("circle", $"class=\"ring {ChartStyle.Colour(index)}\" cx=\"{cx}\" cy=\"{cy}\" r=\"10\"");
                }

                placement.AddPoint(pixels[i], shown[i].Emphasised ? 12 : 7);
                if (shown[i].Label.Length > 0)
                    labels.Add((pixels[i], shown[i].Label));
            }
        }

        foreach ((ChartPoint at, string label) in labels)
        {
            ChartPoint place = placement.Place(at, ChartText.Width(label, ChartStyle.TextSize), LabelHeight);
            canvas.Svg.Text(place.X, place.Y + (LabelHeight - 3.5), label, "label");
        }

        return canvas.End();
    }

    /// <summary>The points, a row each: <c>series,label,x,y,emphasised</c>.</summary>
    public override string ToCsv()
    {
        CsvWriter csv = new("series", "label", "x", "y", "emphasised");
        foreach (ScatterPath path in Paths)
        {
            foreach (LabelledPoint point in path.Points)
                csv.Row(path.Name, point.Label, point.X, point.Y, point.Emphasised ? "yes" : "no");
        }

        return csv.ToString();
    }
}
