using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Reprise.Numerics;
using Reprise.Numerics.Interop;
using Reprise.Tests.House;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The parts that only the CUDA back end has: lists of launches, graphs, memory and its kernels. Counts are those of the whole process,
/// so no other test runs at the same time.
/// </summary>
[Collection(Alone.Name)]
public sealed partial class CudaTests
{
    private static readonly StepLayout Steps = Layout([9, 7, 7, 4, 2]);
    private static readonly long[] Batch = [0, 1, 2, 3, 4, 5, 6, 7];

    [Theory, InlineData("cuda"), InlineData("cuda-fp32")]
    public void Steps_whose_shapes_come_again_are_graphs_and_no_step_waits(string backEnd)
    {
        using IKernels<float> kernels = CudaForTests.Create(backEnd);
        using TrainingStep step = new(Toys.Model, Toys.Options, kernels);
        Run(step, 4); // the first gathers scratch, the second has its last place, the third is captured
        (long graphs, long launches, long waits) = (
            CudaForTests.CallsOf("cuGraphLaunch"), CudaForTests.CallsOf("cuLaunchKernel"), CudaForTests.CallsOf("cuStreamSynchronize"));
        Run(step, 6);
        (CudaForTests.CallsOf("cuGraphLaunch") - graphs).ShouldBe(6);
        (CudaForTests.CallsOf("cuLaunchKernel") - launches).ShouldBe(0);
        (CudaForTests.CallsOf("cuStreamSynchronize") - waits).ShouldBe(0);
        step.Finish();
    }

    [Fact]
    public void Steps_that_are_graphs_allocate_nothing()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda");
        using TrainingStep step = new(Toys.Model, Toys.Options, kernels);
        Run(step, 12);
        long least = long.MaxValue;
        for (int window = 0; window < 10; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(step, 3);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
    }

    [Theory]
    [InlineData("cuda-fp32", 1e-4)]
    [InlineData("cuda-tf32", 0.02)]
    [InlineData("cuda", 0.02)]
    public void Two_hundred_steps_are_those_of_the_processor_and_the_same_twice(string backEnd, double tolerance)
    {
        List<double> expected = Train("cpu"), found = Train(backEnd);
        Train(backEnd).ShouldBe(found);
        for (int i = 0; i < expected.Count; i++)
            found[i].ShouldBe(expected[i], tolerance * expected[i], $"report {i}");

        static List<double> Train(string backEnd)
        {
            using IKernels<float> kernels = backEnd == "cpu" ? ComputeDevice.Open(backEnd, 1).Kernels : CudaForTests.Create(backEnd);
            using TempFolder folder = new();
            TrainingOptions options = Toys.Options with { Steps = 200, LearningRate = 0.003, ReportEvery = 20, EvaluateEvery = 50 };
            List<double> losses = [];
            Trainer.Train(
                Toys.Data, Toys.Model, options, folder["run"], device: new ComputeDevice(kernels),
                progress: new Listener(report => losses.AddRange([report.Nll, report.Kl])),
                cancellationToken: TestContext.Current.CancellationToken);
            losses.Count.ShouldBe(2 * (10 + 4));
            return losses;
        }
    }

    [Fact]
    public void Steps_of_a_changing_rate_with_averages_are_graphs_and_those_of_the_processor()
    {
        TrainingOptions options = Toys.Options with
        {
            Steps = 60,
            LearningRate = 0.003,
            WarmUpSteps = 20,
            Decay = 0.5,
            Optimizer = OptimizerKind.AdamW,
            WeightDecay = 0.1,
            AverageDecay = 0.95,
            ReportEvery = 20,
            EvaluateEvery = 20,
        };
        foreach (TrainingOptions each in (TrainingOptions[])[options, options with { Optimizer = OptimizerKind.Sgd, Momentum = 0.9 }])
        {
            List<double> expected = Train(ComputeDevice.Open("cpu", 1).Kernels, each);
            long graphs = CudaForTests.CallsOf("cuGraphLaunch");
            List<double> found = Train(CudaForTests.Create("cuda-fp32"), each);
            (CudaForTests.CallsOf("cuGraphLaunch") - graphs).ShouldBeGreaterThan(20); // of 60: shapes differ
            for (int i = 0; i < expected.Count; i++)
                found[i].ShouldBe(expected[i], 1e-4 * expected[i], $"{each.Optimizer}: number {i}");
        }

        static List<double> Train(IKernels<float> kernels, TrainingOptions options)
        {
            using TempFolder folder = new();
            using ComputeDevice device = new(kernels);
            List<double> losses = [];
            Trainer.Train(
                Toys.Data, Toys.Model, options, folder["run"], device: device,
                progress: new Listener(report => losses.AddRange([report.Nll, report.Kl])),
                cancellationToken: TestContext.Current.CancellationToken);
            return losses;
        }
    }

