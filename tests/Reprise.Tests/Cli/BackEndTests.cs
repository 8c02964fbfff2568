using Reprise.Numerics;
using Reprise.Tests.Kernels;

namespace Reprise.Tests.Cli;

/// <summary>The whole program on each back end that <see cref="ComputeDevice.Variable"/> can name.</summary>
public sealed class BackEndTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Theory]
    [InlineData("reference")]
    [InlineData("cpu128")]
    [InlineData("cpu256")]
    [InlineData("cpu512")]
    [InlineData("cuda-fp32")]
    public void The_program_trains_and_scores_on_the_back_end_that_the_environment_names(string name)
    {
        if (name.StartsWith("cuda", StringComparison.Ordinal))
            CudaForTests.Require();
        string[] train = ["train", world.Corpus, "--steps", "2", "--seed", "3", .. TinyWorld.TinySizes, "--out"];
        string[] score = ["score", world.Text, "--json", "--seed", "3", "--threads", "1"];
        string expected = world.PathOf($"in-process-{name}"), found = world.PathOf(name);

        CliRun training = On(name, [.. train, found]).Done();
        using IKernels<float> kernels = ComputeDevice.Open(name, 1).Kernels;
        training.Error.ShouldContain($", {kernels.Description}{Environment.NewLine}");
        double[] scores = Nll(On(name, ["score", found, .. score[1..]]));

        CliRun.Of([.. train, expected]).Done();
        double[] ours = Nll(CliRun.Of(["score", expected, .. score[1..]]));
        scores.Length.ShouldBe(320);
        for (int i = 0; i < scores.Length; i++)
            scores[i].ShouldBe(ours[i], 1e-5 * ours[i]);
    }

    [Theory]
    [InlineData("train", "CORPUS", "--out", "RUN-refused", "--steps", "1")]
    [InlineData("score", "RUN", "TEXT")]
    [InlineData("bench")]
    public void An_unknown_back_end_is_refused_in_one_line(params string[] arguments)
    {
        string[] given =
        [
            .. arguments.Select(
                a => a switch
                {
                    "CORPUS" => world.Corpus, "RUN" => world.Run, "TEXT" => world.Text, "RUN-refused" => world.PathOf("refused"), _ => a,
                }),
        ];
        On("avx", given).Complaint()
            .ShouldBe(
                "unknown back end \"avx\" in REPRISE_BACKEND: it is one of reference, cpu, cpu512, cpu256, cpu128, cuda, cuda-tf32, "
                    + "cuda-fp32");
        Directory.Exists(world.PathOf("refused")).ShouldBeFalse();
    }

    private static CliRun On(string backEnd, params string[] arguments) =>
        CliRun.OfProcess(new Dictionary<string, string>(CudaForTests.Environs) { [ComputeDevice.Variable] = backEnd }, arguments);

    private static double[] Nll(CliRun run) => [.. run.Done().Objects().Select(score => score.GetProperty("nll").GetDouble())];
}
