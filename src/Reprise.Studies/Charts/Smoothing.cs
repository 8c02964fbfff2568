namespace Reprise.Studies.Charts;

/// <summary>Smooths curves.</summary>
internal static class Smoothing
{
    /// <summary>
    /// The mean of the values around each x: y(x) = mean of y_i over |x_i - x| &lt;= w, with
    /// w = min(<paramref name="relative"/> · |x|, <paramref name="widest"/>).
    /// </summary>
    /// <remarks>
    /// Centred, so that the curve does not lag; narrow at first, where curves of training fall steeply; one-sided at the ends of the curve.
    /// NaN is left out of the means and stays NaN.
    /// </remarks>
    /// <param name="points">The points in ascending order of x.</param>
    public static IReadOnlyList<ChartPoint> CentredMean(IReadOnlyList<ChartPoint> points, double relative, double widest)
    {
        double[] xs = new double[points.Count];
        double[] sums = new double[points.Count + 1];
        int[] counts = new int[points.Count + 1];
        for (int i = 0; i < points.Count; i++)
        {
            bool finite = double.IsFinite(points[i].Y);
            xs[i] = points[i].X;
            sums[i + 1] = sums[i] + (finite ? points[i].Y : 0);
            counts[i + 1] = counts[i] + (finite ? 1 : 0);
        }

        ChartPoint[] smooth = new ChartPoint[points.Count];
        for (int i = 0; i < smooth.Length; i++)
        {
            double x = xs[i];
            double w = Math.Min(relative * Math.Abs(x), widest);
            (int from, int to) = (FirstFrom(xs, x - w), FirstAfter(xs, x + w));
            bool gap = !double.IsFinite(points[i].Y) || to <= from;
            // A single value is returned unchanged: a difference of sums would lose its last digits.
            double mean = gap ? double.NaN : to - from == 1 ? points[i].Y : (sums[to] - sums[from]) / (counts[to] - counts[from]);
            smooth[i] = new ChartPoint(x, mean);
        }

        return smooth;
    }

    /// <summary>The mean for curves of training: over a tenth of x to either side, and at most a fiftieth of the whole curve.</summary>
    public static IReadOnlyList<ChartPoint> CentredMean(IReadOnlyList<ChartPoint> points) =>
        points.Count == 0 ? points : CentredMean(points, 0.1, (points[^1].X - points[0].X) / 50);

    private static int FirstFrom(double[] xs, double x)
    {
        (int low, int high) = (0, xs.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (xs[middle] < x)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static int FirstAfter(double[] xs, double x) => FirstFrom(xs, Math.BitIncrement(x));
}
