using System.Diagnostics;
using System.Runtime.InteropServices;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Benchmarks;

/// <summary>
/// A back end that delegates every operation to another one and adds its time and its work to the part of the step that the model has
/// entered (<see cref="IKernels{T}.Enter"/>).
/// </summary>
/// <param name="kernels">The back end that computes; owned by the caller.</param>
internal sealed class TimedKernels(IKernels<float> kernels) : IKernels<float>
{
    private readonly Dictionary<string, Timing> _parts = StepParts.All.ToDictionary(part => part, _ => default(Timing));
    private string _part = StepParts.ClearGradients;
    private long _start;

    public string Description => kernels.Description;

    public bool SharesWords => kernels.SharesWords;

    public void Enter(string part) => _part = part;

    /// <summary>The parts since <see cref="Clear"/>, in the order of <see cref="StepParts.All"/>, and the rest of the step.</summary>
    /// <param name="seconds">The time of the whole step.</param>
    public Timing[] PartsOf(double seconds)
    {
        Timing[] parts = [.. StepParts.All.Select(part => _parts[part])];
        return [.. parts, new Timing(seconds - parts.Sum(part => part.Seconds), 0, 0)];
    }

    public void Clear()
    {
        foreach (string part in StepParts.All)
            _parts[part] = default;
    }

    public Buffer<float> Allocate(long length, bool zeroed) => kernels.Allocate(length, zeroed);

    public Buffer<double> AllocateShared(long length) => kernels.AllocateShared(length);

    public void Write(Tensor<float> x, ReadOnlySpan<float> values) => kernels.Write(x, values);

    public void Read(Span<float> values, Tensor<float> x) => kernels.Read(values, x);

    public long Mark() => kernels.Mark();

    public bool IsDone(long mark) => kernels.IsDone(mark);

    public void Wait(long mark) => kernels.Wait(mark);

    public void Freeze(Tensor<float> weights) => kernels.Freeze(weights);

    public void Thaw(Tensor<float> weights) => kernels.Thaw(weights);

    public void Linear(Tensor<float> y_NO, Tensor<float> x_NI, Tensor<float> weight_OI, Tensor<float> bias_O, bool accumulate)
    {
        Begin();
        kernels.Linear(y_NO, x_NI, weight_OI, bias_O, accumulate);
        End(Flops(x_NI, weight_OI));
    }

    public void LinearBackwardInput(Tensor<float> dx_NI, Tensor<float> dy_NO, Tensor<float> weight_OI, bool accumulate)
    {
        Begin();
        kernels.LinearBackwardInput(dx_NI, dy_NO, weight_OI, accumulate);
        End(Flops(dx_NI, weight_OI));
    }

