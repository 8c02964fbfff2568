using System.Text.RegularExpressions;
using Reprise.Tests.House;

namespace Reprise.Tests.Cli;

/// <summary>The commands of the README run as they stand there, on a small text and with a small model.</summary>
public sealed partial class ReadmeCommandsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void Every_command_of_the_readme_runs()
    {
        string[][] commands = [.. Commands()];
        commands.Length.ShouldBeGreaterThan(10);
        foreach (string[] command in commands)
            CliRun.Of([.. command.Select(InTheWorld), .. Smaller(command)]).Done();
    }

    private static IEnumerable<string[]> Commands() =>
        from line in Block().Match(Repository.Read("README.md")).Groups[1].Value.Split('\n')
        let command = line.Split('#')[0].Trim()
        where command.StartsWith("reprise ", StringComparison.Ordinal)
        select Word().Matches(command).Skip(1).Select(word => word.Value.Trim('"')).ToArray();

    // Paths of the README stand for paths in a folder of the test's own; its minutes are over after the steps below.
    private string InTheWorld(string word) => word switch
    {
        "my-text.txt" => world.Text,
        "corpus" or "runs/a" or "models/a" or "studies/a" or "z.npy" => world.PathOf($"readme/{word}"),
        _ => word,
    };

    private static string[] Smaller(string[] command) => command switch
    {
        ["train", .. var rest] when rest.Contains("--resume") => ["--steps", "9"],
        ["train", ..] => ["--steps", "6", .. TinyWorld.TinySizes],
        ["study", ..] => ["--steps", "3", "--judge", "10", .. TinyWorld.TinySizes],
        ["bench", ..] => ["--seconds", "0.01", "--threads", "1"],
        _ => [],
    };

    [GeneratedRegex(@"<!-- commands: your text -->\s*\n```\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
