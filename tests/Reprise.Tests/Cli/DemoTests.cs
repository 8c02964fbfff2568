using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary>The demo on a small text of the user's choice, a few steps each.</summary>
public sealed class DemoTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void The_demo_tells_the_whole_story_and_goes_on_where_it_was()
    {
        string folder = world.PathOf("demo");
        string[] demo = ["demo", "--input", world.Text, "--out", folder, "--threads", "1"];
        CliRun told = CliRun.Of([.. demo, "--steps", "2"]).Done();
        foreach (string part in (string[])["Said again", "Out of nothing", "In between", "Measured", "word accuracy", "VAE", "m = 1", "m = 4", "reprise reconstruct", "reprise evaluate"])
            told.Output.ShouldContain(part);
        told.Output.ShouldNotContain("<unk>");
        told.Output.Split('\n').Where(line => !line.StartsWith("  reprise", StringComparison.Ordinal)).ShouldAllBe(line => line.Length <= 100);

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
        stopped.Error.ShouldContain("goes on from here");
    }
}
