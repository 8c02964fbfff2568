namespace Reprise.Training;

/// <summary>The loss or a gradient became infinite or not a number. The run stopped before anything of it was saved.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long step, string? parameter, double loss, long? checkpointStep, string folder)
        : base(Describe(step, parameter, loss, checkpointStep, folder))
    {
        Step = step;
        Parameter = parameter;
        CheckpointStep = checkpointStep;
    }

    /// <summary>The step, counted from 1, that could not be made.</summary>
    public long Step { get; }

    /// <summary>The first parameter, by name, whose gradient or value is not finite; null if only the loss is not.</summary>
    public string? Parameter { get; }

    /// <summary>The step of the last good checkpoint; null if there is none.</summary>
    public long? CheckpointStep { get; }

    private static string Describe(long step, string? parameter, double loss, long? checkpointStep, string folder)
    {
        string what = parameter is null
            ? FormattableString.Invariant($"the loss is {loss}")
            : FormattableString.Invariant($"{parameter} is not finite (loss {loss})");
        string then = checkpointStep is { } last ? $"the checkpoint of step {last} in {folder} is good" : $"nothing was saved in {folder} yet";
        return $"training diverged at step {step}: {what}; {then}. Try a smaller learning rate or gradient clipping";
    }
}
