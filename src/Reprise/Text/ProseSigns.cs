using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Text;

/// <summary>Looks through prose once for the few signs that need more work than most text does.</summary>
/// <remarks>Compiled at full optimisation at once: it sees every character, and few times before tiering would make it fast.</remarks>
internal static class ProseSigns
{
    /// <returns>
    /// Marks: whether an underscore, a bracket or a raised digit is there, which <see cref="ProseMarks"/> may remove. Foreign: whether
    /// characters are there among which ends of sentences may be that Latin, Greek and Cyrillic text has not.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (bool Marks, bool Foreign) In(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<ushort> characters = MemoryMarshal.Cast<char, ushort>(text);
        Vector<ushort> marks = Vector<ushort>.Zero, foreign = Vector<ushort>.Zero;
        int width = Vector<ushort>.Count;
        for (int i = 0; i < characters.Length; i += width)
        {
            Vector<ushort> c = i + width <= characters.Length ? new(characters.Slice(i, width)) : Rest(characters[i..]);
            marks |= Vector.Equals(c, new Vector<ushort>('_')) | Vector.Equals(c, new Vector<ushort>('['))
                | Within(c, '²', '¹') | Within(c, '⁰', '⁹');
            foreign |= Vector.GreaterThan(c, new Vector<ushort>('\u0500')) & ~Within(c, '\u2010', '\u2030'); // quotes, dashes, "…"
        }

        return (marks != Vector<ushort>.Zero, foreign != Vector<ushort>.Zero);
    }

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
