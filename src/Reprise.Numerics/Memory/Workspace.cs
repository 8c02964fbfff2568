namespace Reprise.Numerics;

/// <summary>
/// Scratch memory for one batch: tensors are taken one after the other, and <see cref="Reset"/> takes all of them back.
/// </summary>
/// <remarks>
/// When a batch is larger than any before, further slabs are added; the next reset joins them into one of the whole size. So the
/// steady state allocates nothing, and sizes need not be known in advance. Debug builds fill returned memory with NaN, so that
/// stale values show in the loss. The contents of a taken tensor are undefined. Not thread-safe.
/// </remarks>
/// <param name="kernels">The back end that computes in this memory, owned by the caller; null for memory of the host.</param>
internal sealed class Workspace<T>(IKernels<T>? kernels = null) : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    private const int Alignment = 16; // elements: a cache line of floats
    private const long SmallestSlab = 1 << 16;

    private readonly List<Buffer<T>> _slabs = [];
    private long _used;       // in the last slab
    private long _usedBefore; // in all slabs before the last

    /// <summary>The number of elements that the workspace holds, used or not.</summary>
    public long Capacity => _slabs.Sum(s => s.Length);

    /// <summary>A tensor of undefined contents, valid until the next <see cref="Reset"/>.</summary>
    public Tensor<T> Take(int rows, int columns)
    {
        long length = (((long)rows * columns) + Alignment - 1) / Alignment * Alignment;
        if (_slabs.Count == 0 || _used + length > _slabs[^1].Length)
        {
            _usedBefore += _used;
            _used = 0;
            _slabs.Add(Allocate(Math.Max(length, SmallestSlab)));
        }

        Tensor<T> taken = _slabs[^1].View(_used, rows, columns);
        _used += length;
        return taken;
    }

    /// <summary>Takes every tensor back.</summary>
    public void Reset()
    {
        if (_slabs.Count > 1)
        {
            long whole = _usedBefore + _used;
            Dispose();
            _slabs.Add(Allocate(whole + (whole / 8)));
        }

        FillWithNaN();
        _used = 0;
        _usedBefore = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Buffer<T> slab in _slabs)
            slab.Dispose();
        _slabs.Clear();
        _used = 0;
        _usedBefore = 0;
    }

    private Buffer<T> Allocate(long length) => kernels?.Allocate(length, zeroed: false) ?? new Buffer<T>(length, zeroed: false);

    [System.Diagnostics.Conditional("DEBUG")]
    private void FillWithNaN()
    {
        if (_slabs.Count != 1 || _used == 0)
            return;
        Tensor<T> used = _slabs[0].View(0, 1, checked((int)Math.Min(_used, int.MaxValue)));
        if (kernels is null)
            used.Span.Fill(T.NaN);
        else
            kernels.Fill(used, T.NaN);
    }
}
