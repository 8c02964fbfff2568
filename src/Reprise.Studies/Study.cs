using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Numerics;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Training;

namespace Reprise.Studies;

/// <summary>
/// An experiment as a folder: several objectives trained under the same budget on one corpus, run by run. Results are in the folder, so
/// that a study that is opened again continues where it stopped.
/// </summary>
/// <remarks>
/// Runs of one seed have the same first weights, batches, noise and dropped words: these are functions of (seed, use, step, sentence),
/// whatever the objective.
/// </remarks>
public sealed class Study : IDisposable
{
    internal const string FileName = "study.json";
    internal const string RunsName = "runs";
    private const string LockName = "study.lock";

    private readonly FolderLock _lock;

    private Study(string folder, StudyOptions options, TrainingData data, FolderLock held)
    {
        FolderPath = folder;
        Options = options;
        Data = data;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>The study's options.</summary>
    public StudyOptions Options { get; }

    /// <summary>The training data, owned by the caller.</summary>
    public TrainingData Data { get; }

    /// <summary>The states of all runs by their checkpoints, repetitions included, in their order.</summary>
    /// <exception cref="InputException">A run's progress.json is unsound.</exception>
    public IReadOnlyList<StudyRunState> Runs => [.. Options.AllRuns.Select(StateOf)];

    /// <summary>The options of the study in a folder; null if there is none.</summary>
    /// <exception cref="InputException">study.json is unsound.</exception>
    public static StudyOptions? OptionsOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? StudyFile.Load(path).Options : null;
    }

