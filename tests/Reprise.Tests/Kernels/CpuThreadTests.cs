using Reprise.Numerics;
using Reprise.Numerics.Cpu;

namespace Reprise.Tests.Kernels;

/// <summary>The number of threads changes the speed and not one bit; and the steady state allocates nothing.</summary>
public sealed class CpuThreadTests
{
    // Every operation, at sizes that are worth sharing among threads and divide by none of them.
    private static readonly KernelCase[] Cases =
    [
        new LinearCase(131, 263, 197, Bias: true, Accumulate: true) { Padding = 5 },
        new LinearCase(7, 401, 1003, Bias: true, Accumulate: false),
        new LinearBackwardInputCase(131, 263, 197, Accumulate: false),
        new LinearBackwardWeightCase(431, 83, 197, Bias: true),
        new GatherCase(301, 67, 90),
        new ScatterAddCase(301, 67, 90),
        new StepsCase([40, 31, 30, 30, 12, 9, 9, 1], 131),
        new LstmCase([14, 13, 13, 11, 9, 9, 7, 4, 3, 3, 1], 67, InitialState: true, InPlace: false),
        new LstmCase([9, 2, 2], 130, InitialState: false, InPlace: true),
        // Enough for shares of whole sentences.
        new LstmCase([.. Enumerable.Range(0, 130).Select(b => 12 - (b / 11))], 37, InitialState: true, InPlace: true),
        new PointwiseCase(301, 67, InPlace: false),
        new PoolingCase([40, 31, 30, 30, 12, 9, 9, 1], 131),
        new DropoutMaskCase(301, 203, 0.3),
        new DropoutMaskCase(41, 5003, 0.3) { Padding = 3 },
        new MultiplyCase(301, 67, InPlace: false),
        new MultiplyStepsCase([40, 31, 30, 30, 12, 9, 9, 1], 131),
        new LatentCase(401, 50, Noise: true),
        new CrossEntropyCase(401, 37, 2051),
        new TopWordsCase(401, 30, 2051, 15, 3),
        new AdamCase(1, 70_001, new AdamStep(3, 1e-3)),
        new AdamCase(41, 501, new AdamStep(3, 1e-3)) { Padding = 3, Scale = 0.3 },
        new MomentumCase(1, 70_001, new MomentumStep(0.1, Decay: 0.1)),
        new MomentumCase(41, 501, new MomentumStep(0.1)) { Padding = 3, Scale = 0.3 },
        new AverageCase(1, 70_001, 0.1),
        new AverageCase(41, 501, 0.1) { Padding = 3 },
        new MeasureCase(2, 200, 1, 70_001, ClipNorm: 10),
    ];

