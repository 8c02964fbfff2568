namespace Reprise.Numerics.Cpu;

// The host's memory, and operations that are done when they return.
internal sealed partial class CpuKernels
{
    /// <inheritdoc/>
    public Buffer<float> Allocate(long length, bool zeroed = true) => new(length, zeroed);

    /// <inheritdoc/>
    public Buffer<double> AllocateShared(long length) => new(length);

    /// <inheritdoc/>
    public void Write(Tensor<float> x, ReadOnlySpan<float> values) => HostMemory.Write(x, values);

    /// <inheritdoc/>
    public void Read(Span<float> values, Tensor<float> x) => HostMemory.Read(values, x);

    /// <inheritdoc/>
    public long Mark() => 0;

    /// <inheritdoc/>
    public bool IsDone(long mark) => true;

    /// <inheritdoc/>
    public void Wait(long mark)
    {
    }
}
