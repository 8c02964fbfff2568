using System.Text.RegularExpressions;

namespace Reprise.Tests.Cli;

/// <summary>The commands that commands print run as printed, on a small text and with a small model.</summary>
public sealed partial class PrintedCommandsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void The_command_printed_by_prepare_trains()
    {
        CliRun prepared = CliRun.Of("prepare", world.Text, "--format", "lines", "--out", world.PathOf("printed corpus")).Done();
        string[] train = [.. Printed(prepared.Error, "next: ").Select(word => word == "runs/a" ? world.PathOf("printed run") : word)];
        train.ShouldContain("--minutes");
        CliRun.Of([.. train, "--steps", "2", .. TinyWorld.TinySizes]).Done();
    }

    [Fact]
    public void The_command_printed_by_train_reconstructs()
    {
        CliRun trained = Train("printed reconstruct").Done();
        CliRun.WithInput("the old cat sees the fox\n", Printed(trained.Error, "next: ")).Done().Output.ShouldContain("->");
    }

    [Fact]
    public void The_command_printed_after_a_language_model_generates()
    {
        CliRun trained = Train("printed generate", "--objective", "language-model").Done();
        CliRun.Of(Printed(trained.Error, "next: ")).Done().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(10);
    }

    [Fact]
    public void The_command_printed_by_an_interrupted_training_continues_it()
    {
        string folder = world.PathOf("printed resume");
        CliRun stopped = CliRun.Interrupted(["train", world.Corpus, "--out", folder, "--steps", "3", .. TinyWorld.TinySizes]);
        CliRun.Of([.. Printed(stopped.Error, "continue with: "), "--json"]).Done()
            .Objects()[0].GetProperty("step").GetInt64().ShouldBe(3);
    }

    [Fact]
    public void The_command_printed_by_an_interrupted_study_continues_it()
    {
        string[] study = ["study", world.Corpus, "--out", world.PathOf("printed study"), "--steps", "2", "--runs", "vae", "--train-only"];
        CliRun stopped = CliRun.Interrupted([.. study, .. TinyWorld.TinySizes]);
        CliRun.Of([.. Printed(stopped.Error, "continue with: "), "--json"]).Done()
            .Objects()[0].GetProperty("runs")[0].GetProperty("finished").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void The_commands_printed_by_the_demo_run_with_its_own_options()
    {
        string text = world.PathOf("quotes.txt"), folder = world.PathOf("printed demo");
        File.WriteAllText(text, File.ReadAllText(world.Text).Replace("sees", "doesn't see").Replace("hears", "doesn't hear"));
        CliRun demo = CliRun.Of("demo", "--input", text, "--out", folder, "--steps", "1", "--m", "3", "--seed", "7", "--threads", "1")
            .Done();
        string[][] commands =
        [
            .. demo.Output.Split('\n').Where(line => line.StartsWith("  reprise ", StringComparison.Ordinal)).Select(Words),
        ];
        commands.Select(command => command[0]).ShouldBe(["reconstruct", "interpolate", "generate", "evaluate", "demo"]);
        foreach (string[] command in commands)
            CliRun.Of(command).Done();
        Directory.GetDirectories(folder).Length.ShouldBe(4); // the corpus and the same three runs
    }

    private CliRun Train(string name, params string[] options) =>
        CliRun.Of(["train", world.Corpus, "--out", world.PathOf(name), "--steps", "2", .. options, .. TinyWorld.TinySizes]);

    private static string[] Printed(string error, string after)
    {
        string line = error.Split('\n').Where(line => line.Contains(after, StringComparison.Ordinal)).ShouldHaveSingleItem();
        return Words(line[(line.IndexOf(after, StringComparison.Ordinal) + after.Length)..]);
    }

    /// <summary>The words of a command after the name of the program, as a shell splits them.</summary>
    private static string[] Words(string command) =>
    [
        .. Word().Matches(command.Split("    #")[0]).Skip(1).Select(word => Quotes().Replace(word.Value, quote => quote.Value switch
        {
            @"\'" => "'",
            _ => quote.Value[1..^1],
        })),
    ];

    [GeneratedRegex(@"(?:'[^']*'|""[^""]*""|\\'|[^\s'""\\])+")]
    private static partial Regex Word();

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\\'")]
    private static partial Regex Quotes();
}
