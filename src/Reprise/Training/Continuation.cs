using Reprise.Checkpoints;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>
/// The rate of a resumed run that is to end later than it was to. Where the rate had fallen after a part of the run in which it did not,
/// the run goes on from the checkpoint before the fall; so it becomes the run that was to end later from its beginning.
/// </summary>
/// <param name="From">The step to go on from.</param>
/// <param name="Rate">The rate at the last checkpoint, by the former end.</param>
/// <param name="NewRate">The rate in the next step.</param>
/// <param name="GoesBack">True for the checkpoint before the fall; false where there is none, and the rate rises again.</param>
internal sealed record Continuation(long From, double Rate, double NewRate, bool GoesBack)
{
    /// <summary>The continuation of the run in a folder; null where its rate does not rise.</summary>
    /// <param name="before">The options that the run has.</param>
    /// <exception cref="InputException">A file of a checkpoint is unsound.</exception>
    public static Continuation? Of(string folder, TrainingOptions before, TrainingOptions asked, ISentences sentences) =>
        Of(RunFolder.ReadProgress(folder), RunFolder.ReadKept(folder), before, asked, sentences);

    /// <param name="last">The last checkpoint.</param>
    /// <param name="kept">The one before the fall.</param>
    /// <inheritdoc cref="Of(string, TrainingOptions, TrainingOptions, ISentences)"/>
    public static Continuation? Of(
        Progress? last, Progress? kept, TrainingOptions before, TrainingOptions asked, ISentences sentences)
    {
        if (last is null || asked.Decay == 0)
            return null;
        long batches = SentenceOrder.BatchesOf(sentences.Count, asked.BatchSize);
        RunHorizon former = new(before, batches), present = new(asked, batches);
        double rate = At(former, last), newRate = At(present, last);
        if (newRate <= rate)
            return null;
        return kept is not null && RateCurve.HasPlateau(asked)
            ? new Continuation(kept.Step, rate, At(present, kept), GoesBack: true)
            : new Continuation(last.Step, rate, newRate, GoesBack: false);

        double At(RunHorizon horizon, Progress checkpoint) =>
            asked.LearningRate * RateCurve.Factor(asked, checkpoint.Step, horizon.Done(checkpoint.Step, checkpoint.Seconds));
    }
}
