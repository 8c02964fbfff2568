using System.Diagnostics;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>Commands that wait for standard input, in processes of their own.</summary>
public sealed class WaitingTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<string, string> Waiting => new MatrixTheoryData<string, string>(
        ["score RUN -", "reconstruct RUN", "encode RUN - --out z.npy", "nearest RUN cat --in -", "prepare - --out waiting"],
        ["INT", "TERM", "HUP"]);

    [Theory, MemberData(nameof(Waiting))]
    public async Task The_first_signal_ends_a_command_that_waits_for_input(string command, string signal)
    {
        string folder = Directory.CreateDirectory(world.PathOf($"waiting-{Guid.NewGuid():N}")).FullName;
        ProcessStartInfo start = SignalTests.Heeding(signal, Arguments(command));
        (start.WorkingDirectory, start.RedirectStandardInput) = (folder, true);
        using Child child = new(start);
        byte[] more = new byte[1 << 18]; // than a pipe holds: once it is written, the command has begun to read
        Array.Fill(more, (byte)' ');
        Task written = child.Input.WriteAsync(more, TestContext.Current.CancellationToken).AsTask();
        await written.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Child.Run(new ProcessStartInfo("kill", [$"-{signal}", $"{child.Id}"])).Code.ShouldBe(0);
        (int code, string output, string errors) = child.End();
        code.ShouldBe(130, errors);
        (output + errors).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("score RUN -")]
    [InlineData("reconstruct RUN")]
    [InlineData("encode RUN - --out z.npy")]
    [InlineData("nearest RUN cat --in -")]
    [InlineData("prepare - --out waiting")]
    public void A_closed_input_is_reported_in_one_line(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh here");
        string[] shell = ["-c", "exec \"$0\" \"$@\" <&-", Dotnet.Program, CliRun.CommandPath];
        (int code, string output, string errors) = Child.Run(new ProcessStartInfo("sh", [.. shell, .. Arguments(command)]));
        code.ShouldBe(2, errors);
        output.ShouldBeEmpty();
        errors.Trim().ShouldBe("reprise: standard input is closed; give text there, or the name of a file");
    }

    private string[] Arguments(string command) => [.. command.Split(' ').Select(argument => argument == "RUN" ? world.Run : argument)];
}
