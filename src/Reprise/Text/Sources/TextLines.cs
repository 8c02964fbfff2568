using System.Text;
using System.Text.Unicode;

namespace Reprise.Text.Sources;

/// <summary>
/// The lines of a text, one at a time: decompressed, decoded from UTF-8, without line ends (LF or CR LF), byte order mark and final ^Z.
/// It refuses the same text as <c>prepare</c>, with the same messages.
/// </summary>
/// <param name="source">Owned by this.</param>
/// <param name="name">Its name in messages.</param>
/// <param name="warn">Receives a line about what was left out.</param>
internal sealed class TextLines(Stream source, string name, Action<string>? warn) : IDisposable
{
    private const int LongestLine = 1 << 20; // bytes; far more than the longest sentence that a model takes
    private const byte EndOfFile = 0x1A; // ^Z, which DOS wrote at the end of a text

    private TextStream? _text;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _offset; // of _start in the text
    private bool _ended;

    /// <summary>Number of the last line that was returned, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>All lines, read on demand.</summary>
    /// <inheritdoc cref="Next" path="/exception"/>
    public static IEnumerable<string> Of(Stream source, string name, Action<string>? warn)
    {
        using TextLines lines = new(source, name, warn);
        while (lines.Next() is { } line)
            yield return line;
    }

    /// <summary>The next line; null at the end. Waits for no more than that line.</summary>
    /// <exception cref="InputException">The text cannot be read, is not valid UTF-8, or has a line that is too long.</exception>
    public string? Next()
    {
        _text ??= new TextStream(source, name, warn);
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
                return Take(searched + length, 1);
            searched = _end - _start;
            if (_ended)
                return TakeLast();
            if (searched > LongestLine)
                throw new InputException($"{name}: line {Number + 1} has more than {LongestLine} bytes; expected one sentence a line");
            ReadMore();
        }
    }

    public void Dispose()
    {
        _text?.Dispose();
        source.Dispose();
    }

    private void ReadMore()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _end);
        int read = _text!.Read(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
    }

    /// <summary>The text after the last line feed, without ^Z; null if nothing is there.</summary>
    private string? TakeLast()
    {
        int length = _buffer.AsSpan(_start, _end - _start).TrimEnd(EndOfFile).Length;
        _end = _start + length;
        if (Number == 0 && _buffer.AsSpan(_start, length).TrimEnd((byte)'\r').Contains((byte)'\r'))
            throw new InputException($"{name}: no line feed is there, but carriage returns are; expected lines that end with LF or CR LF");
        return length > 0 && Take(length, 0) is { Length: > 0 } last ? last : null;
    }

    private string Take(int length, int lineFeed)
    {
        Number++;
        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, length);
        if (Number == 1)
            line = line[TextStream.ByteOrderMark(line, name)..];
        long offset = _offset + length - line.Length;
        _start += length + lineFeed;
        _offset += length + lineFeed;
        if (line.IndexOf((byte)0) is int zero and >= 0)
            throw new InputException($"{name}: line {Number}, byte {offset + zero}: {ChunkText.BinaryFile}");
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        if (Utf8.IsValid(line))
            return Encoding.UTF8.GetString(line);
        (int at, string what) = ChunkText.Invalid(line);
        throw new InputException($"{name}: line {Number}, byte {offset + at}: {what}");
    }
}
