using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>One call, or a forward and backward pair, at one size; the same text runs on every back end in every precision.</summary>
internal abstract record KernelCase(double Tolerance)
{
    /// <summary>Columns beside every tensor, so that rows have a stride and begin at odd addresses.</summary>
    public int Padding { get; init; }

    /// <summary>The tolerance for products in bfloat16; the same for operations without a product.</summary>
    public virtual double ToleranceInBf16 => Tolerance;

    public abstract void Run<T>(IKernels<T> kernels, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    protected static StepLayout Layout(ReadOnlySpan<int> lengths)
    {
        StepLayout steps = new();
        steps.Set(lengths);
        return steps;
    }
}

internal sealed record LinearCase(int N, int I, int O, bool Bias, bool Accumulate) : KernelCase(Tolerances.Sum(I))
{
    public override double ToleranceInBf16 => Tolerances.SumInBf16(I);

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> x_NI = operands.Read("x", N, I), weight_OI = operands.Read("weight", O, I);
        Tensor<T> bias_O = Bias ? operands.Read("bias", 1, O) : default;
        Tensor<T> y_NO = Accumulate ? operands.Changed("y", N, O) : operands.Written("y", N, O);
        kernels.Linear(y_NO, x_NI, weight_OI, bias_O, Accumulate);
    }
}

internal sealed record LinearBackwardInputCase(int N, int I, int O, bool Accumulate) : KernelCase(Tolerances.Sum(O))
{
    public override double ToleranceInBf16 => Tolerances.SumInBf16(O);

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> dy_NO = operands.Read("dy", N, O), weight_OI = operands.Read("weight", O, I);
        Tensor<T> dx_NI = Accumulate ? operands.Changed("dx", N, I) : operands.Written("dx", N, I);
        kernels.LinearBackwardInput(dx_NI, dy_NO, weight_OI, Accumulate);
    }
}

internal sealed record LinearBackwardWeightCase(int N, int I, int O, bool Bias) : KernelCase(Tolerances.Sum(N))
{
    public override double ToleranceInBf16 => Tolerances.SumInBf16(N);

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> dy_NO = operands.Read("dy", N, O), x_NI = operands.Read("x", N, I);
        Tensor<T> dWeight_OI = operands.Changed("dWeight", O, I), dBias_O = Bias ? operands.Changed("dBias", 1, O) : default;
        kernels.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);
    }
}

internal sealed record GatherCase(int N, int E, int V) : KernelCase(Tolerances.Exact)
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> table_VE = operands.Read("table", V, E), y_NE = operands.Written("y", N, E);
        kernels.Gather(y_NE, table_VE, operands.Integers(N, -1, V));
    }
}

internal sealed record ScatterAddCase(int N, int E, int V) : KernelCase(Tolerances.Sum(1 + (N / V)))
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> dTable_VE = operands.Changed("dTable", V, E), dy_NE = operands.Read("dy", N, E);
        kernels.ScatterAdd(dTable_VE, dy_NE, operands.Integers(N, -1, V));
    }
}

internal sealed record StepsCase(int[] Lengths, int C) : KernelCase(Tolerances.Sum(Lengths[0]))
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        StepLayout steps = Layout(Lengths);
        Tensor<T> x_BC = operands.Read("x", steps.Sequences, C), y_NC = operands.Changed("y", steps.Rows, C);
        Tensor<T> dx_BC = operands.Written("dx", steps.Sequences, C), dy_NC = operands.Read("dy", steps.Rows, C);
        kernels.AddToSteps(y_NC, x_BC, steps);
        kernels.SumOverSteps(dx_BC, dy_NC, steps);
    }

    public override string ToString() => $"StepsCase {{ Lengths = {string.Join(' ', Lengths)}, C = {C}, Padding = {Padding} }}";
}

internal sealed record LstmCase(int[] Lengths, int H, bool InitialState, bool InPlace) : KernelCase(Tolerances.Lstm(H, Lengths.Sum()))
{
    public override double ToleranceInBf16 => Tolerances.LstmInBf16(H, Lengths.Sum());

