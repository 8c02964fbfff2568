using Reprise.Benchmarks;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Inference;
using Reprise.Tests.Kernels;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>
/// Training on a back end that answers late, and whose memory the host may not touch: other work for the host, the same run.
/// </summary>
public sealed class DeviceTests : IDisposable
{
    private const int Never = 1000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<Recipe> Recipes =>
        [Recipe.AutoGen, Recipe.FreeBitsPerSentence, Recipe.Aggressive, Recipe.AutoencoderStart, Recipe.Normalized, Recipe.LanguageModel];

    [Theory, MemberData(nameof(Recipes))]
    public void A_run_on_a_device_is_the_run_on_the_host(Recipe recipe)
    {
        TrainingOptions options = recipe.Options with { Steps = 30, ReportEvery = 13, EvaluateEvery = 9, CheckpointEvery = 11 };
        using IKernels<float> cpu = ComputeDevice.Open("cpu", 1).Kernels;
        using FakeDevice soon = new(lateBy: 2), late = new(Never);
        Train("cpu", options, cpu, recipe.Model);
        Train("soon", options, soon, recipe.Model);
        Train("late", options, late, recipe.Model);
        _temp["soon"].ShouldBeTheSameRunAs(_temp["cpu"]);
        _temp["late"].ShouldBeTheSameRunAs(_temp["cpu"]);
    }

