namespace Reprise.Numerics.Cpu;

/// <summary>One worker's part of an output of tiles: rows from <see cref="Top"/> to <see cref="Bottom"/>, columns from left to right.</summary>
internal readonly record struct Part(int Top, int Bottom, int Left, int Right)
{
    /// <summary>
    /// Divides the output into a grid of as many parts as there are workers: the grid whose largest part costs least, and of
    /// equal ones that with the fewest rows of parts.
    /// </summary>
    /// <param name="rowCost">What a row costs beside its tiles, in tiles: 1 where whoever multiplies it packs it first, which side by side would do twice.</param>
    public static Part Of(int rows, int columns, int worker, int workers, int rowCost)
    {
        (int best, long least) = (1, long.MaxValue);
        for (int down = 1; down <= workers; down++)
        {
            if (workers % down != 0)
                continue;
            long largest = (long)Packed.Pieces(rows, down) * (Packed.Pieces(columns, workers / down) + rowCost);
            if (largest < least)
                (best, least) = (down, largest);
        }

        int across = workers / best;
        (int top, int bottom) = Share.Of(rows, worker / across, best);
        (int left, int right) = Share.Of(columns, worker % across, across);
        return new Part(top, bottom, left, right);
    }
}
