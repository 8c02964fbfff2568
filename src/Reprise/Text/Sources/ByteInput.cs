using Reprise.Formats;

namespace Reprise.Text.Sources;

/// <summary>The bytes of a source, with lookahead.</summary>
internal sealed class ByteInput(Stream source) : ReadOnlyStream
{
    /// <summary>The most bytes that one call returns and that can be taken back.</summary>
    public const int LongestPiece = 1 << 13;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private int _last; // bytes before _start that the last call returned

    /// <summary>Bytes read from the source.</summary>
    public long Consumed { get; private set; }

    /// <summary>True when a call has met the end of the source.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The next bytes, without consuming them; fewer than <paramref name="count"/> only at the end.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count && !HasEnded)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end, _last) = (0, _end - _start, 0);
            int read = source.ReadAtLeast(_buffer.AsSpan(_end), count - _end, throwOnEndOfStream: false);
            HasEnded = _end + read < count;
            _end += read;
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Consumes bytes that <see cref="Peek"/> returned.</summary>
    public void Skip(int count)
    {
        _start += count;
        Consumed += count;
        _last = 0;
    }

    /// <summary>Takes back the bytes of the last <see cref="Read(Span{byte})"/>.</summary>
    /// <returns>Number of bytes.</returns>
    public int TakeBack()
    {
        int count = _last;
        _start -= count;
        Consumed -= count;
        _last = 0;
        return count;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
        {
            if (HasEnded)
                return _last = 0;
            (_start, _end) = (0, source.Read(_buffer));
            HasEnded = _end == 0;
        }

        _last = Math.Min(Math.Min(buffer.Length, LongestPiece), _end - _start);
        _buffer.AsSpan(_start, _last).CopyTo(buffer);
        _start += _last;
        Consumed += _last;
        return _last;
    }

    /// <summary>Fills a buffer; fewer bytes only at the end.</summary>
    public int Fill(Span<byte> buffer)
    {
        int buffered = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(buffer);
        int read = HasEnded ? 0 : source.ReadAtLeast(buffer[buffered..], buffer.Length - buffered, throwOnEndOfStream: false);
        (_start, _last) = (_start + buffered, 0);
        Consumed += buffered + read;
        HasEnded |= buffered + read < buffer.Length;
        return buffered + read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
