using System.Reflection;
using System.Runtime.CompilerServices;
using Reprise.Numerics;
using Reprise.Numerics.Cpu;

namespace Reprise.Tests.Kernels;

/// <summary>
/// A back end whose tensors are marked as memory of a device, so that an access to their elements fails, and whose operations seem to
/// end late: measured values are NaN until then. It computes as the CPU does and refuses tensors of other memory.
/// </summary>
internal sealed class FakeDevice(int lateBy = 3) : IKernels<float>
{
    // The tests have no unsafe code: reflection passes a pointer as a number.
    private static readonly ConstructorInfo NewBuffer = typeof(Buffer<float>)
        .GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();

    private readonly CpuKernels _cpu = new(1);
    private readonly List<(long Mark, Tensor<double> Row, double[] Values)> _measured = []; // that the caller may not see yet
    private long _marks, _done;

    public string Description => "fake device";

    public bool SharesWords => true;

    /// <summary>Called when elements have been read.</summary>
    public Action? HasRead { get; set; }

    /// <summary>Buffers that were allocated and not freed.</summary>
    public int Buffers { get; private set; }

    public Buffer<float> Allocate(long length, bool zeroed = true)
    {
        Buffer<float> memory = new(length);
        if (!zeroed)
            memory.View(0, 1, (int)length).Span.Fill(float.NaN);
        Buffers++;
        Action<nint> free = _ =>
        {
            memory.Dispose();
            Buffers--;
        };
        nint pointer = Unsafe.BitCast<Tensor<float>, Place>(memory.View(0, 0, 0)).Pointer;
        return (Buffer<float>)NewBuffer.Invoke([pointer, length, true, free]);
    }

    public Buffer<double> AllocateShared(long length) => new(length);

    public void Write(Tensor<float> x, ReadOnlySpan<float> values) => _cpu.Write(Here(x), values);

    public void Read(Span<float> values, Tensor<float> x)
    {
        _cpu.Read(values, Here(x));
        Wait(_marks);
        HasRead?.Invoke();
    }

    public long Mark() => ++_marks;

    public bool IsDone(long mark)
    {
        Wait(Math.Max(0, _marks - lateBy));
        return mark <= _done;
    }

    public void Wait(long mark)
    {
        _done = Math.Max(_done, mark);
        Show(all: false);
        _measured.RemoveAll(hidden => hidden.Mark <= _done);
    }

    public void Freeze(Tensor<float> weights) => _cpu.Freeze(Here(weights));

    public void Thaw(Tensor<float> weights) => _cpu.Thaw(Here(weights));

    public void Linear(Tensor<float> y_NO, Tensor<float> x_NI, Tensor<float> weight_OI, Tensor<float> bias_O, bool accumulate) =>
        _cpu.Linear(Here(y_NO), Here(x_NI), Here(weight_OI), Here(bias_O), accumulate);

    public void LinearBackwardInput(Tensor<float> dx_NI, Tensor<float> dy_NO, Tensor<float> weight_OI, bool accumulate) =>
        _cpu.LinearBackwardInput(Here(dx_NI), Here(dy_NO), Here(weight_OI), accumulate);

    public void LinearBackwardWeight(Tensor<float> dWeight_OI, Tensor<float> dBias_O, Tensor<float> dy_NO, Tensor<float> x_NI) =>
        _cpu.LinearBackwardWeight(Here(dWeight_OI), Here(dBias_O), Here(dy_NO), Here(x_NI));

    public void Gather(Tensor<float> y_NE, Tensor<float> table_VE, ReadOnlySpan<int> rows_N) =>
        _cpu.Gather(Here(y_NE), Here(table_VE), rows_N);

    public void ScatterAdd(Tensor<float> dTable_VE, Tensor<float> dy_NE, ReadOnlySpan<int> rows_N) =>
        _cpu.ScatterAdd(Here(dTable_VE), Here(dy_NE), rows_N);

    public void AddToSteps(Tensor<float> y_NC, Tensor<float> x_BC, StepLayout steps) => _cpu.AddToSteps(Here(y_NC), Here(x_BC), steps);

