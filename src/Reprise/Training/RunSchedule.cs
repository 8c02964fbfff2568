using System.Numerics;

namespace Reprise.Training;

/// <summary>The times at which a run reports, evaluates, saves and ends, by its steps and by the clock.</summary>
internal sealed class RunSchedule
{
    private readonly TrainingOptions _options;
    private readonly RunPosition _position;
    private readonly RunHorizon _horizon;
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
        _horizon = new RunHorizon(options, batchesPerEpoch);
        _firstStep = position.Step;
        _started = _lastSave = clock.GetTimestamp();
    }

    /// <summary>Steps of the whole run; null when only the clock ends it.</summary>
    public long? TotalSteps => _horizon.TotalSteps;

    /// <summary>Seconds of the whole run, sessions before this one included.</summary>
    public double Seconds => _secondsBefore + SessionSeconds;

    /// <summary>True once this session has started a step.</summary>
    public bool HasAdvanced => _position.Step > _firstStep;

    public bool IsOver => _horizon.IsOver(_position.Step, Seconds);

    /// <summary>True once the rate has begun to fall, or does so in the next step, after a part of the run in which it did not.</summary>
    public bool HasDecayBegun => RateCurve.HasPlateau(_options) && RateCurve.Fall(_options, DoneAt(_position.Step)) < 1;

    /// <summary>The share of the run that is done after so many steps, 0 to 1.</summary>
    public double DoneAt(long step) => _horizon.Done(step, Seconds);

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
