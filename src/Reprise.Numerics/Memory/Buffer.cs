using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Numerics;

/// <summary>
/// Owns one slab of native memory, aligned to 64 bytes, or of a device's. <see cref="Tensor{T}"/>s are views of it and never own.
/// </summary>
/// <remarks>
/// A run has few owners: parameters, gradients, two Adam moments, workspaces. They are made once and kept, because the
/// first touch of fresh memory is slow on virtual machines.
/// </remarks>
internal sealed unsafe class Buffer<T> : IDisposable
    where T : unmanaged
{
    private readonly Action<nint>? _free; // of memory that a back end gave
    private readonly bool _onDevice;
    private T* _pointer;

    /// <summary>Allocates <paramref name="length"/> elements.</summary>
    /// <param name="zeroed">All are zero; or undefined, and the system gives the memory when it is first written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or its bytes overflow.</exception>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    public Buffer(long length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue / sizeof(T) / 2);
        Length = length;
        nuint bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        _pointer = (T*)HugePages.Allocate(bytes);
        if (zeroed)
            NativeMemory.Clear(_pointer, bytes);
    }

    /// <summary>Takes over memory of a back end.</summary>
    /// <param name="onDevice">Whether host code may not touch it.</param>
    /// <param name="free">Frees it, once: by <see cref="Dispose"/>, or on the finalizer's thread.</param>
    internal Buffer(T* pointer, long length, bool onDevice, Action<nint> free)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        (Length, _onDevice, _free) = (length, onDevice, free);
        _pointer = pointer;
    }

    /// <summary>Frees what nobody disposed of.</summary>
    ~Buffer() => Free();

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The first element; valid until <see cref="Dispose"/>.</summary>
    internal T* Pointer => _pointer != null ? _pointer : throw new ObjectDisposedException(nameof(Buffer<>));

    /// <summary>A view of <paramref name="rows"/> by <paramref name="columns"/> contiguous elements from <paramref name="offset"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The view would leave the buffer.</exception>
    public Tensor<T> View(long offset, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)rows * columns, Length - offset);
        return new Tensor<T>(Pointer + offset, rows, columns, columns, _onDevice);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Free()
    {
        T* pointer = _pointer;
        _pointer = null;
        if (pointer == null)
            return;
        if (_free is null)
            NativeMemory.AlignedFree(pointer);
        else
            _free((nint)pointer);
    }
}
