namespace Reprise.Numerics.Cuda;

// Frozen weights are kept as bf16. In other precisions products read the weights themselves, and nothing is kept.
internal sealed unsafe partial class CudaKernels
{
    private readonly Dictionary<(nint Pointer, int Rows, int Columns, int Stride), Buffer<ushort>> _kept = [];
    private readonly FrozenSlabs _frozen = new();

    /// <inheritdoc/>
    public void Freeze(Tensor<float> weights)
    {
        Shapes.Freeze(weights);
        Thaw(weights);
        _frozen.Add(weights);
    }

    /// <inheritdoc/>
    public void Thaw(Tensor<float> weights)
    {
        _frozen.Remove(weights);
        foreach (((nint Pointer, int, int, int) source, Buffer<ushort> memory) in _kept)
        {
            if (_frozen.Hold(source.Pointer))
                continue;
            memory.Dispose();
            _kept.Remove(source);
        }
    }

    // The memory of a frozen factor as bf16; that of a new one is not filled yet.
    private bool TryKeep(Tensor<float> source, long length, out nint kept, ref bool isNew)
    {
        kept = 0;
        if (!_frozen.Hold(At(source)))
            return false;
        (nint, int, int, int) key = (At(source), source.Rows, source.Columns, source.Stride);
        isNew = !_kept.TryGetValue(key, out Buffer<ushort>? memory);
        if (memory is null)
        {
            memory = _device.Allocate<ushort>(length);
            _kept.Add(key, memory);
        }

        kept = (nint)memory.Pointer;
        return true;
    }

    private void DisposeKept()
    {
        foreach (Buffer<ushort> memory in _kept.Values)
            memory.Dispose();
        _kept.Clear();
    }
}