    /// <summary>Standard deviation of the inputs; a large one saturates the gates.</summary>
    public double Scale { get; init; } = 1;

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        StepLayout steps = Layout(Lengths);
        (int N, int B) = (steps.Rows, steps.Sequences);
        Tensor<T> weight_4HH = operands.Read("weight", 4 * H, H, 1 / Math.Sqrt(H));
        Tensor<T> h0_BH = InitialState ? operands.Read("h0", B + 2, H) : default;
        Tensor<T> c0_BH = InitialState ? operands.Read("c0", B + 2, H) : default;
        Tensor<T> gates_N4H = operands.Changed("gates", N, 4 * H, Scale);
        Tensor<T> h_NH = operands.Written("h", N, H);
        Tensor<T> c_NH = operands.Written("c", N, H);
        kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);

        Tensor<T> dh_NH = operands.Scratch("dh", N, H);
        Tensor<T> dGates_N4H = InPlace ? gates_N4H : operands.Written("dGates", N, 4 * H);
        Tensor<T> dWeight_4HH = operands.Changed("dWeight", 4 * H, H);
        Tensor<T> dh0_BH = InitialState ? operands.Written("dh0", B, H) : default;
        Tensor<T> dc0_BH = InitialState ? operands.Written("dc0", B, H) : default;
        kernels.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
    }

    public override string ToString() =>
        $"LstmCase {{ Lengths = {string.Join(' ', Lengths)}, H = {H}, InitialState = {InitialState}, InPlace = {InPlace}, "
        + $"Scale = {Scale}, Padding = {Padding} }}";
}

internal sealed record PointwiseCase(int Rows, int Columns, bool InPlace) : KernelCase(Tolerances.Pointwise)
{
    /// <summary>Standard deviation of x: tiny and huge ones reach both ends of tanh.</summary>
    public double Scale { get; init; } = 1;

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        kernels.Fill(operands.Written("filled", Rows, Columns), T.CreateChecked(0.75f));

        Tensor<T> x = InPlace ? operands.Changed("x", Rows, Columns, Scale) : operands.Read("x", Rows, Columns, Scale);
        Tensor<T> y = InPlace ? x : operands.Written("y", Rows, Columns);
        kernels.Tanh(y, x);

        Tensor<T> dy = InPlace ? operands.Changed("dy", Rows, Columns) : operands.Read("dy", Rows, Columns);
        kernels.TanhBackward(InPlace ? dy : operands.Written("dx", Rows, Columns), dy, y);
    }
}

internal sealed record LatentCase(int B, int Z, bool Noise) : KernelCase(Tolerances.Sum(Z))
{
    /// <summary>Standard deviation of the log variances.</summary>
    public double Scale { get; init; } = 1;

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> mean_BZ = operands.Read("mean", B, Z), logVariance_BZ = operands.Read("log variance", B, Z, Scale);
        Tensor<T> noise_BZ = Noise ? operands.Read("noise", B, Z) : default, dz_BZ = operands.Read("dz", B, Z);
        kernels.Latent(operands.Written("z", B, Z), operands.Written("kl", 1, B), mean_BZ, logVariance_BZ, noise_BZ);
        kernels.LatentBackward(
            operands.Written("dMean", B, Z), operands.Written("dLogVariance", B, Z), dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, default,
            T.CreateChecked(0.625f));
    }
}

internal sealed record FreeBitsCase(int B, int Z, bool PerSentence) : KernelCase(Tolerances.Sum(B * Z))
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> mean_BZ = operands.Read("mean", B, Z);
        Tensor<T> logVariance_BZ = operands.Read("log variance", B, Z);
        Tensor<T> dz_BZ = operands.Read("dz", B, Z);
        Tensor<T> counts_BZ = operands.Written("counts", B, Z);
        kernels.FreeBits(
            counts_BZ, operands.Written("counted", 1, B), mean_BZ, logVariance_BZ, T.CreateChecked(PerSentence ? 0.9f * Z : 0.9f),
            PerSentence);
        kernels.LatentBackward(
            operands.Written("dMean", B, Z), operands.Written("dLogVariance", B, Z), dz_BZ, mean_BZ, logVariance_BZ, default, counts_BZ,
            T.CreateChecked(0.625f));
    }
}

