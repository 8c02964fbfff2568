using System.Globalization;
using System.Runtime.CompilerServices;

namespace Reprise.Text;

/// <summary>The class of a character for the tokeniser.</summary>
internal static class Characters
{
    private const byte Word = 1, Space = 2;

    private static readonly byte[] s_ascii = Classify();

    /// <summary>Letters, digits, the underscore, combining marks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWord(char c) => char.IsAsciiLetter(c) || (c < 128 ? s_ascii[c] == Word : IsWord((int)c) || Follows(c));

    /// <summary>White space and control characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(char c) => c < 128 ? s_ascii[c] == Space : char.IsWhiteSpace(c) || char.IsControl(c);

    /// <summary>Letters and digits of any script, without its marks.</summary>
    public static bool IsWord(int point) => point == '_' || CharUnicodeInfo.GetUnicodeCategory(point)
        is <= UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber;

    public static bool IsLetter(int point) => CharUnicodeInfo.GetUnicodeCategory(point) <= UnicodeCategory.OtherLetter;

    /// <summary>True where a character belongs to the one before: a mark, a joiner, a skin tone.</summary>
    public static bool Follows(int point) => point is >= 0x1F3FB and <= 0x1F3FF || CharUnicodeInfo.GetUnicodeCategory(point)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.Format;

    /// <summary>True for the letters of Thai, Lao, Burmese, Khmer, Japanese and Chinese, which have no spaces between words.</summary>
    public static bool IsUnspaced(char c) =>
        c is (>= '\u0E00' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u3041' and <= '\u9FFF');

    public static bool IsSymbol(int point) => CharUnicodeInfo.GetUnicodeCategory(point) == UnicodeCategory.OtherSymbol;

    private static byte[] Classify()
    {
        byte[] classes = new byte[128];
        for (char c = '\0'; c < 128; c++)
            classes[c] = char.IsLetterOrDigit(c) || c == '_' ? Word : char.IsWhiteSpace(c) || char.IsControl(c) ? Space : (byte)0;
        return classes;
    }
}
