using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x)
    {
        Pieces pieces = new(x, x.IsContiguous);
        _scratch.Reset();
        double* sums = (double*)Take(2L * Math.Max(1, pieces.Count));
        SumOfSquaresJob job = new() { X = pieces, Sums = sums };
        Run(ref job, x.Length);
        double sum = 0;
        for (int piece = 0; piece < pieces.Count; piece++)
            sum += sums[piece];
        GC.KeepAlive(this);
        return sum;
    }

    /// <inheritdoc/>
    public void Measure(Tensor<double> measured, Tensor<double> before, Tensor<float> losses_PB, Tensor<float> gradients, double clipNorm)
    {
        Shapes.Measure(measured, before, losses_PB, gradients, clipNorm);
        HostMemory.Measure(measured, before, losses_PB, Math.Sqrt(SumOfSquares(gradients)), clipNorm);
    }

    /// <inheritdoc/>
    public void Adam(
        Tensor<float> parameters, Tensor<float> mean, Tensor<float> variance,
        Tensor<float> gradients, Tensor<double> scale, in AdamStep step)
    {
        Shapes.Adam(parameters, mean, variance, gradients, scale, step);
        double gradientScale = scale.IsAbsent ? 1 : scale[0, 0];
        if (gradientScale == 0)
            return;
        double meanCorrection = 1 - Math.Pow(step.Beta1, step.Step);
        double varianceCorrection = 1 - Math.Pow(step.Beta2, step.Step);
        AdamJob job = new()
        {
            Parameters = parameters,
            Mean = mean,
            Variance = variance,
            Gradients = gradients,
            GradientScale = (float)gradientScale,
            Beta1 = (float)step.Beta1,
            Beta2 = (float)step.Beta2,
            Rest1 = (float)(1 - step.Beta1),
            Rest2 = (float)(1 - step.Beta2),
            Rate = (float)(step.Rate / meanCorrection),
            InverseRoot = (float)(1 / Math.Sqrt(varianceCorrection)),
            Epsilon = (float)step.Epsilon,
            Kept = (float)(1 - (step.Rate * step.Decay)),
        };
        Run(ref job, parameters.Length);
    }

    /// <inheritdoc/>
    public void Momentum(
        Tensor<float> parameters, Tensor<float> velocity, Tensor<float> gradients, Tensor<double> scale, in MomentumStep step)
    {
        Shapes.Momentum(parameters, velocity, gradients, scale);
        double gradientScale = scale.IsAbsent ? 1 : scale[0, 0];
        if (gradientScale == 0)
            return;
        bool whole = parameters.IsContiguous && velocity.IsContiguous && gradients.IsContiguous;
        MomentumJob job = new()
        {
            Parameters = new Pieces(parameters, whole),
            Velocity = new Pieces(velocity, whole),
            Gradients = new Pieces(gradients, whole),
            GradientScale = (float)gradientScale,
            Momentum = (float)step.Momentum,
            Rate = (float)step.Rate,
            Kept = (float)(1 - (step.Rate * step.Decay)),
        };
        Run(ref job, parameters.Length);
    }

    /// <inheritdoc/>
    public void Average(Tensor<float> average, Tensor<float> parameters, Tensor<double> scale, double share)
    {
        Shapes.Average(average, parameters, scale, share);
        if (!scale.IsAbsent && scale[0, 0] == 0)
            return;
        bool whole = average.IsContiguous && parameters.IsContiguous;
        AverageJob job = new() { Average = new Pieces(average, whole), Parameters = new Pieces(parameters, whole), Part = (float)share };
        Run(ref job, parameters.Length);
    }

    // Values that decay, as the moments of a word that does not occur for long, reach subnormal numbers, with which some processors
    // are a hundred times slower.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> WithoutSubnormals(Vector<float> x) =>
        Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), Vector.Create(SmallestNormal)), Vector<float>.Zero, x);

    private struct SumOfSquaresJob : ITeamJob
    {
        public Pieces X;
        public double* Sums;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(X.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                Sums[piece] = Sum(X.Start(piece), X.Length(piece));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static double Sum(float* x, int length)
        {
            Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
            for (int j = 0; j < length; j += Vector<float>.Count)
            {
                Vector<float> part = length - j >= Vector<float>.Count ? Vector.Load(x + j) : Load(x + j, length - j);
                Vector.Widen(part, out Vector<double> a, out Vector<double> b);
                low += a * a;
                high += b * b;
            }

            return Vector.Sum(low + high);
        }
    }

    private struct AdamJob : ITeamJob
    {
        public Tensor<float> Parameters, Mean, Variance, Gradients;
        public float GradientScale, Beta1, Beta2, Rest1, Rest2, Rate, InverseRoot, Epsilon, Kept;

        public readonly void Execute(int worker, int workers)
        {
            bool whole = Parameters.IsContiguous && Mean.IsContiguous && Variance.IsContiguous && Gradients.IsContiguous;
            Pieces parameters = new(Parameters, whole), mean = new(Mean, whole),
                variance = new(Variance, whole), gradients = new(Gradients, whole);
            (int start, int end) = Share.Of(parameters.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                Step(parameters.Start(piece), mean.Start(piece), variance.Start(piece), gradients.Start(piece), parameters.Length(piece));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Step(float* parameters, float* mean, float* variance, float* gradients, int length)
        {
            int j = 0;
            for (; j <= length - Vector<float>.Count; j += Vector<float>.Count)
                Step<Whole>(parameters + j, mean + j, variance + j, gradients + j, length - j);
            if (j < length)
                Step<Rest>(parameters + j, mean + j, variance + j, gradients + j, length - j);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<TLanes>(float* parameters, float* mean, float* variance, float* gradients, int rest)
            where TLanes : struct, ILanes
        {
            Vector<float> g = GradientScale * TLanes.Load(gradients, rest);
            Vector<float> m = WithoutSubnormals((Beta1 * TLanes.Load(mean, rest)) + (Rest1 * g));
            Vector<float> v = WithoutSubnormals((Beta2 * TLanes.Load(variance, rest)) + (Rest2 * g * g));
            Vector<float> p = Kept * TLanes.Load(parameters, rest);
            p -= Rate * m / ((Vector.SquareRoot(v) * InverseRoot) + Vector.Create(Epsilon));
            TLanes.Store(mean, m, rest);
            TLanes.Store(variance, v, rest);
            TLanes.Store(parameters, p, rest);
        }
    }

    private struct MomentumJob : ITeamJob
    {
        public Pieces Parameters, Velocity, Gradients;
        public float GradientScale, Momentum, Rate, Kept;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Parameters.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                Step(Parameters.Start(piece), Velocity.Start(piece), Gradients.Start(piece), Parameters.Length(piece));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Step(float* parameters, float* velocity, float* gradients, int length)
        {
            int j = 0;
            for (; j <= length - Vector<float>.Count; j += Vector<float>.Count)
                Step<Whole>(parameters + j, velocity + j, gradients + j, length - j);
            if (j < length)
                Step<Rest>(parameters + j, velocity + j, gradients + j, length - j);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<TLanes>(float* parameters, float* velocity, float* gradients, int rest)
            where TLanes : struct, ILanes
        {
            Vector<float> v = (Momentum * TLanes.Load(velocity, rest)) + (GradientScale * TLanes.Load(gradients, rest));
            v = WithoutSubnormals(v);
            TLanes.Store(velocity, v, rest);
            TLanes.Store(parameters, (Kept * TLanes.Load(parameters, rest)) - (Rate * v), rest);
        }
    }

    private struct AverageJob : ITeamJob
    {
        public Pieces Average, Parameters;
        public float Part;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Average.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                Step(Average.Start(piece), Parameters.Start(piece), Average.Length(piece));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Step(float* average, float* parameters, int length)
        {
            int j = 0;
            for (; j <= length - Vector<float>.Count; j += Vector<float>.Count)
                Step<Whole>(average + j, parameters + j, length - j);
            if (j < length)
                Step<Rest>(average + j, parameters + j, length - j);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<TLanes>(float* average, float* parameters, int rest)
            where TLanes : struct, ILanes
        {
            Vector<float> a = TLanes.Load(average, rest);
            TLanes.Store(average, a + (Part * (TLanes.Load(parameters, rest) - a)), rest);
        }
    }
}
