namespace Reprise.Numerics.Cpu;

// Frozen weights are packed once for each way in which products use them.
internal sealed unsafe partial class CpuKernels
{
    private readonly Dictionary<Factor, (Buffer<float> Memory, Packed Packed)> _kept = [];
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
        foreach ((Factor factor, (Buffer<float> memory, _)) in _kept)
        {
            if (_frozen.Hold(factor.Pointer))
                continue;
            memory.Dispose();
            _kept.Remove(factor);
        }
    }

    // Returns a kept right factor, which is packed at its first use; false if its memory is not frozen.
    private bool TryKeep(Operand source, out Packed packed)
    {
        packed = default;
        if (!_frozen.Hold((nint)source.Pointer))
            return false;
        Factor factor = new((nint)source.Pointer, source.Width, source.Depth, source.WidthStride, source.DepthStride);
        if (!_kept.TryGetValue(factor, out (Buffer<float> Memory, Packed Packed) kept))
        {
            Buffer<float> memory = new(Packed.Length(source.Width, source.Depth, _gemm.Columns));
            kept = (memory, _gemm.Right(memory.Pointer, source.Width, source.Depth));
            Pack(kept.Packed, source);
            _kept.Add(factor, kept);
        }

        packed = kept.Packed;
        return true;
    }

    private void DisposeKept()
    {
        foreach ((Buffer<float> memory, _) in _kept.Values)
            memory.Dispose();
        _kept.Clear();
    }

    private readonly record struct Factor(nint Pointer, int Width, int Depth, nint WidthStride, nint DepthStride);
}
