using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints the reconstructions of sentences.</summary>
internal static class ReconstructCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string[]> Texts = new(Flags.Sentences)
    {
        Description = "Sentences, each an argument; without any, or for -, standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<int?> Samples = Flags.Integer("--samples", "Codes sampled from the posterior of each sentence (1)");
    private static readonly Option<bool> PosteriorMean =
        Flags.Switch("--posterior-mean", "Take the mean of the posterior instead of a sample");
    private static readonly Option<bool> Beams = Flags.Switch("--beams", "Print all hypotheses of the beam, not only the best");
    private static readonly Option<bool> AllowEmpty = TextInput.AllowEmpty("they have no reconstruction (null in JSON)");
    private static readonly DecodingFlags Decoding = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "reconstruct",
            "Encodes sentences and reconstructs them from their codes.",
            "reprise reconstruct runs/a \"gets the number of elements in the list\"",
            "reprise reconstruct runs/a - --posterior-mean --beam 15 --json < sentences.txt")
        {
            Body = Reconstruct,
            Arguments = { Run, Texts },
            Options = { Samples, PosteriorMean, Beams, AllowEmpty },
        };
        Decoding.AddTo(command);
        return command;
    }

    private static int Reconstruct(Session session, ParseResult parse)
    {
        if (parse.GetValue(PosteriorMean) && parse.GetValue(Samples) is not null)
            throw new InputException("--samples samples codes from the posterior, --posterior-mean takes its mean: choose one of the two");
        ReconstructOptions defaults = new();
        ReconstructOptions options = defaults with
        {
            Decoding = Decoding.Of(parse),
            PosteriorMean = parse.GetValue(PosteriorMean),
            Samples = parse.GetValue(Samples) ?? defaults.Samples,
            Seed = session.Seed ?? defaults.Seed,
        };
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        TextInput input = TextInput.OfArguments(session, model, parse.GetValue(AllowEmpty), parse.GetValue(Texts)!);
        UnknownWords unknown = new(session);
        Reconstruction?[] nothing = [null];
        IEnumerable<Reconstruction[]> Reconstruct(IEnumerable<string> texts) =>
            model.Reconstruct(texts, options, session.Interrupted).Chunk(options.Samples);
        foreach ((TextLine line, Reconstruction[]? samples) in input.Rows(Reconstruct))
        {
            string mark = samples is [{ } first, ..] ? unknown.Mark(first.Words, first.UnknownWords) : "";
            foreach (Reconstruction? result in samples ?? nothing)
            {
                if (session.Json)
                    session.Object(JsonOf(line, result, options.Samples > 1, parse.GetValue(Beams)));
                else
                    Show(session, result, mark, parse.GetValue(Beams));
            }
        }

        input.TellEmpty("they have no reconstruction");
        unknown.Tell();
        return ExitCode.Done;
    }

    private static JsonObject JsonOf(TextLine line, Reconstruction? result, bool withSample, bool withBeams)
    {
        JsonObject json = new()
        {
            ["index"] = line.Index,
            ["input"] = line.Text,
            ["output"] = result?.Output,
            ["logProbability"] = result?.LogProbability,
            ["nll"] = result?.Nll,
            ["kl"] = result?.Kl,
            ["words"] = result?.Words ?? 0,
            ["unknownWords"] = result?.UnknownWords ?? 0,
        };
        if (withSample)
            json["sample"] = result?.Sample;
        if (withBeams)
            json["beams"] = result is null ? null : new JsonArray([.. result.Beams.Select(BeamOf)]);
        return json;

        static JsonObject BeamOf(Hypothesis beam) => new() { ["text"] = beam.Text, ["logProbability"] = beam.LogProbability };
    }

    private static void Show(Session session, Reconstruction? result, string mark, bool withBeams)
    {
        if (result is not { Sample: > 0 })
            session.Paragraph("", (result?.Input ?? "(no words)") + mark);
        if (result is null)
            return;
        session.Paragraph("  -> ", Format.Sentence(result.Output));
        if (!withBeams)
            return;
        foreach (Hypothesis beam in result.Beams)
            session.Paragraph($"     {Format.Number(beam.LogProbability),8}  ", Format.Sentence(beam.Text));
    }
}
