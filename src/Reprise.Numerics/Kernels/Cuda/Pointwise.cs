namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void Fill(Tensor<float> x, float value) => Pointwise(CudaFunction.fill, new PointwiseArguments(x) { Value = value });

    /// <inheritdoc/>
    public void Tanh(Tensor<float> y, Tensor<float> x)
    {
        Shapes.Tanh(y, x);
        Pointwise(CudaFunction.tanh_forward, new PointwiseArguments(y) { X = At(x), XStride = x.Stride });
    }

    /// <inheritdoc/>
    public void TanhBackward(Tensor<float> dx, Tensor<float> dy, Tensor<float> y)
    {
        Shapes.TanhBackward(dx, dy, y);
        Pointwise(
            CudaFunction.tanh_backward, new PointwiseArguments(dx) { X = At(dy), XStride = dy.Stride, Z = At(y), ZStride = y.Stride });
    }

    private void Zero(nint memory, long bytes) =>
        Pointwise(CudaFunction.fill, new PointwiseArguments { Y = memory, Rows = bytes / sizeof(float), Columns = 1, YStride = 1 });

    private void Pointwise(CudaFunction function, PointwiseArguments arguments)
    {
        long count = arguments.Rows * arguments.Columns;
        if (count == 0)
            return;
        if (arguments.YStride == arguments.Columns && (arguments.X == 0 || arguments.XStride == arguments.Columns)
            && (arguments.Z == 0 || arguments.ZStride == arguments.Columns))
        {
            // A contiguous tensor needs no division.
            (arguments.Rows, arguments.Columns, arguments.YStride, arguments.XStride, arguments.ZStride) = (count, 1, 1, 1, 1);
        }

        _queue.Launch(function, BlocksFor(count), 1, BlockThreads, arguments);
    }

    internal struct PointwiseArguments
    {
        public nint Y, X, Z;
        public long Rows;
        public int Columns, YStride, XStride, ZStride;
        public float Value;
        public int Unused; // without gaps, because lists are compared by their bytes

        public PointwiseArguments(Tensor<float> y) => (Y, Rows, Columns, YStride) = (At(y), y.Rows, y.Columns, y.Stride);
    }
}
