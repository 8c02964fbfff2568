using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Reprise.Text.Sources;

/// <summary>
/// Cuts a file of lines or prose into chunks at ends of lines, paragraphs or sentences. Where it cuts depends only on the bytes,
/// and what it holds never grows beyond <see cref="LongestUnit"/>, however long a line may be.
/// </summary>
/// <param name="language">By whose rules a paragraph is cut that does not end.</param>
/// <param name="warn">Told what of the file was left out.</param>
internal sealed class ChunkReader(InputFile file, TextLanguage language, Action<string>? warn) : IChunkReader
{
    /// <summary>Bytes of a chunk, if it can be cut within them: few enough for a core's cache.</summary>
    public const int UsualChunk = 1 << 18;

    /// <summary>A line with more bytes is left out and counted; a paragraph is cut at a sentence's end.</summary>
    public const int LongestUnit = 1 << 20;

    private const int Tail = 1 << 16;     // bytes of a long paragraph in which the end of a sentence is looked for
    private const int Lookahead = 1 << 8; // characters: less after a mark may not tell whether it ends a sentence

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

    /// <summary>Where the last whole unit in the window ends; 0 if none does.</summary>
    private int EndOfUnits()
    {
        ReadOnlySpan<byte> text = _window.Bytes;
        if (file.Format == TextFormat.Lines)
            return LineBreaks.EndOfLines(text);
        int end = LineBreaks.EndOfParagraphs(text);
        return end > 0 || text.Length < LongestUnit ? end : EndOfSentences(text);
    }

    /// <summary>Where a paragraph that does not end can be cut: at its last sentence that does, else at white space.</summary>
    private int EndOfSentences(ReadOnlySpan<byte> text)
    {
        int start = text.Length - Tail;
        start += text[start..].IndexOfAny(s_space) + 1;
        while (start < text.Length && (text[start] & 0xC0) == 0x80) // within a character, where there is no white space
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
                end = !_window.Ended && text.EndsWith("\r"u8) ? text.Length - 1 : text.Length; // its LF may follow
            _window.Skip(end);
            if (found || (_window.Ended && _window.Bytes.IsEmpty))
                return;
            _window.Fill(UsualChunk);
        }
    }
}
