using System.Security.Cryptography;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>The learning rate over a run, and runs that go on beyond the end of their decay.</summary>
public sealed class DecayTests : IDisposable
{
    private const double Tolerance = 1e-15; // of rates, in double

    /// <summary>Full in the first seven of 12 steps; the last step has a sixth of the rate.</summary>
    private static readonly TrainingOptions Falling = Toys.Options with { Decay = 0.5, ReportEvery = 1, EvaluateEvery = 4 };

    private readonly TempFolder _temp = new();
    private readonly ComputeDevice _device = ComputeDevice.Open("cpu", 1);

    public void Dispose()
    {
        _device.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(0, 0, 0.99, 1)]
    [InlineData(0, 0.3, 0.7, 1)]
    [InlineData(0, 0.5, 0.75, 0.5)]
    [InlineData(0, 0.5, 1, 0)]
    [InlineData(0, 1, 0, 1)]
    [InlineData(0, 1, 0.25, 0.75)]
    [InlineData(1, 1, 0.25, 0.85355339059327373)]
    [InlineData(1, 0.5, 0.75, 0.5)]
    public void The_rate_falls_over_the_last_share_of_the_run(int curve, double decay, double done, double expected) =>
        RateCurve.Factor(new TrainingOptions { Decay = decay, DecayCurve = (DecayCurve)curve }, 0, done).ShouldBe(expected, Tolerance);

    [Fact]
    public void A_run_reports_the_rate_of_each_step()
    {
        Train("run", Falling with { WarmUpSteps = 4 });
        double[] factors = [0.25, 0.5, 0.75, 1, 1, 1, 1, 5 / 6.0, 4 / 6.0, 3 / 6.0, 2 / 6.0, 1 / 6.0];
        Rates("run").Length.ShouldBe(12);
        foreach ((double rate, double factor) in Rates("run").Zip(factors))
            rate.ShouldBe(0.01 * factor, Tolerance);
    }

