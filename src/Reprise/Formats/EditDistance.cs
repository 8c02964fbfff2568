namespace Reprise.Formats;

/// <summary>The least number of insertions, deletions and substitutions that turn one sequence into another (Levenshtein 1966).</summary>
internal static class EditDistance
{
    private const int OnTheStack = 256;

    /// <summary>The distance of two sequences, in time O(|a| |b|) and memory O(|b|).</summary>
    public static int Between<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : IEquatable<T>
    {
        Span<int> row = b.Length < OnTheStack ? stackalloc int[b.Length + 1] : new int[b.Length + 1];
        for (int j = 0; j < row.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (row[j], diagonal) = (Math.Min(diagonal + (a[i - 1].Equals(b[j - 1]) ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1), row[j]);
        }

        return row[^1];
    }
}
