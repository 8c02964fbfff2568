using System.Text;

namespace Reprise.Text;

/// <summary>
/// A printable character for each byte, so that pieces of UTF-8 are lines of a vocabulary: the table of GPT-2 (Radford et al. 2019), which
/// other tools have too. Printable bytes of Latin-1 stand for themselves, the others for the characters from U+0100 on.
/// </summary>
internal static class ByteCharacters
{
    public const int Count = 256;

    private const int FirstOther = 0x100;

    private static readonly char[] s_characters = [.. Characters()];
    private static readonly short[] s_bytes = Bytes();

    /// <summary>The characters of all bytes, from byte 0 to byte 255.</summary>
    public static ReadOnlySpan<char> All => s_characters;

    /// <summary>The character of a byte.</summary>
    public static char Of(byte value) => s_characters[value];

    /// <summary>The byte of a character, or -1.</summary>
    public static int ByteOf(char character) => character < s_bytes.Length ? s_bytes[character] : -1;

    /// <summary>Writes the UTF-8 of a text, a character for each byte; a lone surrogate is written as U+FFFD.</summary>
    /// <param name="destination">Room for three characters for each of the text.</param>
    /// <returns>The number of characters written.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<char> destination)
    {
        Span<byte> bytes = stackalloc byte[4];
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int count = rune.EncodeToUtf8(bytes);
            for (int i = 0; i < count; i++)
                destination[length++] = s_characters[bytes[i]];
        }

        return length;
    }

    private static IEnumerable<char> Characters()
    {
        int others = FirstOther;
        for (int value = 0; value < Count; value++)
            yield return value is (>= '!' and <= '~') or (>= '\u00A1' and <= '\u00AC') or >= '\u00AE' ? (char)value : (char)others++;
    }

    private static short[] Bytes()
    {
        short[] bytes = new short[s_characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < Count; value++)
            bytes[s_characters[value]] = (short)value;
        return bytes;
    }
}