    [Fact]
    public void A_run_that_is_interrupted_on_a_device_keeps_every_step_that_was_asked_for()
    {
        TrainingOptions options = Toys.Options with { ReportEvery = 5, EvaluateEvery = 0 };
        using FakeDevice device = new(Never);
        using IKernels<float> cpu = ComputeDevice.Open("cpu", 1).Kernels;
        using CancellationTokenSource source = new();
        source.Cancel();
        (string folder, FolderFiles files) = (_temp["run"], new FolderFiles());
        using (TrainingRun run = TrainingRun.Open(
            Toys.Data, Toys.Model, options, folder, RunMode.New, device, TimeProvider.System, files))
        {
            for (int i = 0; i < 4; i++)
                run.Step();
            run.Train(null, source.Token).Step.ShouldBe(4);
        }

        Progress saved = RunFolder.ReadProgress(_temp["run"])!;
        (saved.Step, saved.SinceReport.Steps).ShouldBe((4, 4));
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp["run"], RunMode.Resume, new ComputeDevice(device),
            cancellationToken: TestContext.Current.CancellationToken);
        Train("cpu", options, cpu);
        _temp["run"].ShouldBeTheSameRunAs(_temp["cpu"]);
    }

    [Fact]
    public void A_run_that_diverges_names_the_step_that_failed_and_not_the_last_one_that_was_asked_for()
    {
        TrainingOptions options = Toys.Options with { LearningRate = 1e25, ClipNorm = null, ReportEvery = 6, EvaluateEvery = 0 };
        using FakeDevice device = new(Never);
        TrainingDivergedException diverged = Should.Throw<TrainingDivergedException>(() => Train("run", options, device));
        diverged.Step.ShouldBe(2);
        diverged.Message.ShouldContain("diverged at step 2");
    }

    [Fact]
    public void A_step_that_is_not_finite_is_reported_after_its_gradient_is_gone() =>
        new TrainingDivergedException(2, found: null, loss: 3, checkpointStep: 1, isOwn: true, "folder")
            .Message.ShouldContain("diverged at step 2: the gradient is not finite");

    [Fact]
    public void Results_come_in_the_order_of_the_steps_once_they_are_done()
    {
        using FakeDevice device = new(lateBy: 2);
        using TrainingStep step = new(Toys.Model, Toys.Options, device), plain = new(Toys.Model, Toys.Options, device);
        List<StepResult> expected = [], found = [];
        for (long i = 0; i < 30; i++)
            expected.Add(plain.RunAndWait(Toys.Data.Train, [i, i + 1], i));

        for (long i = 0; i < 12; i++)
        {
            step.Run(Toys.Data.Train, [i, i + 1], i);
            while (step.TryTake(out StepResult result))
                found.Add(result);
            found.Count.ShouldBe((int)Math.Max(0, i - 1), "two are under way");
        }

        for (long i = 12; i < 30; i++)
            step.Run(Toys.Data.Train, [i, i + 1], i); // no result is taken: more steps than rows
        Should.Throw<InvalidOperationException>(() => step.RunAndWait(Toys.Data.Train, [0], 30));
        step.Finish();
        while (step.TryTake(out StepResult result))
            found.Add(result);
        step.IsPending.ShouldBeFalse();
        found.Select(Measures).ShouldBe(expected.Select(Measures));

        static (long, int, double, double, PartSums) Measures(StepResult step) =>
            (step.Step, step.Tokens, step.Objective, step.GradientNorm, step.Losses);
    }

    [Fact]
    public void After_a_step_that_is_not_finite_the_steps_under_way_change_nothing()
    {
        using FakeDevice device = new(Never);
        using TrainingStep step = new(Toys.Model, Toys.Options, device);
        Tensor<float> weight = step.Model.Weights["posterior.mean.weight"];
        float good = device.ElementsOf(weight)[0];
        device.Set(weight, 0, 0, float.PositiveInfinity);
        step.Run(Toys.Data.Train, [0, 1], 0);
        device.Set(weight, 0, 0, good);
        float[] before = device.ElementsOf(step.Model.Weights.All);
        step.Run(Toys.Data.Train, [2, 3], 1);
        step.Run(Toys.Data.Train, [4, 5], 2);
        step.Finish();
        step.TryTake(out StepResult first).ShouldBeTrue();
        first.IsFinite.ShouldBeFalse();
        device.ElementsOf(step.Model.Weights.All).ShouldBe(before);
        device.ElementsOf(step.Optimizer.First.All).ShouldAllBe(m => m == 0);
    }

    [Fact]
    public void A_model_on_a_device_has_the_same_outputs_as_on_the_host()
    {
        using ForeignModel folder = ForeignModel.Write("every-step-tied", addedToEndOfSentence: 2);
        string[] texts = ForeignModel.Texts("every-step-tied");
        string[] expected = Outputs(ComputeDevice.Open("cpu", 1).Kernels);
        Outputs(new FakeDevice()).ShouldBe(expected);

        string[] Outputs(IKernels<float> kernels)
        {
            using SentenceModel model = SentenceModel.Load(folder.FolderPath, new ComputeDevice(kernels));
            Reprise.Inference.GenerateOptions drawn = new() { Decoding = new() { Sampling = new(), MaximumWords = 9 } };
            return
            [
                .. model.Reconstruct(texts, new() { Seed = 5, Samples = 2 }).Select(r => $"{r.Output} {r.Nll} {r.Kl}"),
                .. model.Generate(4, drawn).Select(h => $"{h.Text} {h.LogProbability}"),
                .. model.Score(texts).Select(s => $"{s.Nll} {s.Kl}"),
            ];
        }
    }

    [Fact]
    public void Speed_is_measured_on_a_device_too()
    {
        using FakeDevice device = new();
        TrainingOptions training = new() { BatchSize = 4, LearningRate = 1e-3, Steps = 1 };
        SpeedReport report = SpeedTest.Run(
            Toys.Model with { VocabularySize = 50 }, training, new SpeedOptions { Seconds = 0.01, Threads = 1 }, device,
            cancellation: TestContext.Current.CancellationToken);
        report.Products.Count.ShouldBe(4);
    }

    private void Train(string name, TrainingOptions options, IKernels<float> kernels, ModelOptions? model = null) => Trainer.Train(
        Toys.Data, model ?? Toys.Model, options, _temp[name], device: new ComputeDevice(kernels),
        cancellationToken: TestContext.Current.CancellationToken);
}
