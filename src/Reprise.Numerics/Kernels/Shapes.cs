using static Reprise.Numerics.Demands;

namespace Reprise.Numerics;

/// <summary>
/// The demands of each operation of <see cref="IKernels{T}"/> on its arguments, once for all back ends; the methods have the
/// operations' names. A violation throws <see cref="ArgumentException"/>: "LstmForward: h_NH expected [12, 6], found [12, 7]".
/// </summary>
internal static class Shapes
{
    // ---- Memory and time

    public static void Write<T>(Tensor<T> x, ReadOnlySpan<T> values)
        where T : unmanaged => RequireAll(x, values.Length);

    public static void Read<T>(ReadOnlySpan<T> values, Tensor<T> x)
        where T : unmanaged => RequireAll(x, values.Length);

    // ---- Weights that do not change

    public static void Freeze<T>(Tensor<T> weights)
        where T : unmanaged
    {
        if (weights.IsAbsent || !weights.IsContiguous)
            Fail(
                nameof(Freeze), nameof(weights), "a contiguous slab",
                weights.IsAbsent ? "no tensor" : $"{weights} with stride {weights.Stride}");
    }

    // ---- Products

    public static void Linear<T>(Tensor<T> y_NO, Tensor<T> x_NI, Tensor<T> weight_OI, Tensor<T> bias_O)
        where T : unmanaged
    {
        Require(x_NI, x_NI.Rows, weight_OI.Columns);
        Require(weight_OI, weight_OI.Rows, x_NI.Columns);
        Require(y_NO, x_NI.Rows, weight_OI.Rows);
        RequireOrAbsent(bias_O, 1, weight_OI.Rows);
    }

    public static void LinearBackwardInput<T>(Tensor<T> dx_NI, Tensor<T> dy_NO, Tensor<T> weight_OI)
        where T : unmanaged
    {
        Require(dy_NO, dy_NO.Rows, weight_OI.Rows);
        Require(weight_OI, dy_NO.Columns, weight_OI.Columns);
        Require(dx_NI, dy_NO.Rows, weight_OI.Columns);
    }

    public static void LinearBackwardWeight<T>(Tensor<T> dWeight_OI, Tensor<T> dBias_O, Tensor<T> dy_NO, Tensor<T> x_NI)
        where T : unmanaged
    {
        Require(x_NI, dy_NO.Rows, x_NI.Columns);
        Require(dy_NO, x_NI.Rows, dy_NO.Columns);
        Require(dWeight_OI, dy_NO.Columns, x_NI.Columns);
        RequireOrAbsent(dBias_O, 1, dy_NO.Columns);
    }

    // ---- Rows

    public static void Gather<T>(Tensor<T> y_NE, Tensor<T> table_VE, ReadOnlySpan<int> rows_N)
        where T : unmanaged
    {
        Require(table_VE, table_VE.Rows, y_NE.Columns);
        Require(y_NE, rows_N.Length, table_VE.Columns);
        RequireInRange(rows_N, -1, table_VE.Rows);
    }

    public static void ScatterAdd<T>(Tensor<T> dTable_VE, Tensor<T> dy_NE, ReadOnlySpan<int> rows_N)
        where T : unmanaged
    {
        Require(dy_NE, rows_N.Length, dTable_VE.Columns);
        Require(dTable_VE, dTable_VE.Rows, dy_NE.Columns);
        RequireInRange(rows_N, -1, dTable_VE.Rows);
    }

    public static void AddToSteps<T>(Tensor<T> y_NC, Tensor<T> x_BC, StepLayout steps)
        where T : unmanaged
    {
        Require(x_BC, steps.Sequences, x_BC.Columns);
        Require(y_NC, steps.Rows, x_BC.Columns);
    }

    public static void SumOverSteps<T>(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps)
        where T : unmanaged
    {
        Require(x_NC, steps.Rows, x_NC.Columns);
        Require(y_BC, steps.Sequences, x_NC.Columns);
    }

