using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Reprise.Text;

/// <summary>
/// Cuts text into the stretches within which byte pairs are merged; side by side they are the text. As GPT-2 cuts it (Radford et al.
/// 2019): a run of letters, of digits or of other signs, each with the space before it, an English contraction, white space. Unlike there,
/// marks belong to the letters that carry them, so that Hindi or Thai words are whole, and no stretch has more than 64 characters.
/// </summary>
internal static class PieceSplitter
{
    /// <summary>The most characters of a stretch.</summary>
    public const int Longest = 64;

    private enum Kind : byte
    {
        Space,
        Letter,
        Number,
        Sign,
    }

    private static readonly Kind[] s_ascii = [.. Enumerable.Range(0, 128).Select(point => KindOf(new Rune(point)))];

    /// <summary>Adds the stretches of a text.</summary>
    /// <param name="enough">The method may stop after more stretches than this.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(ReadOnlySpan<char> text, TokenBuffer tokens, int enough)
    {
        for (int start = 0; start < text.Length && tokens.Count <= enough;)
        {
            int end = EndOfContraction(text, start);
            if (end == start)
            {
                int first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
                Kind kind = KindAt(text, first, out end);
                if (kind == Kind.Space)
                {
                    kind = KindAt(text, start, out end);
                    end = EndOfRun(text, end, kind, start + Longest);
                    // The last space before a word belongs to the word.
                    if (end < text.Length && end - start > 1 && KindAt(text, end, out _) != Kind.Space)
                        end--;
                }
                else
                {
                    end = EndOfRun(text, end, kind, start + Longest);
                }
            }

            tokens.Add(start, end - start);
            start = end;
        }
    }

    /// <summary>Adds every character (code point) of a text.</summary>
    /// <inheritdoc cref="Split"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SplitCharacters(ReadOnlySpan<char> text, TokenBuffer tokens, int enough)
    {
        for (int start = 0; start < text.Length && tokens.Count <= enough;)
        {
            int length = LengthAt(text, start);
            tokens.Add(start, length);
            start += length;
        }
    }

    private static int EndOfRun(ReadOnlySpan<char> text, int end, Kind kind, int most)
    {
        while (end < text.Length && KindAt(text, end, out int next) == kind && next <= most)
            end = next;
        return end;
    }

    private static int EndOfContraction(ReadOnlySpan<char> text, int start)
    {
        if (text[start] != '\'' || start + 1 == text.Length)
            return start;
        char next = text[start + 1];
        if (next is 's' or 't' or 'm' or 'd')
            return start + 2;
        bool two = start + 2 < text.Length && (next, text[start + 2]) is ('r', 'e') or ('v', 'e') or ('l', 'l');
        return two ? start + 3 : start;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int end)
    {
        char c = text[at];
        if (c < 128)
        {
            end = at + 1;
            return s_ascii[c];
        }

        end = at + LengthAt(text, at);
        return KindOf(end - at == 2 ? new Rune(c, text[at + 1]) : Rune.TryCreate(c, out Rune rune) ? rune : Rune.ReplacementChar);
    }

    private static int LengthAt(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    private static Kind KindOf(Rune rune) => Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.EnclosingMark => Kind.Letter,
        <= UnicodeCategory.OtherNumber => Kind.Number,
        _ => Kind.Sign,
    };
}
