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
        nint numbers = Take(sizeof(AdamNumbers));
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
        };
        _queue.Reserve(sizeof(AdamNumbers) + sizeof(nint));
        _queue.Launch(CudaFunction.adam_numbers, 1, 1, 32, new AdamNumbersArguments
        {
            Numbers = numbers, Given = (nint)_queue.Stage<AdamNumbers>([given]), Scale = (nint)_queue.Stage<nint>([(nint)scale.Pointer]),
        });
        bool whole = parameters.IsContiguous && mean.IsContiguous && variance.IsContiguous && gradients.IsContiguous;
        _queue.Launch(CudaFunction.adam, BlocksFor(parameters.Length), 1, BlockThreads, new AdamArguments
        {
            Parameters = At(parameters), Mean = At(mean), Variance = At(variance),
            Gradients = At(gradients), Numbers = numbers, Count = parameters.Length,
            Columns = whole ? 0 : parameters.Columns, ParametersStride = parameters.Stride,
            MeanStride = mean.Stride, VarianceStride = variance.Stride, GradientsStride = gradients.Stride,
        });
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
        public float GradientScale, Beta1, Beta2, Rest1, Rest2, Rate, InverseRoot, Epsilon;
    }

    private struct AdamNumbersArguments
    {
        public nint Numbers, Given, Scale;
    }

    private struct AdamArguments
    {
        public nint Parameters, Mean, Variance, Gradients, Numbers;
        public long Count;
        public int Columns, ParametersStride, MeanStride, VarianceStride, GradientsStride, Unused;
    }
}
