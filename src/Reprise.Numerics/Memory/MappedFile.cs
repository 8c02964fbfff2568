using System.IO.MemoryMappedFiles;
using Reprise.Numerics.Interop;

namespace Reprise.Numerics;

/// <summary>
/// A file mapped into memory for reading. Slices are views of the mapping: they are valid until <see cref="Dispose"/>.
/// Safe for concurrent reading.
/// </summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _disposed;

    private MappedFile(FileStream stream)
    {
        Length = stream.Length;
        if (Length == 0)
        {
            stream.Dispose(); // an empty file cannot be mapped, and has no slices to give
            return;
        }

        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        try
        {
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + _view.PointerOffset;
    }

    /// <summary>Length of the file in bytes, at the time of opening.</summary>
    public long Length { get; }

    /// <summary>Maps the whole file. The system brings pages in as they are read; nothing is copied.</summary>
    /// <exception cref="IOException">The file is missing, is a folder, a pipe, a socket or a device, or cannot be read or mapped.</exception>
    public static MappedFile Open(string path)
    {
        FileStream stream = RegularFile.Open(path, bufferBytes: 0);
        try
        {
            return new MappedFile(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="length"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slice would leave the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || length < 0 || offset > Length - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"bytes [{offset}, {offset} + {length}) of a file of {Length}");
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}
