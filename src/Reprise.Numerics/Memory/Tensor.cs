namespace Reprise.Numerics;

/// <summary>
/// A view of a matrix in a <see cref="Buffer{T}"/>: row vectors, row-major, rows <see cref="Stride"/> elements apart.
/// A vector is one row. The view does not keep its buffer alive and must not outlive it.
/// </summary>
/// <remarks>
/// The tensors of a back end on a device lie in the device's memory. <see cref="IKernels{T}.Read"/> and
/// <see cref="IKernels{T}.Write"/> reach their elements; the members here that return elements throw.
/// </remarks>
internal readonly unsafe struct Tensor<T>
    where T : unmanaged
{
    internal Tensor(T* pointer, int rows, int columns, int stride, bool onDevice = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Pointer = pointer;
        Rows = rows;
        Columns = columns;
        Stride = stride;
        OnDevice = onDevice;
    }

    internal T* Pointer { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The elements of a row.</summary>
    public int Columns { get; }

    /// <summary>The elements from one row to the next; at least <see cref="Columns"/>.</summary>
    public int Stride { get; }

    /// <summary>True if the elements lie in the memory of a device, which host code may not access.</summary>
    internal bool OnDevice { get; }

    /// <summary>Rows times columns.</summary>
    public long Length => (long)Rows * Columns;

    /// <summary>True for <c>default</c>, which stands for an argument that is left out.</summary>
    public bool IsAbsent => Pointer == null;

    /// <summary>True when rows follow each other without a gap.</summary>
    public bool IsContiguous => Stride == Columns || Rows <= 1;

    /// <summary>All elements of a contiguous tensor of at most <see cref="int.MaxValue"/> elements.</summary>
    /// <exception cref="InvalidOperationException">The rows have gaps, or the elements lie in a device's memory.</exception>
    public Span<T> Span => IsContiguous
        ? new Span<T>(HostPointer, checked((int)Length))
        : throw new InvalidOperationException($"a [{Rows}, {Columns}] view with stride {Stride} is not one span");

    /// <summary>The element at a row and a column.</summary>
    /// <exception cref="InvalidOperationException">The elements lie in a device's memory.</exception>
    public ref T this[int row, int column] => ref Row(row)[column];

    /// <summary>Row <paramref name="row"/> as a span.</summary>
    /// <exception cref="InvalidOperationException">The elements lie in a device's memory.</exception>
    public Span<T> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return new Span<T>(HostPointer + ((long)row * Stride), Columns);
    }

    /// <summary>The rows from <paramref name="start"/> on, <paramref name="count"/> of them.</summary>
    public Tensor<T> RowRange(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)(uint)start + (uint)count, (uint)Rows, nameof(count));
        return new Tensor<T>(Pointer + ((long)start * Stride), count, Columns, Stride, OnDevice);
    }

    /// <summary>The columns from <paramref name="start"/> on, <paramref name="count"/> of them, of every row.</summary>
    public Tensor<T> ColumnRange(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)(uint)start + (uint)count, (uint)Columns, nameof(count));
        return new Tensor<T>(Pointer + start, Rows, count, Stride, OnDevice);
    }

    /// <summary>The same elements, of a contiguous tensor, in another shape.</summary>
    public Tensor<T> Reshape(int rows, int columns) => IsContiguous && (long)rows * columns == Length
        ? new Tensor<T>(Pointer, rows, columns, columns, OnDevice)
        : throw new InvalidOperationException($"[{Rows}, {Columns}] (stride {Stride}) does not reshape to [{rows}, {columns}]");

    private T* HostPointer => !OnDevice
        ? Pointer
        : throw new InvalidOperationException($"a tensor {this} lies in the device's memory; read it by IKernels.Read");

    /// <inheritdoc/>
    public override string ToString() => $"[{Rows}, {Columns}]";
}
