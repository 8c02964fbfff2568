using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints the sentence of a sum of codes.</summary>
internal static class CombineCommand
{
    private const double MostStrength = 1000;

    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string[]> Terms = new(Flags.Sentences)
    {
        Description = "Sentences with + or - between them, each an argument of its own",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string[]> Mean = new("--mean")
    {
        Description = "Add the mean of the codes of a file's sentences, one a line",
        HelpName = "files",
        AllowMultipleArgumentsPerToken = true, // as a shell makes of a pattern; sentences stand before
    };
    private static readonly Option<string?> From = Flags.Text("--from", "Sentences without an attribute, one a line, for --to", "file");
    private static readonly Option<string?> To = Flags.Text(
        "--to", "Sentences with it: the way from the mean of the one file to the mean of the other is added", "file");
    private static readonly Option<double?> Strength = Flags.Number("--strength", "How far to go that way; less than 0 goes back (1)");
    private static readonly DecodingFlags Decoding = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "combine",
            "Adds and subtracts the codes of sentences, and says the result.",
            "reprise combine runs/a \"the old cat sees the dog.\" - \"the cat sees the dog.\" + \"the bird hears the fox.\"",
            "reprise combine runs/a --mean reviews.txt",
            "reprise combine runs/a \"the food was cold.\" --from bad.txt --to good.txt --strength 1.5")
        {
            Body = Combine,
            Arguments = { Run, Terms },
            Options = { Mean, From, To, Strength },
        };
        Decoding.AddTo(command);
        return command;
    }

    private static int Combine(Session session, ParseResult parse)
    {
        DecodingOptions decoding = Decoding.Of(parse);
        (string Text, double Weight)[] terms = [.. TermsOf(parse.GetValue(Terms) ?? [])];
        string[] means = parse.GetValue(Mean) ?? [];
        (string? from, string? to) = (parse.GetValue(From), parse.GetValue(To));
        if ((from is null) != (to is null))
            throw new InputException("--from and --to: expected both, or neither");
        if (from is null && parse.GetValue(Strength) is not null)
            throw new InputException("--strength: is of --from and --to, which are not there");
        double strength = parse.GetValue(Strength) ?? 1;
        if (!(Math.Abs(strength) <= MostStrength))
            throw new InputException(FormattableString.Invariant($"--strength {strength}: expected -{MostStrength} to {MostStrength}"));
        if (terms.Length + means.Length == 0)
            throw new InputException("nothing to combine: expected sentences with + or - between them, or --mean FILE");
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        CodeSum sum = new(model.Options.LatentSize);
        if (terms.Length > 0)
            sum.Add(model.Combine(terms, session.Interrupted), 1);
        foreach ((string text, _) in terms)
        {
            Code code = model.Encode(text, session.Interrupted);
            UnknownWords.Tell(session, $"\"{text}\"", code.Words, code.UnknownWords);
        }

        foreach (string path in means)
            sum.Add(MeanOf(session, model, path), 1);
        if (from is not null && to is not null)
        {
            sum.Add(MeanOf(session, model, to), strength);
            sum.Add(MeanOf(session, model, from), -strength);
        }

        float[] z = sum.ToArray();
        Hypothesis said = model.Decode([z], decoding, session.Seed ?? 1, session.Interrupted).Single()[0];
        if (session.Json)
        {
            session.Object(new JsonObject
            {
                ["text"] = said.Text,
                ["logProbability"] = said.LogProbability,
                ["z"] = new JsonArray([.. z.Select(x => (JsonNode)x)]),
            });
        }
        else
        {
            session.Line(Format.Sentence(said.Text));
        }

        return ExitCode.Done;
    }

    private static float[] MeanOf(Session session, SentenceModel model, string path)
    {
        TextInput input = TextInput.OfFile(session, model, allowEmpty: true, path);
        float[] mean;
        try
        {
            mean = model.MeanCode(input.Sentences(), session.Interrupted);
        }
        catch (InputException) when (input.Empty > 0 && input.Empty == input.Lines)
        {
            throw new InputException($"{path}: no line has words; expected sentences, one a line");
        }

        input.TellEmpty($"the mean of {path} is of the others");
        return mean;
    }

    /// <summary>The sentences and their signs. A sign that is an argument of its own stands between two sentences.</summary>
    private static IEnumerable<(string Text, double Weight)> TermsOf(string[] words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            bool isSign = words[i] is "+" or "-";
            if (isSign != (i % 2 == 1) || (isSign && i == words.Length - 1))
            {
                string found = i == words.Length - 1 && isSign ? $"\"{words[i]}\" at the end" : $"\"{words[i]}\" at place {i + 1}";
                throw new InputException($"{found}; expected a sentence, then + or - and a sentence, and so on");
            }

            if (!isSign)
                yield return (words[i], i > 0 && words[i - 1] == "-" ? -1 : 1);
        }
    }
}
