using System.Runtime.InteropServices;

namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int SquaresOfBlock = 1 << 14;

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x)
    {
        _scratch.Reset();
        (nint partial, int count) = SumSquares(x);
        if (count == 0)
            return 0;
        double[] sums = new double[count];
        _queue.CopyOut(MemoryMarshal.AsBytes(sums.AsSpan()), partial);
        double sum = 0;
        foreach (double part in sums)
            sum += part;
        return sum;
    }

    /// <inheritdoc/>
    public void Measure(Tensor<double> measured, Tensor<double> before, Tensor<float> losses_PB, Tensor<float> gradients, double clipNorm)
    {
        Shapes.Measure(measured, before, losses_PB, gradients, clipNorm);
        _scratch.Reset();
        (nint partial, int count) = SumSquares(gradients);
        _queue.Reserve(2 * sizeof(nint) + sizeof(double));
        _queue.Launch(CudaFunction.measure, 1, 1, BlockThreads, new MeasureArguments
        {
            Rows = (nint)_queue.Stage<nint>([(nint)measured.Pointer, (nint)before.Pointer]),
            Losses = At(losses_PB), Partial = partial, ClipNorm = (nint)_queue.Stage<double>([clipNorm]),
            Parts = losses_PB.Rows, Sentences = losses_PB.Columns, Stride = losses_PB.Stride, Partials = count,
        });
    }

    /// <inheritdoc/>
    public void Adam(
        Tensor<float> parameters, Tensor<float> mean, Tensor<float> variance,
        Tensor<float> gradients, Tensor<double> scale, in AdamStep step)
    {
        Shapes.Adam(parameters, mean, variance, gradients, scale, step);
        if (parameters.Length == 0)
            return;
        _scratch.Reset();
        bool whole = parameters.IsContiguous && mean.IsContiguous && variance.IsContiguous && gradients.IsContiguous;
        AdamNumbers given = new()
        {
            GradientScale = 1,
            Beta1 = (float)step.Beta1,
            Beta2 = (float)step.Beta2,
            Rest1 = (float)(1 - step.Beta1),
            Rest2 = (float)(1 - step.Beta2),
            Rate = (float)(step.Rate / (1 - Math.Pow(step.Beta1, step.Step))),
            InverseRoot = (float)(1 / Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step))),
            Epsilon = (float)step.Epsilon,
            Kept = (float)(1 - (step.Rate * step.Decay)),
        };
        nint numbers = Numbers(given, scale);
        _queue.Launch(CudaFunction.adam, BlocksFor(parameters.Length), 1, BlockThreads, new AdamArguments
        {
            Parameters = At(parameters), Mean = At(mean), Variance = At(variance),
            Gradients = At(gradients), Numbers = numbers, Count = parameters.Length,
            Columns = whole ? 0 : parameters.Columns, ParametersStride = parameters.Stride,
            MeanStride = mean.Stride, VarianceStride = variance.Stride, GradientsStride = gradients.Stride,
        });
    }

    /// <inheritdoc/>
    public void Momentum(
        Tensor<float> parameters, Tensor<float> velocity, Tensor<float> gradients, Tensor<double> scale, in MomentumStep step)
    {
        Shapes.Momentum(parameters, velocity, gradients, scale);
        if (parameters.Length == 0)
            return;
        _scratch.Reset();
        bool whole = parameters.IsContiguous && velocity.IsContiguous && gradients.IsContiguous;
        MomentumNumbers given = new()
        {
            GradientScale = 1, Momentum = (float)step.Momentum, Rate = (float)step.Rate, Kept = (float)(1 - (step.Rate * step.Decay)),
        };
        nint numbers = Numbers(given, scale);
        _queue.Launch(CudaFunction.momentum, BlocksFor(parameters.Length), 1, BlockThreads, new MomentumArguments
        {
            Parameters = At(parameters), Velocity = At(velocity), Gradients = At(gradients), Numbers = numbers,
            Count = parameters.Length, Columns = whole ? 0 : parameters.Columns,
            ParametersStride = parameters.Stride, VelocityStride = velocity.Stride, GradientsStride = gradients.Stride,
        });
    }

    /// <inheritdoc/>
    public void Average(Tensor<float> average, Tensor<float> parameters, Tensor<double> scale, double share)
    {
        Shapes.Average(average, parameters, scale, share);
        if (average.Length == 0)
            return;
        _scratch.Reset();
        bool whole = average.IsContiguous && parameters.IsContiguous;
        nint numbers = Numbers(new AverageNumbers { Scale = 1, Part = (float)share }, scale);
        _queue.Launch(CudaFunction.average, BlocksFor(average.Length), 1, BlockThreads, new AverageArguments
        {
            Average = At(average), Parameters = At(parameters), Numbers = numbers,
            Count = average.Length, Columns = whole ? 0 : average.Columns,
            AverageStride = average.Stride, ParametersStride = parameters.Stride,
        });
    }

    // The numbers of an update on the GPU, floats of which the first is the scale.
    private nint Numbers<TNumbers>(in TNumbers given, Tensor<double> scale)
        where TNumbers : unmanaged
    {
        nint numbers = Take(sizeof(TNumbers));
        _queue.Reserve(sizeof(TNumbers) + sizeof(nint));
        _queue.Launch(CudaFunction.update_numbers, 1, 1, 32, new UpdateNumbersArguments
        {
            Numbers = numbers, Given = (nint)_queue.Stage<TNumbers>([given]),
            Scale = (nint)_queue.Stage<nint>([(nint)scale.Pointer]), Count = sizeof(TNumbers) / sizeof(float),
        });
        return numbers;
    }

    // Sums of squares of pieces, in scratch.
    private (nint Partial, int Count) SumSquares(Tensor<float> x)
    {
        int count = Pieces(x.Length, SquaresOfBlock);
        nint partial = Take(Math.Max(1L, count) * sizeof(double));
        if (count > 0)
        {
            _queue.Launch(CudaFunction.sum_of_squares, count, 1, BlockThreads, new SumOfSquaresArguments
            {
                Partial = partial, X = At(x), Count = x.Length,
                Columns = x.IsContiguous ? 0 : x.Columns, Stride = x.Stride, Piece = SquaresOfBlock,
            });
        }

        return (partial, count);
    }

    private struct SumOfSquaresArguments
    {
        public nint Partial, X;
        public long Count;
        public int Columns, Stride, Piece, Unused;
    }

    private struct MeasureArguments
    {
        public nint Rows, Losses, Partial, ClipNorm;
        public int Parts, Sentences, Stride, Partials;
    }

    private struct AdamNumbers
    {
        public float GradientScale, Beta1, Beta2, Rest1, Rest2, Rate, InverseRoot, Epsilon, Kept;
    }

    private struct MomentumNumbers
    {
        public float GradientScale, Momentum, Rate, Kept;
    }

    private struct AverageNumbers
    {
        public float Scale, Part;
    }

    private struct UpdateNumbersArguments
    {
        public nint Numbers, Given, Scale;
        public int Count, Unused;
    }

    private struct AdamArguments
    {
        public nint Parameters, Mean, Variance, Gradients, Numbers;
        public long Count;
        public int Columns, ParametersStride, MeanStride, VarianceStride, GradientsStride, Unused;
    }

    private struct MomentumArguments
    {
        public nint Parameters, Velocity, Gradients, Numbers;
        public long Count;
        public int Columns, ParametersStride, VelocityStride, GradientsStride;
    }

    private struct AverageArguments
    {
        public nint Average, Parameters, Numbers;
        public long Count;
        public int Columns, AverageStride, ParametersStride, Unused;
    }
}
