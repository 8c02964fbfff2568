using Reprise.Numerics;
using Reprise.Numerics.Cpu;

namespace Reprise.Tests.Kernels;

/// <summary>What the CPU back end promises beside right numbers: bits that do not depend on threads, and no allocation.</summary>
public sealed class CpuKernelTests
{
    /// <summary>Large enough, each of them, that the work is shared among threads.</summary>
    private static KernelCase[] Shared =>
    [
        new LinearCase(131, 263, 197, Bias: true, Accumulate: true) { Padding = 3 },
        new LinearBackwardInputCase(131, 263, 197, Accumulate: true),
        new LinearBackwardWeightCase(531, 63, 97, Bias: true),
        new GatherCase(700, 65, 300), new ScatterAddCase(700, 65, 300) { Padding = 3 }, new StepsCase([60, 50, 50, 47, 40, 31, 22, 22, 9, 3], 67),
        new LstmCase([19, 18, 18, 17, 15, 12, 12, 9, 9, 8, 8, 8, 7, 4, 1], 67, InitialState: true, InPlace: true),
        new LstmCase([4, 3, 3, 2, 2, 2, 1], 160, InitialState: false, InPlace: false),
        new PointwiseCase(100, 301, InPlace: false), new LatentCase(401, 50, Noise: true),
        new CrossEntropyCase(45, 37, 2051), new CrossEntropyCase(800, 20, 131) { Padding = 5 }, new TopWordsCase(40, 30, 2051, 15, 3),
        new AdamCase(1, 70_001, new AdamStep(9, 1e-3)),
    ];

    [Theory]
    [InlineData(CpuWidth.Vector512)]
    [InlineData(CpuWidth.Vector256)]
    [InlineData(CpuWidth.Vector128)]
    public void The_number_of_threads_changes_no_bit(CpuWidth width)
    {
        using CpuKernels alone = new(1, width);
        using CpuKernels two = new(2, width), three = new(3, width), seven = new(7, width);
        foreach (KernelCase one in Shared)
        {
            using Operands<float> expected = new(one.Padding);
            one.Run(alone, expected);
            foreach (CpuKernels team in new[] { two, three, seven })
            {
                using Operands<float> found = new(one.Padding);
                one.Run(team, found);
                found.ShouldEqual(expected, $"{one} on {team.Description}, against one thread");
            }
        }
    }

    [Fact]
    public void The_steady_state_allocates_nothing()
    {
        using CpuKernels kernels = new(2);
        using Operands<float> operands = new();
        StepLayout steps = new();
        steps.Set([19, 18, 12, 12, 7, 1]);
        (int N, int B, int H, int V, int Z) = (steps.Rows, steps.Sequences, 96, 700, 8);
        int[] words_N = operands.Integers(N, 0, V), top_NK = new int[N * 5];
        Tensor<float> table_VH = operands.Read("table", V, H), x_NH = operands.Read("x", N, H), weight_4HH = operands.Read("weight", 4 * H, H, 0.1);
        Tensor<float> bias_4H = operands.Read("bias", 1, 4 * H), bias_V = operands.Read("output bias", 1, V), mean_BZ = operands.Read("mean", B, Z);
        Tensor<float> gates_N4H = operands.Written("gates", N, 4 * H), h_NH = operands.Written("h", N, H), c_NH = operands.Written("c", N, H);
        Tensor<float> dh_NH = operands.Scratch("dh", N, H), state_BH = operands.Read("state", B, H), sum_BH = operands.Written("sum", B, H);
        Tensor<float> dWeight_4HH = operands.Filled("dWeight", 4 * H, H, 0), dBias_4H = operands.Filled("dBias", 1, 4 * H, 0);
        Tensor<float> dTable_VH = operands.Filled("dTable", V, H, 0), dBias_V = operands.Filled("dOutputBias", 1, V, 0), nll_N = operands.Written("nll", 1, N);
        Tensor<float> z_BZ = operands.Written("z", B, Z), dz_BZ = operands.Written("dz", B, Z), kl_B = operands.Written("kl", 1, B);
        Tensor<float> parameters = operands.Changed("parameters", 1, 40_000), gradients = operands.Read("gradients", 1, 40_000);
        Tensor<float> mean = operands.Filled("first moment", 1, 40_000, 0), variance = operands.Filled("second moment", 1, 40_000, 0);
        Tensor<float> all_NV = operands.Written("all", N, V), top_N5 = operands.Written("top", N, 5);

        Step();
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            Step();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        // Every operation once.
        void Step()
        {
            kernels.Gather(x_NH, table_VH, words_N);
            kernels.AddToSteps(x_NH, state_BH, steps);
            kernels.Linear(gates_N4H, x_NH, weight_4HH, bias_4H);
            kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, state_BH, state_BH, steps);
            kernels.Tanh(h_NH, h_NH);
            kernels.Latent(z_BZ, kl_B, mean_BZ, mean_BZ, mean_BZ);
            kernels.CrossEntropy(nll_N, h_NH, table_VH, bias_V, words_N);
            kernels.CrossEntropyWithGradient(nll_N, dh_NH, dTable_VH, dBias_V, h_NH, table_VH, bias_V, words_N, 0.1f);
            kernels.LogProbabilities(all_NV, h_NH, table_VH, bias_V);
            kernels.TopWords(top_NK, top_N5, h_NH, table_VH, bias_V, 3);
            kernels.TanhBackward(dh_NH, dh_NH, h_NH);
            kernels.LatentBackward(z_BZ, dz_BZ, mean_BZ, mean_BZ, mean_BZ, mean_BZ, 1);
            kernels.LstmBackward(gates_N4H, sum_BH, default, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, state_BH, state_BH, steps);
            kernels.LinearBackwardWeight(dWeight_4HH, dBias_4H, gates_N4H, x_NH);
            kernels.LinearBackwardInput(dh_NH, gates_N4H, weight_4HH);
            kernels.SumOverSteps(sum_BH, dh_NH, steps);
            kernels.ScatterAdd(dTable_VH, dh_NH, words_N);
            kernels.SumOfSquares(dTable_VH);
            kernels.Adam(parameters, mean, variance, gradients, new AdamStep(1, 0.1));
            kernels.Fill(dTable_VH, 0);
        }
    }
}
