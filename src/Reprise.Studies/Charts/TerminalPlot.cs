using System.Text;

namespace Reprise.Studies.Charts;

/// <summary>The plot of a <see cref="TerminalChart"/>: dots in characters, each owned by the curve that drew there last.</summary>
internal sealed class TerminalPlot(int columns, int rows, Scale x, Scale y)
{
    private const int DotsAcross = 2, DotsDown = 4;

    // Bits of U+2800 by place in the character: Braille numbers its dots down the left column, then the right, the last row later.
    private static readonly int[,] Bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly int[] _dots = new int[columns * rows];
    private readonly int[] _owners = [.. Enumerable.Repeat(-1, columns * rows)];
    private readonly List<(int Curve, int Column, int Row)> _ends = [];

    /// <summary>The row of each curve's name; -1 for none.</summary>
    public int[] LabelRows { get; private set; } = [];

    public int Row(double value) => (int)Math.Clamp(Math.Round((1 - y.At(value)) * ((rows * DotsDown) - 1)) / DotsDown, 0, rows - 1);

    public int Column(double value) => (int)Math.Clamp(Math.Round(x.At(value) * ((columns * DotsAcross) - 1)) / DotsAcross, 0, columns - 1);

    public void Draw(IReadOnlyList<ChartPoint> points, int curve)
    {
        (int X, int Y)? before = null;
        foreach (ChartPoint point in points)
        {
            if (!x.CanShow(point.X))
                continue;
            if (!y.CanShow(point.Y))
            {
                before = null;
                continue;
            }

            (int X, int Y) at = ((int)Math.Round(x.At(point.X) * ((columns * DotsAcross) - 1)),
                (int)Math.Round((1 - y.At(point.Y)) * ((rows * DotsDown) - 1)));
            Segment(before ?? at, at, curve);
            before = at;
        }

        if (before is { } last)
            _ends.Add((curve, last.X / DotsAcross, last.Y / DotsDown));
    }

    /// <summary>Places names in the rows nearest to the ends of their curves.</summary>
    public void PlaceLabels(int curves, int height)
    {
        LabelRows = [.. Enumerable.Repeat(-1, curves)];
        (int Curve, int Column, int Row)[] shown = [.. _ends.Take(height)];
        double[] places = Labels.Spread([.. shown.Select(end => (double)end.Row)], 1, 0, height - 1);
        int[] order = [.. Enumerable.Range(0, shown.Length).OrderBy(i => places[i])];
        for (int rank = 0; rank < order.Length; rank++)
        {
            int above = rank == 0 ? -1 : LabelRows[shown[order[rank - 1]].Curve];
            LabelRows[shown[order[rank]].Curve] = Math.Clamp((int)Math.Round(places[order[rank]]),
                above + 1, height - (order.Length - rank));
        }
    }

    public IEnumerable<TerminalRun> Runs(int row)
    {
        StringBuilder text = new();
        int owner = -1;
        for (int column = 0; column < columns; column++)
        {
            int cell = (row * columns) + column;
            (char shown, int curve) = (Shown(cell), _owners[cell]);
            foreach ((int ending, int c, int r) in _ends)
            {
                if ((c, r) == (column, row))
                    (shown, curve) = (TerminalChart.Letter(ending), ending);
            }

            if (curve != owner && text.Length > 0)
            {
                yield return new TerminalRun(text.ToString(), owner);
                text.Clear();
            }

            owner = curve;
            text.Append(shown);
        }

        yield return new TerminalRun(text.ToString(), owner);
    }

    private char Shown(int cell) => _dots[cell] == 0 ? ' ' : (char)(0x2800 + _dots[cell]);

    private void Segment((int X, int Y) from, (int X, int Y) to, int curve)
    {
        int steps = Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
        for (int step = 0; step <= steps; step++)
        {
            double part = steps == 0 ? 0 : (double)step / steps;
            Dot((int)Math.Round(from.X + (part * (to.X - from.X))), (int)Math.Round(from.Y + (part * (to.Y - from.Y))), curve);
        }
    }

    private void Dot(int atX, int atY, int curve)
    {
        int cell = (atY / DotsDown * columns) + (atX / DotsAcross);
        _dots[cell] |= Bits[atY % DotsDown, atX % DotsAcross];
        _owners[cell] = curve;
    }
}
