using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Kernels;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Runs that their validation part leads: the best weights, patience, halved rates.</summary>
public sealed class ValidationTests : IDisposable
{
    /// <summary>A rate at which the validation part gets worse within a few steps.</summary>
    private static readonly TrainingOptions Hasty = Toys.Options with { LearningRate = 0.3, EvaluateEvery = 1, EvaluationSentences = 11 };

    private static readonly TrainingOptions Everything = Hasty with
    {
        Steps = 16,
        KeepBest = true,
        HalveAfter = 2,
        Patience = 9,
        AverageDecay = 0.7,
        CheckpointEvery = 5,
    };

    private readonly TempFolder _temp = new();
    private readonly IKernels<float> _cpu = ComputeDevice.Open("cpu", 1).Kernels;

    public void Dispose()
    {
        _cpu.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void The_validation_part_is_watched_where_there_is_one_and_called_by_its_name()
    {
        TrainingReport test = Train("test", Toys.Options, data: Toys.Data).LastEvaluation!;
        TrainingReport validation = Train("validation", Toys.Options).LastEvaluation!;
        (test.Split, validation.Split).ShouldBe((ReportSplit.Test, ReportSplit.Validation));
        LogFile.Last(_temp["validation"], heldOut: true)!.Split.ShouldBe(ReportSplit.Validation);
        File.ReadAllText(_temp["validation/log.jsonl"]).ShouldNotContain("\"test\"");
        (validation.BestStep, LogFile.Last(_temp["validation"])!.BestStep).ShouldBe((null, null));

        using SentenceAutoencoder<float> model = ModelFolder.Open(_temp["validation"]).LoadModel(_cpu);
        using HeldOutSample sample = new(_cpu, Toys.Validated.Validation!, 5, 8, Toys.Model.LatentSize, Toys.Options.Seed);
        validation.Losses.Values.ShouldBe(sample.Measure(model, default).Reported.Values);
    }

    [Fact]
    public void The_best_weights_are_the_model_and_the_last_ones_go_on()
    {
        TrainingResult result = Train("best", Hasty with { KeepBest = true });
        LogLine[] evaluations = [.. LogFile.Read(_temp["best"]).Where(line => line.Split == ReportSplit.Validation)];
        LogLine best = evaluations.MinBy(line => line.Objective!.Value)!;
        best.Step.ShouldBeInRange(1, 11);
        result.BestStep.ShouldBe(best.Step);
        evaluations[^1].BestStep.ShouldBe(best.Step);
        evaluations[0].BestStep.ShouldBe(1);

        Train("to the best", Hasty with { Steps = best.Step });
        Weights("best").ShouldBe(Weights("to the best"));
        Train("to the end", Hasty);
        Weights("best").ShouldNotBe(Weights("to the end"));
        Train("best", Hasty with { KeepBest = true, Steps = 15 }, RunMode.Resume);
        Train("best in one", Hasty with { KeepBest = true, Steps = 15 });
        _temp["best"].ShouldBeTheSameRunAs(_temp["best in one"]);
    }

    [Fact]
    public void Evaluations_of_an_autoencoder_whose_decoder_is_reset_do_not_count()
    {
        TrainingOptions options = Hasty with { KeepBest = true, Patience = 3, AutoencoderSteps = 5 };
        TrainingResult result = Train("started", options);
        result.BestStep!.Value.ShouldBeInRange(6, 12);
        LogLine[] evaluations = [.. LogFile.Read(_temp["started"]).Where(line => line.Split == ReportSplit.Validation)];
        evaluations.Take(6).Select(line => line.BestStep).ShouldBe([null, null, null, null, null, 6]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(11)]
    public void A_led_run_that_stops_ends_as_the_run_that_did_not(long step)
    {
        Train("straight", Everything);
        using CancellationTokenSource source = new();
        Train("stopped", Everything, report: report => Cancel(source, report.Step == step), cancellation: source.Token)
            .Step.ShouldBe(step);
        TrainingResult result = Train("stopped", Everything, RunMode.Resume);
        _temp["stopped"].ShouldBeTheSameRunAs(_temp["straight"]);
        result.BestStep.ShouldNotBeNull();
    }

    [Fact]
    public void A_led_run_that_is_killed_or_on_a_device_is_the_same_run()
    {
        Train("straight", Everything);
        Should.Throw<KilledException>(() => Train("killed", Everything, report: report => Kill(report.Step == 9)));
        Train("killed", Everything, RunMode.Resume);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
        using FakeDevice device = new(lateBy: 4);
        Trainer.Train(
            Toys.Validated, Toys.Model, Everything, _temp["device"], device: new ComputeDevice(device),
            cancellationToken: TestContext.Current.CancellationToken);
        _temp["device"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_longer_run_goes_back_to_the_best_of_before_its_decay()
    {
        TrainingOptions options = Hasty with { KeepBest = true, Decay = 0.5 }, longer = options with { Steps = 18 };
        Train("straight", longer);
        Train("longer", options);
        Train("longer", longer, RunMode.Resume);
        _temp["longer"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void Patience_ends_a_run_and_more_of_it_goes_on()
    {
        TrainingOptions options = Hasty with { Steps = 40, Patience = 3, KeepBest = true, ReportEvery = 1 };
        TrainingResult ended = Train("run", options);
        (ended.RanOutOfPatience, ended.Interrupted, ended.Step).ShouldBe((true, false, ended.BestStep!.Value + 3));
        TrainingResult again = Train("run", options, RunMode.Resume);
        (again.RanOutOfPatience, again.Step).ShouldBe((true, ended.Step));
        Train("run", options with { Patience = 6 }, RunMode.Resume).Step.ShouldBeGreaterThan(ended.Step);
        Train("straight", options with { Patience = 6 });
        _temp["run"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void The_rate_is_halved_after_evaluations_without_improvement()
    {
        Train("run", Hasty with { HalveAfter = 2, ReportEvery = 1, Steps = 14 });
        LogLine[] log = [.. LogFile.Read(_temp["run"])];
        double rate = 0.3, best = double.PositiveInfinity;
        int since = 0, halvings = 0;
        foreach (LogLine line in log)
        {
            if (line.Split == ReportSplit.Train)
            {
                line.LearningRate.ShouldBe(rate);
                continue;
            }

            since = line.Objective < best ? 0 : since + 1;
            best = Math.Min(best, line.Objective!.Value);
            if (since == 2)
                (since, rate, halvings) = (0, rate / 2, halvings + 1);
        }

        halvings.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(13)]
    public void A_led_run_that_ended_between_two_evaluations_goes_on_as_if_it_had_not(long end)
    {
        TrainingOptions options = Hasty with { EvaluateEvery = 4, HalveAfter = 1, Patience = 9, KeepBest = true, Steps = 20 };
        Train("straight", options);
        Train("ended", options with { Steps = end });
        Train("ended", options, RunMode.Resume);
        File.ReadAllBytes(_temp["ended/optimizer.safetensors"]).ShouldBe(File.ReadAllBytes(_temp["straight/optimizer.safetensors"]));
        ValidationProgress ended = RunFolder.ReadProgress(_temp["ended"])!.Validation!;
        ValidationProgress straight = RunFolder.ReadProgress(_temp["straight"])!.Validation!;
        (ended.Halvings, ended.SinceBest, ended.SinceHalving)
            .ShouldBe((straight.Halvings, straight.SinceBest, straight.SinceHalving));
        straight.Halvings.ShouldBeGreaterThan(0);
        straight.RegularKl.ShouldBeNull();
    }

    [Fact]
    public void Evaluations_are_compared_by_the_weights_of_the_latest_step()
    {
        ValidationWatch watch = new(new TrainingOptions { KeepBest = true, Patience = 2 }, null);
        watch.Add(1, Losses(nll: 5, kl: 100), new ObjectiveWeights(1, 0), true).ShouldBeTrue();
        watch.Add(2, Losses(nll: 30, kl: 10), new ObjectiveWeights(1, 1), true).ShouldBeTrue("the first is 105 now");
        watch.Add(3, Losses(nll: 31, kl: 9.5), new ObjectiveWeights(1, 1), true).ShouldBeFalse();
        (watch.BestStep, watch.IsOver).ShouldBe((2, false));
        ValidationWatch resumed = new(new TrainingOptions { KeepBest = true, Patience = 2 }, watch.State);
        resumed.Add(4, Losses(nll: 30, kl: 10), new ObjectiveWeights(1, 1), true).ShouldBeFalse("not better");
        resumed.IsOver.ShouldBeTrue();

        static HeldOutLosses Losses(double nll, double kl) => new(1, 1, new LossParts("nll").Of(default), [nll, kl]);
    }

    [Theory]
    [InlineData("keepBest")]
    [InlineData("patience")]
    [InlineData("halveAfter")]
    public void Test_sentences_lead_no_run(string option)
    {
        TrainingOptions options = option switch
        {
            "keepBest" => Toys.Options with { KeepBest = true },
            "patience" => Toys.Options with { Patience = 1 },
            _ => Toys.Options with { HalveAfter = 1 },
        };
        Should.Throw<InputException>(() => Train("run", options, data: Toys.Data)).Message
            .ShouldStartWith($"training.{option} goes by validation sentences, and the corpus has none");
        Directory.Exists(_temp["run"]).ShouldBeFalse();
        Should.Throw<InputException>((options with { EvaluateEvery = 0 }).Validate).Message.ShouldContain("evaluateEvery");
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Should.Throw<InputException>((Toys.Options with { HalveAfter = -1, Patience = -2 }).Validate).Message
            .ShouldSatisfyAllConditions(m => m.ShouldContain("halveAfter is -1"), m => m.ShouldContain("patience is -2"));
        Should.Throw<InputException>((Toys.Options with { HalveAfter = 2, Decay = 0.3 }).Validate).Message
            .ShouldContain("halveAfter is 2 and decay is 0.3; one of the two must be 0");
    }

    [Fact]
    public void Evaluations_that_halve_the_rate_cannot_change()
    {
        Train("run", Hasty with { HalveAfter = 3, Steps = 4 });
        Should.Throw<InputException>(() => Train("run", Hasty with { HalveAfter = 3, EvaluateEvery = 2 }, RunMode.Resume)).Message
            .ShouldContain("training.evaluateEvery is 1 in this run, 2 was asked for");
    }

    [Theory]
    [InlineData("bestStep", 5, "validation.bestStep is 5; expected 0 to 4")]
    [InlineData("sinceBest", -1, "a number of validation is negative")]
    [InlineData("halvings", 9, "a number of validation is beyond the run's steps")]
    public void A_state_that_no_run_leaves_is_named(string field, long value, string expected)
    {
        Train("run", Hasty with { KeepBest = true, Steps = 4 });
        string path = _temp["run/progress.json"];
        JsonObject progress = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        progress["validation"]![field] = value;
        progress.Remove("sha256");
        File.WriteAllText(path, progress.ToJsonString());
        Should.Throw<InputException>(() => Train("run", Hasty with { KeepBest = true }, RunMode.Resume)).Message.ShouldContain(expected);
    }

    private TrainingResult Train(
        string name, TrainingOptions options, RunMode mode = RunMode.New, Action<TrainingReport>? report = null,
        CancellationToken? cancellation = null, TrainingData? data = null) =>
        Trainer.Train(
            data ?? Toys.Validated, Toys.Model, options, _temp[name], mode, new ComputeDevice(_cpu),
            report is null ? null : new Listener(report), cancellation ?? TestContext.Current.CancellationToken);

    private string Weights(string name)
    {
        using SentenceAutoencoder<float> model = ModelFolder.Open(_temp[name]).LoadModel(_cpu);
        return string.Join(' ', model.Weights.All.Span.ToArray());
    }

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }

    private static void Kill(bool now)
    {
        if (now)
            throw new KilledException();
    }
}
