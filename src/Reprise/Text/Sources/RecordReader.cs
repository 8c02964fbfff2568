namespace Reprise.Text.Sources;

/// <summary>
/// Reads a file of records in chunks of whole records. The cuts depend only on the bytes, and memory stays within
/// <see cref="LongestRecord"/> for a file or a record of any size.
/// </summary>
internal sealed class RecordReader : IChunkReader
{
    /// <summary>Bytes of the longest record, beyond which it is left out and counted.</summary>
    public const int LongestRecord = 1 << 26;

    private readonly InputFile _file;
    private readonly int _longest;
    private readonly TextWindow _window;
    private readonly RecordFraming _framing;
    private readonly CsvColumn _column;

    /// <param name="longest">Bytes of the longest record that is read; for tests.</param>
    public RecordReader(InputFile file, PrepareOptions options, int longest = LongestRecord)
    {
        (_file, _longest) = (file, longest);
        _window = new TextWindow(file, line => options.Warnings?.Report(line));
        try
        {
            if (file.Format != TextFormat.Json)
                _column = CsvHeader.Read(_window, file, options);
            _framing = file.Format switch
            {
                TextFormat.Csv => new CsvFraming(_column.Delimiter),
                TextFormat.Json when !HoldsLinesOfJson() => new JsonFraming(),
                _ => new LineFraming(),
            };
        }
        catch
        {
            _window.Dispose();
            throw;
        }
    }

    public long Position => _window.Position;

    public bool Next(TextChunk chunk)
    {
        chunk.Begin(_file, _file.Format);
        chunk.Column = _column;
        long start = _window.Offset;
        int at = 0;
        while (true)
        {
            _window.Fill(ChunkReader.UsualChunk);
            at = FindRecords(chunk);
            if (at > 0 || (_window.Ended && (_window.Bytes.IsEmpty || chunk.Records.Count > 0)))
                break;
            if (_window.Bytes.Length < _longest)
                _window.Fill(Math.Min(2 * _window.Bytes.Length, _longest));
            else
                SkipRecord(chunk);
        }

        chunk.Take(_window, at, start);
        return at > 0 || chunk.TextBytes > 0 || chunk.Records.Count > 0;
    }

    public void Dispose() => _window.Dispose();

    private bool HoldsLinesOfJson()
    {
        int first = Math.Max(0, _window.Bytes.IndexOfAnyExcept(" \t\r\n"u8));
        if (_window.Bytes[first..].StartsWith("["u8))
            return false;
        while (!_window.Ended && _window.Bytes.Length < _longest && LineBreaks.EndOfLines(_window.Bytes[first..]) == 0)
            _window.Fill(2 * _window.Bytes.Length);
        return JsonFraming.IsLines(_window.Bytes[first..], _window.Ended);
    }

    /// <summary>Finds whole records, as many as a chunk usually has.</summary>
    /// <returns>The end of the last of them.</returns>
    private int FindRecords(TextChunk chunk)
    {
        ReadOnlySpan<byte> text = _window.Bytes;
        int at = 0, named = 0;
        while (at < ChunkReader.UsualChunk && _framing.TryTake(text[at..], _window.Ended, out RecordFraming.Piece piece))
        {
            (int start, int length) = piece.Record.GetOffsetAndLength(text.Length - at);
            string? problem = piece.Problem;
            bool names = problem is not null && named++ < TextChunk.MostNamed; // line numbers take time
            if (names && piece.Since >= 0)
                problem = $"{problem} (the field begins at {_window.Place(at + piece.Since)})";
            if (names)
                problem = _window.Error(at + piece.At, problem!).Message;
            if (length > 0 || problem is not null)
                chunk.Records.Add(new TextChunk.Record(at + start, length, problem));
            at += piece.Length;
            if (at == text.Length && piece.Length == 0)
                break;
        }

        return at;
    }

    /// <summary>Skips the rest of a record that is too long to hold.</summary>
    /// <exception cref="InputException">It never ends, so all that follows would be lost with it.</exception>
    private void SkipRecord(TextChunk chunk)
    {
        string place = _window.Place(0);
        string? quote = null;
        RecordFraming.Piece piece;
        do
        {
            quote = _framing.OpenQuote is { } open and >= 0 ? _window.Place(open) : quote;
            int count = _framing.Seen - 1; // framing looks back by a byte
            count -= count > 0 && _window.Bytes[count - 1] == '\r' ? 1 : 0;
            _window.Skip(count);
            _framing.Drop(count);
            _window.Fill(ChunkReader.UsualChunk);
        }
        while (!_framing.TryTake(_window.Bytes, _window.Ended, out piece));

        string? problem = piece.Problem is null ? null : $"{_file.Name}: {quote ?? place}: {piece.Problem}";
        if (problem is not null && _window.Ended)
            throw new InputException(problem);
        if (problem is not null)
            chunk.Records.Add(new TextChunk.Record(0, 0, problem));
        else
            chunk.LeaveOutTooLong($"{_file.Name}: {place}: a record of more than {_longest} bytes");
        _window.Skip(piece.Length);
    }
}
