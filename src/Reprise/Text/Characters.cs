using System.Globalization;
using System.Runtime.CompilerServices;

namespace Reprise.Text;

/// <summary>What the tokeniser takes a character for.</summary>
internal static class Characters
{
    private const byte Word = 1, Space = 2;

    private static readonly byte[] s_ascii = Classify();

    /// <summary>Letters, digits, the underscore, combining marks; and halves of surrogate pairs, so that no pair is parted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWord(char c) => char.IsAsciiLetter(c) || (c < 128 ? s_ascii[c] == Word : IsOtherWord(c));

    /// <summary>White space and control characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(char c) => c < 128 ? s_ascii[c] == Space : char.IsWhiteSpace(c) || char.IsControl(c);

    private static bool IsOtherWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static byte[] Classify()
    {
        byte[] classes = new byte[128];
        for (char c = '\0'; c < 128; c++)
            classes[c] = char.IsLetterOrDigit(c) || c == '_' ? Word : char.IsWhiteSpace(c) || char.IsControl(c) ? Space : (byte)0;
        return classes;
    }
}
