using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli;
using Reprise.Cli.Rendering;
using Reprise.Tests.Training;
using Spectre.Console;

namespace Reprise.Tests.Cli;

/// <summary>Output on a terminal, and outputs that refuse to be written.</summary>
public sealed class TerminalTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private const string Clear = "\r\e[K";

    [Fact]
    public void A_status_line_is_drawn_again_in_its_place_and_leaves_nothing()
    {
        using StringWriter error = new();
        using (StatusLine status = Counting(SessionOn(error, isTerminal: true), seconds: 1))
        {
            status.Report(1, 4);
            status.Report(2, 4);
        }

        string[] drawn = error.ToString().Split(Clear);
        drawn.Length.ShouldBe(4);
        drawn[0].ShouldBeEmpty();
        drawn[1].ShouldContain(" 25 %  1 sheep");
        drawn[2].ShouldContain(" 50 %  2 sheep");
        drawn[2].ShouldContain("━━━━━━━━━━━━\e[90m────────────\e[0m");
        drawn[3].ShouldBeEmpty();
        error.ToString().ShouldNotContain('\n');
    }

    [Fact]
    public void Without_colours_the_bar_is_plain()
    {
        using StringWriter error = new();
        using StatusLine status = Counting(SessionOn(error, isTerminal: true, colours: false), seconds: 1);
        status.Report(2, 4);
        error.ToString().ShouldStartWith($"{Clear}counting ━━━━━━━━━━━━────────────  50 %");
    }

    [Fact]
    public void A_terminal_that_cannot_draw_a_line_again_gets_plain_lines()
    {
        using StringWriter error = new();
        using (StatusLine status = Counting(SessionOn(error, isTerminal: true, AnsiSupport.No), seconds: 12))
            status.Report(3, 12);
        error.ToString().ShouldBe("counting: 25 %  3 sheep  0.25 sheep/s  0:36 left" + Environment.NewLine);
    }

    [Fact]
    public void A_status_line_is_a_plain_line_now_and_then_where_there_is_no_terminal()
    {
        using StringWriter error = new();
        using (StatusLine status = Counting(SessionOn(error, isTerminal: false), seconds: 4))
        {
            for (int i = 1; i <= 5; i++)
                status.Report(i, 10); // at 4, 8, 12, 16 and 20 seconds
        }

        error.ToString().ShouldBe("counting: 30 %  3 sheep  0.25 sheep/s  0:28 left" + Environment.NewLine);
    }

    [Fact]
    public void Training_is_drawn_again_in_its_place_and_ends_on_a_line_of_its_own()
    {
        CliRun run = CliRun.OnTerminal(
            [
                "train", world.Corpus, "--out", world.PathOf("drawn"), "--steps", "3", "--report-every", "1", "--evaluate-every", "1",
                .. TinyWorld.TinySizes,
            ]).Done();
        foreach (string part in (string[])["train", "test", "kl so far", "tokens/s", "step 3 of 3", " 100 %"])
            run.Error.ShouldContain(part);
        run.Error.ShouldMatch(@"\x1b\[[0-9]+A"); // up again, to draw over what was there
        int shown = run.Error.LastIndexOf("\e[?25h", StringComparison.Ordinal); // the cursor is back
        shown.ShouldBeGreaterThan(run.Error.LastIndexOf("\e[?25l", StringComparison.Ordinal));
        run.Error[..shown].ShouldEndWith("\n");
        run.Error[shown..].ShouldContain("saved in");
        run.Output.ShouldContain("test: nll");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void A_narrow_terminal_shows_values_and_not_only_names(int columns)
    {
        string shown = CliRun.OnTerminalOf(columns, "info", world.Corpus).Done().Output;
        shown.ShouldContain("320 (320 distinct)");
        shown.ShouldBe(CliRun.OnTerminalOf(60, "info", world.Corpus).Done().Output);
    }

    [Fact]
    public void A_line_longer_than_a_row_of_the_terminal_is_not_redrawn()
    {
        CliRun run = CliRun.OnTerminalOf(
            59,
            ["train", world.Corpus, "--out", world.PathOf("narrow"), "--steps", "2", "--report-every", "1", .. TinyWorld.TinySizes]).Done();
        run.Error.ShouldNotContain('\e');
        run.Error.ShouldContain("step 2");
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("reconstruct")]
    [InlineData("interpolate")]
    public void A_word_of_a_model_cannot_command_the_terminal(string command)
    {
        string run = world.PathOf($"hostile-{command}");
        Directory.CreateDirectory(run);
        File.Copy(Path.Combine(world.Run, "model.safetensors"), Path.Combine(run, "model.safetensors"), overwrite: true);
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(world.Run, "config.json")))!.AsObject();
        config.Remove("vocabulary"); // the checksum of the words that are replaced
        File.WriteAllText(Path.Combine(run, "config.json"), config.ToJsonString());
        string[] words = File.ReadAllLines(Path.Combine(world.Run, "vocabulary.txt"));
        File.WriteAllText(
            Path.Combine(run, "vocabulary.txt"),
            string.Join('\n', words[..3].Concat(words[3..].Select((_, i) => $"\e]0;w{i}\u009b\u202e"))) + "\n");
        string[] arguments = command switch
        {
            "generate" => ["generate", run, "-n", "3", "--temperature", "1"],
            "reconstruct" => ["reconstruct", run, "the \e[31m cat", "--temperature", "1"],
            _ => ["interpolate", run, "the \e[31m cat", "a dog", "--temperature", "1"],
        };
        string output = CliRun.Of(arguments).Done().Output;
        output.ShouldContain("\ufffd]0;w");
        output.ShouldNotContain(c => (char.IsControl(c) && c != '\n' && c != '\r') || c == '\u202e');
    }

    [Fact]
    public void Neither_can_a_line_that_is_found_nor_the_name_of_a_folder()
    {
        string text = world.PathOf("escapes.txt");
        File.WriteAllLines(text, ["the old cat \e[2J sees \u202e the dog", "the quick fox hears the bird"]);
        Shown(CliRun.Of("nearest", world.Run, "the old cat", "--in", text));
        Shown(CliRun.Of("nearest", world.Run, "the old cat", "--in", text, "--json"));
        Shown(CliRun.Of("prepare", world.Text, "--out", world.PathOf("corpus \e[31m\u202e")));
        Shown(CliRun.Of("train", world.Corpus, "--out", world.PathOf("run \e[31m"), "--steps", "1", TinyWorld.TinySizes[0], "4"));

        static void Shown(CliRun run) =>
            (run.Done().Output + run.Error).ShouldNotContain(c => (char.IsControl(c) && c != '\n' && c != '\r') || c == '\u202e');
    }

    [Theory]
    [InlineData("runs/a", "runs/a")]
    [InlineData("my run", "'my run'")]
    [InlineData("$(touch x)", "'$(touch x)'")]
    [InlineData("`id`;*~!", "'`id`;*~!'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("--json", "./--json")]
    [InlineData("", "''")]
    public void A_command_that_is_shown_can_be_pasted(string path, string argument)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "its shells quote otherwise");
        Session.Argument(path).ShouldBe(argument);
    }

    [Fact]
    public void An_output_that_is_full_is_reported_in_one_line_and_ends_with_1()
    {
        using StringWriter error = new();
        Terminal terminal = new() { Output = new FullDevice(), Error = error, OpenInput = () => Stream.Null };
        Application.Run(["generate", world.Run, "-n", "1"], terminal, CancellationToken.None).ShouldBe(1);
        error.ToString().ShouldBe("reprise: No space left on device" + Environment.NewLine);
        Application.Run(["--help"], terminal, CancellationToken.None).ShouldBe(1);
    }

    [Fact]
    public void Without_any_output_the_exit_code_is_right()
    {
        Terminal terminal = new() { Output = new FullDevice(), Error = new FullDevice(), OpenInput = () => Stream.Null };
        Application.Run(["info", "nowhere"], terminal, CancellationToken.None).ShouldBe(1);
    }

    private static StatusLine Counting(Session session, int seconds) =>
        new(session, "counting", count => $"{count} sheep", new ManualClock(TimeSpan.FromSeconds(seconds)));

    internal static Session SessionOn(TextWriter error, bool isTerminal, AnsiSupport ansi = AnsiSupport.Yes, bool colours = true)
    {
        RootCommand root = new();
        GlobalOptions.AddTo(root);
        Terminal terminal = new()
        {
            Output = TextWriter.Null, Error = error, OpenInput = () => Stream.Null, ErrorIsTerminal = isTerminal, Ansi = ansi,
            Colours = colours,
        };
        return new Session(root.Parse([]), terminal, CancellationToken.None);
    }

    private sealed class FullDevice : StringWriter
    {
        public override void Flush() => throw new IOException("No space left on device");
    }
}
