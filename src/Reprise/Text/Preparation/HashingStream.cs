using System.Security.Cryptography;
using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Text.Preparation;

/// <summary>A new file that is digested (SHA-256) while it is written, whole and by chunks.</summary>
internal sealed class HashingStream(string path) : Stream
{
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _chunk = new byte[FileChunks.ChunkBytes];
    private readonly List<string> _chunks = [];
    private int _inChunk; // bytes

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => throw new NotSupportedException();
    }

    /// <summary>Flushes to the disk.</summary>
    /// <returns>The digests in hexadecimal: of the whole, and of each of its <see cref="FileChunks"/>.</returns>
    public (string Whole, IReadOnlyList<string> Chunks) Finish()
    {
        PosixFiles.Flush(_file);
        if (_inChunk > 0)
            EndChunk();
        return (Convert.ToHexStringLower(_hash.GetHashAndReset()), _chunks);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _file.Write(buffer);
        while (buffer.Length > 0)
        {
            ReadOnlySpan<byte> piece = buffer[..Math.Min(buffer.Length, _chunk.Length - _inChunk)];
            piece.CopyTo(_chunk.AsSpan(_inChunk));
            _inChunk += piece.Length;
            if (_inChunk == _chunk.Length)
                EndChunk();
            buffer = buffer[piece.Length..];
        }
    }

    // Both digests at once, so that the second takes no time.
    private void EndChunk()
    {
        byte[] sum = [];
        Parallel.Invoke(
            () => _hash.AppendData(_chunk, 0, _inChunk),
            () => sum = SHA256.HashData(_chunk.AsSpan(0, _inChunk)));
        _chunks.Add(Convert.ToHexStringLower(sum));
        _inChunk = 0;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
