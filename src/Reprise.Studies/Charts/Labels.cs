namespace Reprise.Studies.Charts;

/// <summary>Places labels beside each other without overlap.</summary>
internal static class Labels
{
    /// <summary>
    /// The places nearest to the wanted ones (least squares) that lie at least <paramref name="gap"/> apart and between
    /// <paramref name="top"/> and <paramref name="bottom"/>, in the order of the wanted ones: an isotonic regression of wanted_i - i · gap.
    /// </summary>
    /// <param name="wanted">The wanted places, in any order.</param>
    public static double[] Spread(IReadOnlyList<double> wanted, double gap, double top, double bottom)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        Stack<(double Sum, int Count)> blocks = new();
        for (int rank = 0; rank < order.Length; rank++)
        {
            (double Sum, int Count) block = (wanted[order[rank]] - (rank * gap), 1);
            while (blocks.TryPeek(out (double Sum, int Count) before) && before.Sum / before.Count > block.Sum / block.Count)
            {
                blocks.Pop();
                block = (before.Sum + block.Sum, before.Count + block.Count);
            }

            blocks.Push(block);
        }

        double[] places = new double[wanted.Count];
        int at = 0;
        foreach ((double sum, int count) in blocks.Reverse())
        {
            double start = Math.Max(top, Math.Min(sum / count, bottom - ((order.Length - 1) * gap)));
            for (int i = 0; i < count; i++, at++)
                places[order[at]] = start + (at * gap);
        }

        return places;
    }
}
