namespace Reprise.Studies.Charts;

/// <summary>Finds room for a label beside its point: the place, of a few around it, that covers least.</summary>
internal sealed class LabelPlacement(double left, double top, double right, double bottom)
{
    private const double LabelCost = 100, PointCost = 40, LineCost = 6, OutsideCost = 1000;

    private static readonly (int X, int Y)[] Directions = [(1, -1), (1, 1), (1, 0), (-1, -1), (-1, 1), (-1, 0), (0, -1), (0, 1)];

    private readonly List<Box> _labels = [];
    private readonly List<Box> _points = [];
    private readonly List<ChartPoint> _line = [];

    public void AddPoint(ChartPoint at, double radius) => _points.Add(new Box(at.X - radius, at.Y - radius, at.X + radius, at.Y + radius));

    /// <summary>Adds a line to avoid, by places along it that are close enough to find every crossing of a label.</summary>
    public void AddLine(List<ChartPoint> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            (ChartPoint from, ChartPoint to) = (points[i - 1], points[i]);
            int steps = (int)Math.Clamp((Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y)) / 4, 1, 1000);
            for (int step = 0; step <= steps; step++)
                _line.Add(new ChartPoint(from.X + ((to.X - from.X) * step / steps), from.Y + ((to.Y - from.Y) * step / steps)));
        }
    }

    /// <summary>Places a label; returns its upper left corner.</summary>
    public ChartPoint Place(ChartPoint at, double width, double height)
    {
        Box best = default;
        double least = double.PositiveInfinity;
        foreach (double distance in (ReadOnlySpan<double>)[8, 14, 24])
        {
            foreach ((int dx, int dy) in Directions)
            {
                double reach = dx != 0 && dy != 0 ? 0.75 * distance : distance;
                double x = at.X + (dx * reach) + (dx < 0 ? -width : dx == 0 ? -width / 2 : 0);
                double y = at.Y + (dy * reach) + (dy < 0 ? -height : dy == 0 ? -height / 2 : 0);
                Box box = new(x, y, x + width, y + height);
                double cost = Cost(box) + (distance / 10);
                if (cost < least)
                    (best, least) = (box, cost);
            }
        }

        _labels.Add(best);
        return new ChartPoint(best.Left, best.Top);
    }

    private double Cost(Box box) =>
        (LabelCost * _labels.Count(box.Overlaps)) + (PointCost * _points.Count(box.Overlaps))
        + (LineCost * _line.Count(point => box.Overlaps(new Box(point.X, point.Y, point.X, point.Y))))
        + (box.Left < left || box.Top < top || box.Right > right || box.Bottom > bottom ? OutsideCost : 0);

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Overlaps(Box other) => Left <= other.Right && other.Left <= Right && Top <= other.Bottom && other.Top <= Bottom;
    }
}
