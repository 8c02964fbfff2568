using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Studies;

namespace Reprise.Cli.Commands;

/// <summary>Prints the runs of several studies in one table.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string[]> Studies = new("STUDIES")
    {
        Description = "Folders that `reprise study` wrote",
        Arity = ArgumentArity.OneOrMore,
    };

    public static RepriseCommand Create() => new(
        "compare",
        "Prints the runs of several studies in one table, in Markdown: means over the seeds ± their standard deviation.",
        "reprise compare trials/*",
        "reprise compare study --json")
    {
        Body = Compare,
        Arguments = { Studies },
    };

    private static int Compare(Session session, ParseResult parse)
    {
        StudyComparison comparison = new(parse.GetRequiredValue(Studies));
        if (session.Json)
        {
            foreach (JsonObject run in comparison.ToJson())
                session.Object(run);
        }
        else
        {
            foreach (string line in comparison.ToMarkdown().Split('\n'))
                session.Line(line);
        }

        return ExitCode.Done;
    }
}
