namespace Reprise.Studies.Reports;

/// <summary>Reconstruction against generation over m, and where one begins to cost more of the other.</summary>
internal static class TradeOff
{
    /// <summary>
    /// The knee of a curve: the point that is farthest from the straight line between its ends, both quantities scaled to 0 … 1 (Satopää et
    /// al. 2011); null of fewer than three points, where none lies above the line, or where one end is the better in both, so that nothing
    /// is traded.
    /// </summary>
    /// <param name="points">Reconstruction and generation, both the better the greater, in the order of m or in its reverse.</param>
    public static int? Knee(IReadOnlyList<(double Reconstruction, double Generation)> points)
    {
        if (points.Count < 3)
            return null;
        (double left, double right) = (points.Min(p => p.Reconstruction), points.Max(p => p.Reconstruction));
        (double low, double high) = (points.Min(p => p.Generation), points.Max(p => p.Generation));
        if (left == right || low == high)
            return null;
        (double X, double Y)[] scaled = [.. points.Select(p =>
            ((p.Reconstruction - left) / (right - left), (p.Generation - low) / (high - low)))];
        ((double X, double Y) first, (double X, double Y) last) = scaled[0].X < scaled[^1].X
            ? (scaled[0], scaled[^1])
            : (scaled[^1], scaled[0]);
        if (first.X == last.X || first.Y <= last.Y)
            return null;
        // Twice the area of the triangle with the two ends; positive on the side where both quantities are greater.
        double[] above = [.. scaled.Select(p => ((first.Y - last.Y) * (p.X - first.X)) + ((last.X - first.X) * (p.Y - first.Y)))];
        int best = Array.IndexOf(above, above.Max());
        return above[best] > 1e-9 ? best : null;
    }
}
