using System.Text;
using System.Text.Json;
using Reprise.Cli;

namespace Reprise.Tests.Cli;

/// <summary>What one command said and how it ended.</summary>
internal sealed record CliRun(int Code, string Output, string Error)
{
    /// <summary>Runs a command in this process, without a terminal.</summary>
    public static CliRun Of(params string[] arguments) => Start(arguments, "", CancellationToken.None);

    public static CliRun WithInput(string input, params string[] arguments) => Start(arguments, input, CancellationToken.None);

    /// <summary>As if somebody pressed Ctrl-C at once.</summary>
    public static CliRun Interrupted(params string[] arguments) => Start(arguments, "", new CancellationToken(canceled: true));

    private static CliRun Start(string[] arguments, string input, CancellationToken interrupted)
    {
        using StringWriter output = new(), error = new();
        Terminal terminal = new()
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
        };
        int code = Application.Run(arguments, terminal, interrupted);
        return new CliRun(code, output.ToString(), error.ToString());
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
