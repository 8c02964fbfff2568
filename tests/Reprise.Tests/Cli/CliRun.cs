using System.Text;
using System.Text.Json;
using Reprise.Cli;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>What one command said and how it ended.</summary>
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
        (int code, string output, string errors) = Dotnet.End(Dotnet.Program, AppContext.BaseDirectory, environment, [CommandPath, .. arguments]);
        return new CliRun(code, output, errors);
    }

    /// <summary>As if somebody pressed Ctrl-C at once.</summary>
    public static CliRun Interrupted(params string[] arguments) => Start(arguments, "", new CancellationToken(canceled: true));

    /// <summary>Results and everything else go to terminals.</summary>
    public static CliRun OnTerminal(params string[] arguments) => OnTerminalOf(100, arguments);

    /// <summary>The same on a terminal of so many columns.</summary>
    public static CliRun OnTerminalOf(int columns, params string[] arguments) => Start(arguments, "", CancellationToken.None, columns);

    /// <summary>As if somebody pressed Ctrl-C when the first training begins.</summary>
    public static CliRun InterruptedAtTraining(params string[] arguments) => InterruptedAt("VAE: ", arguments);

    /// <summary>As if somebody pressed Ctrl-C when the command says a line that begins so.</summary>
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

    /// <summary>The one line of complaint, the last one, without the program's name; the run must have ended with code 2 and no result.</summary>
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
