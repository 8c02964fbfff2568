namespace Reprise.Training;

/// <summary>The end of a run: the first that is reached of its steps, its epochs and its minutes.</summary>
internal sealed class RunHorizon
{
    private readonly double _seconds;

    /// <param name="batchesPerEpoch">Batches of an epoch.</param>
    public RunHorizon(TrainingOptions options, long batchesPerEpoch)
    {
        bool fits = options.Epochs is { } epochs && epochs <= long.MaxValue / batchesPerEpoch;
        long byEpochs = fits ? options.Epochs!.Value * batchesPerEpoch : long.MaxValue;
        long total = Math.Min(options.Steps ?? long.MaxValue, byEpochs);
        TotalSteps = total == long.MaxValue ? null : total;
        _seconds = options.Minutes * 60 ?? double.PositiveInfinity;
    }

    /// <summary>Steps of the whole run; null when only the clock ends it.</summary>
    public long? TotalSteps { get; }

    /// <summary>The share of the run that is done, 0 to 1, by that end which is nearer.</summary>
    /// <param name="seconds">Seconds of the whole run so far.</param>
    public double Done(long step, double seconds) =>
        Math.Min(1, Math.Max(TotalSteps is { } total ? (double)step / total : 0, seconds / _seconds));

    public bool IsOver(long step, double seconds) => step >= (TotalSteps ?? long.MaxValue) || seconds >= _seconds;
}
