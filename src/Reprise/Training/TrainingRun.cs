using System.Numerics;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Training;

/// <summary>One session of a run: from its start or its last checkpoint to its end or an interruption.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _clock;
    private readonly RunFolder _folder;
    private readonly TrainingStep _trainer;
    private readonly SentenceOrder _order;
    private readonly HeldOutSample? _heldOut;
    private readonly AggressiveEncoder? _aggressive;
    private readonly RunLog _log;
    private readonly long _firstStep;
    private readonly double _secondsBefore;
    private readonly long _started;

    private long _step, _epoch, _position; // of what was asked for: results of the last steps may still be to come
    private long _lastSaveTime;
    private bool _hasSaved;
    private ReportSums _sums;
    private readonly string _device;
    private IProgress<TrainingReport>? _progress;
    private TrainingReport? _lastEvaluation;

    private TrainingRun(TrainingData data, ModelOptions model, TrainingOptions options, RunFolder folder, IKernels<float> kernels, TimeProvider clock)
    {
        _data = data;
        _options = options;
        _clock = clock;
        _folder = folder;
        _order = new SentenceOrder(data.Train, options.BatchSize, options.PoolBatches, options.Seed);
        _trainer = new TrainingStep(model, options, kernels);
        _device = kernels.Description;
        try
        {
            if (options.Objective.Kind == ObjectiveKind.Aggressive)
                _aggressive = new AggressiveEncoder(data, model, options, _trainer, _order, folder.Checkpoint?.Aggressive);
            if (folder.Checkpoint is { } checkpoint)
            {
                CheckPlace(checkpoint);
                folder.Load(_trainer.Model.Weights, _trainer.Mean, _trainer.Variance);
                (_step, _epoch, _position) = (checkpoint.Step, checkpoint.Epoch, checkpoint.Position);
                (_secondsBefore, _sums) = (checkpoint.Seconds, checkpoint.SinceReport);
            }

            if (data.Test is { Count: > 0 } test && options.EvaluationSentences > 0)
                _heldOut = new HeldOutSample(kernels, test, options.EvaluationSentences, options.BatchSize, model.LatentSize, options.Seed);
            folder.Begin(); // the last that can fail but for the log: until here the run that is there is whole
            _firstStep = _step;
            _log = new RunLog(folder.PathOf(RunFolder.LogName), folder.PathOf(RunFolder.EventsPrefix), _step, clock);
        }
        catch
        {
            _heldOut?.Dispose();
            _aggressive?.Dispose();
            _trainer.Dispose();
            throw;
        }

        _started = _lastSaveTime = clock.GetTimestamp();
    }

    private double Seconds => _secondsBefore + _clock.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Steps of the whole run, null when only the clock ends it.</summary>
    private long? TotalSteps
    {
        get
        {
            long byEpochs = _options.Epochs is { } epochs && epochs <= long.MaxValue / _order.BatchesPerEpoch ? epochs * _order.BatchesPerEpoch : long.MaxValue;
            long total = Math.Min(_options.Steps ?? long.MaxValue, byEpochs);
            return total == long.MaxValue ? null : total;
        }
    }

    private bool IsOver => _step >= (TotalSteps ?? long.MaxValue) || Seconds >= (_options.Minutes ?? double.PositiveInfinity) * 60;

    /// <summary>Checks everything and opens the folder; a checkpoint is loaded when the run is resumed.</summary>
    public static TrainingRun Open(TrainingData data, ModelOptions model, TrainingOptions options, string folder, RunMode mode, IKernels<float> kernels, TimeProvider clock, FolderFiles files)
    {
        model.Validate();
        options.Validate();
        if (data.Train.Count == 0)
            throw new InputException("the corpus has no training sentences; prepare one from more text");
        if (data.Vocabulary.Count != model.VocabularySize)
            throw new InputException($"model.vocabularySize is {model.VocabularySize}, but the corpus's vocabulary has {data.Vocabulary.Count} words, special ones included");
        if (options.Objective.ModelOf(model) != model || (!model.HasCode && options.Objective.Kind != ObjectiveKind.LanguageModel))
            throw new InputException($"the objective {options.Objective.Name} does not fit model.latentInput {model.LatentInput}: a language model has none, any other model has one");
        if (options.Objective.Kind == ObjectiveKind.Aggressive)
            AggressiveEncoder.CheckHeldOut(data);
        ModelConfig config = RunSettings.Of(data, model, options);
        RunFolder run = mode == RunMode.Resume ? RunFolder.Resume(folder, files) : RunFolder.Claim(folder, config, data.Vocabulary, mode == RunMode.Overwrite, files);
        try
        {
            if (mode == RunMode.Resume)
                RunSettings.CheckSame(run, config, data.Vocabulary);
            TrainingRun training = new(data, model, options, run, kernels, clock);
            if (mode == RunMode.Resume)
                run.WriteConfig(config); // what is refused changes nothing
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

    /// <summary>Trains to the end, or until cancelled.</summary>
    public TrainingResult Train(IProgress<TrainingReport>? progress, CancellationToken cancellationToken)
    {
        _progress = progress;
        try
        {
            while (!IsOver)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    Save();
                    return new TrainingResult(_folder.FolderPath, true, _step, Seconds, _lastEvaluation);
                }

                StepOrSave();
                if (_step % _options.ReportEvery == 0)
                    Report();
                if (IsEvaluationDue())
                    Evaluate();
                if (IsCheckpointDue() && !IsOver)
                    Save();
            }

            End();
            return new TrainingResult(_folder.FolderPath, false, _step, Seconds, _lastEvaluation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string kept = _folder.Checkpoint is { } last ? $"the checkpoint of step {last.Step} is whole" : "there is no checkpoint yet";
            throw new InputException($"{_folder.FolderPath}: {e.Message}; {kept}. Make room and resume the run", e);
        }
    }

    /// <summary>Asks for one step of the optimiser, and takes the results of those that are done; allocates nothing.</summary>
    public void Step()
    {
        long before = _clock.GetTimestamp();
        if (_aggressive is not null)
            Add(_aggressive.Run(_epoch, _position, _step));
        else
            _trainer.Run(_data.Train, _order.Batch(_epoch, _position), _step);
        TakeResults();

        _step++;
        if (++_position == _order.BatchesPerEpoch)
        {
            (_epoch, _position) = (_epoch + 1, 0);
            _aggressive?.EndEpoch();
        }

        _sums.Seconds += _clock.GetElapsedTime(before).TotalSeconds;
    }

    /// <summary>A step; where its sentences cannot be read, the steps before it are saved.</summary>
    private void StepOrSave()
    {
        try
        {
            Step();
        }
        catch (InputException e) when (_aggressive is null && _step > _firstStep)
        {
            // An aggressive encoder has learnt from some batches of the step already: its last checkpoint stays.
            Save();
            throw new InputException($"{e.Message}; the run is saved at step {_step}", e);
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        _heldOut?.Dispose();
        _aggressive?.Dispose();
        _trainer.Dispose();
        _folder.Dispose();
    }

    /// <summary>Waits for every step that was asked for: the sums are then those of all, and the weights are good.</summary>
    private void Finish()
    {
        if (!_trainer.IsPending)
            return;
        long before = _clock.GetTimestamp();
        _trainer.Finish();
        TakeResults();
        _sums.Seconds += _clock.GetElapsedTime(before).TotalSeconds;
    }

    private void TakeResults()
    {
        while (_trainer.TryTake(out StepResult result))
            Add(result);
    }

    private void Add(StepResult result)
    {
        if (!result.IsFinite)
            throw Diverged(result.Step + 1, _trainer.FirstBadGradient(), result.Objective / result.Sentences);
        _sums.Steps++;
        _sums.Sentences += result.Sentences;
        _sums.Tokens += result.Tokens;
        _sums.Nll += result.Nll;
        _sums.Kl += result.Kl;
        _sums.Objective += result.Objective;
        _sums.GradientNorm += result.GradientNorm;
    }

    /// <summary>Holds a checkpoint against the run's seed and the corpus's batches.</summary>
    private void CheckPlace(Progress checkpoint)
    {
        string? problem = checkpoint switch
        {
            _ when checkpoint.Seed != _options.Seed => $"seed is {checkpoint.Seed}, but {ModelFolder.ConfigName} says {_options.Seed}",
            _ when checkpoint.Position >= _order.BatchesPerEpoch => $"position is {checkpoint.Position}, but an epoch has {_order.BatchesPerEpoch} batches",
            _ when ((Int128)checkpoint.Epoch * _order.BatchesPerEpoch) + checkpoint.Position != checkpoint.Step
                => $"step is {checkpoint.Step}, which is not {checkpoint.Epoch} epochs of {_order.BatchesPerEpoch} batches and {checkpoint.Position}",
            _ when _aggressive is not null && checkpoint.Aggressive is null => "\"aggressive\" is missing, which the objective needs",
            _ => null,
        };
        if (problem is not null)
            throw new InputException($"{_folder.PathOf(RunFolder.ProgressName)}: {problem}; the file was changed from outside");
    }

    private void End()
    {
        Finish();
        bool reports = _sums.Steps > 0;
        if (reports)
            Report();
        if (_step > _firstStep && _lastEvaluation?.Step != _step)
            Evaluate();
        if (reports || _folder.Checkpoint?.Step != _step)
            Save(); // also a step that was saved before: its sums are reported now
        else
            _log.Flush();
    }

    private void Report()
    {
        Finish();
        (double nll, double kl) = (_sums.Nll / _sums.Sentences, _sums.Kl / _sums.Sentences);
        Publish(new TrainingReport
        {
            Split = ReportSplit.Train,
            Step = _step,
            TotalSteps = TotalSteps,
            Epoch = Epoch,
            Nll = nll,
            Kl = kl,
            Objective = _sums.Objective / _sums.Sentences,
            KlShare = _options.Objective.KlShare(nll, kl),
            Weights = _options.Objective.At(_step - 1),
            GradientNorm = _sums.GradientNorm / _sums.Steps,
            LearningRate = _options.LearningRate,
            SentencesPerSecond = Rate(_sums.Sentences, _sums.Seconds),
            TokensPerSecond = Rate(_sums.Tokens, _sums.Seconds),
            Seconds = Seconds,
            TimeLeft = TimeLeft(),
        });
        _sums = default;
    }

    private void Evaluate()
    {
        if (_heldOut is null)
            return;
        Finish();
        long before = _clock.GetTimestamp();
        ObjectiveWeights weights = _options.Objective.At(Math.Max(0, _step - 1));
        HeldOutLosses losses = _heldOut.Measure(_trainer.Model, weights.Free);
        double seconds = _clock.GetElapsedTime(before).TotalSeconds;
        double objective = (weights.Reconstruction * losses.Nll) + (weights.Kl * losses.CountedKl);
        if (!double.IsFinite(objective))
            throw Diverged(_step, _trainer.FirstBadParameter(), objective);
        _lastEvaluation = new TrainingReport
        {
            Split = ReportSplit.Test,
            Step = _step,
            TotalSteps = TotalSteps,
            Epoch = Epoch,
            Nll = losses.Nll,
            Kl = losses.Kl,
            Objective = objective,
            KlShare = _options.Objective.KlShare(losses.Nll, losses.Kl),
            Weights = weights,
            SentencesPerSecond = Rate(losses.Sentences, seconds),
            TokensPerSecond = Rate(losses.Tokens, seconds),
            Seconds = Seconds,
            TimeLeft = TimeLeft(),
        };
        Publish(_lastEvaluation);
    }

    private void Publish(TrainingReport report)
    {
        _log.Write(report);
        _progress?.Report(report);
    }

    private bool IsEvaluationDue() => _options.EvaluateEvery > 0
        && (_step % _options.EvaluateEvery == 0 || (_options.EvaluateEarly && _step < _options.EvaluateEvery && BitOperations.IsPow2(_step)));

    private bool IsCheckpointDue() =>
        (_options.CheckpointEvery > 0 && _step % _options.CheckpointEvery == 0)
        || (_options.CheckpointMinutes > 0 && _clock.GetElapsedTime(_lastSaveTime).TotalMinutes >= _options.CheckpointMinutes);

    private void Save()
    {
        Finish();
        if (_trainer.FirstBadParameter() is { } found)
            throw Diverged(_step, found, double.NaN);
        _log.Flush();
        Progress progress = new()
        {
            Step = _step,
            Epoch = _epoch,
            Position = _position,
            Seed = _options.Seed,
            Seconds = Seconds,
            SinceReport = _sums,
            Device = _device,
            Aggressive = _aggressive?.State,
        };
        _folder.Save(progress, _trainer.Model.Weights, _trainer.Mean, _trainer.Variance);
        _lastSaveTime = _clock.GetTimestamp();
        _hasSaved = true;
    }

    private TrainingDivergedException Diverged(long step, NotFinite? found, double loss) =>
        new(step, found, loss, _folder.Checkpoint?.Step, _hasSaved, _folder.FolderPath);

    private double Epoch => _epoch + ((double)_position / _order.BatchesPerEpoch);

    private TimeSpan? TimeLeft()
    {
        double sessionSeconds = _clock.GetElapsedTime(_started).TotalSeconds;
        double byMinutes = (_options.Minutes * 60) - Seconds ?? double.PositiveInfinity;
        double bySteps = TotalSteps is { } total && _step > _firstStep ? (total - _step) * sessionSeconds / (_step - _firstStep) : double.PositiveInfinity;
        double seconds = Math.Min(byMinutes, bySteps);
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
    }

    private static double Rate(double count, double seconds) => seconds > 0 ? count / seconds : 0;
}
