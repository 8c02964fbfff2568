using System.Text.Json;
using Reprise.Cli.Demo;

namespace Reprise.Tests.Cli;

/// <summary>The demo on a small text of the user's choice, a few steps each.</summary>
public sealed class DemoTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void The_demo_prints_every_part_and_continues()
    {
        string folder = world.PathOf("demo");
        string[] demo = ["demo", "--input", world.Text, "--out", folder, "--threads", "1"];
        CliRun run = CliRun.Of([.. demo, "--steps", "2"]).Done();
        string[] headings = ["Reconstructions", "Samples from the prior", "Interpolation", "Metrics", "Next"];
        foreach (string part
            in (string[])[.. headings, "word accuracy", "VAE", "m = 1", "m = 4", "reprise reconstruct", "reprise evaluate"])
            run.Output.ShouldContain(part);
        run.Output.ShouldNotContain("<unk>");
        run.Output.Split('\n').Where(line => !line.StartsWith("  reprise", StringComparison.Ordinal))
            .ShouldAllBe(line => line.Length <= 100);

        JsonElement again = CliRun.Of([.. demo, "--steps", "3", "--json"]).Done().Objects().ShouldHaveSingleItem();
        JsonElement[] models = [.. again.GetProperty("models").EnumerateArray()];
        models.Select(model => model.GetProperty("m").GetDouble()).ShouldBe([0, 1, 4]);
        models.ShouldAllBe(model => model.GetProperty("steps").GetInt64() == 3);
        models.ShouldAllBe(model => model.GetProperty("reconstructions").GetArrayLength() == 8);
        again.GetProperty("interpolation").GetArrayLength().ShouldBe(10);
    }

    [Fact]
    public void An_interrupted_demo_ends_with_130()
    {
        string folder = world.PathOf("demo-interrupted");
        CliRun.Of(["demo", "--input", world.Text, "--out", folder, "--steps", "1"]).Done();
        CliRun stopped = CliRun.Interrupted("demo", "--out", folder, "--steps", "2");
        stopped.Code.ShouldBe(130);
        stopped.Error.ShouldContain("continue with the same command");
    }

    [Fact]
    public void A_demo_is_ended_by_a_time_or_by_steps() =>
        CliRun.Of("demo", "--out", world.PathOf("demo-of-both"), "--minutes", "5", "--steps", "100").Complaint()
            .ShouldBe("--minutes and --steps: choose one of the two");

    [Fact]
    public void Other_text_than_that_of_the_demo_that_is_there_is_refused()
    {
        string folder = world.PathOf("demo-of-other-text"), other = world.OtherText();
        CliRun.Of("demo", "--input", world.Text, "--out", folder, "--steps", "1").Done();
        string complaint = CliRun.Of("demo", "--input", other, "--out", folder, "--steps", "2").Complaint();
        complaint.ShouldContain("--overwrite");
        complaint.ShouldContain("--out");
        CliRun.WithInput("text", "demo", "--input", "-", "--out", folder, "--steps", "2").Complaint().ShouldContain("other text");
        CliRun.Of("demo", "--input", other, "--out", folder, "--steps", "1", "--overwrite").Done().Output.ShouldContain("ship");
        CliRun.Of("demo", "--input", other, "--out", folder, "--steps", "2", "--json").Done()
            .Objects()[0].GetProperty("models")[0].GetProperty("steps").GetInt64().ShouldBe(2);
    }

    [Fact]
    public void A_demo_that_begins_anew_deletes_the_old_one_only_when_its_text_is_ready()
    {
        string folder = world.PathOf("demo-overwritten");
        string[] Names() =>
            [
                .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
                    .Order(StringComparer.Ordinal),
            ];
        CliRun.Of("demo", "--input", world.Text, "--out", folder, "--steps", "1", "--m", "8").Done();
        string[] before = Names();
        CliRun.Of("demo", "--input", "nowhere.txt", "--out", folder, "--steps", "1", "--overwrite").Complaint()
            .ShouldContain("nowhere.txt");
        Names().ShouldBe(before);

        DemoPlan plan = PlanOf(folder) with { Inputs = [world.OtherText()], Overwrite = true };
        using (DemoCorpus.Open(TerminalTests.SessionOn(TextWriter.Null, isTerminal: false), plan))
            Directory.GetDirectories(folder).ShouldBe([plan.CorpusFolder]); // as if stopped here: no run of the old text is left
        CliRun.Of("demo", "--out", folder, "--steps", "1").Done();
    }

    [Fact]
    public void An_interrupted_demo_that_begins_anew_prints_how_it_is_continued()
    {
        string folder = world.PathOf("demo-interrupted-anew");
        CliRun stopped = CliRun.InterruptedAtTraining("demo", "--input", world.Text, "--out", folder, "--steps", "2", "--overwrite");
        stopped.Code.ShouldBe(130);
        stopped.Error.ShouldContain("continue with the same command without --overwrite");
    }

    [Fact]
    public void A_place_that_cannot_be_used_is_named()
    {
        string folder = world.PathOf("demo-blocked");
        Directory.CreateDirectory(Path.Combine(folder, "inputs.txt"));
        CliRun.Of("demo", "--input", world.Text, "--out", folder, "--steps", "1").Complaint().ShouldContain("inputs.txt");
        CliRun.Of("demo", "--input", world.Text, "--out", folder, "--steps", "1", "--overwrite").Complaint()
            .ShouldStartWith($"{folder}: the demo's folder cannot be used: ");
    }

    [Fact]
    public void Without_documentation_on_the_machine_the_demo_asks_for_text()
    {
        string folder = world.PathOf("demo-without-text");
        DemoPlan plan = PlanOf(folder) with { FindDocumentation = () => [] };
        Should.Throw<InputException>(() => DemoCorpus.Open(TerminalTests.SessionOn(TextWriter.Null, isTerminal: false), plan))
            .Message.ShouldContain("reprise demo --input FILE.txt");
        Directory.Exists(folder).ShouldBeFalse();
    }

    private static DemoPlan PlanOf(string folder) => new()
    {
        Folder = folder,
        Inputs = [],
        Seed = 1,
        Minutes = null,
        Steps = 1,
        LargerM = DemoPlan.DefaultLargerM,
        Overwrite = false,
    };
}
