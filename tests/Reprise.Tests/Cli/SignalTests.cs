using System.Diagnostics;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>Signals, in a process of their own.</summary>
public sealed class SignalTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_saves_and_ends_with_130_and_the_run_goes_on(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "there is no kill here");
        string run = world.PathOf("signal-" + signal);
        using Process training = Start(["train", world.Corpus, "--out", run, "--epochs", "1000000", "--report-every", "1", .. TinyWorld.TinySizes]);
        training.StandardError.ReadLine().ShouldNotBeNull().ShouldContain("AutoGen");
        training.StandardError.ReadLine().ShouldNotBeNull().ShouldMatch(@"^[\d,]+ steps of about [\d.]+ s: about \d"); // announced before it starts
        training.StandardError.ReadLine().ShouldNotBeNull().ShouldContain("step"); // it is at work
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{training.Id}"]))
            kill.WaitForExit();
        string said = training.StandardError.ReadToEnd();
        training.WaitForExit(Patience).ShouldBeTrue();
        training.ExitCode.ShouldBe(130, said);
        said.ShouldContain("--resume");
        said.ShouldContain("continue with: dotnet "); // as this process was started
        said.ShouldContain("Reprise.Cli.dll train ");

        long step = CliRun.Of("info", run, "--json").Done().Objects()[0].GetProperty("step").GetInt64();
        step.ShouldBeGreaterThan(0);
        CliRun.Of("train", world.Corpus, "--out", run, "--resume", "--steps", $"{step + 1}", "--json").Done()
            .Objects()[0].GetProperty("step").GetInt64().ShouldBe(step + 1);
    }

    [Fact]
    public void A_reader_that_goes_away_is_no_error()
    {
        using Process generating = Start(["generate", world.Run, "-n", "200", "--beam", "1", "--threads", "1"]);
        generating.StandardOutput.Close();
        generating.StandardError.ReadToEnd().ShouldBeEmpty();
        generating.WaitForExit(Patience).ShouldBeTrue();
        generating.ExitCode.ShouldBe(0);
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(
        Dotnet.Program, [CliRun.CommandPath, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
