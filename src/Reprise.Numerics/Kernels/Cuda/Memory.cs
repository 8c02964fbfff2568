using System.Runtime.InteropServices;

namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int LargestStagedWrite = 1 << 16; // elements; larger writes are copied alone, and waited for

    /// <inheritdoc/>
    public Buffer<float> Allocate(long length, bool zeroed = true)
    {
        if (_device.HasLeft && !_queue.HasStaged) // staged values must not be handed over before the launches of their operation
        {
            _queue.Synchronize(); // its commands may use memory that was left
            _device.FreeLeft();
        }

        Buffer<float> buffer = _device.Allocate<float>(length);
        if (zeroed && length > 0)
            _queue.Clear((nint)buffer.Pointer, length * sizeof(float));
        return buffer;
    }

    /// <inheritdoc/>
    public Buffer<double> AllocateShared(long length) => _device.AllocateShared<double>(length);

    /// <inheritdoc/>
    public void Write(Tensor<float> x, ReadOnlySpan<float> values)
    {
        Shapes.Write(x, values);
        if (values.IsEmpty)
            return;
        if (values.Length <= LargestStagedWrite)
        {
            _queue.Reserve((long)values.Length * sizeof(float));
            Copy(At(x), x.Stride, (nint)_queue.Stage(values), x.Columns, x.Rows, x.Columns);
            return;
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (x.IsContiguous)
        {
            _queue.CopyIn(At(x), bytes);
            return;
        }

        _scratch.Reset();
        nint contiguous = Take(bytes.Length);
        _queue.CopyIn(contiguous, bytes);
        Copy(At(x), x.Stride, contiguous, x.Columns, x.Rows, x.Columns);
    }

    /// <inheritdoc/>
    public void Read(Span<float> values, Tensor<float> x)
    {
        Shapes.Read<float>(values, x);
        if (values.IsEmpty)
            return;
        nint source = At(x);
        if (!x.IsContiguous)
        {
            _scratch.Reset();
            source = Take(x.Length * sizeof(float));
            Copy(source, x.Columns, At(x), x.Stride, x.Rows, x.Columns);
        }

        _queue.CopyOut(MemoryMarshal.AsBytes(values), source);
        if (_device.HasLeft)
            _device.FreeLeft(); // nothing waits and nothing runs now
    }

    /// <inheritdoc/>
    public long Mark() => _queue.Mark();

    /// <inheritdoc/>
    public bool IsDone(long mark) => _queue.IsDone(mark);

    /// <inheritdoc/>
    public void Wait(long mark) => _queue.Wait(mark);

    private void Copy(nint target, int targetStride, nint source, int sourceStride, int rows, int columns) =>
        Pointwise(CudaFunction.copy, new PointwiseArguments
        {
            Y = target, YStride = targetStride, X = source, XStride = sourceStride, Rows = rows, Columns = columns,
        });
}
