using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Formats;

/// <summary>
/// A file for random access, in chunks that are checked against their checksums when they are first read. The first chunks read stay in
/// memory, up to a limit; the others are read from the file each time. Safe for concurrent reading.
/// </summary>
internal sealed class FileChunks
{
    public const int ChunkBytes = 1 << 22;

    /// <summary>Bytes of one file that stay in memory.</summary>
    public const long MostKept = 1L << 28;

    private readonly InputBytes _file;
    private readonly IReadOnlyList<string>? _sums;
    private readonly string _toMend;
    private readonly byte[]?[] _kept;
    private readonly bool[] _checked;
    private readonly Lock _loading = new();
    private long _room;
    private byte[]? _passing; // a chunk that is checked and does not stay

    /// <param name="sums">SHA-256 of each chunk, in hexadecimal; null where none are known.</param>
    /// <param name="toMend">Advice about a changed file, for the message.</param>
    public FileChunks(InputBytes file, IReadOnlyList<string>? sums, string toMend, long mostKept = MostKept)
    {
        _file = file;
        _sums = sums;
        _toMend = toMend;
        _room = mostKept;
        int count = checked((int)CountOf(file.Length));
        if (sums is not null && sums.Count != count)
        {
            string found = $"{file.FilePath}: {file.Length} bytes are {count} chunks";
            throw new InputException($"{found}; expected {sums.Count}, one for each checksum");
        }

        _kept = new byte[]?[count];
        _checked = new bool[count];
    }

    /// <summary>Chunks of a file, the last of which may be shorter.</summary>
    public static long CountOf(long bytes) => (bytes / ChunkBytes) + (bytes % ChunkBytes > 0 ? 1 : 0);

    /// <summary>Computes the checksums of a file's chunks in parallel.</summary>
    /// <returns>SHA-256 of each chunk, in hexadecimal.</returns>
    public static IReadOnlyList<string> SumsOf(SafeFileHandle file, int threads)
    {
        long length = RandomAccess.GetLength(file);
        string[] sums = new string[CountOf(length)];
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads };
        Parallel.For(0, sums.Length, options, () => new byte[ChunkBytes], Sum, _ => { });
        return sums;

        byte[] Sum(int chunk, ParallelLoopState state, byte[] buffer)
        {
            long start = (long)chunk * ChunkBytes;
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(ChunkBytes, length - start));
            ReadExactly(file, bytes, start);
            sums[chunk] = Convert.ToHexStringLower(SHA256.HashData(bytes));
            return buffer;
        }
    }

    /// <summary>Fills <paramref name="bytes"/> from an offset in a file.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    public static void ReadExactly(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        for (int read = 0, count; read < bytes.Length; read += count)
        {
            count = RandomAccess.Read(file, bytes[read..], offset + read);
            if (count == 0)
                throw new EndOfStreamException();
        }
    }

    /// <summary>Fills <paramref name="destination"/> from byte <paramref name="offset"/> on.</summary>
    /// <exception cref="InputException">The bytes are not those that were written, or cannot be read.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            (long chunk, long start) = Math.DivRem(offset, ChunkBytes);
            Span<byte> piece = destination[..(int)Math.Min(destination.Length, ChunkBytes - start)];
            if ((Volatile.Read(ref _kept[chunk]) ?? Load((int)chunk)) is { } bytes)
                bytes.AsSpan((int)start, piece.Length).CopyTo(piece);
            else
                _file.Read(offset, piece);
            offset += piece.Length;
            destination = destination[piece.Length..];
        }
    }

    /// <summary>The bytes of a chunk that stays in memory; null for another, once it is checked against its checksum.</summary>
    private byte[]? Load(int chunk)
    {
        if (Volatile.Read(ref _checked[chunk]))
            return null;
        lock (_loading)
        {
            if (_kept[chunk] is { } loaded)
                return loaded;
            if (_checked[chunk])
                return null;
            long start = (long)chunk * ChunkBytes;
            int length = (int)Math.Min(ChunkBytes, _file.Length - start);
            bool stays = length <= _room;
            byte[] bytes = stays ? GC.AllocateUninitializedArray<byte>(length)
                : _sums is null ? []
                : _passing ??= GC.AllocateUninitializedArray<byte>(ChunkBytes);
            if (bytes.Length > 0)
            {
                _file.Read(start, bytes.AsSpan(0, length));
                Check(chunk, start, bytes.AsSpan(0, length));
            }

            if (stays)
            {
                _room -= length;
                Volatile.Write(ref _kept[chunk], bytes);
                return bytes;
            }

            Volatile.Write(ref _checked[chunk], true);
            return null;
        }
    }

    private void Check(int chunk, long start, ReadOnlySpan<byte> bytes)
    {
        if (_sums is null)
            return;
        string found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (!found.Equals(_sums[chunk], StringComparison.OrdinalIgnoreCase))
            throw FileSum.Differs($"{_file.FilePath}: bytes {start} to {start + bytes.Length}", _sums[chunk], found, _toMend);
    }
}
