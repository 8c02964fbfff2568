using System.Diagnostics;
using System.Globalization;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>Signals, in a process of their own.</summary>
public sealed class SignalTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private static readonly Dictionary<string, int> Numbers = new() { ["HUP"] = 1, ["INT"] = 2, ["TERM"] = 15 };

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_saves_and_ends_with_130_and_the_run_goes_on(string signal)
    {
        string run = world.PathOf("signal-" + signal);
        string[] arguments = ["train", world.Corpus, "--out", run, "--epochs", "1000000", "--report-every", "1", .. TinyWorld.TinySizes];
        using Child training = new(Heeding(signal, arguments));
        training.NextErrorLine().ShouldContain("AutoGen");
        training.NextErrorLine().ShouldMatch(@"^[\d,]+ steps of about [\d.]+ s: about \d"); // announced before it starts
        training.NextErrorLine().ShouldContain("step"); // it is at work
        Child.Run(new ProcessStartInfo("kill", [$"-{signal}", $"{training.Id}"])).Code.ShouldBe(0);
        (int code, _, string errors) = training.End();
        code.ShouldBe(130, errors);
        errors.ShouldContain("--resume");
        errors.ShouldContain("continue with: dotnet "); // as this process was started
        errors.ShouldContain("Reprise.Cli.dll train ");

        long step = CliRun.Of("info", run, "--json").Done().Objects()[0].GetProperty("step").GetInt64();
        step.ShouldBeGreaterThan(0);
        CliRun.Of("train", world.Corpus, "--out", run, "--resume", "--steps", $"{step + 1}", "--json").Done()
            .Objects()[0].GetProperty("step").GetInt64().ShouldBe(step + 1);
    }

    [Fact]
    public void A_reader_that_goes_away_is_no_error()
    {
        string[] arguments = ["generate", world.Run, "-n", "200", "--beam", "1", "--threads", "1"];
        using Child generating = new(new ProcessStartInfo(Dotnet.Program, [CliRun.CommandPath, .. arguments]), readsOutput: false);
        (int code, _, string errors) = generating.End();
        errors.ShouldBeEmpty();
        code.ShouldBe(0);
    }

    /// <summary>
    /// Starts the command so that it heeds the signal. Scripts start what they put in the background with Ctrl-C ignored, and nohup
    /// ignores the end of a terminal; programs that are started so leave it at that, and so do those that they start.
    /// </summary>
    internal static ProcessStartInfo Heeding(string signal, string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "there is no kill here");
        string[] command = [Dotnet.Program, CliRun.CommandPath, .. arguments];
        if (!IsIgnored(Numbers[signal]))
            return new ProcessStartInfo(command[0], command[1..]);
        string restored = $"--default-signal={signal}";
        bool canRestore = Child.Run(new ProcessStartInfo("env", [restored, "true"])).Code == 0;
        Assert.SkipUnless(canRestore, $"these tests were started with SIG{signal} ignored, and env cannot restore it here");
        return new ProcessStartInfo("env", [restored, .. command]);
    }

    private static bool IsIgnored(int signal)
    {
        const string status = "/proc/self/status", field = "SigIgn:";
        if (!File.Exists(status))
            return false; // not known; then the time of the child ends the test
        string ignored = File.ReadLines(status).First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..];
        return (ulong.Parse(ignored.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }
}