    [Fact]
    public void Normalised_means_and_a_start_as_an_autoencoder_are_those_of_the_processor()
    {
        TrainingOptions options = Recipe.AutoencoderStart.Options with { Steps = 20, LearningRate = 0.003, ReportEvery = 4 };
        using IKernels<float> cpu = ComputeDevice.Open("cpu", 1).Kernels, cuda = CudaForTests.Create("cuda-fp32");
        List<double> expected = Train(cpu), found = Train(cuda);
        expected.Count.ShouldBe(2 * (5 + 5));
        for (int i = 0; i < expected.Count; i++)
            found[i].ShouldBe(expected[i], 1e-4 * expected[i], $"number {i}");

        List<double> Train(IKernels<float> kernels)
        {
            using TempFolder folder = new();
            List<double> losses = [];
            Trainer.Train(
                Toys.Data, Toys.Model with { MeanNormalization = 0.6, TieEmbeddings = false }, options, folder["run"],
                device: new ComputeDevice(kernels), progress: new Listener(report => losses.AddRange([report.Nll, report.Kl])),
                cancellationToken: TestContext.Current.CancellationToken);
            return losses;
        }
    }

    [Fact]
    public void All_steps_of_an_lstm_are_one_launch_where_they_fit_and_a_product_a_step_elsewhere()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda"), plain = CudaForTests.Create("cuda-fp32");
        Launches(kernels, H: 20).ShouldBe((2, 1), "forward and backward; the weights' gradient is a product");
        (long together, long products) = Launches(plain, H: 20);
        (together, products).ShouldBe((0, 2 * 8 + 1), "of all steps but the first, forward and backward");
        Launches(kernels, H: 3000)
            .Together.ShouldBe(0, "the weights of so many units do not fit into the shared memory of the simulated device");

