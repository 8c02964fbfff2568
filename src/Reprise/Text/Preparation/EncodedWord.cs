using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>A word of the text.</summary>
/// <param name="Split">Its <see cref="SplitHash"/>.</param>
/// <param name="Secret">Its hash in all <see cref="WordTable"/>s of this process.</param>
/// <param name="Id">Its id in the vocabulary.</param>
/// <param name="IsFrequent">True if it tells sentences apart for the split.</param>
internal readonly record struct EncodedWord(ulong Split, ulong Secret, int Id, bool IsFrequent)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EncodedWord Of(ReadOnlySpan<char> word, ulong hash, WordChoice words)
    {
        int id = words.Vocabulary.IdOf(word);
        bool isFrequent = (words.Frequent == words.Vocabulary ? id : words.Frequent.IdOf(word)) != Vocabulary.Unknown;
        return new EncodedWord(SplitHash.OfWord(word), hash, id, isFrequent);
    }
}
