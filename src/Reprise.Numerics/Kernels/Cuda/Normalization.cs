namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int NormalizationThreads = 32; // few columns: as many multiprocessors as there are warps

    /// <inheritdoc/>
    public void Moments(Tensor<float> moments_3C, Tensor<float> x_BC)
    {
        Shapes.Moments(moments_3C, x_BC);
        if (moments_3C.Length == 0)
            return;
        LaunchOverColumns(CudaFunction.moments, x_BC.Columns, new MomentsArguments
        {
            Moments = At(moments_3C), X = At(x_BC), B = x_BC.Rows, Columns = x_BC.Columns,
            MomentsStride = moments_3C.Stride, XStride = x_BC.Stride,
        });
    }

    /// <inheritdoc/>
    public void Normalize(
        Tensor<float> y_BC, Tensor<float> x_BC, Tensor<float> mean_C, Tensor<float> variance_C, Tensor<float> shift_C, float gain,
        float epsilon)
    {
        Shapes.Normalize(y_BC, x_BC, mean_C, variance_C, shift_C);
        if (y_BC.Length == 0)
            return;
        LaunchOverColumns(CudaFunction.normalize, x_BC.Columns, new NormalizeArguments
        {
            Y = At(y_BC), X = At(x_BC), Mean = At(mean_C), Variance = At(variance_C), Shift = At(shift_C), B = x_BC.Rows,
            Columns = x_BC.Columns, YStride = y_BC.Stride, XStride = x_BC.Stride, Gain = gain, Epsilon = epsilon,
        });
    }

    /// <inheritdoc/>
    public void NormalizeBackward(
        Tensor<float> dx_BC, Tensor<float> dShift_C, Tensor<float> dy_BC, Tensor<float> x_BC, Tensor<float> mean_C,
        Tensor<float> variance_C, float gain, float epsilon, bool ofBatch)
    {
        Shapes.NormalizeBackward(dx_BC, dShift_C, dy_BC, x_BC, mean_C, variance_C);
        if (dx_BC.Length == 0)
            return;
        LaunchOverColumns(CudaFunction.normalize_backward, x_BC.Columns, new NormalizeBackwardArguments
        {
            DX = At(dx_BC), DShift = At(dShift_C), DY = At(dy_BC), X = At(x_BC), Mean = At(mean_C), Variance = At(variance_C),
            B = x_BC.Rows, Columns = x_BC.Columns, DXStride = dx_BC.Stride, DYStride = dy_BC.Stride, XStride = x_BC.Stride,
            OfBatch = ofBatch ? 1 : 0, Gain = gain, Epsilon = epsilon,
        });
    }

    private void LaunchOverColumns<TArguments>(CudaFunction function, int columns, in TArguments arguments)
        where TArguments : unmanaged =>
        _queue.Launch(function, Pieces(columns, NormalizationThreads), 1, NormalizationThreads, arguments);

    private struct MomentsArguments
    {
        public nint Moments, X;
        public int B, Columns, MomentsStride, XStride;
    }

    private struct NormalizeArguments
    {
        public nint Y, X, Mean, Variance, Shift;
        public int B, Columns, YStride, XStride;
        public float Gain, Epsilon;
    }

    private struct NormalizeBackwardArguments
    {
        public nint DX, DShift, DY, X, Mean, Variance;
        public int B, Columns, DXStride, DYStride, XStride, OfBatch;
        public float Gain, Epsilon;
    }
}