    public void LinearBackwardWeight(Tensor<float> dWeight_OI, Tensor<float> dBias_O, Tensor<float> dy_NO, Tensor<float> x_NI)
    {
        Begin();
        kernels.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);
        End(Flops(x_NI, dWeight_OI));
    }

    public void Gather(Tensor<float> y_NE, Tensor<float> table_VE, ReadOnlySpan<int> rows_N)
    {
        Begin();
        kernels.Gather(y_NE, table_VE, rows_N);
        End(bytes: 2 * Bytes(y_NE));
    }

    public void ScatterAdd(Tensor<float> dTable_VE, Tensor<float> dy_NE, ReadOnlySpan<int> rows_N)
    {
        Begin();
        kernels.ScatterAdd(dTable_VE, dy_NE, rows_N);
        End(bytes: 3 * Bytes(dy_NE));
    }

    public void AddToSteps(Tensor<float> y_NC, Tensor<float> x_BC, StepLayout steps)
    {
        Begin();
        kernels.AddToSteps(y_NC, x_BC, steps);
        End();
    }

    public void SumOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Begin();
        kernels.SumOverSteps(y_BC, x_NC, steps);
        End();
    }

    public void LstmForward(Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Begin();
        kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
        End(Flops(h_NH, weight_4HH));
    }

    public void LstmBackward(Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dWeight_4HH,
        Tensor<float> dh_NH, Tensor<float> gates_N4H, Tensor<float> h_NH, Tensor<float> c_NH,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Begin();
        kernels.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        End(2 * Flops(h_NH, weight_4HH));
    }

    public void MaxOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Begin();
        kernels.MaxOverSteps(y_BC, x_NC, steps);
        End();
    }

    public void MaxOverStepsBackward(
        Tensor<float> dx_NC, Tensor<float> dy_BC, Tensor<float> x_NC, Tensor<float> y_BC, StepLayout steps)
    {
        Begin();
        kernels.MaxOverStepsBackward(dx_NC, dy_BC, x_NC, y_BC, steps);
        End();
    }

    public void MeanOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Begin();
        kernels.MeanOverSteps(y_BC, x_NC, steps);
        End();
    }

    public void MeanOverStepsBackward(Tensor<float> dx_NC, Tensor<float> dy_BC, StepLayout steps)
    {
        Begin();
        kernels.MeanOverStepsBackward(dx_NC, dy_BC, steps);
        End();
    }

    public void DropoutMask(Tensor<float> mask, double rate, in RandomKey key)
    {
        Begin();
        kernels.DropoutMask(mask, rate, key);
        End();
    }

    public void Multiply(Tensor<float> y, Tensor<float> x, Tensor<float> factor)
    {
        Begin();
        kernels.Multiply(y, x, factor);
        End();
    }

    public void MultiplySteps(Tensor<float> y_NC, Tensor<float> factor_BC, StepLayout steps)
    {
        Begin();
        kernels.MultiplySteps(y_NC, factor_BC, steps);
        End();
    }

    public void Fill(Tensor<float> x, float value)
    {
        Begin();
        kernels.Fill(x, value);
        End(bytes: Bytes(x));
    }

    public void Tanh(Tensor<float> y, Tensor<float> x)
    {
        Begin();
        kernels.Tanh(y, x);
        End();
    }

    public void TanhBackward(Tensor<float> dx, Tensor<float> dy, Tensor<float> y)
    {
        Begin();
        kernels.TanhBackward(dx, dy, y);
        End();
    }

    public void Latent(Tensor<float> z_BZ, Tensor<float> kl_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ)
    {
        Begin();
        kernels.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        End();
    }

    public void LatentBackward(Tensor<float> dMean_BZ, Tensor<float> dLogVariance_BZ, Tensor<float> dz_BZ,
        Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ, Tensor<float> counts_BZ, float klScale)
    {
        Begin();
        kernels.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, counts_BZ, klScale);
        End();
    }

    public void FreeBits(
        Tensor<float> counts_BZ, Tensor<float> counted_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, float nats, bool perSentence)
    {
        Begin();
        kernels.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ, nats, perSentence);
        End();
    }

    public void Moments(Tensor<float> moments_3C, Tensor<float> x_BC)
    {
        Begin();
        kernels.Moments(moments_3C, x_BC);
        End();
    }

    public void Normalize(
        Tensor<float> y_BC, Tensor<float> x_BC, Tensor<float> mean_C, Tensor<float> variance_C, Tensor<float> shift_C, float gain,
        float epsilon)
    {
        Begin();
        kernels.Normalize(y_BC, x_BC, mean_C, variance_C, shift_C, gain, epsilon);
        End();
    }

    public void NormalizeBackward(
        Tensor<float> dx_BC, Tensor<float> dShift_C, Tensor<float> dy_BC, Tensor<float> x_BC, Tensor<float> mean_C,
        Tensor<float> variance_C, float gain, float epsilon, bool ofBatch)
    {
        Begin();
        kernels.NormalizeBackward(dx_BC, dShift_C, dy_BC, x_BC, mean_C, variance_C, gain, epsilon, ofBatch);
        End();
    }

    public void CrossEntropy(
        Tensor<float> nll_N, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N)
    {
        Begin();
        kernels.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
        End(Flops(x_NI, weight_VI));
    }

    public void CrossEntropyWithGradient(Tensor<float> nll_N, Tensor<float> dx_NI, Tensor<float> dWeight_VI, Tensor<float> dBias_V,
        Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N, float scale)
    {
        Begin();
        kernels.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N, scale);
        End(3 * Flops(x_NI, weight_VI));
    }

    public void LogProbabilities(Tensor<float> y_NV, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V) =>
        kernels.LogProbabilities(y_NV, x_NI, weight_VI, bias_V);

    public void TopWords(Span<int> words_NK, Tensor<float> logProbabilities_NK,
        Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, int firstWord) =>
        kernels.TopWords(words_NK, logProbabilities_NK, x_NI, weight_VI, bias_V, firstWord);

    public double SumOfSquares(Tensor<float> x)
    {
        Begin();
        double sum = kernels.SumOfSquares(x);
        End(bytes: Bytes(x));
        return sum;
    }

    public void Measure(Tensor<double> measured, Tensor<double> before, Tensor<float> losses_PB, Tensor<float> gradients, double clipNorm)
    {
        Begin();
        kernels.Measure(measured, before, losses_PB, gradients, clipNorm);
        End(bytes: Bytes(gradients));
    }

    public void Adam(Tensor<float> parameters, Tensor<float> mean, Tensor<float> variance,
        Tensor<float> gradients, Tensor<double> scale, in AdamStep step)
    {
        Begin();
        kernels.Adam(parameters, mean, variance, gradients, scale, step);
        End(bytes: 7 * Bytes(parameters)); // reads four slabs and writes three
    }

    public void Momentum(
        Tensor<float> parameters, Tensor<float> velocity, Tensor<float> gradients, Tensor<double> scale, in MomentumStep step)
    {
        Begin();
        kernels.Momentum(parameters, velocity, gradients, scale, step);
        End(bytes: 5 * Bytes(parameters));
    }

    public void Average(Tensor<float> average, Tensor<float> parameters, Tensor<double> scale, double share)
    {
        Begin();
        kernels.Average(average, parameters, scale, share);
        End(bytes: 3 * Bytes(parameters));
    }

    public void Dispose()
    {
    }

    /// <summary>2 M N K of x [M, K] by a weight [N, K].</summary>
    private static double Flops(Tensor<float> x, Tensor<float> weight) => 2.0 * x.Rows * weight.Length;

    private static double Bytes(Tensor<float> x) => (double)sizeof(float) * x.Length;

    private void Begin() => _start = Stopwatch.GetTimestamp();

    // Waits for the device after every operation, so that its time is added to the right part.
    private void End(double flops = 0, double bytes = 0)
    {
        kernels.Wait(kernels.Mark());
        ref Timing noted = ref CollectionsMarshal.GetValueRefOrAddDefault(_parts, _part, out _);
        noted = new Timing(noted.Seconds + Stopwatch.GetElapsedTime(_start).TotalSeconds, noted.Flops + flops, noted.Bytes + bytes);
    }
}
