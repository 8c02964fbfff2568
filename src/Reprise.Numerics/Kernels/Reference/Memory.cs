namespace Reprise.Numerics.Reference;

// The host's memory, and operations that are done when they return.
internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public Buffer<T> Allocate(long length, bool zeroed = true) => new(length, zeroed);

    /// <inheritdoc/>
    public Buffer<double> AllocateShared(long length) => new(length);

    /// <inheritdoc/>
    public void Write(Tensor<T> x, ReadOnlySpan<T> values) => HostMemory.Write(x, values);

    /// <inheritdoc/>
    public void Read(Span<T> values, Tensor<T> x) => HostMemory.Read(values, x);

    /// <inheritdoc/>
    public long Mark() => 0;

    /// <inheritdoc/>
    public bool IsDone(long mark) => true;

    /// <inheritdoc/>
    public void Wait(long mark)
    {
    }
}
