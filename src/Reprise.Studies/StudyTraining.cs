using System.Runtime.ExceptionServices;
using Reprise.Checkpoints;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Studies;

/// <summary>One session of a study's training: workers that take run after run.</summary>
internal sealed class StudyTraining
{
    private const int EstimateFrom = 100; // after a hundredth of the steps

    private readonly Study _study;
    private readonly IProgress<StudyProgress>? _progress;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Queue<StudyRunState> _waiting;
    private readonly Dictionary<string, long> _steps;
    private readonly long _totalSteps, _stepsBefore, _started;
    private TrainingDivergedException? _diverged;

    public StudyTraining(Study study, IProgress<StudyProgress>? progress, TimeProvider clock)
    {
        _study = study;
        _progress = progress;
        _clock = clock;
        IReadOnlyList<StudyRunState> runs = study.Runs;
        _waiting = new Queue<StudyRunState>(runs.Where(run => !run.IsFinished));
        _steps = runs.ToDictionary(run => run.Run.Name, study.NextOf);
        _totalSteps = runs.Count * study.Options.Training.Steps!.Value;
        _stepsBefore = _steps.Values.Sum();
        _started = clock.GetTimestamp();
    }

    public bool Run(int runsAtOnce, int threads, Func<int, ComputeDevice> device, CancellationToken cancellation)
    {
        int workers = Math.Min(runsAtOnce, _waiting.Count);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] tasks = [.. Enumerable.Range(0, workers).Select(worker =>
        {
            int share = Math.Max(1, (threads / workers) + (worker < threads % workers ? 1 : 0));
            return Task.Factory.StartNew(() => Work(share, device, stop),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        })];
        try
        {
            Task.WaitAll(tasks, CancellationToken.None);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        if (_diverged is not null && !cancellation.IsCancellationRequested)
            throw _diverged;
        return _study.Runs.All(run => run.IsFinished);
    }

    private void Work(int threads, Func<int, ComputeDevice> device, CancellationTokenSource stop)
    {
        try
        {
            using ComputeDevice own = device(threads);
            while (!stop.IsCancellationRequested && Next() is { } run)
                Train(run, own, stop.Token);
        }
        catch
        {
            stop.Cancel(); // the others save and end
            throw;
        }
    }

    private StudyRunState? Next()
    {
        lock (_lock)
            return _waiting.TryDequeue(out StudyRunState? run) ? run : null;
    }

    private void Train(StudyRunState state, ComputeDevice device, CancellationToken cancellation)
    {
        RunMode mode = File.Exists(Path.Combine(state.Folder, ModelFolder.ConfigName)) ? RunMode.Resume : RunMode.New;
        IProgress<TrainingReport>? progress = _progress is null ? null : new Reports(this, state.Run);
        try
        {
            Trainer.Train(_study.Data, _study.Options.ModelOf(state.Run),
                _study.Options.TrainingOf(state.Run), state.Folder, mode, device, progress, cancellation);
        }
        catch (TrainingDivergedException e)
        {
            lock (_lock)
                _diverged ??= e; // the others go on
        }
    }

    private void Tell(StudyRun run, TrainingReport report)
    {
        lock (_lock)
        {
            _steps[run.Name] = report.Step;
            long done = _steps.Values.Sum(), now = done - _stepsBefore;
            // The first steps are evaluated one by one (EvaluateEarly), and say little about the others.
            bool hasEstimate = now * EstimateFrom >= _totalSteps - _stepsBefore;
            TimeSpan? left = hasEstimate && now > 0 ? _clock.GetElapsedTime(_started) * ((double)(_totalSteps - done) / now) : null;
            _progress!.Report(new StudyProgress(run, report, done, _totalSteps, left));
        }
    }

    private sealed class Reports(StudyTraining training, StudyRun run) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => training.Tell(run, value);
    }
}
