namespace Reprise.Studies.Charts;

/// <summary>Drops points that do not change the picture.</summary>
internal static class Thinning
{
    /// <summary>
    /// Keeps the first, lowest, highest and last point of each column of pixels, in their order, so that no spike is lost. Gaps (y is NaN)
    /// stay.
    /// </summary>
    /// <param name="pixels">The points in ascending order of x.</param>
    /// <param name="most">The most points to keep; a list with fewer stays.</param>
    /// <param name="left">The left edge of the first column.</param>
    /// <param name="right">The right edge of the last column.</param>
    public static List<ChartPoint> Thin(List<ChartPoint> pixels, int most, double left, double right)
    {
        if (pixels.Count <= most)
            return pixels;
        double width = (right - left) / Math.Max(1, most / 4);
        List<ChartPoint> kept = [];
        for (int start = 0; start < pixels.Count;)
        {
            if (double.IsNaN(pixels[start].Y))
            {
                if (kept.Count > 0 && !double.IsNaN(kept[^1].Y))
                    kept.Add(pixels[start]);
                start++;
                continue;
            }

            double column = Math.Floor((pixels[start].X - left) / width);
            int low = start, high = start, end = start;
            for (; end < pixels.Count && !double.IsNaN(pixels[end].Y) && Math.Floor((pixels[end].X - left) / width) == column; end++)
            {
                if (pixels[end].Y < pixels[low].Y)
                    low = end;
                if (pixels[end].Y > pixels[high].Y)
                    high = end;
            }

            int previous = -1;
            foreach (int index in (ReadOnlySpan<int>)[start, Math.Min(low, high), Math.Max(low, high), end - 1])
            {
                if (index > previous)
                    kept.Add(pixels[index]);
                previous = Math.Max(previous, index);
            }

            start = end;
        }

        return kept;
    }
}
