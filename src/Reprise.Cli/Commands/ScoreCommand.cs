using System.CommandLine;
using Reprise.Cli.Rendering;
using Reprise.Inference;

namespace Reprise.Cli.Commands;

/// <summary>Sentences in, the parts of their ELBO out.</summary>
internal static class ScoreCommand
{
    private static readonly Argument<string> Run = Flags.Run();
    private static readonly Argument<string> File = new("FILE") { Description = "Sentences, one a line, or - for standard input", DefaultValueFactory = _ => "-" };
    private static readonly Option<bool> PosteriorMean = Flags.Switch("--posterior-mean", "Take the mean of the posterior instead of a draw from it");

    public static RepriseCommand Create() => new(
        "score",
        "Says how probable sentences are to a model: nll, kl, elbo in nats, and words.",
        "reprise score runs/a sentences.txt",
        "head -100 sentences.txt | reprise score runs/a --json --posterior-mean")
    {
        Body = Score,
        Arguments = { Run, File },
        Options = { PosteriorMean },
    };

    private static int Score(Session session, ParseResult parse)
    {
        using SentenceModel model = Engine.Model(session, parse.GetRequiredValue(Run));
        ScoreOptions defaults = new();
        ScoreOptions options = defaults with { PosteriorMean = parse.GetValue(PosteriorMean), Seed = session.Seed ?? defaults.Seed };
        bool isFirst = true;
        foreach (SentenceScore score in model.Score(TextInput.OfFile(session, parse.GetValue(File)!), options))
        {
            if (session.Json)
            {
                session.Object(new { score.Nll, score.Kl, score.Elbo, score.Words });
                continue;
            }

            if (isFirst)
                session.Line($"{"nll",10} {"kl",9} {"elbo",10} {"words",6}");
            isFirst = false;
            session.Line($"{Format.Number(score.Nll, 3),10} {Format.Number(score.Kl, 3),9} {Format.Number(score.Elbo, 3),10} {score.Words,6}");
        }

        return ExitCode.Done;
    }
}
