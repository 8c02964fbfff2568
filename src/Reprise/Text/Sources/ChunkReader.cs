using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Reprise.Text.Sources;

/// <summary>
/// Cuts a file of lines or prose into chunks at ends of lines, paragraphs or sentences. The cuts depend only on the bytes, and memory
/// stays within <see cref="LongestUnit"/> for a line of any length.
/// </summary>
/// <param name="language">The language by whose rules a very long paragraph is cut.</param>
/// <param name="warn">Receives a line about what was left out of the file.</param>
internal sealed class ChunkReader(InputFile file, TextLanguage language, Action<string>? warn) : IChunkReader
{
    /// <summary>Bytes of a usual chunk: few enough for a core's cache.</summary>
    public const int UsualChunk = 1 << 18;

    /// <summary>Bytes of the longest line, beyond which it is left out and counted; a paragraph is cut at a sentence's end.</summary>
    public const int LongestUnit = 1 << 20;

    private const int Tail = 1 << 16;     // bytes at the end of a long paragraph in which the end of a sentence is searched
    private const int Lookahead = 1 << 8; // characters after a mark that decide if it ends a sentence

    private static readonly SearchValues<byte> s_space = SearchValues.Create(" \t\n"u8);

    private readonly TextWindow _window = new(file, warn);

    public long Position => _window.Position;

    public bool Next(TextChunk chunk)
    {
        chunk.Begin(file, file.Format);
        long start = _window.Offset;
        while (true)
        {
            _window.Fill(UsualChunk);
            int end = EndOfUnits();
            if (end == 0 && !_window.Ended)
            {
                _window.Fill(LongestUnit);
                end = EndOfUnits();
            }

            if (_window.Ended)
                end = _window.Bytes.Length;
            if (end > 0 || (_window.Ended && chunk.TooLong > 0))
            {
                chunk.Take(_window, end, start);
                return true;
            }

            if (_window.Ended)
                return false;
            string unit = file.Format == TextFormat.Lines ? "line" : "word";
            chunk.LeaveOutTooLong(_window.Error(0, $"a {unit} of more than {LongestUnit} bytes").Message);
            SkipUnit();
        }
    }

    public void Dispose() => _window.Dispose();

    /// <summary>The end of the last whole unit in the window; 0 if there is none.</summary>
    private int EndOfUnits()
    {
        ReadOnlySpan<byte> text = _window.Bytes;
        if (file.Format == TextFormat.Lines)
            return LineBreaks.EndOfLines(text);
        int end = LineBreaks.EndOfParagraphs(text);
        return end > 0 || text.Length < LongestUnit ? end : EndOfSentences(text);
    }

    /// <summary>The place to cut a very long paragraph: after its last whole sentence, else at white space.</summary>
    private int EndOfSentences(ReadOnlySpan<byte> text)
    {
        int start = text.Length - Tail;
        start += text[start..].IndexOfAny(s_space) + 1;
        while (start < text.Length && (text[start] & 0xC0) == 0x80) // within a character, where no white space is
            start++;
        char[] tail = new char[text.Length - start];
        Utf8.ToUtf16(text[start..], tail, out _, out int length, replaceInvalidSequences: false, isFinalBlock: false);
        ReadOnlySpan<char> rest = tail.AsSpan(0, length);
        int end = 0;
        while (SentenceSplitter.TryTake(ref rest, out _, language) && rest.Length > Lookahead)
            end = length - rest.Length;
        return end > 0 ? start + Encoding.UTF8.GetByteCount(tail.AsSpan(0, end)) : text.LastIndexOfAny(s_space) + 1;
    }

    private void SkipUnit()
    {
        while (true)
        {
            ReadOnlySpan<byte> text = _window.Bytes;
            int end = file.Format == TextFormat.Lines ? LineBreaks.Find(text, 0, _window.Ended).Next : text.IndexOfAny(" \t\r\n"u8);
            bool found = end >= 0;
            if (!found)
                end = !_window.Ended && text.EndsWith("\r"u8) ? text.Length - 1 : text.Length; // an LF may follow a CR
            _window.Skip(end);
            if (found || (_window.Ended && _window.Bytes.IsEmpty))
                return;
            _window.Fill(UsualChunk);
        }
    }
}
