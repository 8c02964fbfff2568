namespace Reprise.Text.Sources;

/// <summary>The part of a file that is in memory: from the first unused byte to as many as were asked for.</summary>
internal sealed class TextWindow : IDisposable
{
    private const int Usual = 1 << 20;

    private readonly TextStream _stream;
    private readonly string _name;
    private byte[] _buffer = new byte[Usual];
    private int _start;
    private int _filled; // end of the bytes read

    /// <param name="warn">Receives a line about what was left out of the file.</param>
    public TextWindow(InputFile file, Action<string>? warn)
    {
        _name = file.Name;
        _stream = TextStream.Open(file, warn);
        try
        {
            Fill(ChunkReader.UsualChunk);
            Consume(TextStream.ByteOrderMark(Bytes, _name));
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the file that were read, before decompression.</summary>
    public long Position => _stream.Position;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _filled - _start);

    /// <summary>True if the file has nothing after <see cref="Bytes"/>.</summary>
    public bool Ended { get; private set; }

    /// <summary>Offset of the first byte in the decompressed file.</summary>
    public long Offset { get; private set; }

    /// <summary>Number of the first byte's line, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Reads until <paramref name="target"/> bytes are in memory or the file ends.</summary>
    public void Fill(int target)
    {
        if (Ended || Bytes.Length >= target)
            return;
        if (_start + target > _buffer.Length)
            MakeRoom(target);
        int missing = target - Bytes.Length;
        int read = _stream.Fill(_buffer.AsSpan(_filled, missing));
        _filled += read;
        Ended = read < missing;
    }

    /// <summary>Moves past the first <paramref name="count"/> bytes, which do not end between a CR and its LF.</summary>
    public void Consume(int count)
    {
        Line += LineBreaks.Count(Bytes[..count]);
        Offset += count;
        _start += count;
    }

    /// <summary>Skips bytes that are not needed.</summary>
    /// <exception cref="InputException">A zero byte is among them.</exception>
    public void Skip(int count)
    {
        int zero = Bytes[..count].IndexOf((byte)0);
        if (zero >= 0)
            throw Error(zero, ChunkText.BinaryFile);
        Consume(count);
    }

    /// <summary>Line and byte of the file at a byte of this window.</summary>
    public string Place(int at) => PlaceOf(Bytes, at, Line, Offset);

    public InputException Error(int at, string what) => new($"{_name}: {Place(at)}: {what}");

    public static string PlaceOf(ReadOnlySpan<byte> bytes, int at, long line, long offset) =>
        $"line {line + LineBreaks.Count(bytes[..at])}, byte {offset + at}";

    public void Dispose() => _stream.Dispose();

    private void MakeRoom(int target)
    {
        int needed = Math.Max(target, Usual);
        ReadOnlySpan<byte> left = Bytes;
        if (_buffer.Length < target || _buffer.Length > needed)
            _buffer = new byte[needed];
        left.CopyTo(_buffer);
        (_start, _filled) = (0, left.Length);
    }
}
