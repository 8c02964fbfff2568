using Reprise.Benchmarks;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;


namespace Reprise.Tests.Benchmarks;

public sealed class CostModelTests
{
    private static readonly ModelOptions Small = new() { VocabularySize = 1000, EmbeddingSize = 20, HiddenSize = 30, LatentSize = 10 };

    [Fact]
    public void A_step_takes_so_many_seconds_for_each_kind_of_work()
    {
        double parameters = new ParameterLayout(Small).Count;
        new CostModel([1e-9, 0, 0, 0]).SecondsPerStep(Small, 8, 100).ShouldBe(Arithmetic.Step(Small, 8, 92) / 1e9, 1e-12);
        new CostModel([0, 1, 0, 0]).SecondsPerStep(Small, 8, 100).ShouldBe(100 * (1000 + (8 * 30)), 1e-9);
        new CostModel([0, 0, 1, 0]).SecondsPerStep(Small, 8, 100).ShouldBe(parameters, 1e-9);
        new CostModel([0, 0, 0, 0.5]).SecondsPerStep(Small, 8, 100).ShouldBe(0.5);
    }

    [Fact]
    public void Every_larger_size_takes_longer()
    {
        CostModel cost = new([1e-11, 1e-9, 1e-9, 1e-3]);
        double seconds = cost.SecondsPerStep(Small, 8, 100);
        ModelOptions[] larger =
        [
            Small with { VocabularySize = 1001 }, Small with { EmbeddingSize = 21 }, Small with { HiddenSize = 31 },
            Small with { LatentSize = 11 },
            Small with { PosteriorLayers = 1 }, Small with { TieEmbeddings = false },
        ];
        foreach (ModelOptions model in larger)
            cost.SecondsPerStep(model, 8, 100).ShouldBeGreaterThan(seconds, model.ToString());
        cost.SecondsPerStep(Small, 8, 101).ShouldBeGreaterThan(seconds);
    }

    [Fact]
    public void Constants_that_explain_the_measurements_are_found()
    {
        double[] truth = [2e-11, 3e-9, 0, 5e-4];
        double[][] work = [[6e7, 3e5, 5e4, 1], [8e8, 2e6, 8e5, 1], [7e8, 3e6, 1e5, 1], [1e9, 1e6, 2e6, 1], [8e9, 2e6, 2e6, 1]];
        double[] found = CostModel.Fit([.. work.Select(w => (w, w.Zip(truth, (x, c) => x * c).Sum()))]);
        for (int i = 0; i < truth.Length; i++)
            found[i].ShouldBe(truth[i], 1e-3 * truth.Max() * (truth[i] == 0 ? 1e-8 : truth[i] / truth.Max()));
    }

    [Fact]
    public void No_constant_is_negative_whatever_was_measured()
    {
        double[][] work = [[1e9, 1e6, 1e5, 1], [2e9, 9e6, 9e5, 1], [3e9, 1e6, 7e5, 1], [4e9, 5e6, 1e5, 1]];
        double[] seconds = [4, 1, 3, 0.1];
        CostModel.Fit([.. work.Zip(seconds)]).ShouldAllBe(constant => constant >= 0);
    }

    [Fact]
    public void The_machine_is_measured()
    {
        using ReferenceKernels<float> kernels = new();
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => CostModel.Measure(kernels, cancelled.Token));
        using IKernels<float> cpu = ComputeDevice.Open("cpu", 1).Kernels;
        CostModel.Measure(cpu, TestContext.Current.CancellationToken).SecondsPerStep(Small, 8, 100).ShouldBeInRange(1e-7, 10);
    }
}
