using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Formats;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Writes the codes of sentences to a NumPy file.</summary>
internal static class EncodeCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string> File = new("FILE") { Description = "Sentences, one a line, or - for standard input" };
    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "File to write: float32 [lines, Z], the mean of the posterior of each line",
        HelpName = "z.npy",
        Required = true,
    };
    private static readonly Option<bool> AllowEmpty = TextInput.AllowEmpty("their rows are NaN");

    public static RepriseCommand Create() => new(
        "encode",
        "Writes the code of every sentence to a NumPy file.",
        "reprise encode runs/a sentences.txt --out z.npy",
        "zcat sentences.txt.gz | reprise encode runs/a - --out z.npy")
    {
        Body = Encode,
        Arguments = { Run, File },
        Options = { Out, AllowEmpty },
    };

    private static int Encode(Session session, ParseResult parse)
    {
        (string input, string path) = (parse.GetRequiredValue(File), parse.GetRequiredValue(Out));
        if (input != "-" && Resolve(input) == Resolve(path))
            throw new InputException($"--out {path}: is the input file; expected another file for the codes");
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        TextInput lines = TextInput.OfFile(session, model, parse.GetValue(AllowEmpty), input);
        IEnumerable<(TextLine Line, Code? Code)> rows = lines.Rows(texts => model.Encode(texts, session.Interrupted));
        int size = model.Config.Model.LatentSize;
        float[] none = [.. Enumerable.Repeat(float.NaN, size)];
        UnknownWords unknown = new(session);
        long count = 0;
        using (StatusLine status = StatusLine.OfSentences(session, "encoding"))
        {
            try
            {
                AtomicFile.Write(path, stream =>
                {
                    Npy npy = new(stream, size);
                    foreach ((_, Code? code) in rows)
                    {
                        npy.Write(code?.Mean ?? none);
                        if (code is not null)
                            unknown.Mark(code.Words, code.UnknownWords);
                        status.Report(++count);
                    }

                    npy.Finish();
                });
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{path}: cannot be written: {e.Message}", e);
            }
        }

        (long words, long unknownWords) = unknown.Total;
        if (session.Json)
        {
            session.Object(new JsonObject
            {
                ["path"] = path,
                ["rows"] = count,
                ["sentences"] = count - lines.Empty,
                ["dimensions"] = size,
                ["words"] = words,
                ["unknownWords"] = unknownWords,
                ["mostlyUnknown"] = unknown.MostlyUnknown,
            });
        }
        else
        {
            string share = $"{Format.Count(unknownWords)} of {Format.Count(words)} words unknown";
            session.Line($"{path}: {Format.Count(count)} codes of {size} numbers; {share}");
        }

        lines.TellEmpty("their rows are NaN");
        unknown.Tell();
        return ExitCode.Done;
    }

    private static string Resolve(string path)
    {
        try
        {
            return AtomicFile.Resolve(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be found: {e.Message}", e);
        }
    }
}