    /// <summary>Begins a study, or continues the one in the folder.</summary>
    /// <param name="folder">A folder that is new, empty, or this study's.</param>
    /// <param name="options">The options; for an existing study its own, to which runs, seeds and steps may be added.</param>
    /// <param name="data">The data of the same corpus, owned by the caller.</param>
    /// <exception cref="InputException">Options, data or folder cannot be used, or they are of another study; the field is
    /// named.</exception>
    public static Study Open(string folder, StudyOptions options, TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        options.Validate();
        if (data.Vocabulary.Count != options.Model.VocabularySize)
            throw new InputException($"model.vocabularySize is {options.Model.VocabularySize}, but the corpus's vocabulary has "
                + $"{data.Vocabulary.Count} words, special ones included");
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file; expected the folder of a study, new or empty");
        FolderLock? held = null;
        try
        {
            Directory.CreateDirectory(folder);
            held = FolderLock.Hold(folder, LockName, "at work on the study");
            string path = Path.Combine(folder, FileName);
            StudyFile? found = Found(folder, path);
            bool isSetLater = found?.Options.Claims.SetAfterTraining == true;
            options = options with { Claims = options.Claims with { SetAfterTraining = isSetLater } };
            StudyFile file = new(options, data.ToJson());
            found?.CheckSame(file, path);
            Study study = new(folder, options, data, held);
            study.RefuseFewerSteps(); // before the file is changed
            Sweep(folder);
            file.Save(path);
            return study;
        }
        catch (Exception e)
        {
            held?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new InputException($"{folder}: the study's folder cannot be written to: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The folder of a run.</summary>
    public string FolderOf(StudyRun run) => Path.Combine(FolderPath, RunsName, run.Name);

    /// <summary>
    /// Trains unfinished runs, each from its last checkpoint. A run ends with the same bits whatever the numbers of runs at once and of
    /// threads.
    /// </summary>
    /// <param name="runsAtOnce">The number of runs trained at once; at least 1.</param>
    /// <param name="threads">Threads of all runs together, at least one each; null for one for each processor.</param>
    /// <param name="device">Opens a run's device by its number of threads; null for the processor or the environment's.</param>
    /// <param name="progress">The receiver of reports, called between steps by one training thread at a time.</param>
    /// <param name="cancellationToken">Cancellation finishes the current steps and saves.</param>
    /// <returns>True if all runs are finished; false if it was cancelled before.</returns>
    /// <exception cref="InputException">A run's folder cannot be used, or the disk is full; the last checkpoints are whole.</exception>
    /// <exception cref="TrainingDivergedException">A run has diverged; the others were finished.</exception>
    public bool Train(
        int runsAtOnce = 1,
        int? threads = null,
        Func<int, ComputeDevice>? device = null,
        IProgress<StudyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runsAtOnce, 1);
        StudyTraining training = new(this, progress, TimeProvider.System);
        device ??= share => ComputeDevice.Open(threads: share);
        return training.Run(runsAtOnce, threads ?? Environment.ProcessorCount, device, cancellationToken);
    }

    /// <summary>
    /// Refuses held-out sentences on which <see cref="Measure"/> can measure no run. Call it before hours of training.
    /// </summary>
    /// <exception cref="InputException">The corpus has none, or fewer than two of 4 to 20 known words.</exception>
    public void CheckHeldOut() => CorpusMetrics.Choose(Data, Options.Measuring.Seed, most: 2);

    /// <summary>
    /// Measures bounds, reconstructions, samples and codes of every finished run. Writes the scores, run by run, into <c>judged/</c>;
    /// scores of the same weights and options stay.
    /// </summary>
    /// <param name="device">Opens the device of a model; null for the processor or the environment's.</param>
    /// <param name="progress">The receiver of each stage at its start.</param>
    /// <param name="cancellationToken">Cancellation leaves the current run unmeasured.</param>
    /// <returns>True if all finished runs are measured; false if it was cancelled before.</returns>
    /// <exception cref="InputException">There is nothing to measure on, or a file cannot be used.</exception>
    public bool Measure(
        Func<ComputeDevice>? device = null, IProgress<MeasuringProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Writing(() => new StudyMeasuring(this, device ?? (() => ComputeDevice.Open()), progress).Run(cancellationToken));

    /// <summary>
    /// Writes <c>report.html</c>, <c>report.md</c>, <c>figures/</c> and <c>questionnaires/</c> from the runs and scores in the folder. No
    /// model runs, so it can be repeated at any time and gives the same bytes, except times.
    /// </summary>
    /// <exception cref="InputException">No run is finished and measured, or a file cannot be used.</exception>
    public void Report() => Report(null);

    /// <param name="published">Curves to draw under those of the study; null for the built-in ones where the preset is the paper's.</param>
    /// <inheritdoc cref="Report()"/>
    internal void Report(PublishedCurves? published) => Writing(() =>
    {
        StudyReport.Write(this, published ?? (Options.Preset == Presets.Paper.Name ? PublishedCurves.Selection : null));
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // The study in the folder; null for a folder that is empty but for files of a first start that was killed.
    private static StudyFile? Found(string folder, string path)
    {
        if (File.Exists(path))
            return StudyFile.Load(path);
        if (Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(IsStranger) is { } stranger)
            throw new InputException($"{folder}: holds {stranger} but no {FileName}; choose a new folder for the study");
        return null;
    }

    private T Writing<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{FolderPath}: {e.Message}; what was finished is kept: mend it, or make room, and give the same "
                + "command again", e);
        }
    }

    private static bool IsStranger(string? name) => name != LockName && name?.StartsWith(FileName, StringComparison.Ordinal) == false;

    private StudyRunState StateOf(StudyRun run)
    {
        long step = RunFolder.ReadProgress(FolderOf(run))?.Step ?? 0;
        return new StudyRunState(run, FolderOf(run), step, step >= Options.Training.Steps);
    }

    /// <summary>The step from which a run goes on: that of its last checkpoint, or an earlier one (<see cref="Continuation"/>).</summary>
    internal long NextOf(StudyRunState run) => ContinuationOf(run)?.From ?? run.Step;

    /// <summary>The continuation of a run that is to end later than it was to; null where its rate does not rise.</summary>
    internal Continuation? ContinuationOf(StudyRunState run)
    {
        if (run.IsFinished || run.Step == 0)
            return null;
        TrainingOptions before = Trainer.OptionsOf(run.Folder).Training;
        return Continuation.Of(run.Folder, before, Options.TrainingOf(run.Run), Data.Train);
    }

    private void RefuseFewerSteps()
    {
        if (Runs.FirstOrDefault(run => run.Step > Options.Training.Steps) is { } beyond)
            throw new InputException($"{beyond.Folder} is at step {beyond.Step}, but every run of the study shall have "
                + $"{Options.Training.Steps}; expected at least {beyond.Step} steps");
    }

    // Deletes the unfinished files of a killed process; runs delete their own.
    private static void Sweep(string folder)
    {
        IEnumerable<string> parts = Directory.GetDirectories(folder).Where(part => Path.GetFileName(part) != RunsName);
        foreach (string place in parts.SelectMany(part => Directory.GetDirectories(part).Append(part)).Append(folder))
            AtomicFile.Sweep(place);
    }
}