    // ---- Pooling over the steps of a sentence

    public static void MaxOverSteps<T>(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps)
        where T : unmanaged
    {
        Require(x_NC, steps.Rows, x_NC.Columns);
        Require(y_BC, steps.Sequences, x_NC.Columns);
    }

    public static void MaxOverStepsBackward<T>(Tensor<T> dx_NC, Tensor<T> dy_BC, Tensor<T> x_NC, Tensor<T> y_BC, StepLayout steps)
        where T : unmanaged
    {
        Require(x_NC, steps.Rows, x_NC.Columns);
        Require(y_BC, steps.Sequences, x_NC.Columns);
        Require(dy_BC, steps.Sequences, x_NC.Columns);
        Require(dx_NC, steps.Rows, x_NC.Columns);
    }

    public static void MeanOverSteps<T>(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps)
        where T : unmanaged
    {
        Require(x_NC, steps.Rows, x_NC.Columns);
        Require(y_BC, steps.Sequences, x_NC.Columns);
    }

    public static void MeanOverStepsBackward<T>(Tensor<T> dx_NC, Tensor<T> dy_BC, StepLayout steps)
        where T : unmanaged
    {
        Require(dy_BC, steps.Sequences, dy_BC.Columns);
        Require(dx_NC, steps.Rows, dy_BC.Columns);
    }

    // ---- LSTM

    public static void LstmForward<T>(
        Tensor<T> h_NH, Tensor<T> c_NH, Tensor<T> gates_N4H, Tensor<T> weight_4HH, Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps)
        where T : unmanaged
    {
        int H = weight_4HH.Columns;
        Require(weight_4HH, 4 * H, H);
        Require(gates_N4H, steps.Rows, 4 * H);
        Require(h_NH, steps.Rows, H);
        Require(c_NH, steps.Rows, H);
        RequireState(h0_BH, steps.Sequences, H);
        RequireState(c0_BH, steps.Sequences, H);
    }

    public static void LstmBackward<T>(
        Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, Tensor<T> dWeight_4HH, Tensor<T> dh_NH, Tensor<T> gates_N4H,
        Tensor<T> h_NH, Tensor<T> c_NH, Tensor<T> weight_4HH, Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps)
        where T : unmanaged
    {
        int H = weight_4HH.Columns;
        Require(weight_4HH, 4 * H, H);
        Require(dWeight_4HH, 4 * H, H);
        Require(gates_N4H, steps.Rows, 4 * H);
        Require(dGates_N4H, steps.Rows, 4 * H);
        Require(h_NH, steps.Rows, H);
        Require(c_NH, steps.Rows, H);
        Require(dh_NH, steps.Rows, H);
        RequireState(h0_BH, steps.Sequences, H);
        RequireState(c0_BH, steps.Sequences, H);
        RequireState(dh0_BH, steps.Sequences, H);
        RequireState(dc0_BH, steps.Sequences, H);
    }

    // ---- Pointwise

    public static void Tanh<T>(Tensor<T> y, Tensor<T> x)
        where T : unmanaged => Require(y, x.Rows, x.Columns);

    public static void TanhBackward<T>(Tensor<T> dx, Tensor<T> dy, Tensor<T> y)
        where T : unmanaged
    {
        Require(dy, y.Rows, y.Columns);
        Require(dx, y.Rows, y.Columns);
    }

    // ---- Regularisation

    public static void DropoutMask<T>(Tensor<T> mask, double rate)
        where T : unmanaged
    {
        RequirePresent(mask);
        if (!(rate >= 0 && rate < 1))
            Fail(nameof(DropoutMask), nameof(rate), "0 to below 1", $"{rate}");
    }

    public static void Multiply<T>(Tensor<T> y, Tensor<T> x, Tensor<T> factor)
        where T : unmanaged
    {
        Require(factor, x.Rows, x.Columns);
        Require(y, x.Rows, x.Columns);
    }

