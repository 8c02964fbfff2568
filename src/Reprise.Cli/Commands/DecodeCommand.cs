using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints the sentence of each code of a file.</summary>
internal static class DecodeCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "Codes, a row each: NumPy (.npy), lines of JSON, or lines of numbers between commas; or - for standard input. "
            + "A row of NaN, which encode writes for a line without words, is refused",
    };
    private static readonly DecodingFlags Decoding = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "decode",
            "Turns codes into sentences, those that encode wrote or any others.",
            "reprise decode runs/a z.npy",
            "python3 means.py | reprise decode runs/a - --json")
        {
            Body = Decode,
            Arguments = { Run, File },
        };
        Decoding.AddTo(command);
        return command;
    }

    private static int Decode(Session session, ParseResult parse)
    {
        DecodingOptions options = Decoding.Of(parse);
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        model.NeedCodes("decode codes");
        (Stream stream, string name) = session.OpenOnce(parse.GetRequiredValue(File), "codes, a row each");
        IEnumerable<float[]> codes = CodeFile.Read(stream, name, model.Options.LatentSize, session.Note);
        foreach ((int row, IReadOnlyList<Hypothesis> beams) in model.Decode(codes, options, session.Seed ?? 1, session.Interrupted).Index())
        {
            if (session.Json)
                session.Object(new JsonObject { ["index"] = row, ["text"] = beams[0].Text, ["logProbability"] = beams[0].LogProbability });
            else
                session.Line(Format.Sentence(beams[0].Text));
        }

        return ExitCode.Done;
    }
}
