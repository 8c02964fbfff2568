namespace Reprise.Studies.Metrics;

/// <summary>
/// The different n-grams of one order in a text, sorted by context and then by word, so that those of a context stand together. An
/// n-gram is named by its number here; its context, by the number in the level below.
/// </summary>
/// <param name="words">The last word of each n-gram.</param>
/// <param name="counts">How often each comes; later, its adjusted count.</param>
/// <param name="first">For each context the number of its first n-gram, and then the number of n-grams. Contexts are one more than the
/// level below has n-grams, or 1 of order 1.</param>
internal sealed class NGramLevel(int[] words, int[] counts, int[] first)
{
    public int[] Counts => counts;

    public int Length => counts.Length;

    public int Contexts => first.Length - 1;

    /// <summary>The number of the n-gram of this context and word; -1 where the text has none.</summary>
    public int Find(int context, int word)
    {
        int start = first[context];
        int place = words.AsSpan(start, first[context + 1] - start).BinarySearch(word);
        return place < 0 ? -1 : start + place;
    }

    /// <summary>The counts of all n-grams of a context.</summary>
    public ReadOnlySpan<int> CountsOf(int context) => counts.AsSpan(first[context], first[context + 1] - first[context]);

    /// <summary>Order 1: every word of the vocabulary, whether it comes or not, so that its number is its id.</summary>
    public static NGramLevel OfWords(int[] counts) => new([.. Enumerable.Range(0, counts.Length)], counts, [0, counts.Length]);

    /// <summary>From one key for each n-gram in the text: its context in the upper 32 bits, its word in the lower.</summary>
    public static NGramLevel OfKeys(Span<ulong> keys, int contexts)
    {
        keys.Sort();
        int distinct = 0;
        for (int i = 0; i < keys.Length; i++)
            distinct += i == 0 || keys[i] != keys[i - 1] ? 1 : 0;

        int[] words = new int[distinct], counts = new int[distinct], first = new int[contexts + 1];
        int number = -1, opened = 0; // contexts whose first n-gram is known
        for (int i = 0; i < keys.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1])
            {
                number++;
                words[number] = (int)(uint)keys[i];
                for (int context = (int)(keys[i] >> 32); opened <= context; opened++)
                    first[opened] = number;
            }

            counts[number]++;
        }

        first.AsSpan(opened).Fill(distinct);
        return new NGramLevel(words, counts, first);
    }
}