    public static void MultiplySteps<T>(Tensor<T> y_NC, Tensor<T> factor_BC, StepLayout steps)
        where T : unmanaged
    {
        Require(factor_BC, steps.Sequences, factor_BC.Columns);
        Require(y_NC, steps.Rows, factor_BC.Columns);
    }

    // ---- Latent

    public static void Latent<T>(Tensor<T> z_BZ, Tensor<T> kl_B, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, Tensor<T> noise_BZ)
        where T : unmanaged
    {
        (int B, int Z) = (mean_BZ.Rows, mean_BZ.Columns);
        Require(logVariance_BZ, B, Z);
        RequireOrAbsent(noise_BZ, B, Z);
        Require(z_BZ, B, Z);
        Require(kl_B, 1, B);
    }

    public static void LatentBackward<T>(
        Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ, Tensor<T> dz_BZ, Tensor<T> mean_BZ,
        Tensor<T> logVariance_BZ, Tensor<T> noise_BZ, Tensor<T> counts_BZ)
        where T : unmanaged
    {
        (int B, int Z) = (mean_BZ.Rows, mean_BZ.Columns);
        Require(logVariance_BZ, B, Z);
        RequireOrAbsent(noise_BZ, B, Z);
        Require(dz_BZ, B, Z);
        RequireOrAbsent(counts_BZ, B, Z);
        Require(dMean_BZ, B, Z);
        Require(dLogVariance_BZ, B, Z);
    }

    public static void FreeBits<T>(Tensor<T> counts_BZ, Tensor<T> counted_B, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ)
        where T : unmanaged
    {
        (int B, int Z) = (mean_BZ.Rows, mean_BZ.Columns);
        Require(logVariance_BZ, B, Z);
        Require(counts_BZ, B, Z);
        Require(counted_B, 1, B);
    }

    // ---- Normalisation over a batch

    public static void Moments<T>(Tensor<T> moments_3C, Tensor<T> x_BC)
        where T : unmanaged
    {
        RequirePresent(x_BC);
        Require(moments_3C, 3, x_BC.Columns);
    }

    public static void Normalize<T>(Tensor<T> y_BC, Tensor<T> x_BC, Tensor<T> mean_C, Tensor<T> variance_C, Tensor<T> shift_C)
        where T : unmanaged
    {
        (int B, int C) = (x_BC.Rows, x_BC.Columns);
        Require(mean_C, 1, C);
        Require(variance_C, 1, C);
        Require(shift_C, 1, C);
        Require(y_BC, B, C);
    }

    public static void NormalizeBackward<T>(
        Tensor<T> dx_BC, Tensor<T> dShift_C, Tensor<T> dy_BC, Tensor<T> x_BC, Tensor<T> mean_C, Tensor<T> variance_C)
        where T : unmanaged
    {
        (int B, int C) = (x_BC.Rows, x_BC.Columns);
        Require(dy_BC, B, C);
        Require(mean_C, 1, C);
        Require(variance_C, 1, C);
        Require(dShift_C, 1, C);
        Require(dx_BC, B, C);
    }

    // ---- Softmax over the vocabulary

    public static void CrossEntropy<T>(Tensor<T> nll_N, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, ReadOnlySpan<int> targets_N)
        where T : unmanaged
    {
        (int V, int I) = (weight_VI.Rows, weight_VI.Columns);
        Require(x_NI, targets_N.Length, I);
        Require(bias_V, 1, V);
        Require(nll_N, 1, targets_N.Length);
        RequireInRange(targets_N, 0, V);
    }

