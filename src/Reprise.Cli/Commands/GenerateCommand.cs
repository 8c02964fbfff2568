using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints new sentences from codes sampled from the prior.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Option<int?> Count = Flags.Integer("--count", "Number of sentences (10)", "-n");
    private static readonly DecodingFlags Decoding = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "generate",
            "Prints new sentences, each decoded from a code sampled from the prior.",
            "reprise generate runs/a -n 10",
            "reprise generate runs/a -n 5 --temperature 0.8 --top-k 40 --seed 7 --json")
        {
            Body = Generate,
            Arguments = { Run },
            Options = { Count },
        };
        Decoding.AddTo(command);
        return command;
    }

    private static int Generate(Session session, ParseResult parse)
    {
        int count = parse.GetValue(Count) ?? 10;
        if (count < 1)
            throw new InputException($"-n {count}: expected 1 or more sentences");
        GenerateOptions defaults = new();
        GenerateOptions options = defaults with { Decoding = Decoding.Of(parse), Seed = session.Seed ?? defaults.Seed };
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        foreach (Hypothesis sentence in model.Generate(count, options, session.Interrupted))
        {
            if (session.Json)
                session.Object(new JsonObject { ["text"] = sentence.Text, ["logProbability"] = sentence.LogProbability });
            else
                session.Line(Format.Sentence(sentence.Text));
        }

        return ExitCode.Done;
    }
}
