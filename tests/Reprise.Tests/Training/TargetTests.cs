using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Tests.Kernels;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Runs whose m is moved to reach a target.</summary>
public sealed class TargetTests : IDisposable
{
    private const double KlTolerance = 0.06; // of the target: kl of 37 sentences with fresh noise, in the last tenth of a short run

    private const double AccuracyTolerance = 0.04; // of 400 sentences, of which 128 are measured during training

    private static readonly TrainingOptions ToKl = Toys.Options with { Steps = 70, TargetKl = 3, ReportEvery = 1, EvaluateEvery = 20 };

    private static readonly TrainingOptions ToAccuracy = Toys.Options with
    {
        Steps = 230,
        TargetAccuracy = 0.5,
        ReportEvery = 20,
        EvaluateEvery = 50,
        CheckpointEvery = 90,
        AverageDecay = 0.9,
    };

    private static readonly TrainingOptions ToRate = ToKl with { TargetKl = null, Objective = Objective.MinimumRate(3) };

    private readonly TempFolder _temp = new();
    private readonly IKernels<float> _cpu = ComputeDevice.Open("cpu", 1).Kernels;

    public void Dispose()
    {
        _cpu.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 20)]
    [InlineData(5, 0)]
    public void A_target_of_kl_is_reached(double target, double firstM)
    {
        TrainingOptions options = Toys.Options with
        {
            Steps = 3000,
            TargetKl = target,
            Objective = Objective.AutoGen(firstM),
            ReportEvery = 300,
            EvaluateEvery = 0,
            Decay = 0.3,
        };
        TrainingResult result = Train("run", options);
        (LogLine[] log, string curve) = Steps();
        log[^1].Kl.ShouldBe(target, KlTolerance * target, curve);
        result.M.ShouldNotBeNull().ShouldBe(log[^1].M!.Value);
        (1 + result.M!.Value).ShouldBe(log[^1].ReconstructionWeight!.Value);
        log[^1].KlShare.ShouldBe(log[^1].Kl / ((log[^1].ReconstructionWeight!.Value * log[^1].Nll) + log[^1].Kl), 1e-9);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.35)]
    public void A_target_of_accuracy_is_reached(double target)
    {
        // Too many sentences to learn by heart: their words come back only by the code.
        TrainingData data = Toys.Data with { Train = Toys.Sentences(3000, 11), Validation = Toys.Sentences(400, 12) };
        ModelOptions model = Toys.Model with { EmbeddingSize = 16, HiddenSize = 32, LatentSize = 8 };
        TrainingOptions options = Toys.Options with
        {
            Steps = 7000,
            BatchSize = 16,
            LearningRate = 0.005,
            WordDropRate = 0,
            TargetAccuracy = target,
            ReportEvery = 250,
            EvaluateEvery = 0,
        };
        TrainingResult result = Train("run", options, data: data, model: model);
        using SentenceAutoencoder<float> trained = ModelFolder.Open(_temp["run"]).LoadModel(_cpu);
        using Evaluator evaluator = new(trained);
        (_, string curve) = Steps();
        evaluator.MeasureReconstruction(data.Validation!).WordAccuracy.ShouldBe(target, AccuracyTolerance, curve);
        result.M!.Value.ShouldBeInRange(TargetControl.LeastM + 0.01, TargetControl.MostM - 1);
    }

    [Theory]
    [InlineData(2, false)] // of the VAE's 3.3 nats
    [InlineData(4, true)]
    public void A_minimum_rate_is_kept_and_not_more_than_that(double rate, bool binds)
    {
        TrainingOptions options = ToRate with
        {
            Steps = 6000,
            Objective = Objective.MinimumRate(rate),
            ReportEvery = 600,
            EvaluateEvery = 0,
            Decay = 0.3,
        };
        TrainingResult result = Train("run", options);
        (LogLine[] log, string curve) = Steps();
        if (binds)
            log[^1].Kl.ShouldBe(rate, KlTolerance * rate, curve);
        else
            log[^1].Kl.ShouldBeGreaterThan(rate, curve);
        log[^1].ReconstructionWeight.ShouldBe(1);
        (1 / (1 + result.M!.Value)).ShouldBe(log[^1].KlWeight!.Value, 0.02, "m of the next step, 6,000 being the last of an interval");
        (result.M!.Value > 0).ShouldBe(binds, curve);
    }

    [Fact]
    public void A_minimum_rate_that_is_exceeded_costs_nothing()
    {
        TargetControl control = new(ToRate, 0, null);
        ObjectiveWeights start = control.Weights(ObjectiveWeights.Vae, 0);
        start.ShouldBe(ObjectiveWeights.Vae);
        for (int step = 0; step < 10 * TargetControl.Interval; step++)
            control.Add(Result(step, kl: 4));
        control.M(10 * TargetControl.Interval).ShouldBe(0);
        for (int step = 0; step < TargetControl.Interval; step++)
            control.Add(Result(step, kl: 0));
        // The gradient of the dual problem moves u by the same amount in each interval without kl.
        double first = U(control.M(0));
        first.ShouldBeGreaterThan(0);
        for (int step = 0; step < TargetControl.Interval; step++)
            control.Add(Result(step, kl: 0));
        U(control.M(0)).ShouldBe(2 * first, 1e-12);
        for (int step = 0; step < 100 * TargetControl.Interval; step++)
            control.Add(Result(step, kl: 0));
        U(control.M(0)).ShouldBe(0.99, 1e-9);

        static double U(double m) => m / (1 + m);

        static StepResult Result(long step, double kl)
        {
            PartSums losses = default;
            losses[0] = kl;
            return new StepResult(step, 1, 5, [new LossPart(LossParts.KlName, LossWeight.Kl)], losses, kl, 1);
        }
    }

    public static TheoryData<string> Targets => ["kl", "accuracy", "rate"];

    [Theory, MemberData(nameof(Targets))]
    public void A_led_run_that_stops_ends_as_the_run_that_did_not(string target)
    {
        TrainingOptions options = OptionsOf(target);
        Train("straight", options);
        foreach (long step in target == "accuracy" ? (long[])[100, 180] : [5, 16, 31, 40])
        {
            using CancellationTokenSource source = new();
            Train($"stopped{step}", options, report: report => Cancel(source, report.Step == step), cancellation: source.Token)
                .Step.ShouldBe(step);
            TrainingResult result = Train($"stopped{step}", options, RunMode.Resume);
            _temp[$"stopped{step}"].ShouldBeTheSameRunAs(_temp["straight"]);
            result.M.ShouldNotBeNull().ShouldNotBe(1);
        }
    }

    [Theory, MemberData(nameof(Targets))]
    public void A_led_run_on_a_device_is_the_run_on_the_host(string target)
    {
        TrainingOptions options = target == "accuracy" ? ToAccuracy : OptionsOf(target) with { ReportEvery = 37 };
        Train("host", options);
        foreach (int late in (int[])[2, 1000])
        {
            using FakeDevice device = new(late);
            Trainer.Train(
                Toys.Validated, Toys.Model, options, _temp[$"late{late}"], device: new ComputeDevice(device),
                cancellationToken: TestContext.Current.CancellationToken);
            _temp[$"late{late}"].ShouldBeTheSameRunAs(_temp["host"]);
        }
    }

    [Fact]
    public void A_longer_run_goes_back_to_the_m_of_before_its_decay()
    {
        TrainingOptions options = ToKl with { Decay = 0.5 }, longer = options with { Steps = 100 };
        Train("straight", longer);
        Train("longer", options);
        Train("longer", longer, RunMode.Resume);
        _temp["longer"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void The_integral_leaves_the_limits_of_m_as_soon_as_the_error_turns()
    {
        TargetControl control = new(ToAccuracy, 0, null);
        for (int i = 0; i < 500; i++)
            control.AddAccuracy(0.01);
        control.M(0).ShouldBe(TargetControl.MostM, 1e-9);
        control.AddAccuracy(0.51);
        control.M(0).ShouldBeLessThan(TargetControl.MostM);
        for (int i = 0; i < 500; i++)
            control.AddAccuracy(1);
        control.M(0).ShouldBe(TargetControl.LeastM, 1e-9);
        control.AddAccuracy(0.49);
        control.M(0).ShouldBeGreaterThan(TargetControl.LeastM);
    }

    [Fact]
    public void An_accuracy_of_nothing_is_an_error_like_another()
    {
        TargetControl control = new(ToAccuracy, 0, null);
        control.AddAccuracy(0);
        double m = control.M(0);
        TargetControl other = new(ToAccuracy, 0, null);
        other.AddAccuracy(0.01);
        other.M(0).ShouldBe(m);
        m.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Every_report_has_the_m_of_its_step()
    {
        List<TrainingReport> reports = [];
        Train("run", ToKl, report: reports.Add);
        reports.ShouldAllBe(report => report.M == report.Weights.Reconstruction - 1);
        reports.Select(report => report.M).Distinct().Count().ShouldBeGreaterThan(3);
        reports.Where(report => report.Step <= 2 * TargetControl.Interval).ShouldAllBe(report => report.M == 1);
        LogFile.Read(_temp["run"]).Select(line => line.M).ShouldBe(reports.Select(report => report.M));
        Train("plain", Toys.Options).M.ShouldBeNull();
        LogFile.Read(_temp["plain"]).ShouldAllBe(line => line.M == null);
    }

    [Fact]
    public void Accuracy_is_that_of_the_projects_metric()
    {
        using TrainingStep step = new(Toys.Model, Toys.Options, _cpu);
        TrainingData data = Toys.Data with { Validation = Toys.Sentences(300, 9) };
        using AccuracySample sample = new(step.Model, data, seed: 5);
        using Evaluator evaluator = new(step.Model);
        ReconstructionMeasureOptions options = new() { MaximumSentences = 128, Seed = 5 };
        for (long i = 0; i < 200; i++)
            step.RunAndWait(Toys.Data.Train, [i % 37, (i + 1) % 37], i);
        sample.Measure().ShouldBe(evaluator.MeasureReconstruction(data.Validation!, options).WordAccuracy);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "targetKl is 0", "kl0" },
        { "targetKl is NaN", "nan" },
        { "targetAccuracy is 1; expected a share", "accuracy1" },
        { "both given", "both" },
        { "the objective is beta-VAE (beta = 0.5)", "beta" },
        { "m begins at 100", "m" },
        { "kl is led otherwise", "aggressive" },
        { "kl is led otherwise", "warmUp" },
        { "kl is led otherwise", "rate" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void A_target_that_cannot_be_is_refused(string expected, string which)
    {
        TrainingOptions options = Toys.Options with { TargetKl = 5 };
        options = which switch
        {
            "kl0" => options with { TargetKl = 0 },
            "nan" => options with { TargetKl = double.NaN },
            "accuracy1" => options with { TargetKl = null, TargetAccuracy = 1 },
            "both" => options with { TargetAccuracy = 0.5 },
            "beta" => options with { Objective = Objective.BetaVae(0.5) },
            "m" => options with { Objective = Objective.AutoGen(100) },
            "aggressive" => options with { Updates = UpdateOrder.AggressiveEncoder },
            "rate" => ToRate with { AutoencoderSteps = 5 },
            _ => options with { KlWarmUpSteps = 5 },
        };
        Should.Throw<InputException>(options.Validate).Message.ShouldContain(expected);
    }

    [Fact]
    public void Data_and_models_without_what_a_target_needs_are_refused()
    {
        Should.Throw<InputException>(() => Train("run", ToAccuracy, data: Toys.Data)).Message.ShouldContain("the corpus has none");
        TrainingOptions options = Toys.Options with { TargetKl = 3, Objective = Objective.Vae };
        Should.Throw<InputException>(() => Train("run", options, model: Toys.Model.WithoutCode())).Message
            .ShouldContain("training.targetKl or targetAccuracy needs a code");
        Directory.Exists(_temp["run"]).ShouldBeFalse();
    }

    [Fact]
    public void A_target_of_m_is_that_of_one_run()
    {
        StudyRun kl = StudyRun.Named("target-kl-12", Presets.Small), accuracy = StudyRun.Named("target-accuracy-0.6", Presets.Small);
        (kl.M, accuracy.M).ShouldBe((null, null));
        StudyOptions options = StudyOptions.Of(Presets.Small, 50) with { Runs = [StudyRun.OfM(1), kl, accuracy] };
        TrainingOptions[] training = [.. options.Runs.Select(options.TrainingOf)];
        training.Select(of => (of.TargetKl, of.TargetAccuracy)).ShouldBe([(null, null), (12, null), (null, 0.6)]);
        new StudyFile(options, null).Save(_temp["config.json"]);
        StudyOptions.Load(_temp["config.json"], 50).Runs.ShouldBe(options.Runs);
    }

    [Theory]
    [InlineData("m", "-2", "control.m or control.nextM is no m")]
    [InlineData("integral", "1e999", "a number of control is not finite")]
    [InlineData("sentences", "-1", "control.sentences is -1")]
    [InlineData(null, "", "\"control\" is missing, by which m moves")]
    public void A_state_that_no_run_leaves_is_named(string? field, string value, string expected)
    {
        Train("run", ToKl with { Steps = 20 });
        string path = _temp["run/progress.json"];
        JsonObject progress = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        if (field is null)
            progress.Remove("control");
        else
            progress["control"]![field] = JsonNode.Parse(value);
        progress.Remove("sha256");
        File.WriteAllText(path, progress.ToJsonString());
        Should.Throw<InputException>(() => Train("run", ToKl, RunMode.Resume)).Message.ShouldContain(expected);
    }

    /// <summary>The lines of the run's steps, and kl and m in them for messages.</summary>
    private (LogLine[] Log, string Curve) Steps()
    {
        LogLine[] log = [.. LogFile.Read(_temp["run"]).Where(line => line.Split == ReportSplit.Train)];
        return (log, string.Join("; ", log.Select(line => FormattableString.Invariant($"{line.Step}: kl {line.Kl:F3} m {line.M:F3}"))));
    }

    private static TrainingOptions OptionsOf(string target) => target switch { "kl" => ToKl, "rate" => ToRate, _ => ToAccuracy };

    private TrainingResult Train(
        string name, TrainingOptions options, RunMode mode = RunMode.New, Action<TrainingReport>? report = null,
        CancellationToken? cancellation = null, TrainingData? data = null, ModelOptions? model = null) =>
        Trainer.Train(
            data ?? Toys.Validated, model ?? Toys.Model, options, _temp[name], mode, new ComputeDevice(_cpu),
            report is null ? null : new Listener(report), cancellation ?? TestContext.Current.CancellationToken);

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }
}
