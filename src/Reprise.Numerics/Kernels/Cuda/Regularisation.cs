namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void DropoutMask(Tensor<float> mask, double rate, in RandomKey key)
    {
        Shapes.DropoutMask(mask, rate);
        if (mask.Length == 0)
            return;
        _queue.Reserve(sizeof(PhiloxDraw));
        _queue.Launch(CudaFunction.dropout_mask, BlocksFor((mask.Length + 3) / 4), 1, BlockThreads, new DropoutMaskArguments
        {
            Mask = At(mask), Draw = (nint)_queue.Stage<PhiloxDraw>([new PhiloxDraw(key)]), Count = mask.Length,
            Columns = mask.IsContiguous ? 0 : mask.Columns, Stride = mask.Stride,
            Below = Philox.Below(rate), Kept = (float)(1 / (1 - rate)),
        });
    }

    /// <inheritdoc/>
    public void Multiply(Tensor<float> y, Tensor<float> x, Tensor<float> factor)
    {
        Shapes.Multiply(y, x, factor);
        Pointwise(
            CudaFunction.multiply,
            new PointwiseArguments(y) { X = At(x), XStride = x.Stride, Z = At(factor), ZStride = factor.Stride });
    }

    /// <inheritdoc/>
    public void MultiplySteps(Tensor<float> y_NC, Tensor<float> factor_BC, StepLayout steps)
    {
        Shapes.MultiplySteps(y_NC, factor_BC, steps);
        if (y_NC.Length == 0)
            return;
        StepsArguments arguments = new()
        {
            Y = At(y_NC), X = At(factor_BC), Starts = StageStarts(steps), Steps = steps.Steps,
            Columns = y_NC.Columns, YStride = y_NC.Stride, XStride = factor_BC.Stride,
        };
        _queue.Launch(CudaFunction.multiply_steps, steps.Sequences, Math.Min(steps.Steps, MostBlocksY), BlockThreads, arguments);
    }

    // The counters and the key of the first block.
    private struct PhiloxDraw
    {
        public uint Counter0, Counter1, Counter2, Counter3, Key0, Key1;

        public PhiloxDraw(in RandomKey key)
        {
            (Counter0, Counter1, Counter2, Counter3) = Philox.Counters(key.Use, key.A, key.B, 0);
            (Key0, Key1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        }
    }

    private struct DropoutMaskArguments
    {
        public nint Mask, Draw;
        public long Count;
        public int Columns, Stride, Below;
        public float Kept;
    }
}
