using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Numerics;

/// <summary>
/// The owner of one slab of native memory, aligned to 64 bytes, or of device memory. <see cref="Tensor{T}"/>s are views and own
/// nothing.
/// </summary>
/// <remarks>
/// A run has few owners: parameters, gradients, two Adam moments, workspaces. They are made once and kept, because the first touch
/// of new memory is slow on virtual machines.
/// </remarks>
internal sealed unsafe class Buffer<T> : IDisposable
    where T : unmanaged
{
    private readonly Action<nint>? _free; // of memory that a back end gave
    private readonly bool _onDevice;
    private T* _pointer;

    /// <summary>Allocates <paramref name="length"/> elements.</summary>
    /// <param name="zeroed">True for zeros; false for undefined contents, in memory that the system gives at the first write.</param>
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
    /// <param name="onDevice">True if host code may not access it.</param>
    /// <param name="free">The function that frees it, called once: by <see cref="Dispose"/>, or on the finalizer's thread.</param>
    internal Buffer(T* pointer, long length, bool onDevice, Action<nint> free)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        (Length, _onDevice, _free) = (length, onDevice, free);
        _pointer = pointer;
    }

    /// <summary>Frees a slab that was not disposed of.</summary>
    ~Buffer() => Free();

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>The first element; valid until <see cref="Dispose"/>.</summary>
    internal T* Pointer => _pointer != null ? _pointer : throw new ObjectDisposedException(nameof(Buffer<>));

    /// <summary>A view of [<paramref name="rows"/>, <paramref name="columns"/>] elements from <paramref name="offset"/> on.</summary>
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
