namespace Reprise.Studies.Reports;

/// <summary>The trade-off of reconstruction against generation over m.</summary>
internal static class TradeOff
{
    /// <summary>
    /// The knee of a curve: the point farthest above the straight line between its ends, with both quantities scaled to 0 … 1
    /// (Satopää et al. 2011). Null for fewer than three points, where no point lies above the line, or where one end is better in
    /// both quantities.
    /// </summary>
    /// <param name="points">Reconstruction and generation, greater for better, in ascending or descending order of m.</param>
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
