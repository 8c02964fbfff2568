using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>One session of a run: from its start or its last checkpoint to its end or an interruption.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly TimeProvider _clock;
    private readonly RunFolder _folder;
    private readonly TrainingStep _trainer;
    private readonly SentenceOrder _order;
    private readonly HeldOutSample? _heldOut;
    private readonly IUpdateOrder _updates;
    private readonly string _device;
    private readonly RunCheckpoints _checkpoints;
    private readonly RunPosition _position;
    private readonly RunSchedule _schedule;
    private readonly RunLog _log;
    private readonly RunReports _reports;
    private readonly ValidationWatch _watch;
    private readonly ReportSplit _watchedSplit;
    private readonly TargetControl? _control;
    private readonly AccuracySample? _accuracy;
    private bool _isFalling;

    private TrainingRun(
        TrainingData data, ModelOptions model, TrainingOptions options, RunFolder folder, IKernels<float> kernels, TimeProvider clock)
    {
        (_options, _clock, _folder, _device) = (options, clock, folder, kernels.Description);
        _watchedSplit = data.WatchedSplit;
        _order = new SentenceOrder(data.Train, options.BatchSize, options.PoolBatches, options.Seed);
        _trainer = new TrainingStep(model, options, kernels);
        _checkpoints = new RunCheckpoints(folder, _trainer);
        try
        {
            bool isAggressive = options.Updates == UpdateOrder.AggressiveEncoder;
            _updates = isAggressive
                ? new AggressiveEncoder(data, model, options, _trainer, _order, folder.Checkpoint?.Aggressive)
                : new JointUpdates(data.Train, _trainer, _order);
            _position = _checkpoints.Load(options, _order.BatchesPerEpoch);
            if (data.Watched is { } watched && options.EvaluationSentences > 0)
            {
                _heldOut = new HeldOutSample(
                    kernels, watched, options.EvaluationSentences, options.BatchSize, model.LatentSize, options.Seed);
            }

            folder.Begin(); // the last that can fail, except the log: until here an existing run is whole
            _log = new RunLog(folder.PathOf(RunFolder.LogName), folder.PathOf(RunFolder.EventsPrefix), _position.Step, clock);
        }
        catch
        {
            _heldOut?.Dispose();
            _updates?.Dispose();
            _trainer.Dispose();
            throw;
        }

        _schedule = new RunSchedule(options, _position, _order.BatchesPerEpoch, folder.Checkpoint?.Seconds ?? 0, clock);
        _watch = new ValidationWatch(options, folder.Checkpoint?.Validation);
        _control = options.MovesM ? new TargetControl(options, _position.Step, folder.Checkpoint?.Control) : null;
        _accuracy = options.TargetAccuracy is null ? null : new AccuracySample(_trainer.Evaluated, data, options.Seed);
        (_trainer.Schedule, _trainer.Watch, _trainer.Control) = (_schedule, _watch, _control);
        _trainer.Borders = options.DropWholeWords && data.Text.HasPieces ? new WordBorders(data.Vocabulary) : null;
        _isFalling = _schedule.HasDecayBegun && _checkpoints.HasKept(_position.Step);
        _reports = new RunReports(options, _position, _schedule, _watch, _log, folder.Checkpoint?.SinceReport ?? default);
    }

    /// <summary>Checks the settings, opens the folder and, for a resumed run, loads the checkpoint.</summary>
    public static TrainingRun Open(
        TrainingData data,
        ModelOptions model,
        TrainingOptions options,
        string folder,
        RunMode mode,
        IKernels<float> kernels,
        TimeProvider clock,
        FolderFiles files)
    {
        RunSettings.CheckFit(data, model, options);
        ModelConfig config = RunSettings.Of(data, model, options);
        RunFolder run = mode == RunMode.Resume
            ? RunFolder.Resume(folder, files)
            : RunFolder.Claim(folder, config, data.Vocabulary, mode == RunMode.Overwrite, files);
        try
        {
            if (mode == RunMode.Resume)
            {
                RunSettings.CheckSame(folder, run.Config, run.Vocabulary, config, data.Vocabulary);
                GoBackIfDue(run, options, data);
            }

            TrainingRun training = new(data, model, options, run, kernels, clock);
            if (mode == RunMode.Resume)
                run.WriteConfig(config); // last, because a refusal changes nothing
            return training;
        }
        catch (Exception e)
        {
            run.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new InputException($"{folder}: the run's folder cannot be written to: {e.Message}", e);
            throw;
        }
    }

    // Later than planned: the rate would rise again from where it has fallen to.
    private static void GoBackIfDue(RunFolder run, TrainingOptions options, TrainingData data)
    {
        string path = run.PathOf(ModelFolder.ConfigName);
        TrainingOptions before = TrainingOptions.FromJson(run.Config.Training ?? [], options.Objective, path);
        if (Continuation.Of(run.Checkpoint, run.Kept, before, options, data.Train) is { GoesBack: true })
            run.GoBack();
    }

    /// <summary>Trains to the end, or until cancelled.</summary>
    public TrainingResult Train(IProgress<TrainingReport>? progress, CancellationToken cancellationToken)
    {
        _reports.Listener = progress;
        try
        {
            while (!IsOver)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    Save();
                    return Result(isInterrupted: true);
                }

                KeepIfDue();
                StepOrSave();
                if (_schedule.IsReportDue)
                    Report();
                if (_control?.IsAccuracyDue(_position.Step) ?? false)
                    MeasureAccuracy();
                if (_schedule.IsEvaluationDue)
                    Evaluate();
                if (_schedule.IsCheckpointDue && !IsOver)
                    Save();
            }

            End();
            return Result(isInterrupted: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{_folder.FolderPath}: {e.Message}; {_checkpoints.Kept}. Make room and resume the run", e);
        }
    }

    private bool IsOver => _schedule.IsOver || _watch.IsOver;

    /// <summary>Starts one step and takes the results of those that are done; allocates nothing.</summary>
    public void Step()
    {
        long before = _clock.GetTimestamp();
        if (_updates.Run(_position.Epoch, _position.Batch, _position.Step) is { } result)
            Add(result);
        TakeResults();

        if (_position.Advance())
            _updates.EndEpoch();
        _reports.AddTime(_clock.GetElapsedTime(before));
    }

    public void Dispose()
    {
        _log.Dispose();
        _heldOut?.Dispose();
        _accuracy?.Dispose();
        _updates.Dispose();
        _trainer.Dispose();
        _folder.Dispose();
    }

    /// <summary>Starts one step. If its sentences cannot be read, saves the steps before it.</summary>
    private void StepOrSave()
    {
        try
        {
            Step();
        }
        catch (InputException e) when (_updates.FailsWhole && _schedule.HasAdvanced)
        {
            // Not for an aggressive encoder, which has trained on some batches of the step: its last checkpoint stays.
            Save();
            throw new InputException($"{e.Message}; the run is saved at step {_position.Step}", e);
        }
    }

    /// <summary>Waits for all started steps, so that sums and weights include them.</summary>
    private void Finish()
    {
        if (!_trainer.IsPending)
            return;
        long before = _clock.GetTimestamp();
        _trainer.Finish();
        TakeResults();
        _reports.AddTime(_clock.GetElapsedTime(before));
    }

    private void TakeResults()
    {
        while (_trainer.TryTake(out StepResult result))
            Add(result);
    }

    private void Add(StepResult result)
    {
        if (!result.IsFinite)
            throw _checkpoints.Diverged(result.Step + 1, _trainer.FirstBadGradient(), result.Objective / result.Sentences);
        _control?.Add(result);
        _reports.Add(result);
    }

    private void Report()
    {
        Finish();
        _reports.ReportSteps(_trainer.LearningRate(_position.Step - 1), _trainer.Weights(_position.Step - 1));
    }

    private void Evaluate()
    {
        if (_heldOut is null)
            return;
        Finish();
        long before = _clock.GetTimestamp();
        ObjectiveWeights weights = _trainer.Weights(Math.Max(0, _position.Step - 1));
        HeldOutLosses losses = _heldOut.Measure(_trainer.Evaluated, weights.Free);
        double seconds = _clock.GetElapsedTime(before).TotalSeconds;
        double objective = losses.By(weights);
        if (!double.IsFinite(objective))
            throw _checkpoints.Diverged(_position.Step, _trainer.FirstBadParameter(), objective);
        if (_watch.Add(_position.Step, losses, weights, _schedule.IsEvaluationDue))
            _trainer.TakeBest();
        _reports.ReportHeldOut(_watchedSplit, losses, weights, seconds);
    }

    private void MeasureAccuracy()
    {
        Finish();
        _control!.AddAccuracy(_accuracy!.Measure());
    }

    private void Save()
    {
        Finish();
        _checkpoints.CheckFinite(_position.Step);
        _log.Flush();
        _checkpoints.Save(ProgressNow());
        _schedule.NoteSave();
    }

    /// <summary>Before the first step of a lower rate, keeps a checkpoint, from which the run could go on for longer.</summary>
    private void KeepIfDue()
    {
        if (_isFalling || !_schedule.HasDecayBegun)
            return;
        _isFalling = true;
        Finish();
        _checkpoints.CheckFinite(_position.Step);
        _log.Flush();
        _checkpoints.Keep(ProgressNow());
    }

    /// <summary>The progress for a checkpoint, whose model is the latest one as long as there is no best.</summary>
    private Progress ProgressNow()
    {
        if (_watch.BestStep is null)
            _trainer.TakeBest();
        return new Progress
        {
            Step = _position.Step,
            Epoch = _position.Epoch,
            Position = _position.Batch,
            Seed = _options.Seed,
            Seconds = _schedule.Seconds,
            SinceReport = _reports.Sums,
            Device = _device,
            Aggressive = _updates.State,
            Validation = _watch.State,
            Control = _control?.State(_position.Step),
        };
    }

    private void End()
    {
        Finish();
        bool reports = _reports.Sums.Steps > 0;
        if (reports)
            _reports.ReportSteps(_trainer.LearningRate(_position.Step - 1), _trainer.Weights(_position.Step - 1));
        if (_schedule.HasAdvanced && _reports.LastEvaluation?.Step != _position.Step)
            Evaluate();
        if (reports || !_checkpoints.AreAt(_position.Step))
            Save(); // also a step that was saved before, because its sums are now reported
        else
            _log.Flush();
    }

    private TrainingResult Result(bool isInterrupted) =>
        new(_folder.FolderPath, isInterrupted, _position.Step, _schedule.Seconds, _reports.LastEvaluation)
        {
            BestStep = _options.KeepBest ? _watch.BestStep : null,
            M = _control?.M(_position.Step),
            RanOutOfPatience = _watch.IsOver,
        };
}