    [Theory]
    [InlineData(2, "cpu")]
    [InlineData(3, "cpu512")]
    [InlineData(5, "cpu256")]
    [InlineData(8, "cpu128")]
    public void Every_operation_gives_the_same_bits_as_on_one_thread(int threads, string width)
    {
        using ComputeDevice oneThread = ComputeDevice.Open(width, 1), manyThreads = ComputeDevice.Open(width, threads);
        (IKernels<float> one, IKernels<float> many) = (oneThread.Kernels, manyThreads.Kernels);
        foreach (KernelCase each in Cases)
        {
            using Operands<float> expected = new(one, each.Padding), found = new(many, each.Padding);
            each.Run(one, expected);
            each.Run(many, found);
            found.ShouldEqual(expected, $"{each} on {many.Description}");
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Every_operation_that_was_called_before_allocates_nothing(int threads)
    {
        using CpuKernels kernels = new(threads);
        using Operands<float> operands = new(kernels);
        StepLayout steps = new();
        steps.Set([9, 7, 7, 4, 2]);
        (int N, int B, int E, int H, int Z, int V) = (steps.Rows, steps.Sequences, 67, 65, 50, 1003);
        int[] rows_N = operands.Integers(N, 0, V), top_NK = new int[N * 15];
        Tensor<float> x_NE = operands.Read("x", N, E);
        Tensor<float> table_VE = operands.Read("table", V, E);
        Tensor<float> bias_V = operands.Read("bias", 1, V);
        Tensor<float> nll_N = operands.Written("nll", 1, N);
        Tensor<float> weight_4HE = operands.Read("W_ih", 4 * H, E);
        Tensor<float> weight_4HH = operands.Read("W_hh", 4 * H, H);
        Tensor<float> gates_N4H = operands.Changed("gates", N, 4 * H);
        Tensor<float> h_NH = operands.Changed("h", N, H);
        Tensor<float> c_NH = operands.Changed("c", N, H);
        Tensor<float> dh_NH = operands.Changed("dh", N, H);
        Tensor<float> state_BH = operands.Changed("state", B, H);
        Tensor<float> all_NV = operands.Written("all", N, V), top = operands.Written("top", N, 15);
        Tensor<float> z_BZ = operands.Changed("z", B, Z), kl_B = operands.Written("kl", 1, B), slab = operands.Changed("slab", 1, 40_000);
        Tensor<float> moments_3Z = operands.Changed("moments", 3, Z);
        Tensor<double> measured = operands.Shared(new double[Measured.Columns(1)]);
        float[] values = new float[slab.Length];

        AllocatedBy(Everything).ShouldBeGreaterThan(0, "the first call makes the scratch memory: the measure works");
        Enumerable.Range(0, 5).Min(_ => AllocatedBy(Everything))
            .ShouldBe(0, "the least of five: a thread that has to wait for the first time allocates what it waits with");

        void Everything()
        {
            kernels.Gather(x_NE, table_VE, rows_N);
            kernels.Linear(gates_N4H, x_NE, weight_4HE, default);
            kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, state_BH, state_BH, steps);
            kernels.AddToSteps(h_NH, state_BH, steps);
            kernels.SumOverSteps(state_BH, h_NH, steps);
            kernels.MaxOverSteps(state_BH, h_NH, steps);
            kernels.MaxOverStepsBackward(dh_NH, state_BH, h_NH, state_BH, steps);
            kernels.MeanOverSteps(state_BH, h_NH, steps);
            kernels.MeanOverStepsBackward(dh_NH, state_BH, steps);
            kernels.DropoutMask(dh_NH, 0.5, new RandomKey(1, RandomUse.OutputDropout, 2, 3));
            kernels.Multiply(h_NH, h_NH, dh_NH);
            kernels.MultiplySteps(h_NH, state_BH, steps);
            kernels.CrossEntropy(nll_N, x_NE, table_VE, bias_V, rows_N);
            kernels.CrossEntropyWithGradient(nll_N, x_NE, table_VE, bias_V, x_NE, table_VE, bias_V, rows_N, 0.1f);
            kernels.LogProbabilities(all_NV, x_NE, table_VE, bias_V);
            kernels.TopWords(top_NK, top, x_NE, table_VE, bias_V, 3);
            kernels.LstmBackward(
                gates_N4H, state_BH, state_BH, weight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, state_BH, state_BH, steps);
            kernels.LinearBackwardWeight(weight_4HE, default, gates_N4H, x_NE);
            kernels.LinearBackwardInput(x_NE, gates_N4H, weight_4HE);
            kernels.ScatterAdd(table_VE, x_NE, rows_N);
            kernels.Latent(z_BZ, kl_B, z_BZ, z_BZ, z_BZ);
            kernels.LatentBackward(z_BZ, z_BZ, z_BZ, z_BZ, z_BZ, z_BZ, default, 0.5f);
            kernels.FreeBits(z_BZ, kl_B, z_BZ, z_BZ, 0.5f, perSentence: false);
            kernels.Moments(moments_3Z, z_BZ);
            kernels.Normalize(z_BZ, z_BZ, moments_3Z.RowRange(0, 1), moments_3Z.RowRange(1, 1), moments_3Z.RowRange(2, 1), 0.5f, 1);
            kernels.NormalizeBackward(
                z_BZ, moments_3Z.RowRange(2, 1), z_BZ, z_BZ, moments_3Z.RowRange(0, 1), moments_3Z.RowRange(1, 1), 0.5f, 1, ofBatch: true);
            kernels.Fill(h_NH, 0.5f);
            kernels.Tanh(h_NH, h_NH);
            kernels.TanhBackward(h_NH, h_NH, h_NH);
            kernels.SumOfSquares(slab);
            kernels.Measure(measured, measured, kl_B, slab, 5);
            kernels.Adam(slab, slab, slab, slab, measured.ColumnRange(Measured.Scale, 1), new AdamStep(1, 1e-3));
            kernels.Momentum(slab, slab, slab, measured.ColumnRange(Measured.Scale, 1), new MomentumStep(1e-3));
            kernels.Average(slab, slab, measured.ColumnRange(Measured.Scale, 1), 0.5);
            kernels.Read(values, slab);
            kernels.Write(slab, values);
        }
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
