using System.CommandLine;
using Reprise.Cli.Demo;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>Trains three models on the same text and compares them.</summary>
internal static class DemoCommand
{
    private static readonly Option<string[]> Input = new("--input")
    {
        Description = "Text to train on (the documentation of the .NET SDK)",
        HelpName = "files",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Out = Flags.Text("--out", "Folder of the demo (reprise-demo)", "folder", "-o");
    private static readonly Option<double?> Minutes = Flags.Number("--minutes", "Minutes of training of each of the three models (2)");
    private static readonly Option<long?> Steps = Flags.Long(
        "--steps", "Steps of training of each of the three models, instead of --minutes");

    private static readonly Option<double?> LargerM = Flags.Number("--m", "m of the third model (4)");
    private static readonly Option<bool> Overwrite = Flags.Switch("--overwrite", "Replace the demo in the folder");

    public static RepriseCommand Create() => new(
        "demo",
        "Trains a VAE and two AutoGen models on text of this machine, and prints reconstructions and samples of each.",
        "reprise demo",
        "reprise demo --minutes 10",
        "reprise demo --input books/*.txt --out my-demo")
    {
        Body = Run,
        Options = { Input, Out, Minutes, Steps, LargerM, Overwrite },
    };

    private static int Run(Session session, ParseResult parse)
    {
        if (parse.GetValue(Minutes) is not null && parse.GetValue(Steps) is not null)
            throw new InputException("--minutes and --steps: choose one of the two");
        DemoPlan plan = new()
        {
            Folder = parse.GetValue(Out) ?? "reprise-demo",
            Inputs = parse.GetValue(Input) ?? [],
            Seed = session.Seed ?? DemoPlan.DefaultSeed,
            Minutes = parse.GetValue(Steps) is null ? parse.GetValue(Minutes) ?? 2 : null,
            Steps = parse.GetValue(Steps),
            LargerM = parse.GetValue(LargerM) ?? DemoPlan.DefaultLargerM,
            Overwrite = parse.GetValue(Overwrite),
        };
        plan.Validate();
        using Corpus corpus = DemoCorpus.Open(session, plan);
        IReadOnlyList<string> sentences = DemoCorpus.HeldOut(corpus, DemoPlan.SentencesShown);
        List<DemoModel> models = [];
        foreach (Objective objective in plan.Objectives())
        {
            if (DemoModel.Make(session, plan, corpus, objective, sentences) is not { } model)
            {
                string same = plan.Overwrite ? "the same command without --overwrite" : "the same command";
                session.Note($"interrupted; all work is saved; continue with {same}");
                return ExitCode.Interrupted;
            }

            models.Add(model);
        }

        DemoReport report = DemoReport.Of(session, plan, sentences, models);
        if (session.Json)
            session.Object(report.ToJson());
        else
            report.Show(session);
        return ExitCode.Done;
    }
}
