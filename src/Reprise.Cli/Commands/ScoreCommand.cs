using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints the parts of the ELBO of sentences.</summary>
internal static class ScoreCommand
{
    private static readonly string NoNumbers = $"{"-",10} {"-",9} {"-",10} {0,6} {0,7}";
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string?> File = new("FILE")
    {
        Description = "Sentences, one a line; without it, or for -, standard input",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<bool> PosteriorMean =
        Flags.Switch("--posterior-mean", "Take the mean of the posterior instead of a sample");
    private static readonly Option<bool> AllowEmpty = TextInput.AllowEmpty("their rows have no numbers (-, null in JSON)");

    public static RepriseCommand Create() => new(
        "score",
        "Scores sentences, a row for each line: nll, kl and elbo in nats, words and unknown words.",
        "reprise score runs/a sentences.txt",
        "head -100 sentences.txt | reprise score runs/a --json --posterior-mean")
    {
        Body = Score,
        Arguments = { Run, File },
        Options = { PosteriorMean, AllowEmpty },
    };

    private static int Score(Session session, ParseResult parse)
    {
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        ScoreOptions defaults = new();
        ScoreOptions options = defaults with { PosteriorMean = parse.GetValue(PosteriorMean), Seed = session.Seed ?? defaults.Seed };
        TextInput input = TextInput.OfFile(session, model, parse.GetValue(AllowEmpty), parse.GetValue(File) ?? "-");
        UnknownWords unknown = new(session);
        foreach ((TextLine line, SentenceScore? score) in input.Rows(texts => model.Score(texts, options, session.Interrupted)))
        {
            string mark = score is null ? "" : unknown.Mark(score.Words, score.UnknownWords);
            if (session.Json)
                session.Object(JsonOf(line, score));
            else
                Show(session, line.Index == 0, score, mark);
        }

        input.TellEmpty("their rows have no numbers");
        unknown.Tell();
        return ExitCode.Done;
    }

    private static JsonObject JsonOf(TextLine line, SentenceScore? score) => new()
    {
        ["index"] = line.Index,
        ["text"] = line.Text,
        ["nll"] = score?.Nll,
        ["kl"] = score?.Kl,
        ["elbo"] = score?.Elbo,
        ["words"] = score?.Words ?? 0,
        ["unknownWords"] = score?.UnknownWords ?? 0,
    };

    private static void Show(Session session, bool isFirst, SentenceScore? score, string mark)
    {
        if (isFirst)
            session.Line($"{"nll",10} {"kl",9} {"elbo",10} {"words",6} {"unknown",7}");
        session.Line(score is null
            ? NoNumbers
            : $"{Nats(score.Nll),10} {Nats(score.Kl),9} {Nats(score.Elbo),10} {score.Words,6} {score.UnknownWords,7}{mark}");
    }

    private static string Nats(double number) => Format.Number(number, 3);
}