internal sealed record CrossEntropyCase(int N, int I, int V, double Scale = 1) : KernelCase(
    Tolerances.CrossEntropy(I, V) * Math.Max(1, Scale))
{
    public override double ToleranceInBf16 => Tolerances.SumInBf16(I) * Math.Max(1, Scale);

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> x_NI = operands.Read("x", N, I, Scale), weight_VI = operands.Read("weight", V, I), bias_V = operands.Read("bias", 1, V);
        int[] targets_N = operands.Integers(N, 0, V);
        kernels.CrossEntropy(operands.Written("nll", 1, N), x_NI, weight_VI, bias_V, targets_N);
        kernels.CrossEntropyWithGradient(
            operands.Written("nll with gradient", 1, N), operands.Written("dx", N, I), operands.Changed("dWeight", V, I),
            operands.Changed("dBias", 1, V),
            x_NI, weight_VI, bias_V, targets_N, T.CreateChecked(0.125f));
        kernels.LogProbabilities(operands.Written("log probabilities", N, V), x_NI, weight_VI, bias_V);
    }
}

internal sealed record TopWordsCase(int N, int I, int V, int K, int FirstWord) : KernelCase(Tolerances.CrossEntropy(I, V))
{
    public override double ToleranceInBf16 => Tolerances.SumInBf16(I);

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> x_NI = operands.Read("x", N, I), weight_VI = operands.Read("weight", V, I), bias_V = operands.Read("bias", 1, V);
        Tensor<T> top_NK = operands.Written("top", N, K), all_NV = operands.Written("all", N, V);
        int[] words_NK = new int[N * K];
        kernels.TopWords(words_NK, top_NK, x_NI, weight_VI, bias_V, FirstWord);

        // Two words whose probabilities differ by a rounding may change places, so words are compared by their probabilities.
        kernels.LogProbabilities(all_NV, x_NI, weight_VI, bias_V);
        Tensor<T> chosen_NK = operands.Written("of the chosen words", N, K);
        T[] probabilities = kernels.ElementsOf(all_NV), chosen = new T[N * K];
        for (int n = 0; n < N; n++)
        {
            int[] words_K = words_NK[(n * K)..((n + 1) * K)];
            words_K.Distinct().Count().ShouldBe(K);
            words_K.ShouldAllBe(word => word >= FirstWord);
            for (int k = 0; k < K; k++)
                chosen[(n * K) + k] = probabilities[(n * V) + words_K[k]];
        }

        kernels.Write(chosen_NK, chosen);
    }
}

internal sealed record AdamCase(int Rows, int Columns, AdamStep Step) : KernelCase(Tolerances.Pointwise)
{
    /// <summary>The gradients that are computed; null for one left out.</summary>
    public double? Scale { get; init; }

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> parameters = operands.Changed("parameters", Rows, Columns), gradients = operands.Read("gradients", Rows, Columns);
        Tensor<T> mean = operands.Changed("mean", Rows, Columns), variance = operands.Changed("variance", Rows, Columns);
        kernels.Write(variance, [.. kernels.ElementsOf(variance).Select(v => v * v)]); // none is below zero

        kernels.Adam(parameters, mean, variance, gradients, Scale is { } scale ? operands.Shared(scale) : default, Step);
        kernels.Write(operands.Written("sum of squares", 1, 1), [T.CreateChecked(kernels.SumOfSquares(gradients))]);
    }
}

internal sealed record MeasureCase(int Parts, int B, int Rows, int Columns, double ClipNorm) : KernelCase(Tolerances.Pointwise)
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        int columns = Measured.Columns(Parts);
        Tensor<double> first = operands.Shared(new double[columns]), second = operands.Shared(new double[columns]);
        Tensor<T> losses_PB = operands.Read("losses", Parts, B), others_PB = operands.Read("other losses", Parts, B);
        Tensor<T> gradients = operands.Read("gradients", Rows, Columns), other = operands.Read("other gradients", Rows, Columns);
        kernels.Measure(first, default, losses_PB, gradients, ClipNorm);
        kernels.Measure(second, first, others_PB, other, ClipNorm);
        kernels.Wait(kernels.Mark());
        kernels.Write(
            operands.Written("measured", 1, 2 * columns), [.. first.Span.ToArray().Concat(second.Span.ToArray()).Select(T.CreateChecked)]);
    }
}
