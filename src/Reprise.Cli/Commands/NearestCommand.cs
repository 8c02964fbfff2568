using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints the sentences whose codes are nearest to that of a sentence.</summary>
internal static class NearestCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string> Query = new("QUERY") { Description = "Sentence whose neighbours are searched" };
    private static readonly Option<string> In = new("--in")
    {
        Description = "Sentences to search, one a line, or - for standard input",
        HelpName = "file",
        Required = true,
    };
    private static readonly Option<int?> Count = Flags.Integer("--count", "Number of neighbours (10)", "-k");
    private static readonly Option<Distance?> By = Flags.Choice(
        "--distance", "Distance between codes (euclidean)", ("euclidean", Distance.Euclidean), ("cosine", Distance.Cosine));
    private static readonly Option<bool> AllowEmpty = TextInput.AllowEmpty("they are never neighbours");

    public static RepriseCommand Create() => new(
        "nearest",
        "Finds the sentences whose codes are nearest to the code of a sentence.",
        "reprise nearest runs/a \"gets the length of the stream\" --in sentences.txt -k 10")
    {
        Body = Nearest,
        Arguments = { Run, Query },
        Options = { In, Count, By, AllowEmpty },
    };

    private static int Nearest(Session session, ParseResult parse)
    {
        NearestOptions defaults = new();
        NearestOptions options = defaults with
        {
            Count = parse.GetValue(Count) ?? defaults.Count,
            Distance = parse.GetValue(By) ?? defaults.Distance,
        };
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        string query = parse.GetRequiredValue(Query);
        Code asked = model.Encode(query, session.Interrupted);
        TextInput input = TextInput.OfFile(session, model, parse.GetValue(AllowEmpty), parse.GetRequiredValue(In));
        IReadOnlyList<Neighbour> found;
        using (StatusLine status = StatusLine.OfSentences(session, "searching"))
        {
            long count = 0;
            IEnumerable<string> sentences = input.Sentences().Select(s =>
            {
                status.Report(++count);
                return s;
            });
            found = model.Nearest(query, sentences, options, session.Interrupted);
        }

        UnknownWords unknown = new(session);
        foreach (Neighbour neighbour in found)
        {
            string mark = unknown.Mark(neighbour.Words, neighbour.UnknownWords);
            if (session.Json)
                session.Object(JsonOf(neighbour, input.IndexOf(neighbour.Index), asked));
            else
                session.Paragraph($"{Format.Number(neighbour.Distance, 4),9}  ", neighbour.Text + mark);
        }

        input.TellEmpty("they are never neighbours");
        UnknownWords.Tell(session, "the query", asked.Words, asked.UnknownWords);
        unknown.Tell();
        return ExitCode.Done;
    }

    private static JsonObject JsonOf(Neighbour neighbour, long index, Code asked) => new()
    {
        ["index"] = index,
        ["text"] = neighbour.Text,
        ["distance"] = neighbour.Distance,
        ["words"] = neighbour.Words,
        ["unknownWords"] = neighbour.UnknownWords,
        ["queryWords"] = asked.Words,
        ["queryUnknownWords"] = asked.UnknownWords,
    };
}
