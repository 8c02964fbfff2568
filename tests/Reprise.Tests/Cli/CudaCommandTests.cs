using Reprise.Tests.Kernels;

namespace Reprise.Tests.Cli;

/// <summary>The program on a GPU: simulated, missing or failing.</summary>
public sealed class CudaCommandTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Theory]
    [InlineData("--precision bf16 needs a GPU", "--precision", "bf16")]
    [InlineData("--precision tf32 needs a GPU", "--precision", "tf32", "--device", "cpu")]
    [InlineData("--precision half: expected bf16, tf32 or fp32", "--device", "cuda", "--precision", "half")]
    [InlineData("--device gpu: expected cpu or cuda", "--device", "gpu")]
    public void A_device_or_precision_that_makes_no_sense_is_refused(string expected, params string[] arguments)
    {
        string complaint = CliRun.Of(["score", world.Run, world.Text, .. arguments]).Complaint();
        if (expected.EndsWith("needs a GPU", StringComparison.Ordinal))
        {
            string flags = expected.Replace(" needs a GPU", "", StringComparison.Ordinal);
            complaint.ShouldBe($"{flags}: needs --device cuda; the processor computes in single precision");
        }
        else
            complaint.ShouldBe(expected);
    }

    [Fact]
    public void A_command_that_goes_on_with_an_interrupted_run_keeps_the_device()
    {
        string[] train = ["train", world.Corpus, "--out", world.PathOf("interrupted"), "--steps", "5", .. TinyWorld.TinySizes];
        CliRun.Interrupted([.. train, "--device", "cpu"]).Error.ShouldContain($"--out {world.PathOf("interrupted")} --resume --device cpu");
    }

    [Theory, InlineData("--cost"), InlineData("--scaling")]
    public void Measurements_of_the_processor_are_refused_on_a_GPU(string flag)
    {
        CliRun byFlag = CliRun.Of("bench", flag, "--device", "cuda");
        CliRun byEnvironment = CliRun.OfProcess(
            new Dictionary<string, string> { [Reprise.Numerics.ComputeDevice.Variable] = "cuda" }, "bench", flag);
        foreach (CliRun run in new[] { byFlag, byEnvironment })
            run.Complaint().ShouldBe("--cost and --scaling measure the processor: leave them out, or give --device cpu");
    }

    [Theory]
    [InlineData("cuInit:1=100", "CUDA: cuInit: ")]
    [InlineData("cuMemAlloc_v2:1=2", "of GPU memory were requested")]
    [InlineData("cublasLtCreate:1=1", "cuBLASLt: cublasLtCreate: ")]
    public void A_GPU_that_cannot_be_opened_is_reported_in_one_line_with_a_way_out(string failure, string expected)
    {
        CliRun run = On(
            new() { ["REPRISE_SIMULATED_FAIL"] = failure }, "train", world.Corpus, "--out", world.PathOf("not-opened"), "--steps", "1",
            "--device", "cuda");
        run.Complaint().ShouldContain(expected);
        run.Complaint().ShouldEndWith("; --device cpu runs it on the processor");
        Directory.Exists(world.PathOf("not-opened")).ShouldBeFalse();
    }

    [Fact]
    public void Without_a_driver_the_program_names_the_missing_part_and_the_remedy()
    {
        Assert.SkipWhen(
            !OperatingSystem.IsLinux() || File.Exists("/dev/nvidiactl") || File.Exists("/dev/dxg"), "this machine may have a driver");
        CliRun run = CliRun.OfProcess(new Dictionary<string, string> { ["REPRISE_CUDA_PATH"] = "" }, "bench", "--device", "cuda");
        run.Complaint()
            .ShouldBe(
                "no NVIDIA driver: libcuda.so.1 was not found; install the driver, or name its folder in REPRISE_CUDA_PATH; --device cpu "
                    + "runs it on the processor");
    }

    [Fact]
    public void A_GPU_that_fails_in_the_middle_ends_the_run_with_the_drivers_words_and_a_whole_checkpoint()
    {
        string run = world.PathOf("failing");
        string[] train =
        [
            "train", world.Corpus, "--out", run, "--steps", "12", "--checkpoint-every", "3", "--device", "cuda", "--seed", "3", "--quiet",
            .. TinyWorld.TinySizes,
        ];
        CliRun failed = On(new() { ["REPRISE_SIMULATED_FAIL"] = "cuEventRecord:9=700" }, train);
        failed.Code.ShouldBe(1);
        failed.Error.TrimEnd().ShouldStartWith("reprise: CUDA: cuEventRecord: ");
        failed.Error.Trim().Split('\n').Length.ShouldBe(1);
        On([], [.. train, "--resume"]).Done();
        On([], "score", run, world.Text, "--device", "cuda", "--json").Done().Objects().Count.ShouldBe(320);
    }

    [Fact]
    public void Every_command_of_a_model_has_the_same_output_on_a_GPU_as_on_the_processor()
    {
        foreach (string[] command in new string[][]
        {
            ["score", world.Run, world.Text, "--json"],
            ["evaluate", world.Run, "--importance-samples", "3", "--json"],
        })
        {
            double[][] expected = NumbersOf(CliRun.Of([.. command, "--seed", "3"]).Done());
            double[][] found = NumbersOf(On([], [.. command, "--seed", "3", "--device", "cuda", "--precision", "fp32"]).Done());
            found.Length.ShouldBe(expected.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                    found[i][j].ShouldBe(expected[i][j], 1e-4 * (1 + Math.Abs(expected[i][j])), command[0]);
            }
        }

        foreach (string[] command in new string[][]
        {
            ["reconstruct", world.Run, "the old cat sees the dog in the garden.", "--beam", "4"],
            ["generate", world.Run, "-n", "3"],
            ["generate", world.Run, "-n", "3", "--temperature", "1"],
            ["interpolate", world.Run, "the old cat sees the dog.", "the tall bird hears the fox.", "--steps", "4"],
        })
            On([], [.. command, "--seed", "3", "--device", "cuda", "--precision", "fp32"]).Done()
                .Output.ShouldBe(CliRun.Of([.. command, "--seed", "3"]).Done().Output);
    }

    [Fact]
    public void The_speed_of_a_GPU_is_measured_part_by_part()
    {
        CliRun bench = On(
            [], "bench", "--preset", "small", "--device", "cuda", "--seconds", "0.01", "--hidden", "8", "--embedding", "8", "--vocabulary",
            "50", "--batch", "4", "--beam", "2");
        bench.Done().Output.ShouldContain("cuda, simulated device, bf16 products");
        foreach (string part in new[] { "training step", "encoding", "beam search", "log-likelihood" })
            bench.Output.ShouldContain(part);
    }

    [Theory]
    [InlineData("REPRISE_WITHOUT_MORE", "reprise: CUDA: cuEvent")]
    [InlineData("REPRISE_CUDA_ONE_BY_ONE", "reprise: CUDA: recurrence_forward on ")]
    public void Blocks_that_wait_for_one_that_never_comes_end_the_run_and_not_the_day(string variable, string expected)
    {
        CliRun run = On(new() { ["REPRISE_SIMULATED_LOSE"] = "1", [variable] = "1" }, Train($"waiting{variable}"));
        run.Code.ShouldBe(1);
        run.Error.ShouldStartWith(expected);
        run.Error.TrimEnd().ShouldEndWith("unspecified launch failure (CUDA_ERROR_LAUNCH_FAILED)");
    }

    [Fact]
    public void Step_by_step_no_block_waits_for_another() =>
        On(new() { ["REPRISE_SIMULATED_LOSE"] = "1", ["REPRISE_CUDA_STEPWISE"] = "1" }, Train("stepwise")).Done();

    [Fact]
    public void The_time_of_each_launch_is_written_where_the_environment_asks_for_it()
    {
        string path = world.PathOf("times.tsv");
        On(new() { ["REPRISE_CUDA_TIMES"] = path }, Train("timed")).Done();
        string[][] rows = [.. File.ReadAllLines(path).Skip(1).Select(line => line.Split('\t'))];
        foreach (string launch in (string[])["recurrence_forward", "recurrence_backward", "adam", "cross_entropy_with_gradient"])
            rows.Count(row => row[4] == launch).ShouldBe(1, launch);
        rows.Count(row => row[4].StartsWith("product tokens x ", StringComparison.Ordinal)).ShouldBeGreaterThan(3);
        int.Parse(rows.Single(row => row[4] == "adam")[0]).ShouldBe(3, "steps");
        double[] products = [.. rows.Select(row => double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture))];
        products.ShouldBe(products.OrderDescending());
    }

    private string[] Train(string name) =>
        ["train", world.Corpus, "--out", world.PathOf(name), "--steps", "3", "--device", "cuda", "--quiet", .. TinyWorld.TinySizes];

    private static CliRun On(Dictionary<string, string> environment, params string[] arguments)
    {
        CudaForTests.Require();
        Assert.SkipWhen(CudaForTests.IsReal, "for the simulated device");
        foreach ((string name, string value) in CudaForTests.Environs)
            environment[name] = value;
        return CliRun.OfProcess(environment, arguments);
    }

    private static double[][] NumbersOf(CliRun run) =>
        [
            .. run.Objects().Select(
                line => line.EnumerateObject().Where(field => field.Value.ValueKind == System.Text.Json.JsonValueKind.Number)
                    .Select(field => field.Value.GetDouble()).ToArray()),
        ];
}
