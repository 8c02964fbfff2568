using System.Diagnostics;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>Standard streams that are closed or take nothing, in a process of its own.</summary>
public sealed class ClosedStreamTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private const string NoOutput =
        "reprise: standard output is closed, so the result cannot be written; open it, or redirect it to /dev/null";

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public void Without_standard_error_commands_do_their_work_and_end_as_they_would(string redirection)
    {
        Assert.SkipWhen(redirection.Contains("/dev/full") && !OperatingSystem.IsLinux(), "there is no /dev/full here");
        string run = world.PathOf($"silent-{redirection.Length}");
        string[] training = ["train", world.Corpus, "--out", run, "--steps", "2", "--report-every", "1", .. TinyWorld.TinySizes];
        CliRun trained = Shell(redirection, training).Done();
        trained.Output.ShouldContain("steps");
        CliRun.Of("info", run, "--json").Done().Objects()[0].GetProperty("step").GetInt64().ShouldBe(2);
        Shell(redirection, "info", world.PathOf("nowhere")).Code.ShouldBe(2);
    }

    [Fact]
    public void A_closed_output_is_reported_in_one_line_after_the_work()
    {
        CliRun prepared = Shell(">&-", "prepare", world.Text, "--format", "lines", "--out", world.PathOf("made"), "--quiet");
        prepared.Code.ShouldBe(1);
        prepared.Error.TrimEnd().ShouldBe(NoOutput);
        CliRun.Of("info", world.PathOf("made")).Done();
    }

    [Fact]
    public void A_closed_output_is_a_failure_even_without_standard_error() =>
        Shell("<&- >&- 2>&-", "info", world.Corpus).Code.ShouldBe(1);

    [Fact]
    public void A_closed_output_is_nothing_to_a_command_that_has_no_result_to_give()
    {
        CliRun refused = Shell(">&-", "info", world.PathOf("nowhere"));
        refused.Code.ShouldBe(2);
        refused.Error.ShouldContain("no such folder");
    }

    private static CliRun Shell(string redirection, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh here");
        (int code, string output, string errors) = Child.Run(
            new ProcessStartInfo("sh", ["-c", $"exec \"$0\" \"$@\" {redirection}", Dotnet.Program, CliRun.CommandPath, .. arguments]));
        return new CliRun(code, output, errors);
    }
}
