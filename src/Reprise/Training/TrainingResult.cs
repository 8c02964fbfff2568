namespace Reprise.Training;

/// <summary>The kind of run: a new one or an existing one.</summary>
public enum RunMode
{
    /// <summary>A new run; an existing run, or the rest of one, is refused.</summary>
    New,

    /// <summary>
    /// The existing run, continued from its last checkpoint bit for bit as if it had never stopped. To end later than planned, a run whose
    /// rate has begun to fall goes on from the checkpoint before that.
    /// </summary>
    Resume,

    /// <summary>A new run in the place of an existing one, which is deleted.</summary>
    Overwrite,
}

/// <summary>The end of a session of training, whose state was saved.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Interrupted">True if it was cancelled before the run's end; it can be resumed.</param>
/// <param name="Step">Steps finished.</param>
/// <param name="Seconds">Seconds of training, resumed parts included.</param>
/// <param name="LastEvaluation">The last evaluation of held-out sentences; null without any in this session.</param>
public sealed record TrainingResult(string Folder, bool Interrupted, long Step, double Seconds, TrainingReport? LastEvaluation)
{
    /// <summary>The step whose weights are the model, where the best is kept (<see cref="TrainingOptions.KeepBest"/>); else null.</summary>
    public long? BestStep { get; init; }

    /// <summary>m at the end, where it was moved to reach a target (<see cref="TrainingOptions.TargetKl"/>); else null.</summary>
    public double? M { get; init; }

    /// <summary>True if the run has ended because evaluations no longer improved (<see cref="TrainingOptions.Patience"/>).</summary>
    public bool RanOutOfPatience { get; init; }
}
