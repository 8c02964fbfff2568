namespace Reprise.Formats;

/// <summary>
/// A stream whose reader may have to wait, as at a pipe or a terminal, and is freed by a cancellation. A read that was under
/// way is left to itself then, with a buffer that nobody else uses.
/// </summary>
internal sealed class InterruptibleStream(Stream source, CancellationToken cancellation) : Stream
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OperationCanceledException">Cancelled before there was anything to read.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
            (_start, _end) = (0, Task.Run(() => source.Read(_buffer), cancellation).WaitAsync(cancellation).GetAwaiter().GetResult());
        int count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
