namespace Reprise.Tests.Cli;

public sealed class HelpTests
{
    public static TheoryData<string> Commands =>
        [
            "demo", "prepare", "info", "train", "study", "survey", "evaluate", "score", "reconstruct", "generate", "interpolate", "encode",
            "nearest", "bench",
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_help_of_every_command_has_an_example(string command)
    {
        CliRun run = CliRun.Of(command, "--help").Done();
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain($"reprise {command}");
        run.Output[run.Output.IndexOf("Examples:", StringComparison.Ordinal)..].ShouldContain($"reprise {command}");
        foreach (string flag in (string[])["--json", "--seed", "--threads", "--device", "--quiet", "--verbose"])
            run.Output.ShouldContain(flag);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(59)]
    public void A_terminal_that_is_too_narrow_gets_the_help_of_the_least_width(int columns)
    {
        string help = CliRun.OnTerminalOf(columns, "prepare", "--help").Done().Output;
        help.ShouldBe(CliRun.OnTerminalOf(60, "prepare", "--help").Done().Output);
        help.ShouldContain("--min-words");
    }

    [Fact]
    public void Without_a_command_the_help_lists_them_all()
    {
        CliRun run = CliRun.Of().Done();
        foreach (string command in Commands.Select(row => row.Data))
            run.Output.ShouldContain($"  {command} ");
    }

    [Fact]
    public void The_help_has_defaults_and_the_meaning_of_minutes()
    {
        string evaluate = Words(CliRun.Of("evaluate", "--help").Done().Output);
        evaluate.ShouldContain("0 for neither (100)");
        evaluate.ShouldContain("Sentences of those estimates, chosen at random (100)");
        Words(CliRun.Of("train", "--help").Done().Output).ShouldContain("counted from the beginning of the run, with --resume too");

        static string Words(string text) => string.Join(' ', text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_version_is_that_of_the_program() =>
        CliRun.Of("--version").Done().Output.Trim().ShouldBe(typeof(Reprise.Cli.Application).Assembly.GetName().Version!.ToString(3));
}
