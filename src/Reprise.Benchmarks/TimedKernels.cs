using System.Diagnostics;
using Reprise.Numerics;

namespace Reprise.Benchmarks;

/// <summary>
/// A back end that passes every operation on to another one, and notes how long it took and how much work it was, by the
/// parts of a training step.
/// </summary>
/// <remarks>The model's own order of calls tells encoder and decoder apart: the code, and its gradient, stand between them.</remarks>
/// <param name="kernels">Does the work; stays the caller's.</param>
/// <param name="sentences">B of every batch: a product of more rows is one over tokens.</param>
internal sealed class TimedKernels(IKernels<float> kernels, int sentences) : IKernels<float>
{
    private readonly Timing[] _parts = new Timing[StepParts.Names.Count];
    private bool _decoding;   // between the code and its gradient
    private bool _projecting; // between the decoder's LSTM and its gradient
    private long _start;

    public string Description => kernels.Description;

    public bool SharesWords => kernels.SharesWords;

    /// <summary>The notes since <see cref="Clear"/>, by <see cref="StepPart"/>.</summary>
    /// <param name="seconds">Of the whole step: what no operation took is <see cref="StepPart.Rest"/>.</param>
    public Timing[] PartsOf(double seconds)
    {
        Timing[] parts = [.. _parts];
        parts[(int)StepPart.Rest] = new Timing(seconds - parts.Sum(part => part.Seconds), 0, 0);
        return parts;
    }

    public void Clear()
    {
        _parts.AsSpan().Clear();
        _decoding = _projecting = false;
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
        End(Product(y_NO), Flops(x_NI, weight_OI));
    }

    public void LinearBackwardInput(Tensor<float> dx_NI, Tensor<float> dy_NO, Tensor<float> weight_OI, bool accumulate)
    {
        Begin();
        kernels.LinearBackwardInput(dx_NI, dy_NO, weight_OI, accumulate);
        End(ProductBackward(dy_NO), Flops(dx_NI, weight_OI));
    }

