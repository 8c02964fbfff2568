namespace Reprise.Text.Sources;

/// <summary>
/// Reads a file of records in chunks of whole ones. Where it cuts depends only on the bytes, and what it holds never grows beyond
/// <see cref="LongestRecord"/>, however large the file or a record may be.
/// </summary>
internal sealed class RecordReader : IChunkReader
{
    /// <summary>A record with more bytes is left out and counted.</summary>
    public const int LongestRecord = 1 << 26;

    private readonly InputFile _file;
    private readonly bool _skipBad;
    private readonly TextWindow _window;
    private readonly RecordFraming _framing;
    private readonly CsvColumn _column;
    private InputException? _failure; // told after the records before it

    public RecordReader(InputFile file, PrepareOptions options)
    {
        (_file, _skipBad) = (file, options.SkipBadRecords);
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
        if (_failure is not null)
            throw _failure;
        chunk.Begin(_file, _file.Format);
        chunk.Column = _column;
        long start = _window.Offset;
        int at = 0;
        while (true)
        {
            _window.Fill(ChunkReader.UsualChunk);
            at = FindRecords(chunk);
            if (at > 0 || (_window.Ended && (_window.Bytes.IsEmpty || chunk.BadRecords > 0)))
                break;
            if (_window.Bytes.Length < LongestRecord)
                _window.Fill(Math.Min(2 * _window.Bytes.Length, LongestRecord));
            else
                SkipRecord(chunk);
        }

        chunk.Take(_window, at, start);
        return at > 0 || chunk.TextBytes > 0 || chunk.BadRecords > 0;
    }

    public void Dispose() => _window.Dispose();

    private bool HoldsLinesOfJson()
    {
        int first = _window.Bytes.IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0 && _window.Bytes[first] == '[')
            return false;
        while (!_window.Ended && _window.Bytes.Length < LongestRecord && LineBreaks.EndOfLines(_window.Bytes[Math.Max(first, 0)..]) == 0)
            _window.Fill(2 * _window.Bytes.Length);
        return JsonFraming.IsLines(_window.Bytes, _window.Ended);
    }

    /// <summary>Finds whole records, as many as a chunk usually has.</summary>
    /// <returns>Where the last of them ends.</returns>
    private int FindRecords(TextChunk chunk)
    {
        ReadOnlySpan<byte> text = _window.Bytes;
        int at = 0;
        while (at < ChunkReader.UsualChunk && _framing.TryTake(text[at..], _window.Ended, out RecordFraming.Piece piece))
        {
            if (piece.Problem is null)
            {
                (int start, int length) = piece.Record.GetOffsetAndLength(text.Length - at);
                if (length > 0)
                    chunk.Records.Add((at + start, length));
            }
            else
            {
                string what = piece.Since < 0 ? piece.Problem : $"{piece.Problem} (the field begins at {_window.Place(at + piece.Since)})";
                InputException problem = _window.Error(at + piece.At, what);
                if (!_skipBad && at == 0)
                    throw problem;
                if (!_skipBad)
                {
                    _failure = problem;
                    return at;
                }

                chunk.LeaveOutBad(problem.Message);
            }

            at += piece.Length;
            if (at == text.Length && piece.Length == 0)
                break;
        }

        return at;
    }

    /// <summary>Goes on behind a record that is too long to hold.</summary>
    /// <exception cref="InputException">It never ends, so that all that follows would be lost with it.</exception>
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

        if (piece.Problem is not null && (_window.Ended || !_skipBad))
            throw new InputException($"{_file.Name}: {quote ?? place}: {piece.Problem}");
        if (piece.Problem is not null)
            chunk.LeaveOutBad($"{_file.Name}: {quote ?? place}: {piece.Problem}");
        else
            chunk.LeaveOutTooLong($"{_file.Name}: {place}: a record of more than {LongestRecord} bytes");
        _window.Skip(piece.Length);
    }
}
