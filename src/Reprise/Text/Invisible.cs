namespace Reprise.Text;

/// <summary>
/// Characters without a shape of their own. Joiners, selectors and tags stay where they change a word or a sign; all others, direction
/// marks, soft hyphens and byte order marks among them, are removed. A zero-width space separates words.
/// </summary>
internal static class Invisible
{
    private const int Joiner = 0x200D, NonJoiner = 0x200C, KeyCap = 0x20E3, BlackFlag = 0x1F3F4;

    /// <summary>Characters at which a line may break: a zero-width space, and the blank of Braille.</summary>
    public static bool IsSpace(int point) => point is 0x200B or 0x2800;

    public static bool MayGo(int point) => point switch
    {
        < 0x300 => point == 0xAD,
        < 0x2000 => point is 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F),
        < 0x2070 => point is (>= NonJoiner and <= 0x200F) or (>= 0x202A and <= 0x202E) or >= 0x2060,
        < 0x10000 => point is 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFFB),
        _ => point is (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF),
    };

    /// <summary>True where a removable character changes its neighbour, and so stays.</summary>
    /// <param name="before">The character kept before it.</param>
    /// <param name="sign">The last character before it that is not a mark.</param>
    /// <param name="next">The character after it.</param>
    public static bool Belongs(int point, int before, int sign, int next)
    {
        int after = MayGo(next) || IsSpace(next) ? 0 : next;
        return point switch
        {
            Joiner or NonJoiner => (IsJoining(sign) && IsJoining(after)) || (point == Joiner && IsPicture(sign) && IsPicture(after)),
            >= 0x180B and <= 0x180F => sign is >= 0x1800 and <= 0x18AF, // Mongolian
            >= 0xFE00 and <= 0xFE0F => (IsPicture(sign) && before is not (>= 0xFE00 and <= 0xFE0F)) || (IsKey(before) && after == KeyCap),
            >= 0xE0020 and <= 0xE007F => before is BlackFlag or (>= 0xE0020 and <= 0xE007E),
            _ => false,
        };
    }

    /// <summary>Digits and signs that a key of a telephone may show.</summary>
    public static bool IsKey(int point) => point is (>= '0' and <= '9') or '#' or '*';

    /// <summary>True where text continues as a key cap does after its digit or sign.</summary>
    public static bool IsKeyCap(ReadOnlySpan<char> after) => after is [(char)KeyCap, ..] or [>= '\uFE00' and <= '\uFE0F', (char)KeyCap, ..];

    /// <summary>Signs that may be pictures, alone or joined: emoji, arrows, two double marks, two Japanese ones.</summary>
    public static bool IsPicture(int point) => Characters.IsSymbol(point)
        || point is (>= 0x2190 and <= 0x21FF) or (>= 0x1F000 and <= 0x1FAFF) or 0x203C or 0x2049 or 0x3030 or 0x303D;

    /// <summary>Letters and marks of scripts in which letters join: Arabic, the Indic scripts, and others from Hebrew on.</summary>
    private static bool IsJoining(int point) =>
        point is (>= 0x0590 and < 0x1100) or (>= 0x1200 and < 0x1D00) or (>= 0xA800 and < 0xA960) or (>= 0xA980 and < 0xAC00)
            or (>= 0xFB1D and < 0xFE00) or (>= 0xFE70 and < 0xFEFF) or (>= 0x10A00 and < 0x12000) or (>= 0x1E900 and < 0x1E960)
        && (Characters.IsLetter(point) || Characters.Follows(point));
}
