using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary><c>reprise evaluate</c>: its numbers, their ceilings and errors, and the part that it measures on.</summary>
public sealed class EvaluateCommandTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void Evaluate_reports_the_fields_of_the_design()
    {
        CliRun run = CliRun.Of(
            "evaluate", world.Run, "--corpus", world.Corpus, "--importance-samples", "3", "--importance-sentences", "5", "--reconstruct",
            "5", "--json").Done();
        JsonElement report = run.Objects().ShouldHaveSingleItem();
        string[] names =
        [
            "sentences", "nll", "kl", "elbo", "klShare", "perplexity", "logLikelihood", "logLikelihoodStderr", "logLikelihoodRise",
            "logIntegralRise", "boundGap", "activeUnits", "mutualInformation", "mutualInformationStderr", "mutualInformationCeiling",
            "importancePerplexity", "importancePerplexityStderr", "part",
        ];
        names.ShouldBeSubsetOf(report.Names());
        report.GetProperty("elbo").GetDouble()
            .ShouldBe(-(report.GetProperty("nll").GetDouble() + report.GetProperty("kl").GetDouble()), 1e-9);
        report.GetProperty("wordAccuracy").GetDouble().ShouldBeInRange(0, 1);
    }

    [Fact]
    public void Evaluate_says_at_least_where_estimates_still_rise()
    {
        string run = world.PathOf("rising");
        CliRun.Of(
            ["train", world.Corpus, "--out", run, "--steps", "30", "--m", "20", "--rate", "0.02", .. TinyWorld.TinySizes]).Done();
        string[] evaluate = ["evaluate", run, "--importance-samples", "4", "--reconstruct", "0"];
        JsonElement json = CliRun.Of([.. evaluate, "--json"]).Done().Objects().ShouldHaveSingleItem();
        json.GetProperty("logLikelihoodRise").GetDouble().ShouldBeGreaterThan(0.01);
        string[] lines = CliRun.Of(evaluate).Done().Output.Split('\n');
        lines.ShouldContain(line => line.StartsWith("log p(x) ") && line.Contains(" at least -"));
        lines.ShouldContain(line => line.StartsWith("  risen by ") && line.Contains(" nats from half of the draws"));
        lines.ShouldContain(line => line.StartsWith("  above its bound by ") && line.Contains(" at least "));

        CliRun.Of("evaluate", world.Run, "--reconstruct", "0").Done().Output.ShouldNotContain("at least", Case.Sensitive, "idle code");
    }

    [Fact]
    public void Evaluate_names_its_part_its_ceiling_and_what_its_errors_are()
    {
        string vae = world.PathOf("vae");
        CliRun.Of(["train", world.Corpus, "--out", vae, "--steps", "3", "--objective", "vae", .. TinyWorld.TinySizes]).Done();
        string[] evaluate = ["evaluate", vae, "--importance-samples", "3", "--importance-sentences", "5", "--reconstruct", "0"];
        string output = CliRun.Of(evaluate).Done().Output;
        output.ShouldMatch(@"sentences +\d+ of the test part");
        output.ShouldMatch(@"mutual information +-?\d\.\d{3} ± \d\.\d{3} nats, low on average; ceiling log \d+ = \d\.\d\d");
        output.ShouldMatch(@"  importance-weighted +[\d.]+ ± [\d.]+ a token");
        output.ShouldMatch(@"± +standard errors over the sentences");
        output.ShouldMatch(@"  above the elbo by +");
        output.ShouldNotContain("∫"); // the integral of a VAE is p(x)
        CliRun.Of([evaluate[0], world.Run, .. evaluate[2..]]).Done().Output.ShouldContain("log ∫ p(x|z)^2 p(z) dz");

        CliRun.Of([.. evaluate, "--part", "train"]).Done().Output.ShouldMatch(@"sentences +\d+ of the train part");
        CliRun.Of([.. evaluate, "--part", "validation"]).Complaint().ShouldContain("the corpus has no validation part");
        CliRun.Of([.. evaluate, "--validation"]).Complaint().ShouldContain("the corpus has no validation part");
        CliRun.Of([.. evaluate, "--part", "train", "--validation"]).Complaint()
            .ShouldContain("--part train and --validation name two parts");
        CliRun.Of([.. evaluate, "--part", "dev"]).Complaint().ShouldContain("--part dev: expected test, validation, train");
        CliRun.Of([.. evaluate, "--information-sentences", "0"]).Done().Output.ShouldNotContain("mutual");
    }

    [Fact]
    public void Evaluate_has_nll_by_position()
    {
        string[] evaluate = ["evaluate", world.Run, "--importance-samples", "0", "--reconstruct", "0", "--position-draws", "2"];
        JsonElement json = CliRun.Of([.. evaluate, "--position-sentences", "30", "--json"]).Done().Objects()[0];
        JsonElement[] positions = [.. json.GetProperty("positions").EnumerateArray()];
        positions.Select(at => at.GetProperty("position").GetString()).ShouldBe(["1", "2", "3", "4", "5-8", "9-16", "EOS"]);
        positions[0].Names().ShouldBe(["position", "tokens", "nll", "nllWithoutCode", "gain", "gainStderr"]);
        positions[0].GetProperty("tokens").GetInt64().ShouldBe(30);
        CliRun.Of(evaluate).Done().Output.ShouldMatch(@"\n +9-16 +\d+ +\d\.\d\d +\d\.\d\d +-?\d\.\d\d ± \d\.\d\d");
        CliRun.Of([.. evaluate, "--position-sentences", "0"]).Done().Output.ShouldNotContain("position");
    }

    [Fact]
    public void Evaluate_finds_the_corpus_near_the_run() =>
        CliRun.Of("evaluate", world.Run, "--importance-samples", "0", "--reconstruct", "0").Done().Output.ShouldContain("kl share");
}
