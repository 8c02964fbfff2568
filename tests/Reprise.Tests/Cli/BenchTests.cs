using System.Text.Json;

namespace Reprise.Tests.Cli;

public sealed class BenchTests
{
    [Fact]
    public void Bench_measures_every_part()
    {
        JsonElement report = CliRun.Of("bench", "--preset", "small", "--seconds", "0.01", "--beam", "2", "--threads", "1", "--json").Done().Objects().ShouldHaveSingleItem();
        Positive(report, "fma_peak_gflops");
        Positive(report, "memory_bandwidth_gbs");
        JsonElement step = report.GetProperty("step");
        foreach (string name in (string[])["seconds", "gflops", "share_of_peak", "sentences_per_second", "tokens_per_second", "peak_rss_mb"])
            Positive(step, name);
        step.GetProperty("allocated_bytes").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        foreach (string part in (string[])["encode", "greedy", "beam"])
            Positive(report.GetProperty(part), "sentences_per_second");
    }

    [Fact]
    public void A_time_that_is_none_is_refused() =>
        CliRun.Of("bench", "--seconds", "NaN").Complaint().ShouldContain("seconds is NaN");

    private static void Positive(JsonElement element, string name) => element.GetProperty(name).GetDouble().ShouldBeGreaterThan(0, name);
}
