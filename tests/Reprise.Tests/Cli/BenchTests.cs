using System.Text.Json;

namespace Reprise.Tests.Cli;

public sealed class BenchTests
{
    private static readonly string[] Tiny =
    [
        "bench", "--preset", "small", "--vocabulary", "500", "--embedding", "24", "--hidden", "32", "--latent", "8", "--untied",
        "--latent-input", "initial-state",
        "--batch", "12", "--seconds", "0.01", "--beam", "2",
    ];

    [Fact]
    public void Bench_measures_every_part()
    {
        JsonElement report = CliRun.Of([.. Tiny, "--threads", "1", "--json"]).Done().Objects().ShouldHaveSingleItem();
        foreach (string name in (string[])["fmaPeakGflops", "backEndPeakGflops", "memoryBandwidthGbs", "decodingPeakRssMb"])
            Positive(report, name);
        JsonElement step = report.GetProperty("step");
        foreach (string name in (string[])["seconds", "gflops", "shareOfPeak", "sentencesPerSecond", "tokensPerSecond", "peakRssMb"])
            Positive(step, name);
        step.GetProperty("allocatedBytes").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        foreach (string task in (string[])["encode", "greedy", "beam", "importance"])
        {
            Positive(report.GetProperty(task), "sentencesPerSecond");
            Positive(report.GetProperty(task), "shareOfPeak");
        }

        foreach (JsonElement product in report.GetProperty("products").EnumerateArray())
            Positive(product, "shareOfPeak");
        Sum(report.GetProperty("parts"), "seconds").ShouldBe(step.GetProperty("seconds").GetDouble(), 1e-9);
        Sum(report.GetProperty("parts"), "shareOfStep").ShouldBe(1, 1e-6);
    }

    [Fact]
    public void Bench_measures_the_model_that_the_flags_of_train_describe()
    {
        JsonElement report = CliRun.Of([.. Tiny, "--threads", "1", "--json"]).Done().Objects().ShouldHaveSingleItem();
        report.GetProperty("batch").GetInt32().ShouldBe(12);
        JsonElement model = report.GetProperty("model");
        (string Name, int Size)[] expected = [("v", 503), ("e", 24), ("h", 32), ("z", 8)];
        foreach ((string name, int size) in expected)
            model.GetProperty(name).GetInt32().ShouldBe(size, name);
        model.GetProperty("tied").GetBoolean().ShouldBeFalse();
        model.GetProperty("latentInput").GetString().ShouldBe("initialState");
        report.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString())
            .ShouldNotContain("projection", "an untied model has none");
    }

    [Fact]
    public void Bench_compares_its_threads_with_one_thread()
    {
        CliRun run = CliRun.Of([.. Tiny, "--threads", "2", "--scaling"]).Done();
        run.Output.ShouldContain("2 : 1 threads");
        run.Output.ShouldContain("training step");
    }

    [Fact]
    public void Bench_of_the_step_alone_reports_the_same_of_it_as_the_whole_bench_and_nothing_else()
    {
        JsonElement report = CliRun.Of([.. Tiny, "--threads", "1", "--step-only", "--json"]).Done().Objects().ShouldHaveSingleItem();
        Positive(report.GetProperty("step"), "seconds");
        Positive(report.GetProperty("step"), "shareOfPeak");
        Sum(report.GetProperty("parts"), "shareOfStep").ShouldBe(1, 1e-6);
        foreach (string task in (string[])["products", "encode", "greedy", "beam", "importance", "decodingPeakRssMb"])
            report.TryGetProperty(task, out _).ShouldBeFalse(task);
        string text = CliRun.Of([.. Tiny, "--threads", "1", "--step-only"]).Done().Output;
        text.ShouldContain("training step");
        text.ShouldNotContain("decoding");
    }

    [Fact]
    public void A_time_that_is_none_is_refused() =>
        CliRun.Of("bench", "--seconds", "NaN").Complaint().ShouldContain("seconds is NaN");

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    public void A_beam_of_nothing_is_refused(string width) =>
        CliRun.Of("bench", "--beam", width).Complaint().ShouldContain($"beam width is {width}; expected 1 to 1000");

    [Fact]
    public void A_vocabulary_of_no_words_is_refused() =>
        CliRun.Of("bench", "--vocabulary", "0").Complaint().ShouldContain("vocabularySize is 3");

    [Theory]
    [InlineData("--cost", "--growth")]
    [InlineData("--cost", "--scaling")]
    [InlineData("--growth", "--scaling")]
    [InlineData("--scaling", "--step-only")]
    public void Cost_growth_scaling_and_the_step_alone_are_different_questions(string first, string second) =>
        CliRun.Of("bench", first, second).Complaint().ShouldBe($"{first} and {second}: choose one of the two");

    private static double Sum(JsonElement parts, string name) => parts.EnumerateArray().Sum(part => part.GetProperty(name).GetDouble());

    private static void Positive(JsonElement element, string name) => element.GetProperty(name).GetDouble().ShouldBeGreaterThan(0, name);
}
