using Reprise.Checkpoints;

namespace Reprise.Training;

/// <summary>Saves and loads the state of a run, and creates the exception of a run that has diverged.</summary>
/// <param name="trainer">The holder of weights and moments.</param>
internal sealed class RunCheckpoints(RunFolder folder, TrainingStep trainer)
{
    private bool _hasSaved;

    /// <summary>True if the last checkpoint is of this step.</summary>
    public bool AreAt(long step) => folder.Checkpoint?.Step == step;

    /// <summary>The state of the last checkpoint, for a message.</summary>
    public string Kept => folder.Checkpoint is { } last ? $"the checkpoint of step {last.Step} is whole" : "there is no checkpoint yet";

    /// <summary>Checks the last checkpoint against the run's options and the corpus's batches, and loads it.</summary>
    /// <returns>The checkpoint's position; the run's start where there is none.</returns>
    /// <exception cref="InputException">It is not a checkpoint of this run.</exception>
    public RunPosition Load(TrainingOptions options, long batchesPerEpoch)
    {
        if (folder.Checkpoint is not { } checkpoint)
            return new RunPosition(batchesPerEpoch);
        string? problem = checkpoint switch
        {
            _ when checkpoint.Seed != options.Seed => $"seed is {checkpoint.Seed}, but {ModelFolder.ConfigName} has {options.Seed}",
            _ when RunPosition.Problem(checkpoint, batchesPerEpoch) is { } contradiction => contradiction,
            _ when options.Updates == UpdateOrder.AggressiveEncoder && checkpoint.Aggressive is null
                => "\"aggressive\" is missing, which the objective needs",
            _ when options.MovesM && checkpoint.Control is null => "\"control\" is missing, by which m moves",
            _ => null,
        };
        if (problem is not null)
            throw new InputException($"{folder.PathOf(RunFolder.ProgressName)}: {problem}; the file was changed from outside");
        folder.Load(trainer.Slabs);
        return new RunPosition(batchesPerEpoch, checkpoint);
    }

    /// <summary>Throws if a weight or a moment is not finite, so that none is ever saved.</summary>
    /// <exception cref="TrainingDivergedException">One is not finite; the last checkpoint stays.</exception>
    public void CheckFinite(long step)
    {
        if (trainer.FirstBadParameter() is { } found)
            throw Diverged(step, found, double.NaN);
    }

    /// <summary>Saves weights, moments and progress, when no step is pending.</summary>
    public void Save(Progress progress)
    {
        folder.Save(progress, trainer.Slabs);
        _hasSaved = true;
    }

    /// <summary>Keeps the state from which on the rate falls, when no step is pending.</summary>
    public void Keep(Progress progress) => folder.Keep(progress, trainer.Slabs);

    /// <summary>True if the state before the fall of the rate is kept, or was before this step.</summary>
    public bool HasKept(long step) => folder.Kept?.Step <= step;

    /// <summary>The exception of a run that has diverged.</summary>
    /// <param name="step">The step at which it was found.</param>
    /// <param name="found">The parameter that is not finite; null where only the loss is.</param>
    /// <param name="loss">The loss in nats a sentence; NaN where none was measured.</param>
    public TrainingDivergedException Diverged(long step, NotFinite? found, double loss) =>
        new(step, found, loss, folder.Checkpoint?.Step, _hasSaved, folder.FolderPath);
}
