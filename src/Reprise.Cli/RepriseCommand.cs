using System.CommandLine;

namespace Reprise.Cli;

/// <summary>A command with examples in its help, whose action runs in a <see cref="Session"/>.</summary>
internal sealed class RepriseCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Runs the command and returns its <see cref="ExitCode"/>.</summary>
    public required Func<Session, ParseResult, int> Body { get; init; }
}
