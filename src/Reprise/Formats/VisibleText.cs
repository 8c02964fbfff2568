using System.Buffers;
using System.Text;

namespace Reprise.Formats;

/// <summary>Text from outside, safe to show: nothing in it controls a terminal or reverses a line.</summary>
/// <remarks>
/// The one place for this: results and notes on a terminal, error lines, CSV files, reports. Escape sequences begin with ESC or with a
/// C1 control; U+202A to U+202E and U+2066 to U+2069 change the order in which a line is shown (Unicode Standard Annex 9).
/// </remarks>
internal static class VisibleText
{
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> s_suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => IsHidden(c) || IsBreak(c) || char.IsSurrogate(c))]);

    /// <summary>
    /// The same text on one line: tabs and line ends become spaces, other control characters, characters that reverse the direction of
    /// a line and halves of surrogate pairs U+FFFD.
    /// </summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAny(s_suspects) < 0)
            return text;
        StringBuilder visible = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // half of a surrogate pair comes as U+FFFD
            visible.Append(Of(rune).ToString());
        return visible.ToString();
    }

    /// <summary>One character, as in <see cref="Of(string)"/>.</summary>
    public static Rune Of(Rune rune) => !rune.IsBmp ? rune
        : IsBreak((char)rune.Value) ? new Rune(' ')
        : IsHidden((char)rune.Value) ? new Rune(Replacement)
        : rune;

    private static bool IsBreak(char c) => c is '\t' or '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029';

    private static bool IsHidden(char c) => char.IsControl(c) || IsDirection(c) || c is '\uFFFE' or '\uFFFF';

    /// <summary>True for a character that embeds, isolates or overrides the direction of what follows.</summary>
    public static bool IsDirection(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
