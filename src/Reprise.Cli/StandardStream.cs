using Reprise.Numerics.Interop;

namespace Reprise.Cli;

/// <summary>Standard output or error, which may be closed, full, or a terminal that is gone.</summary>
internal sealed class StandardStream : Stream
{
    private readonly Stream? _stream;
    private readonly bool _mayFail;

    private StandardStream(Stream? stream, bool mayFail)
    {
        _stream = stream;
        _mayFail = mayFail;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Standard output, where a result that cannot be written is a failure.</summary>
    public static StandardStream Output() => new(PosixFiles.WasInherited(1) ? Console.OpenStandardOutput() : null, mayFail: false);

    /// <summary>Standard error, where a note that cannot be written is dropped.</summary>
    public static StandardStream Error() => new(PosixFiles.WasInherited(2) ? Console.OpenStandardError() : null, mayFail: true);

    /// <exception cref="IOException">Standard output is closed or full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            if (_stream is null)
                throw new IOException("standard output is closed, so the result cannot be written; open it, or redirect it to /dev/null");
            _stream.Write(buffer);
        }
        catch (Exception e) when (_mayFail && (e is IOException or UnauthorizedAccessException))
        {
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _stream?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
