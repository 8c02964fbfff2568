using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Text;

/// <summary>Scans prose once for the few signs that need more work than most text does.</summary>
/// <remarks>Fully optimised from the first call: it sees every character, in too few calls for tiered compilation to pay.</remarks>
internal static class ProseSigns
{
    /// <returns>
    /// Marks: true if the text has an underscore, a bracket or a superscript digit, which <see cref="ProseMarks"/> may remove.
    /// Foreign: true if it has characters that may end a sentence and do not occur in Latin, Greek and Cyrillic text.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (bool Marks, bool Foreign) In(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<ushort> characters = MemoryMarshal.Cast<char, ushort>(text);
        Vector<ushort> marks = Vector<ushort>.Zero, foreign = Vector<ushort>.Zero;
        int width = Vector<ushort>.Count, four = 4 * width;
        int i = 0;
        for (; i + four <= characters.Length; i += four)
        {
            ReadOnlySpan<ushort> block = characters.Slice(i, four);
            Vector<ushort> c0 = new(block), c1 = new(block[width..]), c2 = new(block[(2 * width)..]), c3 = new(block[(3 * width)..]);
            marks |= IsMark(c0) | IsMark(c1) | IsMark(c2) | IsMark(c3);
            if (Vector.LessThanOrEqualAll(c0 | c1 | c2 | c3, new Vector<ushort>('\u007F')))
                continue;
            marks |= IsRaised(c0) | IsRaised(c1) | IsRaised(c2) | IsRaised(c3);
            foreign |= IsForeign(c0) | IsForeign(c1) | IsForeign(c2) | IsForeign(c3);
        }

        for (; i < characters.Length; i += width)
        {
            Vector<ushort> c = i + width <= characters.Length ? new(characters.Slice(i, width)) : Rest(characters[i..]);
            marks |= IsMark(c) | IsRaised(c);
            foreign |= IsForeign(c);
        }

        return (marks != Vector<ushort>.Zero, foreign != Vector<ushort>.Zero);
    }

    // An underscore or a bracket, which differ in one bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> IsMark(Vector<ushort> c) => Vector.Equals(c | new Vector<ushort>('_' ^ '['), new Vector<ushort>('_'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> IsRaised(Vector<ushort> c) => Within(c, '²', '¹') | Within(c, '⁰', '⁹');

    // Quotes, dashes and "…" are not foreign signs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> IsForeign(Vector<ushort> c) =>
        Vector.GreaterThan(c, new Vector<ushort>('\u0500')) & ~Within(c, '\u2010', '\u2030');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> Within(Vector<ushort> c, char first, char last) =>
        Vector.LessThanOrEqual(c - new Vector<ushort>(first), new Vector<ushort>((ushort)(last - first)));

    private static Vector<ushort> Rest(ReadOnlySpan<ushort> characters)
    {
        Span<ushort> filled = stackalloc ushort[Vector<ushort>.Count];
        filled.Clear();
        characters.CopyTo(filled);
        return new Vector<ushort>(filled);
    }
}
