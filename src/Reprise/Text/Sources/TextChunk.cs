namespace Reprise.Text.Sources;

/// <summary>Whole lines, paragraphs or records of a file: the unit of work of one thread.</summary>
internal sealed class TextChunk
{
    /// <summary>The most omissions that are named.</summary>
    public const int MostNamed = 5;

    private byte[] _bytes = new byte[ChunkReader.UsualChunk];

    public InputFile File { get; private set; } = null!;

    /// <summary>The format of these bytes.</summary>
    public TextFormat Format { get; private set; }

    /// <summary>Offset of the first byte in the decompressed file.</summary>
    public long Offset { get; private set; }

    /// <summary>Number of the first line, from 1.</summary>
    public long Line { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>The records in the order of the text; none where the format has none.</summary>
    public List<Record> Records { get; } = [];

    /// <summary>The column to read of a CSV or TSV file.</summary>
    public CsvColumn Column { get; set; }

    /// <summary>Lines, paragraphs or records left out because they were too long.</summary>
    public long TooLong { get; private set; }

    /// <summary>Records left out because they could not be read.</summary>
    public long BadRecords { get; private set; }

    /// <summary>The first omissions: file, line, byte and cause.</summary>
    public List<string> Named { get; } = [];

    /// <summary>Bytes of text that this chunk stands for.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Empties the chunk.</summary>
    public void Begin(InputFile file, TextFormat format)
    {
        (File, Format, Length, TooLong, BadRecords, TextBytes) = (file, format, 0, 0, 0, 0);
        Records.Clear();
        Named.Clear();
    }

    /// <summary>Takes the first bytes of a window.</summary>
    /// <param name="start">Offset in the file from which the bytes count to this chunk, omissions included.</param>
    public void Take(TextWindow window, int count, long start)
    {
        Set(window.Bytes[..count], window.Offset, window.Line);
        window.Consume(count);
        TextBytes = window.Offset - start;
    }

    public void Set(ReadOnlySpan<byte> bytes, long offset, long line)
    {
        if (_bytes.Length < bytes.Length || (_bytes.Length > ChunkReader.LongestUnit && bytes.Length <= ChunkReader.UsualChunk))
            _bytes = new byte[Math.Max(bytes.Length, ChunkReader.UsualChunk)];
        bytes.CopyTo(_bytes);
        (Length, Offset, Line, TextBytes) = (bytes.Length, offset, line, bytes.Length);
    }

    public void LeaveOutTooLong(string what)
    {
        TooLong++;
        Name(what);
    }

    public void LeaveOutBad(string what)
    {
        BadRecords++;
        Name(what);
    }

    /// <summary>An error at a byte of this chunk, with file, line and offset.</summary>
    public InputException Error(int at, string what) => new($"{File.Name}: {TextWindow.PlaceOf(Bytes, at, Line, Offset)}: {what}");

    private void Name(string what)
    {
        if (Named.Count < MostNamed)
            Named.Add(what);
    }

    /// <summary>The place of a record in the bytes.</summary>
    /// <param name="Problem">The fault of the record, with file, line and byte; null if there is none.</param>
    public readonly record struct Record(int Start, int Length, string? Problem);
}
