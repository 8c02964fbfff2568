using System.Text.Json.Nodes;
using Reprise.Cli.Rendering;
using Reprise.Inference;
using Spectre.Console;
using Literal = Spectre.Console.Text;

namespace Reprise.Cli.Demo;

/// <summary>What the demo shows at its end.</summary>
internal sealed record DemoReport(
    DemoPlan Plan,
    IReadOnlyList<string> Sentences,
    IReadOnlyList<DemoModel> Models,
    DemoModel Best,
    IReadOnlyList<InterpolationStep> Way)
{
    /// <summary>Walks between the first and the last sentence with the model that says most words again.</summary>
    public static DemoReport Of(Session session, DemoPlan plan, IReadOnlyList<string> sentences, IReadOnlyList<DemoModel> models)
    {
        DemoModel best = models.MaxBy(model => model.Reconstruction.WordAccuracy)!;
        using SentenceModel model = Engine.Model(session, best.Folder);
        InterpolateOptions options = new() { Steps = DemoPlan.InterpolationSteps, Seed = plan.Seed };
        return new DemoReport(plan, sentences, models, best, model.Interpolate(sentences[0], sentences[^1], options, session.Interrupted));
    }

    public JsonObject ToJson() => new()
    {
        ["folder"] = Plan.Folder,
        ["corpus"] = Plan.CorpusFolder,
        ["models"] = new JsonArray([.. Models.Select(JsonOf)]),
        ["interpolation"] = new JsonArray([.. Way.Select(step => new JsonObject { ["step"] = step.Step, ["text"] = step.Text })]),
    };

    public void Show(Session session)
    {
        Heading(session, "Said again", $"The first {Sentences.Count} held-out sentences without unknown words, each turned into its code and back (mean of the posterior, beam of {new DecodingOptions().BeamWidth}).");
        session.Render(SaidAgain());
        Heading(session, "Out of nothing", "Codes drawn from the prior, the same ones for each model (beam search, which likes the usual).");
        session.Render(Samples());
        Heading(session, "In between", $"From the first of those sentences to the last in {DemoPlan.InterpolationSteps} steps, by {Best.Objective.Name}.");
        session.Render(Interpolation());
        Heading(session, "Measured", $"On {Format.Count(Models[0].Evaluation.Sentences)} held-out sentences, in nats a sentence; matches on {Format.Count(Models[0].Reconstruction.Sentences)} of them, said again greedily from the mean. Accuracy counts a word at its own place.");
        session.Render(Measures());
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
        ["exactMatch"] = model.Reconstruction.ExactMatch,
        ["wordAccuracy"] = model.Reconstruction.WordAccuracy,
        ["reconstructions"] = new JsonArray(
            [.. Sentences.Zip(model.SaidAgain, (input, output) => new JsonObject { ["input"] = input, ["output"] = output })]),
        ["samples"] = new JsonArray([.. model.Samples.Select(sample => (JsonNode?)sample)]),
    };

    private static void Heading(Session session, string title, string explanation)
    {
        session.Line("");
        session.Render(new Rule($"[bold]{Markup.Escape(title)}[/]") { Justification = Justify.Left });
        session.Render(new Literal(explanation, new Style(Color.Grey)));
        session.Line("");
    }

    private Table SaidAgain()
    {
        Table table = Tables.Facts();
        for (int i = 0; i < Sentences.Count; i++)
        {
            if (i > 0)
                table.AddEmptyRow();
            table.AddRow(Tables.Cell("sentence"), Tables.Cell(Sentences[i], new Style(decoration: Decoration.Bold)));
            foreach (DemoModel model in Models)
                table.AddRow(Tables.Cell(model.Label), WordsInPlace(Sentences[i], Format.Sentence(model.SaidAgain[i])));
        }

        return table;
    }

    /// <summary>What was said, the words at their own place in green where there are colours.</summary>
    private static Paragraph WordsInPlace(string sentence, string said)
    {
        string[] expected = sentence.Split(' '), found = said.Split(' ');
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

    private Table Interpolation()
    {
        Table table = Tables.Facts();
        table.AddRow(Tables.Cell("from"), Tables.Cell(Sentences[0], new Style(decoration: Decoration.Bold)));
        foreach (InterpolationStep step in Way)
            table.Fact($"{step.Step}", Format.Sentence(step.Text));
        table.AddRow(Tables.Cell("to"), Tables.Cell(Sentences[^1], new Style(decoration: Decoration.Bold)));
        return table;
    }

    private Table Measures()
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
                Format.Percent(model.Reconstruction.ExactMatch),
                Format.Percent(model.Reconstruction.WordAccuracy));
        }

        return table;
    }

    private void Closing(Session session)
    {
        DemoModel vae = Models[0];
        session.Line("");
        session.Render(new Literal(FormattableString.Invariant(
            $"The code z carries {vae.Evaluation.Kl:F1} nats of a sentence in the VAE and {Best.Evaluation.Kl:F1} in {Best.Objective.Name}. The elbo is what the larger m pays for it.")));
        Heading(session, "Where it is, and what to try", $"Everything is in {Path.GetFullPath(Plan.Folder)}: the corpus and {Models.Count} runs, each with its model, its log and its TensorBoard events.");
        (string reprise, string best) = (Session.Program, Session.Argument(Best.Folder));
        session.Line($"  {reprise} reconstruct {best} \"{Sentences[0]}\" --samples 3");
        session.Line($"  {reprise} interpolate {best} \"{Sentences[0]}\" \"{Sentences[1]}\"");
        session.Line($"  {reprise} generate {best} -n 10 --temperature 0.7");
        session.Line($"  {reprise} evaluate {Session.Argument(vae.Folder)} --corpus {Session.Argument(Plan.CorpusFolder)}");
        string longer = Plan.Minutes is { } minutes ? FormattableString.Invariant($"--minutes {minutes * 5}") : $"--steps {Plan.Steps * 5}";
        session.Line($"  {reprise} demo --out {Session.Argument(Plan.Folder)} {longer}     # the same runs go on from here");
    }
}
