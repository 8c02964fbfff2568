namespace Reprise.Text.Sources;

/// <summary>Some whole lines, paragraphs or records of a file: the unit of work of one thread.</summary>
internal sealed class TextChunk
{
    private byte[] _bytes = new byte[ChunkReader.UsualChunk];

    public InputFile File { get; private set; } = null!;

    /// <summary>How text lies in these bytes.</summary>
    public TextFormat Format { get; private set; }

    /// <summary>Offset of the first byte in the decompressed file.</summary>
    public long Offset { get; private set; }

    /// <summary>Number of the first line, from 1.</summary>
    public long Line { get; private set; }

    public int Length { get; private set; }

    /// <summary>Which column of a CSV file to take, and what parts columns.</summary>
    public (int Index, byte Delimiter) Column { get; set; }

    /// <summary>Lines, paragraphs or records left out before this chunk because they were too long.</summary>
    public long TooLong { get; set; }

    /// <summary>Bytes of text that this chunk stands for.</summary>
    public long TextBytes { get; set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Set(InputFile file, TextFormat format, ReadOnlySpan<byte> bytes, long offset, long line)
    {
        if (_bytes.Length < bytes.Length)
            _bytes = new byte[bytes.Length];
        bytes.CopyTo(_bytes);
        (File, Format, Length, Offset, Line) = (file, format, bytes.Length, offset, line);
    }

    /// <summary>An error at a byte of this chunk, with file, line and offset.</summary>
    public InputException Error(int at, string what) =>
        new($"{File.Name}: line {Line + Bytes[..at].Count((byte)'\n')}, byte {Offset + at}: {what}");
}
