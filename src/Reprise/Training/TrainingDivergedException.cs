namespace Reprise.Training;

/// <summary>The loss or a gradient became infinite or not a number. The run stopped before anything of it was saved.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <param name="isOwn">True if the session that diverged saved the checkpoint.</param>
    internal TrainingDivergedException(long step, NotFinite? found, double loss, long? checkpointStep, bool isOwn, string folder)
        : base(Describe(step, found, loss, checkpointStep, isOwn, folder))
    {
        Step = step;
        Parameter = found?.Parameter;
        CheckpointStep = checkpointStep;
    }

    /// <summary>The step, counted from 1, that could not be made.</summary>
    public long Step { get; }

    /// <summary>The first parameter by name whose gradient, value or moment is not finite; null if none is left that is not.</summary>
    public string? Parameter { get; }

    /// <summary>The step of the last checkpoint; null if there is none.</summary>
    public long? CheckpointStep { get; }

    private static string Describe(long step, NotFinite? found, double loss, long? checkpointStep, bool isOwn, string folder)
    {
        string what = double.IsFinite(loss) ? "the gradient is not finite" : FormattableString.Invariant($"the loss is {loss}");
        if (found is not null)
            what = $"the {found.What} of {found.Parameter} is not finite";
        const string advice = "try a smaller learning rate or gradient clipping";
        string then = checkpointStep switch
        {
            null => $"nothing was saved in {folder} yet; {advice}",
            { } last when isOwn => $"the checkpoint of step {last} in {folder} is whole; {advice}",
            { } last => $"it went on from the checkpoint of step {last} in {folder}, which may be damaged: "
                + $"if it comes again, go on from an older copy or begin anew; otherwise {advice}",
        };
        return $"training diverged at step {step}: {what}; {then}";
    }
}

/// <summary>The place of the first number that is not finite.</summary>
/// <param name="What">"gradient", "value" or one of Adam's moments.</param>
internal sealed record NotFinite(string What, string Parameter);