        static (long Together, long Products) Launches(IKernels<float> kernels, int H)
        {
            (int N, int B) = (Steps.Rows, Steps.Sequences);
            using Workspace<float> memory = new(kernels);
            Tensor<float> gates_N4H = memory.Take(N, 4 * H);
            Tensor<float> h_NH = memory.Take(N, H);
            Tensor<float> c_NH = memory.Take(N, H);
            Tensor<float> dh_NH = memory.Take(N, H);
            Tensor<float> weight_4HH = memory.Take(4 * H, H);
            Tensor<float> dWeight_4HH = memory.Take(4 * H, H);
            foreach (Tensor<float> each in new[] { gates_N4H, dh_NH, weight_4HH, dWeight_4HH })
                kernels.Fill(each, 0.01f);
            kernels.Wait(kernels.Mark());
            (long together, long products) = (CudaForTests.CallsOf("cuLaunchCooperativeKernel"), CudaForTests.CallsOf("cublasLtMatmul"));
            kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, default, default, Steps);
            kernels.LstmBackward(
                gates_N4H, default, default, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, default, default, Steps);
            kernels.Wait(kernels.Mark());
            return (CudaForTests.CallsOf("cuLaunchCooperativeKernel") - together, CudaForTests.CallsOf("cublasLtMatmul") - products);
        }
    }

    [Fact]
    public void Values_may_change_as_soon_as_they_are_written_however_many_they_are()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda");
        foreach (int columns in new[] { 5, 1000, 70_001 })
        {
            using Buffer<float> memory = kernels.Allocate(20L * columns);
            for (int turn = 0; turn < 20; turn++)
            {
                float[] values = new float[columns];
                Array.Fill(values, turn);
                kernels.Write(memory.View((long)turn * columns, 1, columns), values);
                Array.Fill(values, -1);
            }

            float[] found = new float[20 * columns];
            kernels.Read(found, memory.View(0, 20, columns));
            found.ShouldBe(Enumerable.Range(0, 20 * columns).Select(i => (float)(i / columns)));
        }
    }

    [Fact]
    public void A_mask_has_its_own_key_though_its_list_is_a_graph()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda");
        using ComputeDevice processor = ComputeDevice.Open("reference", 1);
        using Buffer<float> memory = kernels.Allocate(1000), expected = processor.Kernels.Allocate(1000);
        long graphs = CudaForTests.CallsOf("cuGraphLaunch");
        for (int step = 0; step < 5; step++)
        {
            RandomKey key = new(1, RandomUse.OutputDropout, step, 0);
            kernels.DropoutMask(memory.View(0, 20, 50), 0.5, key);
            kernels.Wait(kernels.Mark());
            processor.Kernels.DropoutMask(expected.View(0, 20, 50), 0.5, key);
            kernels.ElementsOf(memory.View(0, 20, 50)).ShouldBe(expected.View(0, 20, 50).Span.ToArray(), $"step {step}");
        }

        (CudaForTests.CallsOf("cuGraphLaunch") - graphs).ShouldBe(4);
    }

    [Fact]
    public void Staged_values_reach_the_device_with_their_launches_though_scratch_grows_meanwhile()
    {
        (int N, int I, int V) = (300, 256, 1700);
        int[] targets_N = [.. Enumerable.Range(0, N).Select(n => 7 * n % V)], others_N = [.. Enumerable.Range(0, N).Select(n => V - 1 - n)];
        float[] first = Losses(grows: true), second = Losses(grows: false);
        first.ShouldBe(second);

        float[] Losses(bool grows)
        {
            using IKernels<float> kernels = CudaForTests.Create("cuda");
            using Operands<float> operands = new(kernels);
            Tensor<float> x_NI = operands.Read("x", N, I);
            Tensor<float> weight_VI = operands.Read("weight", V, I);
            Tensor<float> bias_V = operands.Read("bias", 1, V);
            Tensor<float> y_NV = operands.Written("y", N, V);
            Tensor<float> y = operands.Written("y", 5, 7);
            Tensor<float> nll_N = operands.Written("nll", 1, N);
            Tensor<float> dx_NI = operands.Written("dx", N, I);
            Tensor<float> dWeight_VI = operands.Changed("dWeight", V, I);
            Tensor<float> dBias_V = operands.Changed("dBias", 1, V);
            if (!grows)
                CrossEntropy(); // once before: scratch is as large as it will be
            kernels.Linear(y, x_NI.RowRange(0, 5), weight_VI.RowRange(0, 7), default);
            kernels.Linear(y_NV, x_NI, weight_VI, bias_V); // more scratch than the first slab has
            kernels.Wait(kernels.Mark());
            CrossEntropy();
            kernels.Gather(dx_NI, weight_VI, others_N);
            return kernels.ElementsOf(nll_N);

            void CrossEntropy() =>
                kernels.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N, 0.5f);
        }
    }

    [Fact]
    public void A_list_that_failed_is_not_run_again()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda-fp32");
        using Operands<float> operands = new(kernels);
        Tensor<float> x = operands.Read("x", 3, 5), y = operands.Written("y", 3, 4), weight = operands.Read("weight", 4, 5);
        kernels.Wait(kernels.Mark());
        CudaForTests.Fail("cublasLtMatmulAlgoGetHeuristic:1=14");
        kernels.Fill(y, 1);
        kernels.Linear(y, x, weight, default);
        Should.Throw<DeviceException>(() => kernels.Mark()).Message.ShouldStartWith("cuBLASLt: cublasLtMatmulAlgoGetHeuristic: ");

        long launches = CudaForTests.CallsOf("cuLaunchKernel");
        kernels.Fill(y, 2);
        kernels.ElementsOf(y).ShouldAllBe(value => value == 2);
        (CudaForTests.CallsOf("cuLaunchKernel") - launches).ShouldBe(1);
    }

    [Theory]
    [InlineData("cuda-fp32", "cublasLtMatmulAlgoGetHeuristic:1=15", false)]
    [InlineData("cuda-fp32", "cublasLtMatmulAlgoGetHeuristic:1=7", true)]
    [InlineData("cuda", "cublasLtMatmulAlgoGetHeuristic:1=15", true)]
    public void A_bias_that_cublaslt_cannot_add_to_a_product_is_added_behind_it(string backEnd, string refusal, bool accumulate)
    {
        ((float[] expected, long without), (float[] found, long with)) = (Linear(""), Linear(refusal));
        (without, with).ShouldBe((0, 4), "launches that add a bias");
        found.Length.ShouldBe(expected.Length);
        for (int i = 0; i < expected.Length; i++)
            found[i].ShouldBe(expected[i], 1e-5 * (1 + Math.Abs(expected[i])), $"element {i}");

        (float[] Values, long Additions) Linear(string refusal)
        {
            using IKernels<float> kernels = CudaForTests.Create(backEnd);
            using Operands<float> operands = new(kernels);
            Tensor<float> x = operands.Read("x", 8, 1), y = operands.Changed("y", 8, 4);
            Tensor<float> weight = operands.Read("weight", 4, 1), bias = operands.Read("bias", 1, 4);
            kernels.Wait(kernels.Mark());
            long additions = CudaForTests.CallsOf("kernel:add");
            CudaForTests.Fail(refusal);
            for (int turn = 0; turn < 4; turn++) // the later ones are a graph
            {
                kernels.Linear(y, x, weight, bias, accumulate);
                kernels.Wait(kernels.Mark());
            }

            return (kernels.ElementsOf(y), CudaForTests.CallsOf("kernel:add") - additions);
        }
    }

    [Fact]
    public void A_product_without_an_algorithm_of_cublaslt_is_reported_with_its_sizes_and_a_way_out()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda-tf32");
        using Operands<float> operands = new(kernels);
        Tensor<float> x = operands.Read("x", 8, 5), y = operands.Written("y", 8, 4), weight = operands.Read("weight", 4, 5);
        kernels.Wait(kernels.Mark());
        CudaForTests.Fail("cublasLtMatmulAlgoGetHeuristic:1=15");
        kernels.Linear(y, x, weight, default);
        string message = Should.Throw<DeviceException>(() => kernels.Mark()).Message;
        message.ShouldBe("cuBLASLt has no algorithm for 8 x 4 x 5 with strides 5, 5, 4 on simulated device; try --precision fp32");
    }

    [Theory]
    [InlineData(12040, "12")]
    [InlineData(12090, "12")]
    [InlineData(13000, "13 12")]
    public void The_newest_cublaslt_that_the_driver_can_run_is_looked_for_first(int driver, string expected) =>
        string.Join(' ', CudaLibraries.CublasLtNames(driver).Select(name => Version().Match(name).Value)).ShouldBe(expected);

    [Fact]
    public void Memory_that_was_disposed_of_is_given_back_behind_what_still_uses_it()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda");
        using Buffer<float> sum = kernels.Allocate(1000);
        long freed = CudaForTests.CallsOf("cuMemFree_v2");
        for (int i = 0; i < 30; i++)
        {
            using Buffer<float> passing = kernels.Allocate(1000);
            kernels.Fill(passing.View(0, 1, 1000), i);
            kernels.Tanh(sum.View(0, 1, 1000), passing.View(0, 1, 1000));
        }

        kernels.ElementsOf(sum.View(0, 1, 1000)).ShouldAllBe(x => Math.Abs(x - 1) < 1e-6);
        (CudaForTests.CallsOf("cuMemFree_v2") - freed).ShouldBe(30, "the last one once something was read");
    }

    [Fact]
    public void A_tensor_of_the_host_is_refused_before_the_device_is_called()
    {
        using IKernels<float> kernels = CudaForTests.Create("cuda");
        using Buffer<float> host = new(4);
        Should.Throw<InvalidOperationException>(() => kernels.Fill(host.View(0, 1, 4), 1))
            .Message.ShouldBe("a [1, 4] tensor lies in the host's memory; allocate it by the CUDA back end");
    }

    [Fact]
    public void The_kernels_that_the_library_carries_are_made_of_the_sources_that_lie_beside_them()
    {
        string folder = Repository.PathOf("src/Reprise.Numerics/Kernels/Cuda"), ptx = File.ReadAllText(Path.Combine(folder, "Kernels.ptx"));
        string[] sources = [.. Directory.GetFiles(folder, "*.cu").Order(StringComparer.Ordinal).Prepend(Path.Combine(folder, "Device.h"))];
        string hash = Convert.ToHexStringLower(SHA256.HashData(sources.SelectMany(File.ReadAllBytes).ToArray()));
        ptx.Split('\n')[0].ShouldBe($"// sources: {hash}", "run .ci/ptx, which needs clang-19");
        Entry().Matches(ptx).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)
            .ShouldBe(Enum.GetNames<Reprise.Numerics.Cuda.CudaFunction>().Order(StringComparer.Ordinal));
    }

    private static void Run(TrainingStep step, int count)
    {
        for (int i = 0; i < count; i++)
        {
            step.Run(Toys.Data.Train, Batch, i);
            while (step.TryTake(out _))
            {
            }
        }
    }

    private static StepLayout Layout(int[] lengths)
    {
        StepLayout steps = new();
        steps.Set(lengths);
        return steps;
    }

    [GeneratedRegex(@"\.visible \.entry (\w+)\(")]
    private static partial Regex Entry();

    [GeneratedRegex("1[23]")]
    private static partial Regex Version();

    private sealed class Listener(Action<TrainingReport> listen) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => listen(value);
    }
}
