using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

// Cases of the operations for pooling, regularisation and the updates beside Adam.

internal sealed record PoolingCase(int[] Lengths, int C) : KernelCase(Tolerances.Sum(Lengths[0]))
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        StepLayout steps = Layout(Lengths);
        (int N, int B) = (steps.Rows, steps.Sequences);
        Tensor<T> x_NC = operands.Changed("x", N, C, 2), dy_BC = operands.Read("dy", B, C);
        kernels.Write(x_NC, [.. kernels.ElementsOf(x_NC).Select(x => T.Round(x))]); // whole numbers: the maximum comes more than once
        Tensor<T> max_BC = operands.Written("max", B, C);
        kernels.MaxOverSteps(max_BC, x_NC, steps);
        kernels.MaxOverStepsBackward(operands.Written("dx of max", N, C), dy_BC, x_NC, max_BC, steps);
        kernels.MeanOverSteps(operands.Written("mean", B, C), operands.Read("y", N, C), steps);
        kernels.MeanOverStepsBackward(operands.Written("dx of mean", N, C), dy_BC, steps);
    }

    public override string ToString() => $"PoolingCase {{ Lengths = {string.Join(' ', Lengths)}, C = {C}, Padding = {Padding} }}";
}

/// <summary>Normalisation by the moments of the batch, or by given ones; epsilon keeps the deviation at 0.3 or more.</summary>
internal sealed record NormalizationCase(int B, int C, bool OfBatch) : KernelCase(4 * Tolerances.Sum(B))
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> x_BC = operands.Read("x", B, C), dy_BC = operands.Read("dy", B, C), moments_3C = operands.Written("moments", 3, C);
        (T gain, T epsilon) = (T.CreateChecked(0.625f), T.CreateChecked(0.1f));
        kernels.Moments(moments_3C, x_BC);
        Tensor<T> mean_C = OfBatch ? moments_3C.RowRange(0, 1) : operands.Read("mean", 1, C);
        Tensor<T> variance_C = OfBatch ? moments_3C.RowRange(1, 1) : operands.Filled("variance", 1, C, 0.75f);
        kernels.Normalize(operands.Written("y", B, C), x_BC, mean_C, variance_C, operands.Read("shift", 1, C), gain, epsilon);
        Tensor<T> dShift_C = operands.Changed("dShift", 1, C), inPlace_BC = operands.Changed("dx in place", B, C);
        kernels.NormalizeBackward(operands.Written("dx", B, C), dShift_C, dy_BC, x_BC, mean_C, variance_C, gain, epsilon, OfBatch);
        kernels.NormalizeBackward(inPlace_BC, dShift_C, inPlace_BC, x_BC, mean_C, variance_C, gain, epsilon, OfBatch);
    }
}

internal sealed record DropoutMaskCase(int Rows, int Columns, double Rate) : KernelCase(Tolerances.Pointwise)
{
    // Every part of the key is longer than 32 bits or a part of a word.
    private static readonly RandomKey Key = new(0x0123456789ABCDEF, RandomUse.OutputDropout, (5L << 32) + 7, (3L << 32) + 11);

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands) =>
        kernels.DropoutMask(operands.Written("mask", Rows, Columns), Rate, Key);
}

internal sealed record MultiplyCase(int Rows, int Columns, bool InPlace) : KernelCase(Tolerances.Pointwise)
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> x = InPlace ? operands.Changed("x", Rows, Columns) : operands.Read("x", Rows, Columns);
        kernels.Multiply(InPlace ? x : operands.Written("y", Rows, Columns), x, operands.Read("factor", Rows, Columns));
    }
}

internal sealed record MultiplyStepsCase(int[] Lengths, int C) : KernelCase(Tolerances.Pointwise)
{
    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        StepLayout steps = Layout(Lengths);
        kernels.MultiplySteps(operands.Changed("y", steps.Rows, C), operands.Read("factor", steps.Sequences, C), steps);
    }

    public override string ToString() => $"MultiplyStepsCase {{ Lengths = {string.Join(' ', Lengths)}, C = {C}, Padding = {Padding} }}";
}

internal sealed record MomentumCase(int Rows, int Columns, MomentumStep Step) : KernelCase(Tolerances.Pointwise)
{
    /// <summary>The scale that is computed; null for one left out.</summary>
    public double? Scale { get; init; }

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> parameters = operands.Changed("parameters", Rows, Columns), velocity = operands.Changed("velocity", Rows, Columns);
        Tensor<double> scale = Scale is { } given ? operands.Shared(given) : default;
        kernels.Momentum(parameters, velocity, operands.Read("gradients", Rows, Columns), scale, Step);
    }
}

