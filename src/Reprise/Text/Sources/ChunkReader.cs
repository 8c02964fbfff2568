namespace Reprise.Text.Sources;

/// <summary>
/// Cuts one file into chunks at ends of lines, paragraphs or records. Where it cuts depends only on the bytes, and what
/// it holds never grows beyond <see cref="LongestUnit"/>, however long a line may be.
/// </summary>
internal sealed class ChunkReader : IDisposable
{
    /// <summary>Bytes of a chunk, if it can be cut within them: few enough for a core's cache.</summary>
    public const int UsualChunk = 1 << 18;

    /// <summary>A line, or a record of a CSV file, with more bytes is left out and counted; a paragraph is cut at a line's end.</summary>
    public const int LongestUnit = 1 << 20;

    private readonly InputFile _file;
    private readonly TextStream _stream;
    private readonly (int Index, byte Delimiter) _column;
    private readonly byte[] _buffer = new byte[LongestUnit];
    private int _filled;
    private bool _ended;
    private long _offset; // of the buffer's first byte
    private long _line = 1;

    public ChunkReader(InputFile file, string column)
    {
        _file = file;
        _stream = TextStream.Open(file.Path, file.Name);
        try
        {
            Fill(UsualChunk);
            SkipByteOrderMark();
            if (file.Format == TextFormat.Csv)
                _column = ReadHeader(column);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public long Position => _stream.Position;

    /// <summary>The next chunk; false at the end.</summary>
    public bool Next(TextChunk chunk)
    {
        chunk.TooLong = 0;
        chunk.Column = _column;
        long start = _offset;
        while (true)
        {
            Fill(UsualChunk);
            int end = EndOfUnits();
            if (end <= 0 && !_ended)
            {
                Fill(LongestUnit);
                end = EndOfUnits();
            }

            if (_file.Format == TextFormat.Csv && (_ended || end <= 0))
                RefuseOpenQuote(end, _column.Delimiter);
            if (_ended)
                end = _filled;
            if (end > 0 || (_ended && chunk.TooLong > 0))
            {
                chunk.Set(_file, _file.Format, _buffer.AsSpan(0, end), _offset, _line);
                Consume(end);
                chunk.TextBytes = _offset - start;
                return true;
            }

            if (_ended)
                return false;
            SkipLine();
            chunk.TooLong++;
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Fill(int target)
    {
        if (_ended || _filled >= target)
            return;
        int read = _stream.Fill(_buffer.AsSpan(_filled, target - _filled));
        _filled += read;
        _ended = _filled < target;
    }

    /// <summary>Where the last whole unit in the buffer ends; 0 or less if none does.</summary>
    private int EndOfUnits()
    {
        ReadOnlySpan<byte> text = _buffer.AsSpan(0, _filled);
        switch (_file.Format)
        {
            case TextFormat.Prose:
                int paragraph = Math.Max(text.LastIndexOf("\n\n"u8) + 2, text.LastIndexOf("\n\r\n"u8) + 3);
                if (paragraph > 3 || _filled < LongestUnit)
                    return paragraph > 3 ? paragraph : 0;
                break;
            case TextFormat.Csv:
                int records = 0;
                for (int length; (length = Csv.RecordLength(text[records..], _column.Delimiter)) > 0;)
                    records += length;
                return records;
        }

        return text.LastIndexOf((byte)'\n') + 1;
    }

    /// <summary>Refuses a record that would swallow all that follows it.</summary>
    /// <param name="start">Where in the buffer the record begins that does not end there.</param>
    private void RefuseOpenQuote(int start, byte delimiter)
    {
        int quote = Csv.OpenQuote(_buffer.AsSpan(start, _filled - start), delimiter);
        if (quote < 0)
            return;
        long line = _line + _buffer.AsSpan(0, start + quote).Count((byte)'\n');
        string where = _ended ? "before the file ends" : $"within {_filled} bytes";
        throw new InputException($"{_file.Name}: line {line}, byte {_offset + start + quote}: the field begins with a quote that is not closed {where}; close it, or if it belongs to the text, put the field in quotes and double it");
    }

    private void Consume(int count)
    {
        _line += _buffer.AsSpan(0, count).Count((byte)'\n');
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
        _offset += count;
    }

    private void SkipLine()
    {
        while (true)
        {
            int zero = _buffer.AsSpan(0, _filled).IndexOf((byte)0);
            if (zero >= 0)
                throw new InputException(ChunkText.BinaryMessage(_file.Name, _line, _offset + zero));
            int end = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
            Consume(end < 0 ? _filled : end + 1);
            if (end >= 0 || (_ended && _filled == 0))
                return;
            Fill(UsualChunk);
        }
    }

    private void SkipByteOrderMark()
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, _filled);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            Consume(3);
        else if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new InputException($"{_file.Name}: the text is UTF-16; convert it to UTF-8");
    }

    private (int Index, byte Delimiter) ReadHeader(string column)
    {
        if (_filled == 0)
            return default;
        byte delimiter = (byte)(InputFiles.Extension(_file.Path) == ".tsv" ? '\t' : ',');
        ReadOnlySpan<byte> text = _buffer.AsSpan(0, _filled);
        int length = Csv.RecordLength(text, delimiter);
        if (length <= 0)
        {
            RefuseOpenQuote(0, delimiter);
            length = _ended ? _filled : throw new InputException($"{_file.Name}: no line ends within its first {_filled} bytes; expected a header line with the names of the columns");
        }

        List<string> names = Csv.Fields(text[..length], delimiter);
        int index = names.IndexOf(column);
        if (index < 0)
            throw new InputException($"{_file.Name}: line 1: no column \"{column}\"; its columns are {string.Join(", ", names.Take(20).Select(n => n.Length > 40 ? n[..40] + "…" : n))}");
        Consume(length);
        return (index, delimiter);
    }
}
