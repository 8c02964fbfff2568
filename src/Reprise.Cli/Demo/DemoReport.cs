using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;
using Spectre.Console;
using Literal = Spectre.Console.Text;

namespace Reprise.Cli.Demo;

/// <summary>The report at the end of the demo.</summary>
internal sealed record DemoReport(
    DemoPlan Plan,
    IReadOnlyList<string> Sentences,
    IReadOnlyList<DemoModel> Models,
    DemoModel Best,
    IReadOnlyList<InterpolationStep> Interpolation)
{
    /// <summary>Interpolates between the first and the last sentence by the model with the highest word accuracy.</summary>
    public static DemoReport Of(Session session, DemoPlan plan, IReadOnlyList<string> sentences, IReadOnlyList<DemoModel> models)
    {
        DemoModel best = models.MaxBy(model => model.Accuracy.WordAccuracy)!;
        using SentenceModel model = Engine.Model(session, best.Folder);
        InterpolateOptions options = new() { Steps = DemoPlan.InterpolationSteps, Seed = plan.Seed };
        IReadOnlyList<InterpolationStep> steps = model.Interpolate(sentences[0], sentences[^1], options, session.Interrupted);
        return new DemoReport(plan, sentences, models, best, steps);
    }

    public JsonObject ToJson() => new()
    {
        ["folder"] = Plan.Folder,
        ["corpus"] = Plan.CorpusFolder,
        ["models"] = new JsonArray([.. Models.Select(JsonOf)]),
        ["interpolation"] = new JsonArray([.. Interpolation.Select(step => new JsonObject { ["step"] = step.Step, ["text"] = step.Text })]),
    };

    public void Show(Session session)
    {
        string beam = $"beam of {new DecodingOptions().BeamWidth}";
        Heading(
            session,
            "Reconstructions",
            $"The first {Sentences.Count} held-out sentences without unknown words, each from the mean of its posterior ({beam}).");
        session.Render(Reconstructions());
        Heading(session, "Samples from the prior", $"The same codes for each model ({beam}, which prefers frequent sentences).");
        session.Render(Samples());
        Heading(
            session,
            "Interpolation",
            $"From the first of those sentences to the last in {DemoPlan.InterpolationSteps} steps, by {Best.Objective.Name}.");
        session.Render(Path());
        (long evaluated, long reconstructed) = (Models[0].Evaluation.Sentences, Models[0].Accuracy.Sentences);
        Heading(
            session,
            "Metrics",
            $"nll, kl and elbo on {Format.Count(evaluated)} held-out sentences, in nats a sentence; exact match and word accuracy "
            + $"(words at their own place) on {Format.Count(reconstructed)} of them, reconstructed greedily from the mean.");
        session.Render(Metrics());
        Closing(session);
    }

    private JsonObject JsonOf(DemoModel model) => new()
    {
        ["name"] = model.Objective.Name,
        ["m"] = model.Objective.M,
        ["folder"] = model.Folder,
        ["steps"] = model.Steps,
        ["nll"] = model.Evaluation.Nll,
        ["kl"] = model.Evaluation.Kl,
        ["elbo"] = model.Evaluation.Elbo,
        ["klShare"] = model.Evaluation.KlShare,
        ["exactMatch"] = model.Accuracy.ExactMatch,
        ["wordAccuracy"] = model.Accuracy.WordAccuracy,
        ["reconstructions"] = new JsonArray(
            [.. Sentences.Zip(model.Reconstructions, (input, output) => new JsonObject { ["input"] = input, ["output"] = output })]),
        ["samples"] = new JsonArray([.. model.Samples.Select(sample => (JsonNode?)sample)]),
    };

    private static void Heading(Session session, string title, string explanation)
    {
        session.Line("");
        session.Render(new Rule($"[bold]{Markup.Escape(title)}[/]") { Justification = Justify.Left });
        session.Render(new Literal(explanation, new Style(Color.Grey)));
        session.Line("");
    }

    private Table Reconstructions()
    {
        Table table = Tables.Facts();
        for (int i = 0; i < Sentences.Count; i++)
        {
            if (i > 0)
                table.AddEmptyRow();
            table.AddRow(Tables.Cell("sentence"), Tables.Cell(Sentences[i], new Style(decoration: Decoration.Bold)));
            foreach (DemoModel model in Models)
                table.AddRow(Tables.Cell(model.Label), WordsInPlace(Sentences[i], Format.Sentence(model.Reconstructions[i])));
        }

        return table;
    }

    /// <summary>A reconstruction with the words at their own place in green.</summary>
    private static Paragraph WordsInPlace(string sentence, string reconstruction)
    {
        string[] expected = sentence.Split(' '), found = reconstruction.Split(' ');
        Paragraph paragraph = new();
        for (int w = 0; w < found.Length; w++)
        {
            bool right = w < expected.Length && found[w].TrimEnd('.') == expected[w].TrimEnd('.');
            paragraph.Append((w > 0 ? " " : "") + found[w], right ? new Style(Color.Green) : Style.Plain);
        }

        return paragraph;
    }

    private Table Samples()
    {
        Table table = Tables.Facts();
        foreach (DemoModel model in Models)
        {
            for (int i = 0; i < model.Samples.Count; i++)
                table.Fact(i == 0 ? model.Label : "", Format.Sentence(model.Samples[i]));
        }

        return table;
    }

    private Table Path()
    {
        Table table = Tables.Facts();
        table.AddRow(Tables.Cell("from"), Tables.Cell(Sentences[0], new Style(decoration: Decoration.Bold)));
        foreach (InterpolationStep step in Interpolation)
            table.Fact($"{step.Step}", Format.Sentence(step.Text));
        table.AddRow(Tables.Cell("to"), Tables.Cell(Sentences[^1], new Style(decoration: Decoration.Bold)));
        return table;
    }

    private Table Metrics()
    {
        Table table = Tables.Columns("model", "#steps", "#nll", "#kl", "#elbo", "#kl share", "#exact match", "#word accuracy");
        foreach (DemoModel model in Models)
        {
            table.Row(
                model.Objective.Name,
                Format.Count(model.Steps),
                Format.Number(model.Evaluation.Nll),
                Format.Number(model.Evaluation.Kl),
                Format.Number(model.Evaluation.Elbo),
                Format.Percent(model.Evaluation.KlShare),
                Format.Percent(model.Accuracy.ExactMatch),
                Format.Percent(model.Accuracy.WordAccuracy));
        }

        return table;
    }

    private void Closing(Session session)
    {
        DemoModel vae = Models[0];
        session.Line("");
        session.Render(new Literal(FormattableString.Invariant(
            $"The code z carries {vae.Evaluation.Kl:F1} nats a sentence in the VAE and {Best.Evaluation.Kl:F1} in {Best.Objective.Name}. ")
            + "A larger m costs elbo."));
        string folder = System.IO.Path.GetFullPath(Plan.Folder);
        Heading(
            session,
            "Next",
            $"{folder} holds the corpus and {Models.Count} runs, each with its model, log and TensorBoard events. Commands to try:");
        (string reprise, string best) = (Session.Program, Session.Argument(Best.Folder));
        string sentence = Session.Quoted(Sentences[0]);
        session.Line($"  {reprise} reconstruct {best} {sentence} --samples 3");
        session.Line($"  {reprise} interpolate {best} {sentence} {Session.Quoted(Sentences[1])}");
        session.Line($"  {reprise} generate {best} -n 10 --temperature 0.7");
        session.Line($"  {reprise} evaluate {Session.Argument(vae.Folder)} --corpus {Session.Argument(Plan.CorpusFolder)}");
        session.Line($"  {reprise} demo --out {Session.Argument(Plan.Folder)} {Longer()}     # trains the same models further");
    }

    private string Longer()
    {
        string end = Plan.Minutes is { } minutes ? FormattableString.Invariant($"--minutes {minutes * 5}") : $"--steps {Plan.Steps * 5}";
        string m = Plan.LargerM == DemoPlan.DefaultLargerM ? "" : FormattableString.Invariant($" --m {Plan.LargerM}");
        string seed = Plan.Seed == DemoPlan.DefaultSeed ? "" : $" --seed {Plan.Seed}";
        return end + m + seed;
    }
}
