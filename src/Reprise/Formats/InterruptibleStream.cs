namespace Reprise.Formats;

/// <summary>
/// A stream over a pipe or a terminal; cancellation ends a read that waits. The abandoned read keeps a buffer that nothing else
/// uses.
/// </summary>
internal sealed class InterruptibleStream(Stream source, CancellationToken cancellation) : ReadOnlyStream
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
