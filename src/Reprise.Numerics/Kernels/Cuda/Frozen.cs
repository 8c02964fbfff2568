namespace Reprise.Numerics.Cuda;

// Weights that do not change are kept as bf16. Without bf16 products read the weights themselves, and nothing is kept.
public sealed unsafe partial class CudaKernels
{
    private readonly Dictionary<(nint Pointer, int Rows, int Columns, int Stride), Buffer<ushort>> _kept = [];
    private readonly List<(nint Start, nint End)> _frozen = [];

    /// <inheritdoc/>
    public void Freeze(Tensor<float> weights)
    {
        Shapes.Freeze(weights);
        Thaw(weights);
        _frozen.Add((At(weights), At(weights) + (nint)(weights.Length * sizeof(float))));
    }

    /// <inheritdoc/>
    public void Thaw(Tensor<float> weights)
    {
        _frozen.RemoveAll(range => range.Start == At(weights));
        foreach (((nint Pointer, int, int, int) source, Buffer<ushort> memory) in _kept)
        {
            if (IsFrozen(source.Pointer))
                continue;
            memory.Dispose();
            _kept.Remove(source);
        }
    }

    private bool IsFrozen(nint pointer)
    {
        foreach ((nint start, nint end) in _frozen)
        {
            if (pointer >= start && pointer < end)
                return true;
        }

        return false;
    }

    // The place of a frozen factor as bf16; a new one is yet to be filled.
    private bool TryKeep(Tensor<float> source, int width, out nint kept, out bool isNew)
    {
        (kept, isNew) = (0, false);
        if (_frozen.Count == 0 || !IsFrozen(At(source)))
            return false;
        (nint, int, int, int) key = (At(source), source.Rows, source.Columns, source.Stride);
        if (!_kept.TryGetValue(key, out Buffer<ushort>? memory))
        {
            isNew = true;
            memory = _device.Allocate<ushort>((long)source.Rows * width);
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
