using System.Text;
using System.Text.Json;
using Reprise.Cli;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>The output and exit code of one command.</summary>
internal sealed record CliRun(int Code, string Output, string Error)
{
    /// <summary>The command as a program for dotnet.</summary>
    public static string CommandPath { get; } = Path.Combine(AppContext.BaseDirectory, "Reprise.Cli.dll");

    /// <summary>Runs a command in this process, without a terminal.</summary>
    public static CliRun Of(params string[] arguments) => Start(arguments, "", CancellationToken.None);

    public static CliRun WithInput(string input, params string[] arguments) => Start(arguments, input, CancellationToken.None);

    /// <summary>Runs a command in a process of its own, with some variables of its environment set.</summary>
    public static CliRun OfProcess(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        (int code, string output, string errors) = Dotnet.End(
            Dotnet.Program, AppContext.BaseDirectory, environment, [CommandPath, .. arguments]);
        return new CliRun(code, output, errors);
    }

    /// <summary>Runs a command that is interrupted at once.</summary>
    public static CliRun Interrupted(params string[] arguments) => Start(arguments, "", new CancellationToken(canceled: true));

    /// <summary>Runs a command on a terminal.</summary>
    public static CliRun OnTerminal(params string[] arguments) => OnTerminalOf(100, arguments);

    /// <summary>Runs a command on a terminal of this many columns.</summary>
    public static CliRun OnTerminalOf(int columns, params string[] arguments) => Start(arguments, "", CancellationToken.None, columns);

    /// <summary>Runs a demo that is interrupted when its first training begins.</summary>
    public static CliRun InterruptedAtTraining(params string[] arguments) => InterruptedAt("VAE: ", arguments);

    /// <summary>Runs a command that is interrupted when it prints a line that begins with <paramref name="awaited"/>.</summary>
    public static CliRun InterruptedAt(string awaited, params string[] arguments)
    {
        using CancellationTokenSource interruption = new();
        using StringWriter output = new();
        using Watcher error = new(awaited, interruption);
        Terminal terminal = new() { Output = output, Error = error, OpenInput = () => Stream.Null };
        int code = Application.Run(arguments, terminal, interruption.Token);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    private static CliRun Start(string[] arguments, string input, CancellationToken interrupted, int columns = 0)
    {
        using StringWriter output = new(), error = new();
        Terminal terminal = new()
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            OutputIsTerminal = columns > 0,
            ErrorIsTerminal = columns > 0,
            WindowWidth = columns > 0 ? columns : 100,
            Ansi = Spectre.Console.AnsiSupport.Yes,
        };
        int code = Application.Run(arguments, terminal, interrupted);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    private sealed class Watcher(string awaited, CancellationTokenSource interruption) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith(awaited, StringComparison.Ordinal))
                interruption.Cancel();
        }
    }

    /// <summary>The same run, which must have ended well.</summary>
    public CliRun Done()
    {
        Code.ShouldBe(0, Error);
        return this;
    }

    /// <summary>The lines of the output as JSON objects.</summary>
    public IReadOnlyList<JsonElement> Objects() =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The one error message, without the name of the program. The run must have ended with code 2 and no result.</summary>
    public string Complaint()
    {
        Code.ShouldBe(2, Error);
        Output.ShouldBeEmpty();
        string[] lines = Error.TrimEnd().Split('\n');
        lines.Count(line => line.StartsWith("reprise: ", StringComparison.Ordinal)).ShouldBe(1, Error);
        lines[^1].ShouldStartWith("reprise: ");
        return lines[^1]["reprise: ".Length..];
    }
}

internal static class JsonNames
{
    public static IEnumerable<string> Names(this JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