    public static void CrossEntropyWithGradient<T>(
        Tensor<T> nll_N, Tensor<T> dx_NI, Tensor<T> dWeight_VI, Tensor<T> dBias_V,
        Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, ReadOnlySpan<int> targets_N)
        where T : unmanaged
    {
        (int V, int I) = (weight_VI.Rows, weight_VI.Columns);
        Require(x_NI, targets_N.Length, I);
        Require(bias_V, 1, V);
        Require(nll_N, 1, targets_N.Length);
        Require(dx_NI, targets_N.Length, I);
        Require(dWeight_VI, V, I);
        Require(dBias_V, 1, V);
        RequireInRange(targets_N, 0, V);
    }

    public static void LogProbabilities<T>(Tensor<T> y_NV, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V)
        where T : unmanaged
    {
        (int V, int I) = (weight_VI.Rows, weight_VI.Columns);
        Require(x_NI, x_NI.Rows, I);
        Require(bias_V, 1, V);
        Require(y_NV, x_NI.Rows, V);
    }

    public static void TopWords<T>(
        Span<int> words_NK, Tensor<T> logProbabilities_NK, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, int firstWord)
        where T : unmanaged
    {
        (int V, int I) = (weight_VI.Rows, weight_VI.Columns);
        Require(x_NI, x_NI.Rows, I);
        Require(bias_V, 1, V);
        Require(logProbabilities_NK, x_NI.Rows, logProbabilities_NK.Columns);
        if (words_NK.Length != logProbabilities_NK.Length)
            Fail(nameof(TopWords), nameof(words_NK), $"{logProbabilities_NK.Length} ids", $"{words_NK.Length}");
        if (firstWord < 0 || firstWord > V)
            Fail(nameof(TopWords), nameof(firstWord), $"0 to {V}", $"{firstWord}");
        if (logProbabilities_NK.Columns > V - firstWord)
            Fail(
                nameof(TopWords), nameof(logProbabilities_NK),
                $"at most {V - firstWord} columns, one for each word", $"{logProbabilities_NK}");
    }

    // ---- Update

    public static void Measure<T>(Tensor<double> measured, Tensor<double> before, Tensor<T> losses_PB, Tensor<T> gradients, double clipNorm)
        where T : unmanaged
    {
        RequirePresent(losses_PB);
        if (losses_PB.Rows is < 1 or > Measured.MostParts)
            Fail(nameof(Measure), nameof(losses_PB), $"1 to {Measured.MostParts} parts", $"{losses_PB.Rows}");
        Require(measured, 1, Measured.Columns(losses_PB.Rows));
        RequireOrAbsent(before, 1, Measured.Columns(losses_PB.Rows));
        RequirePresent(gradients);
        if (!(clipNorm > 0))
            Fail(nameof(Measure), nameof(clipNorm), "a norm above 0", $"{clipNorm}");
    }

    public static void Adam<T>(
        Tensor<T> parameters, Tensor<T> mean, Tensor<T> variance, Tensor<T> gradients, Tensor<double> scale, in AdamStep step)
        where T : unmanaged
    {
        Require(mean, parameters.Rows, parameters.Columns);
        Require(variance, parameters.Rows, parameters.Columns);
        Require(gradients, parameters.Rows, parameters.Columns);
        RequireOrAbsent(scale, 1, 1);
        if (step.Step < 1)
            Fail(nameof(Adam), nameof(step), "a step from 1 on", $"{step.Step}");
    }

    public static void Momentum<T>(Tensor<T> parameters, Tensor<T> velocity, Tensor<T> gradients, Tensor<double> scale)
        where T : unmanaged
    {
        Require(velocity, parameters.Rows, parameters.Columns);
        Require(gradients, parameters.Rows, parameters.Columns);
        RequireOrAbsent(scale, 1, 1);
    }

    public static void Average<T>(Tensor<T> average, Tensor<T> parameters, Tensor<double> scale, double share)
        where T : unmanaged
    {
        Require(average, parameters.Rows, parameters.Columns);
        RequireOrAbsent(scale, 1, 1);
        if (!(share >= 0 && share <= 1))
            Fail(nameof(Average), nameof(share), "0 to 1", $"{share}");
    }
}
