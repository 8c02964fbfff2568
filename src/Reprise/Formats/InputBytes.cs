using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Formats;

/// <summary>
/// The bytes of a file, read at offsets and never mapped: where a file is cut while it is in use, a mapping ends the process and a read
/// throws. Safe for concurrent reading.
/// </summary>
internal sealed class InputBytes : IDisposable
{
    private const int PieceBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly SafeFileHandle _handle; // taken from the stream once: the property seeks

    private InputBytes(string path)
    {
        FilePath = path;
        _file = OutsideFile.Open(path, bufferBytes: 0);
        _handle = _file.SafeFileHandle;
        Length = _file.Length;
    }

    /// <summary>The path it was opened by, for messages.</summary>
    public string FilePath { get; }

    /// <summary>Length of the file in bytes, at the time of opening.</summary>
    public long Length { get; }

    /// <exception cref="InputException">It is missing, cannot be read, or is no regular file.</exception>
    public static InputBytes Open(string path) => new(path);

    /// <summary>Fills <paramref name="destination"/> from byte <paramref name="offset"/> on.</summary>
    /// <exception cref="InputException">The file ends before, or cannot be read any more.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        try
        {
            while (destination.Length > 0)
            {
                int read = RandomAccess.Read(_handle, destination, offset);
                if (read == 0)
                {
                    string found = $"{FilePath}: ends at byte {offset}, expected {Length} bytes as when it was opened";
                    throw new InputException($"{found}; it was cut while it was in use: restore it");
                }

                offset += read;
                destination = destination[read..];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutsideFile.Unreadable(FilePath, e);
        }
    }

    /// <summary>SHA-256 of <paramref name="first"/> and the bytes from <paramref name="start"/> to the end, in hexadecimal.</summary>
    /// <param name="read">Receives the number of bytes of each read.</param>
    public string Sha256(ReadOnlySpan<byte> first, long start, Action<int>? read, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(first);
        byte[] pooled = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            while (start < Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> piece = pooled.AsSpan(0, (int)Math.Min(PieceBytes, Length - start));
                Read(start, piece);
                hash.AppendData(piece);
                start += piece.Length;
                read?.Invoke(piece.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
