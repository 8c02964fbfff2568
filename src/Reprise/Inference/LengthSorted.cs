namespace Reprise.Inference;

/// <summary>
/// Runs a stream of sentences in batches of like length, with results in the stream's order. Only a window of the stream
/// is in memory at a time; the first windows are short so that the first results come soon.
/// </summary>
internal static class LengthSorted
{
    private const int BatchesInWindow = 16;
    private const int LargestBatchTokens = 8192; // bounds the memory of a batch of very long sentences

    /// <param name="length">Words of an item.</param>
    /// <param name="batchSize">Most items of a batch.</param>
    /// <param name="run">Returns one result for each item of a batch, in the batch's order.</param>
    public static IEnumerable<TResult> Run<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, int> length, int batchSize, Func<IReadOnlyList<TItem>, TResult[]> run)
    {
        List<TItem> window = [];
        int size = batchSize;
        foreach (TItem item in items)
        {
            window.Add(item);
            if (window.Count < size)
                continue;
            foreach (TResult result in RunWindow(window, length, batchSize, run))
                yield return result;
            window.Clear();
            size = Math.Min(2 * size, BatchesInWindow * batchSize);
        }

        foreach (TResult result in RunWindow(window, length, batchSize, run))
            yield return result;
    }

    private static TResult[] RunWindow<TItem, TResult>(
        List<TItem> window, Func<TItem, int> length, int batchSize, Func<IReadOnlyList<TItem>, TResult[]> run)
    {
        TResult[] results = new TResult[window.Count];
        int[] order = [.. Enumerable.Range(0, window.Count).OrderByDescending(i => length(window[i]))];
        for (int start = 0; start < order.Length;)
        {
            int longest = Math.Max(1, length(window[order[start]]));
            int count = Math.Min(order.Length - start, Math.Clamp(LargestBatchTokens / longest, 1, batchSize));
            ReadOnlySpan<int> places = order.AsSpan(start, count);
            TItem[] batch = new TItem[count];
            for (int i = 0; i < count; i++)
                batch[i] = window[places[i]];
            TResult[] batchResults = run(batch);
            for (int i = 0; i < count; i++)
                results[places[i]] = batchResults[i];
            start += count;
        }

        return results;
    }
}