    [Fact]
    public void The_updates_have_the_rate()
    {
        Train("falling", Toys.Options with { Steps = 4, Decay = 0.5 }); // at full rate, but for the last step
        Train("three", Toys.Options with { Steps = 3 });
        Weights("falling/before-decay").ShouldBe(Weights("three"));
        Train("whole", Toys.Options with { Steps = 4 });
        Weights("falling").ShouldNotBe(Weights("whole"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_run_that_stops_before_or_in_its_decay_ends_as_the_run_that_did_not(long step)
    {
        TrainingOptions options = Falling with { WarmUpSteps = 5, DecayCurve = DecayCurve.Cosine };
        Train("straight", options);
        using CancellationTokenSource source = new();
        Train("stopped", options, RunMode.New, report => Cancel(source, report.Step == step), source.Token).Step.ShouldBe(step);
        Train("stopped", options, RunMode.Resume).Step.ShouldBe(12);
        _temp["stopped"].ShouldBeTheSameRunAs(_temp["straight"]);
        _temp["stopped/before-decay"].ShouldBeTheSameCheckpointAs(_temp["straight/before-decay"]);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(9)]
    public void A_run_that_is_to_end_later_goes_on_from_before_its_decay(long stoppedAt)
    {
        TrainingOptions longer = Falling with { Steps = 20 };
        Train("straight", longer);
        using CancellationTokenSource source = new();
        Train("longer", Falling, RunMode.New, report => Cancel(source, report.Step == stoppedAt), source.Token).Step.ShouldBe(stoppedAt);
        RunFolder.ReadKept(_temp["longer"])!.Step.ShouldBe(7);
        Continuation.Of(_temp["longer"], Falling, longer, Toys.Data.Train)
            .ShouldBe(new Continuation(7, 0.01 * (12 - stoppedAt) / 6, 0.01, GoesBack: true));
        Train("longer", longer, RunMode.Resume).Step.ShouldBe(20);
        _temp["longer"].ShouldBeTheSameRunAs(_temp["straight"]);
        RunFolder.ReadKept(_temp["longer"])!.Step.ShouldBe(11);
    }

    [Fact]
    public void A_longer_run_that_is_killed_after_it_went_back_goes_on()
    {
        TrainingOptions longer = Falling with { Steps = 20 };
        Train("straight", longer);
        Train("killed", Falling);
        Should.Throw<KilledException>(() => Train("killed", longer, RunMode.Resume, report => Kill(report.Step == 9)));
        (RunFolder.ReadProgress(_temp["killed"])!.Step, RunFolder.ReadKept(_temp["killed"])).ShouldBe((7, null));
        Train("killed", longer, RunMode.Resume).Step.ShouldBe(20);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_run_that_has_ended_or_is_to_end_sooner_does_not_go_back()
    {
        Train("run", Falling);
        Train("run", Falling, RunMode.Resume).Step.ShouldBe(12);
        Train("run", Falling with { Steps = 10 }, RunMode.Resume).Step.ShouldBe(12);
        Rates("run").Length.ShouldBe(12);
        RunFolder.ReadKept(_temp["run"])!.Step.ShouldBe(7);
    }

    [Fact]
    public void A_rate_that_falls_over_the_whole_run_rises_again_for_a_longer_one()
    {
        TrainingOptions whole = Falling with { Decay = 1 }, longer = whole with { Steps = 16 };
        Train("run", whole);
        Directory.Exists(_temp["run/before-decay"]).ShouldBeFalse();
        Continuation.Of(_temp["run"], whole, longer, Toys.Data.Train).ShouldBe(new Continuation(12, 0, 0.01 * 0.25, GoesBack: false));
        Train("run", longer, RunMode.Resume).Step.ShouldBe(16);
        Rates("run")[11..13].ShouldBe([0.01 / 12, 0.01 * 4 / 16], Tolerance);
    }

    [Fact]
    public void The_rate_falls_by_the_time_where_minutes_end_the_run()
    {
        TrainingOptions options = Falling with { Steps = null, Minutes = 1, EvaluateEvery = 0 };
        string folder = _temp["run"];
        ManualClock clock = new(TimeSpan.FromSeconds(1));
        using (TrainingRun run = TrainingRun.Open(
            Toys.Data, Toys.Model, options, folder, RunMode.New, _device.Kernels, clock, new FolderFiles()))
            run.Train(null, TestContext.Current.CancellationToken).Step.ShouldBeGreaterThan(4);
        double[] rates = Rates("run");
        rates[0].ShouldBe(0.01);
        rates[^1].ShouldBeLessThan(0.005);
        rates.ShouldBe(rates.OrderDescending());
        RunFolder.ReadKept(folder)!.Seconds.ShouldBeInRange(30, 40);
    }

    [Fact]
    public void A_new_run_deletes_what_the_old_one_kept_but_nothing_of_others()
    {
        Train("run", Falling);
        File.WriteAllText(_temp["run/before-decay/notes.txt"], "mine");
        Should.Throw<InputException>(() => Train("run", Falling, RunMode.Overwrite)).Message
            .ShouldContain("holds before-decay/notes.txt, which is not part of a run");
        File.Delete(_temp["run/before-decay/notes.txt"]);
        Train("run", Toys.Options, RunMode.Overwrite);
        Directory.Exists(_temp["run/before-decay"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-1, 0, "warmUpSteps is -1")]
    [InlineData(0, 1.5, "decay is 1.5; expected 0 to 1")]
    [InlineData(0, double.NaN, "decay is NaN")]
    public void An_impossible_schedule_is_refused(long warmUp, double decay, string expected) =>
        Should.Throw<InputException>((Toys.Options with { WarmUpSteps = warmUp, Decay = decay }).Validate).Message.ShouldContain(expected);

    [Fact]
    public void A_schedule_comes_back_from_its_json()
    {
        TrainingOptions options = Toys.Options with { WarmUpSteps = 3, Decay = 0.25, DecayCurve = DecayCurve.Cosine };
        TrainingOptions.FromJson(options.ToJson(), options.Objective, "here").ShouldBe(options);
    }

    private TrainingResult Train(
        string name, TrainingOptions options, RunMode mode = RunMode.New, Action<TrainingReport>? report = null,
        CancellationToken? cancellation = null) =>
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp[name], mode, _device, report is null ? null : new Listener(report),
            cancellation ?? TestContext.Current.CancellationToken);

    private double[] Rates(string name) =>
        [.. LogFile.Read(_temp[name]).Where(line => line.Split == ReportSplit.Train).Select(line => line.LearningRate!.Value)];

    private string Weights(string name) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_temp[$"{name}/model.safetensors"])));

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
