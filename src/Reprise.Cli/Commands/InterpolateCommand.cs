using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Prints the sentences between two sentences.</summary>
internal static class InterpolateCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string> From = new("A") { Description = "First sentence" };
    private static readonly Argument<string> To = new("B") { Description = "Last sentence" };
    private static readonly Option<int?> Steps = Flags.Integer("--steps", "Number of codes on the path, with both ends (10)");
    private static readonly Option<InterpolationPath?> Way = Flags.Choice(
        "--path",
        "Path between the codes: a straight line or an arc (linear)",
        ("linear", InterpolationPath.Linear),
        ("spherical", InterpolationPath.Spherical));
    private static readonly DecodingFlags Decoding = new();

    public static RepriseCommand Create()
    {
        RepriseCommand command = new(
            "interpolate",
            "Decodes the codes on the path from one sentence to another.",
            "reprise interpolate runs/a \"returns the value of the field\" \"removes all items from the list\" --steps 10",
            "reprise interpolate runs/a \"one sentence\" \"another sentence\" --path spherical --json")
        {
            Body = Interpolate,
            Arguments = { Run, From, To },
            Options = { Steps, Way },
        };
        Decoding.AddTo(command);
        return command;
    }

    private static int Interpolate(Session session, ParseResult parse)
    {
        InterpolateOptions defaults = new();
        InterpolateOptions options = defaults with
        {
            Steps = parse.GetValue(Steps) ?? defaults.Steps,
            Path = parse.GetValue(Way) ?? defaults.Path,
            Decoding = Decoding.Of(parse),
            Seed = session.Seed ?? defaults.Seed,
        };
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        (string from, string to) = (parse.GetRequiredValue(From), parse.GetRequiredValue(To));
        foreach (InterpolationStep step in model.Interpolate(from, to, options, session.Interrupted))
        {
            if (session.Json)
                session.Object(new JsonObject { ["step"] = step.Step, ["text"] = step.Text });
            else
                session.Paragraph($"{step.Step,4}  ", Format.Sentence(step.Text));
        }

        foreach ((string name, string text) in new[] { ("A", from), ("B", to) })
        {
            Code code = model.Encode(text, session.Interrupted);
            UnknownWords.Tell(session, name, code.Words, code.UnknownWords);
        }

        return ExitCode.Done;
    }
}
