using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Reprise.Formats;

/// <summary>The bytes of a small text file, which must be UTF-8.</summary>
internal static class Utf8Text
{
    /// <summary>The text without a byte order mark.</summary>
    /// <exception cref="InputException">It is UTF-16, binary or not valid UTF-8; file, line and byte are named.</exception>
    public static ReadOnlyMemory<byte> Check(string path, ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new InputException($"{path}: the text is UTF-16; convert it to UTF-8");
        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
            throw new InputException($"{path}: {Place(bytes, zero)}: a zero byte; this is a binary file, expected text in UTF-8");
        if (!Utf8.IsValid(bytes))
        {
            int bad = FirstBad(bytes);
            throw new InputException($"{path}: {Place(bytes, bad)}: not valid UTF-8 (0x{bytes[bad]:X2}); convert the text to UTF-8");
        }

        return bytes is [0xEF, 0xBB, 0xBF, ..] ? file[3..] : file;
    }

    private static int FirstBad(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == OperationStatus.Done)
            at += length;
        return at;
    }

    private static string Place(ReadOnlySpan<byte> bytes, int at) => $"line {1 + bytes[..at].Count((byte)'\n')}, byte {at}";
}
