namespace Reprise.Numerics.Cuda;

/// <summary>
/// Finds the occurrences of each row in a list, so that sums over them have the order of the list without atomic additions. The
/// steady state allocates nothing.
/// </summary>
internal sealed class RowGroups
{
    private int[] _placeOf = []; // 1 + the index of a row among the different ones, or 0
    private int[] _next = [];

    /// <summary>Finds the different rows of a list; -1 is left out.</summary>
    /// <param name="rows">Row numbers, at least -1 and below <paramref name="tableRows"/>.</param>
    /// <param name="different">Out: each row once, in the order of first occurrence.</param>
    /// <param name="starts">
    /// Out: the occurrences of <paramref name="different"/>[u] are at starts[u] to starts[u + 1] - 1 of <paramref name="order"/>.
    /// </param>
    /// <param name="order">Out: indices into <paramref name="rows"/>, ascending for each row.</param>
    /// <returns>The number of different rows.</returns>
    public int Find(ReadOnlySpan<int> rows, int tableRows, Span<int> different, Span<int> starts, Span<int> order)
    {
        if (_placeOf.Length < tableRows)
            _placeOf = new int[tableRows];
        if (_next.Length < rows.Length + 1)
            _next = new int[rows.Length + 1];
        int count = 0;
        Span<int> next = _next.AsSpan(0, rows.Length + 1);
        next.Clear();
        foreach (int row in rows)
        {
            if (row < 0)
                continue;
            ref int place = ref _placeOf[row];
            if (place == 0)
            {
                different[count] = row;
                place = ++count;
            }

            next[place]++;
        }

        for (int u = 0; u < count; u++)
            next[u + 1] += next[u];
        next[..(count + 1)].CopyTo(starts);
        for (int n = 0; n < rows.Length; n++)
        {
            if (rows[n] >= 0)
                order[next[_placeOf[rows[n]] - 1]++] = n;
        }

        foreach (int row in different[..count])
            _placeOf[row] = 0;
        return count;
    }
}