internal sealed record AverageCase(int Rows, int Columns, double Share) : KernelCase(Tolerances.Pointwise)
{
    /// <summary>The scale that is computed; null for one left out.</summary>
    public double? Scale { get; init; }

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        Tensor<T> average = operands.Changed("average", Rows, Columns), parameters = operands.Read("parameters", Rows, Columns);
        kernels.Average(average, parameters, Scale is { } given ? operands.Shared(given) : default, Share);
    }
}

/// <summary>
/// Two directions that share tensors: each has the left or the right half of the columns, as a model has whose encoder reads both ways.
/// </summary>
internal sealed record HalvesCase(int[] Lengths, int E, int H) : KernelCase(Tolerances.Lstm(Math.Max(E, H), 4 * Lengths.Sum()))
{
    public override double ToleranceInBf16 => Tolerances.LstmInBf16(Math.Max(E, H), 4 * Lengths.Sum());

    public override void Run<T>(IKernels<T> kernels, Operands<T> operands)
    {
        StepLayout steps = Layout(Lengths);
        (int N, int B) = (steps.Rows, steps.Sequences);
        int[] rows_N = operands.Integers(N, -1, 5);
        Tensor<T> table_V2E = operands.Read("table", 5, 2 * E), x_N2E = operands.Written("x", N, 2 * E);
        Tensor<T> input_4H2E = operands.Read("W_ih", 4 * H, 2 * E, 1 / Math.Sqrt(E)), bias_8H = operands.Read("bias", 1, 8 * H);
        Tensor<T> weight_4H2H = operands.Read("W_hh", 4 * H, 2 * H, 1 / Math.Sqrt(H));
        Tensor<T> gates_N8H = operands.Written("gates", N, 8 * H), h_N2H = operands.Written("h", N, 2 * H);
        Tensor<T> c_N2H = operands.Written("c", N, 2 * H), h0_B2H = operands.Read("h0", B, 2 * H), c0_B2H = operands.Read("c0", B, 2 * H);
        Tensor<T> max_B2H = operands.Written("max", B, 2 * H), mean_B2H = operands.Written("mean", B, 2 * H);
        for (int half = 0; half < 2; half++)
        {
            kernels.Gather(Half(x_N2E, half), Half(table_V2E, half), rows_N);
            kernels.Linear(Half(gates_N8H, half), Half(x_N2E, half), Half(input_4H2E, half), Half(bias_8H, half));
            kernels.LstmForward(
                Half(h_N2H, half), Half(c_N2H, half), Half(gates_N8H, half), Half(weight_4H2H, half), Half(h0_B2H, half),
                Half(c0_B2H, half), steps);
            kernels.MaxOverSteps(Half(max_B2H, half), Half(h_N2H, half), steps);
            kernels.MeanOverSteps(Half(mean_B2H, half), Half(h_N2H, half), steps);
        }

        Tensor<T> dMean_B2H = operands.Read("dMean", B, 2 * H), dh_N2H = operands.Scratch("dh", N, 2 * H);
        Tensor<T> dGates_N8H = operands.Written("dGates", N, 8 * H), dWeight_4H2H = operands.Changed("dW_hh", 4 * H, 2 * H);
        Tensor<T> dh0_B2H = operands.Written("dh0", B, 2 * H), dc0_B2H = operands.Written("dc0", B, 2 * H);
        Tensor<T> dInput_4H2E = operands.Changed("dW_ih", 4 * H, 2 * E), dBias_8H = operands.Changed("dBias", 1, 8 * H);
        Tensor<T> dx_N2E = operands.Written("dx", N, 2 * E), dTable_V2E = operands.Changed("dTable", 5, 2 * E);
        for (int half = 0; half < 2; half++)
        {
            kernels.MeanOverStepsBackward(Half(dh_N2H, half), Half(dMean_B2H, half), steps);
            kernels.LstmBackward(
                Half(dGates_N8H, half), Half(dh0_B2H, half), Half(dc0_B2H, half), Half(dWeight_4H2H, half), Half(dh_N2H, half),
                Half(gates_N8H, half), Half(h_N2H, half), Half(c_N2H, half), Half(weight_4H2H, half), Half(h0_B2H, half),
                Half(c0_B2H, half), steps);
            kernels.LinearBackwardWeight(Half(dInput_4H2E, half), Half(dBias_8H, half), Half(dGates_N8H, half), Half(x_N2E, half));
            kernels.LinearBackwardInput(Half(dx_N2E, half), Half(dGates_N8H, half), Half(input_4H2E, half));
            kernels.ScatterAdd(Half(dTable_V2E, half), Half(dx_N2E, half), rows_N);
        }
    }

    public override string ToString() =>
        $"HalvesCase {{ Lengths = {string.Join(' ', Lengths)}, E = {E}, H = {H}, Padding = {Padding} }}";

    private static Tensor<T> Half<T>(Tensor<T> tensor, int half)
        where T : unmanaged => tensor.ColumnRange(half * (tensor.Columns / 2), tensor.Columns / 2);
}
