using System.Text;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Checkpoints;

/// <summary>
/// A run on disk: a model's folder with what training needs to go on, held by one process at a time.
/// </summary>
/// <remarks>
/// A checkpoint is three files that belong together (<see cref="StagedFiles"/>): a process may be killed at any moment, and the checkpoint
/// before or the new one is whole.
/// </remarks>
internal sealed class RunFolder : IDisposable
{
    internal const string OptimizerName = "optimizer.safetensors";
    internal const string ProgressName = "progress.json";
    internal const string LogName = "log.jsonl";
    internal const string EventsPrefix = "events.out.tfevents.";
    private const string LockName = "run.lock";
    private const string CheckpointName = "checkpoint";
    internal const string KeptName = "before-decay";
    private const string UnfinishedKeptName = KeptName + ".tmp";

    /// <summary>The path of a file of the valid checkpoint, for a reader, also while the files go to their places.</summary>
    internal static string Find(string folder, string name) => StagedFiles.Find(folder, CheckpointName, name);

    /// <summary>Reads a file of the valid checkpoint, which may go to its place meanwhile.</summary>
    internal static T Read<T>(string folder, string name, Func<string, T> read)
    {
        string path = Find(folder, name), place = Path.Combine(folder, name);
        try
        {
            return read(path);
        }
        catch (InputException) when (path != place && !File.Exists(path))
        {
            return read(place);
        }
    }

    private readonly FolderFiles _files;
    private readonly StagedFiles _checkpoint;
    private readonly FolderLock _lock;
    private ProgressFile? _saved, _kept;
    private bool _isNew, _goesBack;

    private RunFolder(string path, FolderLock held, FolderFiles files)
    {
        FolderPath = path;
        _lock = held;
        _files = files;
        _checkpoint = new StagedFiles(files, path, CheckpointName, CheckpointFiles.Names);
        Config = null!;
        Vocabulary = null!;
    }

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>The contents of config.json.</summary>
    public ModelConfig Config { get; private set; }

    /// <summary>The words of vocabulary.txt.</summary>
    public Vocabulary Vocabulary { get; private set; }

    /// <summary>The last checkpoint; null before the first.</summary>
    public Progress? Checkpoint => _saved?.Progress;

    /// <summary>The checkpoint of the step from which on the rate fell; null where there is none.</summary>
    public Progress? Kept => _kept?.Progress;

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="overwrite">True if an existing run, or the rest of one, may be deleted. Nothing else ever is.</param>
    /// <exception cref="InputException">The folder holds something, or cannot be written to.</exception>
    public static RunFolder Create(string path, ModelConfig config, Vocabulary vocabulary, bool overwrite = false) =>
        Create(path, config, vocabulary, overwrite, new FolderFiles());

    /// <summary>Opens the folder of a run to continue it.</summary>
    /// <exception cref="InputException">There is no run, or a file of it is missing or unsound.</exception>
    public static RunFolder Resume(string path) => Resume(path, new FolderFiles());

    /// <summary>The progress of the run in a folder; null if it has no checkpoint.</summary>
    /// <exception cref="InputException">progress.json is unsound.</exception>
    public static Progress? ReadProgress(string path) => ProgressFile.Find(path)?.Progress;

    /// <summary>The progress in the checkpoint of the step from which on the rate fell; null if it is not kept.</summary>
    /// <exception cref="InputException">progress.json is unsound.</exception>
    public static Progress? ReadKept(string path) => ProgressFile.Find(Path.Combine(path, KeptName))?.Progress;

