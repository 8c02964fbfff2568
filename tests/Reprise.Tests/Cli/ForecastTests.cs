using Reprise.Cli.Rendering;
using Reprise.Training;

namespace Reprise.Tests.Cli;

/// <summary>The forecast of <c>train</c>. Nothing is timed here: the seconds of a step are given.</summary>
public sealed class ForecastTests
{
    private static readonly TrainingOptions Training = new() { BatchSize = 32 };

    [Fact]
    public void A_run_of_so_many_steps_is_announced_in_time() =>
        Forecast.Of(RunAhead.Of(Training with { Steps = 100_000 }, sentences: 1000, stepsDone: 0, secondsDone: 0), 0.078)
            .ShouldBe("100,000 steps of about 0.0780 s: about 2 h 10 min");

    [Fact]
    public void A_run_of_so_many_minutes_is_announced_in_steps() =>
        Forecast.Of(RunAhead.Of(Training with { Minutes = 10 }, sentences: 32_000, stepsDone: 0, secondsDone: 0), 0.25)
            .ShouldBe("10 min: about 2,400 steps of about 0.25 s, 2.40 epochs");

    [Fact]
    public void Epochs_count_their_last_and_smaller_batch() =>
        RunAhead.Of(Training with { Epochs = 3 }, sentences: 65, stepsDone: 0, secondsDone: 0).Steps.ShouldBe(9);

    [Fact]
    public void Only_what_is_left_of_a_resumed_run_counts()
    {
        RunAhead ahead = RunAhead.Of(Training with { Steps = 500, Minutes = 2 }, sentences: 1000, stepsDone: 400, secondsDone: 30);
        (ahead.Steps, ahead.Seconds).ShouldBe((100, 90));
    }

    [Theory]
    [InlineData(0.5, "100 steps")]
    [InlineData(2, "2 min: about 60 steps")]
    public void Whichever_end_comes_first_is_announced(double secondsPerStep, string expected) =>
        Forecast.Of(RunAhead.Of(Training with { Steps = 100, Minutes = 2 }, 1000, 0, 0), secondsPerStep).ShouldStartWith(expected);

    [Theory]
    [InlineData(0.4, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(90, "2 min")]
    [InlineData(3599, "1 h")]
    [InlineData(7800, "2 h 10 min")]
    [InlineData(360_000, "4 days 4 h")]
    [InlineData(1e300, "41,666,666,666,666 days 16 h")]
    public void A_time_is_printed_as_exactly_as_it_is_known(double seconds, string expected) =>
        Format.Roughly(seconds).ShouldBe(expected);
}
