using System.Buffers;

namespace Reprise.Studies.Metrics;

/// <summary>
/// N-grams of words or characters, each packed into one number, so that sorting numbers counts them. Packing is exact: two n-grams of an
/// order are equal if and only if their numbers are.
/// </summary>
internal static class NGrams
{
    /// <summary>Bits of a word id: n-grams of up to 4 words.</summary>
    public const int WordBits = 32;

    /// <summary>Bits of a Unicode code point: n-grams of up to 6 characters.</summary>
    public const int CharacterBits = 21;

    /// <summary>The number of n-grams of a sequence.</summary>
    public static int Count(int length, int order) => Math.Max(0, length - order + 1);

    /// <summary>Writes the n-grams of a sequence, equal ones side by side.</summary>
    /// <param name="packed">Memory for at least <see cref="Count"/> numbers.</param>
    /// <returns>The part of <paramref name="packed"/> that was written.</returns>
    public static Span<UInt128> Sorted(ReadOnlySpan<int> symbols, int order, int bits, Span<UInt128> packed)
    {
        Span<UInt128> written = packed[..Count(symbols.Length, order)];
        UInt128 mask = UInt128.MaxValue >> (128 - (order * bits)), current = 0;
        for (int t = 0; t < symbols.Length; t++)
        {
            current = ((current << bits) | (uint)symbols[t]) & mask;
            if (t >= order - 1)
                written[t - order + 1] = current;
        }

        written.Sort();
        return written;
    }

    /// <summary>Σ min(count in a, count in b) over the n-grams of two sequences: the clipped matches of BLEU and chrF.</summary>
    public static int Matches(ReadOnlySpan<int> a, ReadOnlySpan<int> b, int order, int bits)
    {
        UInt128[] rented = ArrayPool<UInt128>.Shared.Rent(a.Length + b.Length);
        Span<UInt128> ofA = Sorted(a, order, bits, rented), ofB = Sorted(b, order, bits, rented.AsSpan(a.Length));
        int matches = 0;
        for (int i = 0, j = 0; i < ofA.Length && j < ofB.Length;)
        {
            int compared = ofA[i].CompareTo(ofB[j]);
            matches += compared == 0 ? 1 : 0;
            i += compared <= 0 ? 1 : 0;
            j += compared >= 0 ? 1 : 0;
        }

        ArrayPool<UInt128>.Shared.Return(rented);
        return matches;
    }
}
