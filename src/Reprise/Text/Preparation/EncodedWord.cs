using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>A word of the text, or a stretch of it that becomes pieces.</summary>
/// <param name="Split">Its <see cref="SplitHash"/>.</param>
/// <param name="Secret">Its hash in all <see cref="WordTable"/>s of this process.</param>
/// <param name="Id">Its id in the vocabulary; of a stretch in several pieces, that of the first.</param>
/// <param name="IsFrequent">True if it tells sentences apart for the split.</param>
/// <param name="More">The ids of the pieces behind the first; null for none.</param>
internal readonly record struct EncodedWord(ulong Split, ulong Secret, int Id, bool IsFrequent, int[]? More = null)
{
    /// <summary>The number of ids.</summary>
    public int Count => 1 + (More?.Length ?? 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EncodedWord Of(ReadOnlySpan<char> word, ulong hash, WordChoice words)
    {
        if (words.Pairs is { } pairs)
            return OfPieces(word, hash, pairs);
        int id = words.Vocabulary.IdOf(word);
        bool isFrequent = (words.Frequent == words.Vocabulary ? id : words.Frequent.IdOf(word)) != Vocabulary.Unknown;
        return new EncodedWord(SplitHash.OfWord(word), hash, id, isFrequent);
    }

    private static EncodedWord OfPieces(ReadOnlySpan<char> stretch, ulong hash, BytePairs pairs)
    {
        Span<int> ids = stackalloc int[BytePairs.MostPieces(PieceSplitter.Longest)];
        ids = ids[..pairs.Encode(stretch, ids)];
        return new EncodedWord(SplitHash.OfWord(stretch), hash, ids[0], IsFrequent: true, ids.Length > 1 ? ids[1..].ToArray() : null);
    }
}
