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
