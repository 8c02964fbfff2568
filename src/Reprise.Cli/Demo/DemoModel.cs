using Reprise.Cli.Rendering;
using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Demo;

/// <summary>A trained model of the demo, with its metrics and its sentences.</summary>
/// <param name="Reconstructions">The held-out sentences from the means of their posteriors, by beam search.</param>
/// <param name="Samples">Sentences from codes sampled from the prior, by beam search.</param>
internal sealed record DemoModel(
    Objective Objective,
    string Folder,
    long Steps,
    EvaluationReport Evaluation,
    ReconstructionReport Accuracy,
    IReadOnlyList<string> Reconstructions,
    IReadOnlyList<string> Samples)
{
    private const long SentencesEvaluated = 2000;
    private const long SentencesCounted = 1000;

    /// <summary>The name of the model at the beginning of a line.</summary>
    public string Label => Objective.Kind == ObjectiveKind.Vae ? "VAE" : FormattableString.Invariant($"m = {Objective.M}");

    /// <summary>Trains a model, or continues the run in the folder; null when interrupted.</summary>
    public static DemoModel? Make(Session session, DemoPlan plan, Corpus corpus, Objective objective, IReadOnlyList<string> sentences)
    {
        string folder = plan.FolderOf(objective);
        TrainingResult? result = Train(session, plan, corpus, objective, folder);
        if (result is null or { Interrupted: true })
            return null;

        using SentenceModel model = Engine.Model(session, folder);
        ReconstructOptions atTheMean = new() { PosteriorMean = true, Seed = plan.Seed };
        GenerateOptions generating = new() { Seed = plan.Seed };
        return new DemoModel(
            objective,
            folder,
            result.Step,
            Evaluate(session, plan, model, corpus.Test, objective),
            MeasureReconstruction(session, plan, model, corpus.Test),
            [.. model.Reconstruct(sentences, atTheMean, session.Interrupted).Select(r => r.Output)],
            [.. model.Generate(DemoPlan.SamplesShown, generating, session.Interrupted).Select(s => s.Text)]);
    }

    private static EvaluationReport Evaluate(Session session, DemoPlan plan, SentenceModel model, ISentences test, Objective objective)
    {
        EvaluationOptions options = new()
        {
            M = objective.M,
            MaximumSentences = SentencesEvaluated,
            ImportanceSamples = 0,
            Seed = plan.Seed,
        };
        using StatusLine status = StatusLine.OfSentences(session, "evaluating");
        return model.Evaluate(test, options, status.UpTo(Math.Min(test.Count, SentencesEvaluated)), session.Interrupted);
    }

    private static ReconstructionReport MeasureReconstruction(Session session, DemoPlan plan, SentenceModel model, ISentences test)
    {
        ReconstructionMeasureOptions options = new() { MaximumSentences = SentencesCounted, Seed = plan.Seed };
        using StatusLine status = StatusLine.OfSentences(session, "reconstructing");
        return model.MeasureReconstruction(test, options, status.UpTo(Math.Min(test.Count, SentencesCounted)), session.Interrupted);
    }

    private static TrainingResult? Train(Session session, DemoPlan plan, Corpus corpus, Objective objective, string folder)
    {
        bool exists = File.Exists(Path.Combine(folder, "config.json"));
        RunMode mode = plan.Overwrite ? RunMode.Overwrite : exists ? RunMode.Resume : RunMode.New;
        session.Note("");
        string start = mode == RunMode.Resume ? $"continuing {folder} (--overwrite replaces it)" : Meaning(objective);
        session.Note($"{objective.Name}: {start}");
        TrainingOptions options = plan.TrainingOf(objective);
        if (mode == RunMode.Resume
            && Continuation.Of(folder, Trainer.OptionsOf(folder).Training, options, corpus.Train) is { } continuation)
            session.Note(Describe.Of(continuation));
        using ComputeDevice device = Engine.Device(session);
        ModelOptions sizes = Presets.Small.Model(corpus.Vocabulary.Count);
        return TrainingDisplay.Show(session, progress =>
            Trainer.Train(corpus, sizes, options, folder, mode, device, progress, session.Interrupted));
    }

    private static string Meaning(Objective objective) => objective.Kind == ObjectiveKind.Vae
        ? "the objective has one generation of each sentence and no faithful reconstruction"
        : FormattableString.Invariant($"the objective has {objective.M} faithful reconstruction{(objective.M == 1 ? "" : "s")} ")
            + "of each sentence beside its generation";
}