    public void SumOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps) => _cpu.SumOverSteps(Here(y_BC), Here(x_NC), steps);

    public void LstmForward(
        Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H, Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH,
        StepLayout steps) =>
        _cpu.LstmForward(Here(h_NH), Here(c_NH), Here(gates_N4H), Here(weight_4HH), Here(h0_BH), Here(c0_BH), steps);

    public void LstmBackward(
        Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dWeight_4HH, Tensor<float> dh_NH,
        Tensor<float> gates_N4H, Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH,
        StepLayout steps) =>
        _cpu.LstmBackward(
            Here(dGates_N4H), Here(dh0_BH), Here(dc0_BH), Here(dWeight_4HH), Here(dh_NH), Here(gates_N4H), Here(h_NH), Here(c_NH),
            Here(weight_4HH), Here(h0_BH), Here(c0_BH), steps);

    public void MaxOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps) => _cpu.MaxOverSteps(Here(y_BC), Here(x_NC), steps);

    public void MaxOverStepsBackward(
        Tensor<float> dx_NC, Tensor<float> dy_BC, Tensor<float> x_NC, Tensor<float> y_BC, StepLayout steps) =>
        _cpu.MaxOverStepsBackward(Here(dx_NC), Here(dy_BC), Here(x_NC), Here(y_BC), steps);

    public void MeanOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps) =>
        _cpu.MeanOverSteps(Here(y_BC), Here(x_NC), steps);

    public void MeanOverStepsBackward(Tensor<float> dx_NC, Tensor<float> dy_BC, StepLayout steps) =>
        _cpu.MeanOverStepsBackward(Here(dx_NC), Here(dy_BC), steps);

    public void DropoutMask(Tensor<float> mask, double rate, in RandomKey key) => _cpu.DropoutMask(Here(mask), rate, key);

    public void Multiply(Tensor<float> y, Tensor<float> x, Tensor<float> factor) => _cpu.Multiply(Here(y), Here(x), Here(factor));

    public void MultiplySteps(Tensor<float> y_NC, Tensor<float> factor_BC, StepLayout steps) =>
        _cpu.MultiplySteps(Here(y_NC), Here(factor_BC), steps);

    public void Fill(Tensor<float> x, float value) => _cpu.Fill(Here(x), value);

    public void Tanh(Tensor<float> y, Tensor<float> x) => _cpu.Tanh(Here(y), Here(x));

    public void TanhBackward(Tensor<float> dx, Tensor<float> dy, Tensor<float> y) => _cpu.TanhBackward(Here(dx), Here(dy), Here(y));

    public void Latent(
        Tensor<float> z_BZ, Tensor<float> kl_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ) =>
        _cpu.Latent(Here(z_BZ), Here(kl_B), Here(mean_BZ), Here(logVariance_BZ), Here(noise_BZ));

    public void LatentBackward(
        Tensor<float> dMean_BZ, Tensor<float> dLogVariance_BZ, Tensor<float> dz_BZ, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ,
        Tensor<float> noise_BZ, Tensor<float> counts_BZ, float klScale) =>
        _cpu.LatentBackward(
            Here(dMean_BZ), Here(dLogVariance_BZ), Here(dz_BZ), Here(mean_BZ), Here(logVariance_BZ), Here(noise_BZ), Here(counts_BZ),
            klScale);

    public void FreeBits(
        Tensor<float> counts_BZ, Tensor<float> counted_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, float nats,
        bool perSentence) =>
        _cpu.FreeBits(Here(counts_BZ), Here(counted_B), Here(mean_BZ), Here(logVariance_BZ), nats, perSentence);

    public void Moments(Tensor<float> moments_3C, Tensor<float> x_BC) => _cpu.Moments(Here(moments_3C), Here(x_BC));

    public void Normalize(
        Tensor<float> y_BC, Tensor<float> x_BC, Tensor<float> mean_C, Tensor<float> variance_C, Tensor<float> shift_C, float gain,
        float epsilon) =>
        _cpu.Normalize(Here(y_BC), Here(x_BC), Here(mean_C), Here(variance_C), Here(shift_C), gain, epsilon);

    public void NormalizeBackward(
        Tensor<float> dx_BC, Tensor<float> dShift_C, Tensor<float> dy_BC, Tensor<float> x_BC, Tensor<float> mean_C,
        Tensor<float> variance_C, float gain, float epsilon, bool ofBatch) =>
        _cpu.NormalizeBackward(
            Here(dx_BC), Here(dShift_C), Here(dy_BC), Here(x_BC), Here(mean_C), Here(variance_C), gain, epsilon, ofBatch);

    public void CrossEntropy(
        Tensor<float> nll_N, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N) =>
        _cpu.CrossEntropy(Here(nll_N), Here(x_NI), Here(weight_VI), Here(bias_V), targets_N);

    public void CrossEntropyWithGradient(
        Tensor<float> nll_N, Tensor<float> dx_NI, Tensor<float> dWeight_VI, Tensor<float> dBias_V, Tensor<float> x_NI,
        Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N, float scale) =>
        _cpu.CrossEntropyWithGradient(
            Here(nll_N), Here(dx_NI), Here(dWeight_VI), Here(dBias_V), Here(x_NI), Here(weight_VI), Here(bias_V), targets_N, scale);

    public void LogProbabilities(Tensor<float> y_NV, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V) =>
        _cpu.LogProbabilities(Here(y_NV), Here(x_NI), Here(weight_VI), Here(bias_V));

    public void TopWords(
        Span<int> words_NK, Tensor<float> logProbabilities_NK, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V,
        int firstWord) =>
        _cpu.TopWords(words_NK, Here(logProbabilities_NK), Here(x_NI), Here(weight_VI), Here(bias_V), firstWord);

    public double SumOfSquares(Tensor<float> x) => _cpu.SumOfSquares(Here(x));

    public void Measure(Tensor<double> measured, Tensor<double> before, Tensor<float> losses_PB, Tensor<float> gradients, double clipNorm)
    {
        Show(all: true);
        _cpu.Measure(measured, before, Here(losses_PB), Here(gradients), clipNorm);
        _measured.Add((_marks + 1, measured, measured.Span.ToArray()));
        Hide();
    }

    public void Adam(
        Tensor<float> parameters, Tensor<float> mean, Tensor<float> variance, Tensor<float> gradients, Tensor<double> scale,
        in AdamStep step)
    {
        Show(all: true);
        _cpu.Adam(Here(parameters), Here(mean), Here(variance), Here(gradients), scale, step);
        Hide();
    }

    public void Momentum(
        Tensor<float> parameters, Tensor<float> velocity, Tensor<float> gradients, Tensor<double> scale, in MomentumStep step)
    {
        Show(all: true);
        _cpu.Momentum(Here(parameters), Here(velocity), Here(gradients), scale, step);
        Hide();
    }

    public void Average(Tensor<float> average, Tensor<float> parameters, Tensor<double> scale, double share)
    {
        Show(all: true);
        _cpu.Average(Here(average), Here(parameters), scale, share);
        Hide();
    }

    public void Dispose()
    {
        Buffers.ShouldBe(0, "buffers are disposed of before their back end");
        _cpu.Dispose();
    }

    private void Show(bool all)
    {
        foreach ((long mark, Tensor<double> row, double[] values) in _measured)
        {
            if (all || mark <= _done)
                values.CopyTo(row.Span);
        }
    }

    private void Hide()
    {
        foreach ((_, Tensor<double> row, _) in _measured)
            row.Span.Fill(double.NaN);
    }

    // The same tensor as one of the host's.
    private static Tensor<float> Here(Tensor<float> x)
    {
        if (x.IsAbsent)
            return x;
        x.OnDevice.ShouldBeTrue("a tensor of the host was given to the device");
        return Unsafe.BitCast<Place, Tensor<float>>(Unsafe.BitCast<Tensor<float>, Place>(x) with { OnDevice = false });
    }

    // The fields of a tensor in their order.
    private readonly record struct Place(nint Pointer, int Rows, int Columns, int Stride, bool OnDevice);
}
