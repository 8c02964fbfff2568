using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// The hash that assigns a sentence to a part of the corpus, the same on every machine and in every version. It has no secret, so an
/// author can choose the part of a text, and gains nothing by it. Nothing else may rely on it.
/// </summary>
internal static class SplitHash
{
    /// <summary>Stands for the hash of any word that is not among the most frequent of the text.</summary>
    public const ulong RareWord = 0x5851F42D4C957F2D;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const int Block = 8;

    /// <summary>The hash of a word: eight characters at a time, both halves multiplied and the product folded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong OfWord(ReadOnlySpan<char> word)
    {
        ulong hash = Multiplier ^ (ulong)word.Length;
        for (; word.Length > Block; word = word[Block..])
            hash = Mix(hash, word[..Block]);
        Span<char> last = stackalloc char[Block];
        last.Clear();
        word.CopyTo(last);
        return WordTable.Fold(Mix(hash, last) ^ 0xD1B54A32D192ED03, Multiplier);
    }

    /// <summary>The hash of a sentence, from that of the words before and the next word's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Combine(ulong before, ulong next) => WordTable.Fold(before ^ ((next * 3) + 0xA0761D6478BD642F), Multiplier);

    /// <summary>The hash of a sentence as a number of [0, 1), to be held against the parts' shares.</summary>
    public static double Uniform(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong hash, ReadOnlySpan<char> block)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<char, ulong>(block);
        return WordTable.Fold(Factor(hash ^ halves[0]), Factor(halves[1] ^ 0xA0761D6478BD642F));
    }

    /// <summary>Replaces a factor of zero, which would give one hash to all words that have it.</summary>
    private static ulong Factor(ulong value) => value != 0 ? value : Multiplier;
}