    internal static RunFolder Create(string path, ModelConfig config, Vocabulary vocabulary, bool overwrite, FolderFiles files)
    {
        RunFolder run = Claim(path, config, vocabulary, overwrite, files);
        try
        {
            run.Begin();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Locks the folder of a new run. Nothing in it changes before <see cref="Begin"/>, so a refusal keeps an old run.</summary>
    internal static RunFolder Claim(string path, ModelConfig config, Vocabulary vocabulary, bool overwrite, FolderFiles files)
    {
        if (vocabulary.Count != config.Model.VocabularySize)
        {
            string found = $"the vocabulary has {vocabulary.Count} words, special ones included";
            throw new InputException($"model.vocabularySize is {config.Model.VocabularySize}, but {found}");
        }

        return Open(path, files, mayCreate: true, run =>
        {
            run.Refuse(overwrite);
            (run.Config, run.Vocabulary, run._isNew) = (config, vocabulary, true);
        });
    }

    internal static RunFolder Resume(string path, FolderFiles files)
    {
        if (!File.Exists(Path.Combine(path, ModelFolder.ConfigName)))
            throw new InputException($"{path}: there is no run to resume ({ModelFolder.ConfigName} is missing); start a new one");
        return Open(path, files, mayCreate: false, run =>
        {
            run._checkpoint.EndMove();
            run.Sweep();
            ModelFolder folder = ModelFolder.OpenWithoutWeights(path);
            run.Config = folder.Config;
            run.Vocabulary = folder.Vocabulary;
            (run._saved, run._kept) = (ProgressFile.Find(path), ProgressFile.Find(run.PathOf(KeptName)));
            if (run._saved is { } checkpoint)
                CheckpointFiles.Check(path, checkpoint, new ParameterLayout(folder.Config.Model));
            else if (new[] { ModelFolder.WeightsName, OptimizerName }.FirstOrDefault(name => File.Exists(run.PathOf(name))) is { } weights)
            {
                string found = $"{weights} is there but {ProgressName} is missing: this is a model, not a run that could be continued";
                throw new InputException($"{path}: {found}; restore {ProgressName}, or start a new run in another folder");
            }
        });
    }

    /// <summary>Makes the kept checkpoint the last one, for <see cref="Load"/> now, on the disk from <see cref="Begin"/> on.</summary>
    internal void GoBack() => (_saved, _kept, _goesBack) = (_kept, null, true);

    /// <summary>
    /// Deletes the run that a new one replaces and writes the new one's first files. In a resumed run, ends <see cref="GoBack"/>.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    internal void Begin()
    {
        try
        {
            if (_goesBack)
                _checkpoint.Adopt(PathOf(KeptName));
            _goesBack = false;
            if (!_isNew)
                return;
            Clear();
            AtomicFile.Write(PathOf(ModelFolder.VocabularyName), Vocabulary.Write, _files);
            WriteConfig(Config); // the last: a folder with a config.json is a run
            _isNew = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(FolderPath, e);
        }
    }

    /// <summary>Replaces config.json, for example where a run is resumed with more steps.</summary>
    public void WriteConfig(ModelConfig config)
    {
        Config = config.With(Vocabulary);
        AtomicFile.Write(PathOf(ModelFolder.ConfigName), stream => stream.Write(Encoding.UTF8.GetBytes(Config.ToJson())), _files);
    }

    /// <summary>Saves a checkpoint; until it is whole, the one before stays.</summary>
    /// <exception cref="InputException">The disk is full or the folder not writable; the checkpoint before is whole.</exception>
    public void Save(Progress progress, CheckpointSlabs slabs)
    {
        Write(progress, () =>
        {
            _checkpoint.Begin();
            ProgressFile saved = CheckpointFiles.Write(_checkpoint.Unfinished, _files, progress, slabs);
            _checkpoint.Commit();
            _saved = saved;
        });
        _checkpoint.EndMove();
    }

    /// <summary>Keeps the state of the step from which on the rate falls, in the place of an older one.</summary>
    /// <exception cref="InputException">The disk is full or the folder not writable; the last checkpoint is whole.</exception>
    public void Keep(Progress progress, CheckpointSlabs slabs)
    {
        (string place, string unfinished) = (PathOf(KeptName), PathOf(UnfinishedKeptName));
        Write(progress, () =>
        {
            _files.DeleteFolder(unfinished);
            _files.CreateFolder(unfinished);
            ProgressFile kept = CheckpointFiles.Write(unfinished, _files, progress, slabs);
            _files.FlushFolder(unfinished);
            _files.DeleteFolder(place);
            _files.MoveFolder(unfinished, place);
            _files.FlushFolder(FolderPath);
            _kept = kept;
        });
    }

    /// <summary>Fills the slabs from the last checkpoint.</summary>
    /// <exception cref="InputException">A file is missing, unsound, or of another checkpoint.</exception>
    public void Load(CheckpointSlabs slabs)
    {
        ProgressFile checkpoint = _saved ?? throw new InvalidOperationException("there is no checkpoint");
        CheckpointFiles.Read(_goesBack ? PathOf(KeptName) : FolderPath, checkpoint, slabs);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    internal string PathOf(string name) => Path.Combine(FolderPath, name);

    private static RunFolder Open(string path, FolderFiles files, bool mayCreate, Action<RunFolder> prepare)
    {
        FolderLock? held = null;
        try
        {
            if (mayCreate)
                files.CreateFolder(path);
            held = FolderLock.Hold(path, LockName, "training");
            RunFolder run = new(path, held, files);
            prepare(run);
            return run;
        }
        catch (Exception e)
        {
            held?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw Unwritable(path, e);
            throw;
        }
    }

    private void Write(Progress progress, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DeleteUnfinished();
            string kept = Checkpoint is { } last ? $"the checkpoint of step {last.Step} is whole" : "there is no checkpoint yet";
            string failure = $"the checkpoint of step {progress.Step} cannot be written: {e.Message}";
            throw new InputException($"{FolderPath}: {failure}; {kept}. Make room and resume the run", e);
        }
    }

    /// <summary>Refuses a folder that is not a run's, and a run unless it may be overwritten.</summary>
    private void Refuse(bool overwrite)
    {
        string[] names = Names();
        string beforeDecay = PathOf(KeptName);
        IEnumerable<string> within = Directory.Exists(beforeDecay)
            ? Directory.EnumerateFileSystemEntries(beforeDecay).Select(entry => Path.GetFileName(entry)).Except(CheckpointFiles.Names)
            : [];
        if (names.Where(name => !IsOurs(name)).Concat(within.Select(name => $"{KeptName}/{name}")).FirstOrDefault() is { } stranger)
            throw new InputException($"{FolderPath}: holds {stranger}, which is not part of a run; choose a new folder");
        if (!overwrite && names.Contains(ModelFolder.ConfigName))
            throw new InputException($"{FolderPath}: a run is there already; resume it, overwrite it or choose another folder");
        if (!overwrite && names.FirstOrDefault(name => !IsOfUnfinishedCreation(name)) is { } kept)
        {
            string found = $"holds {kept} but no {ModelFolder.ConfigName}";
            throw new InputException($"{FolderPath}: {found}; restore that, overwrite what is there or choose another folder");
        }

        if (names.Contains(ModelFolder.ConfigName))
            ModelConfig.Load(PathOf(ModelFolder.ConfigName)); // anything else of this name is not ours to delete
    }

    private void Clear()
    {
        string[] names = [.. Names().Where(IsOurs)];
        if (names.Contains(ModelFolder.ConfigName))
            _files.Delete(PathOf(ModelFolder.ConfigName)); // first: what is left is then no run
        _checkpoint.DiscardAll();
        foreach (string name in names.Where(name => !IsOfCheckpoint(name)))
        {
            if (IsKept(name))
                _files.DeleteFolder(PathOf(name));
            else
                _files.Delete(PathOf(name));
        }
    }

    private string[] Names() =>
        [.. Directory.EnumerateFileSystemEntries(FolderPath).Select(entry => Path.GetFileName(entry)).Where(name => name != LockName)];

    private static bool IsOfUnfinishedCreation(string name) =>
        name is ModelFolder.VocabularyName || name.EndsWith(".tmp", StringComparison.Ordinal);

    private static bool IsOurs(string name) =>
        name is ModelFolder.ConfigName or ModelFolder.VocabularyName or LogName
        || IsOfCheckpoint(name)
        || IsKept(name)
        || IsTemporary(name)
        || CheckpointFiles.Names.Contains(name)
        || name.StartsWith(EventsPrefix, StringComparison.Ordinal);

    private static bool IsOfCheckpoint(string name) => StagedFiles.IsFolderOf(CheckpointName, name);

    private static bool IsKept(string name) => name is KeptName or UnfinishedKeptName;

    private static bool IsTemporary(string name) =>
        name is ModelFolder.ConfigName + ".tmp" or ModelFolder.VocabularyName + ".tmp"
        || (AtomicFile.TargetOf(name) is { } target && IsOurs(target));

    /// <summary>Deletes the unfinished files of a killed process.</summary>
    private void Sweep()
    {
        _checkpoint.Discard();
        _files.DeleteFolder(PathOf(UnfinishedKeptName));
        foreach (string name in Names().Where(IsTemporary))
            _files.Delete(PathOf(name));
    }

    private static InputException Unwritable(string path, Exception e) =>
        new($"{path}: the run's folder cannot be written to: {e.Message}", e);

    private void DeleteUnfinished()
    {
        try
        {
            _checkpoint.Discard();
            _files.DeleteFolder(PathOf(UnfinishedKeptName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next checkpoint tries again.
        }
    }
}
