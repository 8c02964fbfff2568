namespace Reprise.Numerics.Cpu;

/// <summary>The part of one worker in an output of tiles: rows from top to bottom, columns from left to right.</summary>
internal readonly record struct Part(int Top, int Bottom, int Left, int Right)
{
    /// <summary>
    /// Divides the output into a grid of one part for each worker: the grid with the cheapest largest part, and among equals the
    /// one with the fewest rows of parts.
    /// </summary>
    /// <param name="rowCost">
    /// The cost of a row beside its tiles, in tiles: 1 where each part packs its own rows, so that parts side by side pack the same
    /// rows twice.
    /// </param>
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
