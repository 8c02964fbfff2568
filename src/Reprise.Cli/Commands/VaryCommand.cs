using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints other ways to say a sentence.</summary>
internal static class VaryCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string> Sentence = new("SENTENCE") { Description = "Sentence to say differently" };
    private static readonly Option<int?> Count = Flags.Integer("--count", "Number of different sentences (10)", "-n");
    private static readonly Option<double?> Spread = Flags.Number(
        "--spread", "Standard deviation of the codes around the sentence's own, of which the prior has 1 (0.3)");
    private static readonly Option<int?> Draws =
        Flags.Integer("--draws", "Codes drawn, of which the nearest are taken (20 for each sentence)");
    private static readonly DecodingFlags Decoding = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "vary",
            "Finds other ways to say a sentence in the codes around its own. Prints distance, log probability and sentence, nearest first.",
            "reprise vary runs/a \"the old cat sees the dog.\" -n 10")
        {
            Body = Vary,
            Arguments = { Run, Sentence },
            Options = { Count, Spread, Draws },
        };
        Decoding.AddTo(command);
        return command;
    }

    private static int Vary(Session session, ParseResult parse)
    {
        VaryOptions defaults = new();
        VaryOptions options = defaults with
        {
            Count = parse.GetValue(Count) ?? defaults.Count,
            Spread = parse.GetValue(Spread) ?? defaults.Spread,
            Draws = parse.GetValue(Draws),
            Decoding = Decoding.Of(parse),
            Seed = session.Seed ?? defaults.Seed,
        };
        options.Validate();
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        string sentence = parse.GetRequiredValue(Sentence);
        IReadOnlyList<Variation> found = model.Vary(sentence, options, session.Interrupted);
        foreach (Variation variation in found)
        {
            string numbers = $"{Format.Number(variation.Distance),6}  {Format.Number(variation.LogProbability),8}  ";
            if (session.Json)
                session.Object(JsonOf(variation));
            else
                session.Paragraph(numbers, Format.Sentence(variation.Text));
        }

        if (found.Count < options.Count)
        {
            string more = "a larger --spread or more --draws find others";
            string drawn = $"sentences found in {Format.Count(options.AllDraws)} codes";
            session.Note($"{Format.Count(found.Count)} of {Format.Count(options.Count)} {drawn}; {more}");
        }

        Code code = model.Encode(sentence, session.Interrupted);
        UnknownWords.Tell(session, "the sentence", code.Words, code.UnknownWords);
        return ExitCode.Done;
    }

    private static JsonObject JsonOf(Variation variation) => new()
    {
        ["text"] = variation.Text,
        ["distance"] = variation.Distance,
        ["logProbability"] = variation.LogProbability,
        ["z"] = new JsonArray([.. variation.Code.Select(x => (JsonNode)x)]),
    };
}
