using System.Numerics;

namespace Reprise.Training;

/// <summary>The times at which a run reports, evaluates, saves and ends, by its steps and by the clock.</summary>
internal sealed class RunSchedule
{
    private readonly TrainingOptions _options;
    private readonly RunPosition _position;
    private readonly TimeProvider _clock;
    private readonly double _secondsBefore;
    private readonly long _firstStep, _started;
    private long _lastSave;

    /// <summary>A schedule of the session that begins now at the position.</summary>
    /// <param name="batchesPerEpoch">Batches of an epoch.</param>
    /// <param name="secondsBefore">Seconds of the run's sessions before this one.</param>
    public RunSchedule(TrainingOptions options, RunPosition position, long batchesPerEpoch, double secondsBefore, TimeProvider clock)
    {
        (_options, _position, _clock, _secondsBefore) = (options, position, clock, secondsBefore);
        bool fits = options.Epochs is { } epochs && epochs <= long.MaxValue / batchesPerEpoch;
        long byEpochs = fits ? options.Epochs!.Value * batchesPerEpoch : long.MaxValue;
        long total = Math.Min(options.Steps ?? long.MaxValue, byEpochs);
        TotalSteps = total == long.MaxValue ? null : total;
        _firstStep = position.Step;
        _started = _lastSave = clock.GetTimestamp();
    }

    /// <summary>Steps of the whole run; null when only the clock ends it.</summary>
    public long? TotalSteps { get; }

    /// <summary>Seconds of the whole run, sessions before this one included.</summary>
    public double Seconds => _secondsBefore + SessionSeconds;

    /// <summary>True once this session has started a step.</summary>
    public bool HasAdvanced => _position.Step > _firstStep;

    public bool IsOver =>
        _position.Step >= (TotalSteps ?? long.MaxValue) || Seconds >= (_options.Minutes ?? double.PositiveInfinity) * 60;

    public bool IsReportDue => _position.Step % _options.ReportEvery == 0;

    public bool IsEvaluationDue => _options.EvaluateEvery > 0
        && (_position.Step % _options.EvaluateEvery == 0
            || (_options.EvaluateEarly && _position.Step < _options.EvaluateEvery && BitOperations.IsPow2(_position.Step)));

    public bool IsCheckpointDue =>
        (_options.CheckpointEvery > 0 && _position.Step % _options.CheckpointEvery == 0)
        || (_options.CheckpointMinutes > 0 && _clock.GetElapsedTime(_lastSave).TotalMinutes >= _options.CheckpointMinutes);

    /// <summary>Estimated time until the run ends; null before there is an estimate.</summary>
    public TimeSpan? TimeLeft
    {
        get
        {
            double sessionSeconds = SessionSeconds;
            double byMinutes = (_options.Minutes * 60) - Seconds ?? double.PositiveInfinity;
            double bySteps = TotalSteps is { } total && HasAdvanced
                ? (total - _position.Step) * sessionSeconds / (_position.Step - _firstStep)
                : double.PositiveInfinity;
            double seconds = Math.Min(byMinutes, bySteps);
            return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
        }
    }

    private double SessionSeconds => _clock.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Notes that a checkpoint was written now.</summary>
    public void NoteSave() => _lastSave = _clock.GetTimestamp();
}
