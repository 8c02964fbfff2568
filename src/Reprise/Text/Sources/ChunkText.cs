using System.Buffers;
using System.Text.Unicode;
using Reprise.Text.Languages;

namespace Reprise.Text.Sources;

/// <summary>Finds the sentences of a chunk. One for each thread, with its own memory for decoded text.</summary>
/// <param name="options">With the language of most of the text.</param>
/// <param name="guess">True to split text that is clearly of another language by that language's rules.</param>
internal sealed class ChunkText(PrepareOptions options, bool guess)
{
    public const string BinaryFile = "a zero byte; this is a binary file, expected text in UTF-8";

    private readonly TextLanguage _language = options.Text.Language ?? TextLanguage.English;
    private readonly JsonText _json = new(options.Column);
    private readonly ProseMarks _marks = new();
    private char[] _characters = new char[ChunkReader.UsualChunk];
    private char[] _unwrapped = [];

    /// <summary>Passes each sentence to <paramref name="take"/>; it is valid during the call.</summary>
    /// <exception cref="InputException">The bytes are not text, or not of the format; file, line and byte are named.</exception>
    public void ForEachSentence(TextChunk chunk, Action<ReadOnlySpan<char>> take)
    {
        int zero = chunk.Bytes.IndexOf((byte)0);
        if (zero >= 0)
            throw chunk.Error(zero, BinaryFile);
        if (_characters.Length < chunk.Length || (_characters.Length > ChunkReader.LongestUnit && chunk.Length <= ChunkReader.UsualChunk))
            _characters = new char[Math.Max(chunk.Length, ChunkReader.UsualChunk)];
        switch (chunk.Format)
        {
            case TextFormat.Lines:
                TakeLines(DecodeAll(chunk), take);
                break;
            case TextFormat.Json or TextFormat.Csv or TextFormat.Tsv:
                TakeRecords(chunk, take);
                break;
            default:
                TakeProse(DecodeAll(chunk), take, marks: chunk.File.Format != TextFormat.XmlDocumentation);
                break;
        }
    }

    /// <summary>The first place that is not UTF-8, and the message about it.</summary>
    public static (int At, string What) Invalid(ReadOnlySpan<byte> bytes)
    {
        char[] characters = new char[bytes.Length];
        Utf8.ToUtf16(bytes, characters, out int at, out _, replaceInvalidSequences: false);
        return (at, $"not valid UTF-8 (0x{bytes[at]:X2}); convert the text to UTF-8");
    }

    // Pieces give a line back as it is, with its blanks at both ends.
    private void TakeLines(Span<char> lines, Action<ReadOnlySpan<char>> take)
    {
        LineBreaks.Unify(lines);
        ReadOnlySpan<char> text = lines;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? text : text[..end], words = line.Trim();
            if (!words.IsEmpty)
                take(options.Text.HasPieces ? line : words);
            text = end < 0 ? default : text[(end + 1)..];
        }
    }

    /// <param name="marks">True if the text may have underscores for emphasis and marks of footnotes.</param>
    private void TakeProse(Span<char> prose, Action<ReadOnlySpan<char>> take, bool marks = true)
    {
        LineBreaks.Unify(prose);
        LanguageRules rules = LanguageRules.Of(guess ? LanguageGuess.Of(prose, _language) : _language);
        (bool hasMarks, bool foreign) = ProseSigns.In(prose);
        ReadOnlySpan<char> text = marks && hasMarks ? _marks.Remove(prose) : prose;
        SearchValues<char> ends = SentenceSplitter.MarksOf(foreign);
        while (SentenceSplitter.TryTake(ref text, rules, ends, out ReadOnlySpan<char> sentence))
            take(options.Text.HasPieces ? Unwrapped(sentence) : sentence);
    }

    /// <summary>A sentence without the line breaks in it, which are of the page: a space for each, none between Chinese signs.</summary>
    private ReadOnlySpan<char> Unwrapped(ReadOnlySpan<char> sentence)
    {
        if (!sentence.Contains('\n'))
            return sentence;
        if (_unwrapped.Length < sentence.Length)
            _unwrapped = new char[sentence.Length];
        int length = 0;
        foreach (Range range in sentence.Split('\n'))
        {
            ReadOnlySpan<char> line = sentence[range].Trim();
            if (line.IsEmpty)
                continue;
            if (length > 0 && !(Spacing.IsUnspaced(_unwrapped[length - 1]) && Spacing.IsUnspaced(line[0])))
                _unwrapped[length++] = ' ';
            line.CopyTo(_unwrapped.AsSpan(length));
            length += line.Length;
        }

        return _unwrapped.AsSpan(0, length);
    }

    private void TakeRecords(TextChunk chunk, Action<ReadOnlySpan<char>> take)
    {
        bool valid = Utf8.IsValid(chunk.Bytes);
        foreach ((int start, int length, string? problem) in chunk.Records)
        {
            string? refusal = problem;
            ReadOnlySpan<byte> record = chunk.Bytes.Slice(start, length);
            if (problem is null && !record.Trim(chunk.Format == TextFormat.Json ? " \t"u8 : " "u8).IsEmpty)
            {
                (int At, string What)? fault = !valid && !Utf8.IsValid(record) ? Invalid(record)
                    : chunk.Format == TextFormat.Json ? TakeJson(record, take) : TakeFields(record, chunk, take);
                bool names = chunk.Named.Count < TextChunk.MostNamed;
                refusal = fault is not var (at, what) ? null : names ? chunk.Error(start + at, what).Message : what;
            }

            if (refusal is null)
                continue;
            if (!options.SkipBadRecords)
                throw new InputException($"{refusal}; mend it, or leave bad records out (--skip-bad)");
            chunk.LeaveOutBad(refusal);
        }
    }

    private (int At, string What)? TakeJson(ReadOnlySpan<byte> record, Action<ReadOnlySpan<char>> take)
    {
        if (_json.Read(record, _characters) is { } problem)
            return problem;
        foreach (Range text in _json.Texts)
            TakeProse(_characters.AsSpan(text), take);
        return null;
    }

    private (int At, string What)? TakeFields(ReadOnlySpan<byte> record, TextChunk chunk, Action<ReadOnlySpan<char>> take)
    {
        CsvColumn column = chunk.Column;
        bool quotes = chunk.Format == TextFormat.Csv;
        int fields = Csv.Find(record, column, quotes, out ReadOnlySpan<byte> field);
        if (fields != column.Count)
        {
            string delimiter = CsvFraming.Name(column.Delimiter);
            string cure = quotes ? $"a field that holds {delimiter} or a line's end belongs in quotes" : "a field holds no tab";
            return (0, $"{fields} {(fields == 1 ? "field" : "fields")}; expected {column.Count}, as in the header; {cure}");
        }

        Utf8.ToUtf16(field, _characters, out _, out int length);
        Span<char> text = _characters.AsSpan(0, length);
        TakeProse(quotes ? Csv.Unquote(text) : text, take);
        return null;
    }

    private Span<char> DecodeAll(TextChunk chunk)
    {
        OperationStatus status = Utf8.ToUtf16(chunk.Bytes, _characters, out int read, out int written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
            throw chunk.Error(read, Invalid(chunk.Bytes[read..]).What);
        return _characters.AsSpan(0, written);
    }
}
