namespace Reprise.Studies.Metrics;

/// <summary>
/// The different n-grams of one order in a text, sorted by context and then by word. An n-gram is named by its number here, its context
/// by its number in the level below.
/// </summary>
/// <param name="words">The last word of each n-gram.</param>
/// <param name="counts">The occurrences of each n-gram; later, its adjusted count.</param>
/// <param name="first">The number of the first n-gram of each context, then the number of n-grams. Order 1 has one context.</param>
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

    /// <summary>The level of order 1: every word of the vocabulary, so that its number is its id.</summary>
    public static NGramLevel OfWords(int[] counts) => new([.. Enumerable.Range(0, counts.Length)], counts, [0, counts.Length]);

    /// <summary>A level from a key for each n-gram of the text: its context in the upper 32 bits, its word in the lower.</summary>
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