    public void LinearBackwardWeight(Tensor<float> dWeight_OI, Tensor<float> dBias_O, Tensor<float> dy_NO, Tensor<float> x_NI)
    {
        Begin();
        kernels.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);
        End(ProductBackward(dy_NO), Flops(x_NI, dWeight_OI));
    }

    public void Gather(Tensor<float> y_NE, Tensor<float> table_VE, ReadOnlySpan<int> rows_N)
    {
        Begin();
        kernels.Gather(y_NE, table_VE, rows_N);
        if (y_NE.Rows > sentences)
            End(StepPart.GatherWords, bytes: 2 * Bytes(y_NE));
        else
            End(StepPart.Code);
    }

    public void ScatterAdd(Tensor<float> dTable_VE, Tensor<float> dy_NE, ReadOnlySpan<int> rows_N)
    {
        Begin();
        kernels.ScatterAdd(dTable_VE, dy_NE, rows_N);
        if (dy_NE.Rows > sentences)
            End(StepPart.ScatterWords, bytes: 3 * Bytes(dy_NE));
        else
            End(StepPart.CodeBackward);
    }

    public void AddToSteps(Tensor<float> y_NC, Tensor<float> x_BC, StepLayout steps)
    {
        Begin();
        kernels.AddToSteps(y_NC, x_BC, steps);
        End(StepPart.Code);
    }

    public void SumOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Begin();
        kernels.SumOverSteps(y_BC, x_NC, steps);
        End(StepPart.CodeBackward);
    }

    public void LstmForward(Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Begin();
        kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
        End(_decoding ? StepPart.DecoderSteps : StepPart.EncoderSteps, Flops(h_NH, weight_4HH));
        _projecting = _decoding;
    }

    public void LstmBackward(Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dWeight_4HH,
        Tensor<float> dh_NH, Tensor<float> gates_N4H, Tensor<float> h_NH, Tensor<float> c_NH,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Begin();
        kernels.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        End(_decoding ? StepPart.DecoderStepsBackward : StepPart.EncoderStepsBackward, 2 * Flops(h_NH, weight_4HH));
        _projecting = false;
    }

    public void Fill(Tensor<float> x, float value)
    {
        Begin();
        kernels.Fill(x, value);
        if (x.Rows == 1) // a slab; what a batch clears has a row for each token
            End(StepPart.ClearGradients, bytes: Bytes(x));
        else
            End(StepPart.CodeBackward);
    }

    public void Tanh(Tensor<float> y, Tensor<float> x)
    {
        Begin();
        kernels.Tanh(y, x);
        End(StepPart.Code);
    }

    public void TanhBackward(Tensor<float> dx, Tensor<float> dy, Tensor<float> y)
    {
        Begin();
        kernels.TanhBackward(dx, dy, y);
        End(StepPart.CodeBackward);
    }

    public void Latent(Tensor<float> z_BZ, Tensor<float> kl_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ)
    {
        Begin();
        kernels.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        End(StepPart.Code);
        _decoding = true;
    }

    public void LatentBackward(Tensor<float> dMean_BZ, Tensor<float> dLogVariance_BZ, Tensor<float> dz_BZ,
        Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ, Tensor<float> counts_BZ, float klScale)
    {
        Begin();
        kernels.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, counts_BZ, klScale);
        End(StepPart.CodeBackward);
        _decoding = false;
    }

    public void FreeBits(
        Tensor<float> counts_BZ, Tensor<float> counted_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, float nats, bool perSentence)
    {
        Begin();
        kernels.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ, nats, perSentence);
        End(StepPart.Code);
    }

    public void CrossEntropy(
        Tensor<float> nll_N, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N)
    {
        Begin();
        kernels.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
        End(StepPart.Softmax, Flops(x_NI, weight_VI));
    }

    public void CrossEntropyWithGradient(Tensor<float> nll_N, Tensor<float> dx_NI, Tensor<float> dWeight_VI, Tensor<float> dBias_V,
        Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N, float scale)
    {
        Begin();
        kernels.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N, scale);
        End(StepPart.Softmax, 3 * Flops(x_NI, weight_VI));
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
        End(StepPart.GradientNorm, bytes: Bytes(x));
        return sum;
    }

    public void Measure(Tensor<double> measured, Tensor<double> before, Tensor<float> nll_B,
        Tensor<float> kl_B, Tensor<float> counted_B, Tensor<float> gradients, double clipNorm)
    {
        Begin();
        kernels.Measure(measured, before, nll_B, kl_B, counted_B, gradients, clipNorm);
        End(StepPart.GradientNorm, bytes: Bytes(gradients));
    }

    public void Adam(Tensor<float> parameters, Tensor<float> mean, Tensor<float> variance,
        Tensor<float> gradients, Tensor<double> scale, in AdamStep step)
    {
        Begin();
        kernels.Adam(parameters, mean, variance, gradients, scale, step);
        End(StepPart.Adam, bytes: 7 * Bytes(parameters)); // reads four slabs and writes three
    }

    public void Dispose()
    {
    }

    /// <summary>2 M N K of x [M, K] by a weight [N, K].</summary>
    private static double Flops(Tensor<float> x, Tensor<float> weight) => 2.0 * x.Rows * weight.Length;

    private static double Bytes(Tensor<float> x) => (double)sizeof(float) * x.Length;

    private StepPart Product(Tensor<float> rows_N)
    {
        if (rows_N.Rows <= sentences)
            return StepPart.Code;
        return _projecting ? StepPart.Projection : _decoding ? StepPart.DecoderInputs : StepPart.EncoderInputs;
    }

    private StepPart ProductBackward(Tensor<float> rows_N)
    {
        if (rows_N.Rows <= sentences)
            return StepPart.CodeBackward;
        return _projecting ? StepPart.ProjectionBackward : _decoding ? StepPart.DecoderInputsBackward : StepPart.EncoderInputsBackward;
    }

    private void Begin() => _start = Stopwatch.GetTimestamp();

    // A device is waited for after every operation, so that its time is counted where it belongs.
    private void End(StepPart part, double flops = 0, double bytes = 0)
    {
        kernels.Wait(kernels.Mark());
        ref Timing noted = ref _parts[(int)part];
        noted = new Timing(noted.Seconds + Stopwatch.GetElapsedTime(_start).TotalSeconds, noted.Flops + flops, noted.Bytes + bytes);
    }
}
