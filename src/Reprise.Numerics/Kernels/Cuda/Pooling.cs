namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int PoolingThreads = 128;

    /// <inheritdoc/>
    public void MaxOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Shapes.MaxOverSteps(y_BC, x_NC, steps);
        Pool(CudaFunction.max_over_steps, y_BC, x_NC, steps);
    }

    /// <inheritdoc/>
    public void MaxOverStepsBackward(
        Tensor<float> dx_NC, Tensor<float> dy_BC, Tensor<float> x_NC, Tensor<float> y_BC, StepLayout steps)
    {
        Shapes.MaxOverStepsBackward(dx_NC, dy_BC, x_NC, y_BC, steps);
        if (dx_NC.Length == 0)
            return;
        MaxOverStepsBackwardArguments arguments = new()
        {
            DX = At(dx_NC), DY = At(dy_BC), X = At(x_NC), Y = At(y_BC), Starts = StageStarts(steps),
            Steps = steps.Steps, Columns = y_BC.Columns,
            DXStride = dx_NC.Stride, DYStride = dy_BC.Stride, XStride = x_NC.Stride, YStride = y_BC.Stride,
        };
        _queue.Launch(
            CudaFunction.max_over_steps_backward, steps.Sequences, Pieces(y_BC.Columns, PoolingThreads), PoolingThreads, arguments);
    }

    /// <inheritdoc/>
    public void MeanOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Shapes.MeanOverSteps(y_BC, x_NC, steps);
        Pool(CudaFunction.mean_over_steps, y_BC, x_NC, steps);
    }

    /// <inheritdoc/>
    public void MeanOverStepsBackward(Tensor<float> dx_NC, Tensor<float> dy_BC, StepLayout steps)
    {
        Shapes.MeanOverStepsBackward(dx_NC, dy_BC, steps);
        Pool(CudaFunction.mean_over_steps_backward, dx_NC, dy_BC, steps);
    }

    private void Pool(CudaFunction function, Tensor<float> y, Tensor<float> x, StepLayout steps)
    {
        if (y.Length == 0)
            return;
        StepsArguments arguments = new()
        {
            Y = At(y), X = At(x), Starts = StageStarts(steps), Steps = steps.Steps,
            Columns = y.Columns, YStride = y.Stride, XStride = x.Stride,
        };
        _queue.Launch(function, steps.Sequences, Pieces(y.Columns, PoolingThreads), PoolingThreads, arguments);
    }

    private struct MaxOverStepsBackwardArguments
    {
        public nint DX, DY, X, Y, Starts;
        public int Steps, Columns, DXStride, DYStride, XStride, YStride;
    }
}
