using System.Text.RegularExpressions;
using Reprise.Formats;

namespace Reprise.Text.Preparation;

/// <summary>
/// The folder of a new corpus, locked by one process. <see cref="Commit"/> replaces the old corpus atomically
/// (<see cref="StagedFiles"/>); without it the old one stays.
/// </summary>
internal sealed partial class CorpusFolder : IDisposable
{
    private const string Prefix = ".prepare"; // hidden, so that it is not read as text
    private const string LockName = Prefix + ".lock";
    private const string ScratchName = Prefix + ".scratch";

    /// <summary>Files of a trained model or a run, which preparing could not bring back.</summary>
    private static readonly string[] s_modelFiles = ["config.json", "model.safetensors"];

    private static readonly string[] s_order = [CorpusInfo.VocabularyName, .. Parts.FileNames, CorpusInfo.FileName];

    private readonly string _folder;
    private readonly FolderFiles _files;
    private readonly StagedFiles _staged;
    private readonly bool _created;
    private readonly FolderLock? _lock;
    private bool _committed;

    /// <exception cref="InputException">
    /// The folder holds something other than a corpus that may be overwritten, another process makes a corpus there, or it cannot be
    /// written to.
    /// </exception>
    public CorpusFolder(string folder, bool overwrite, FolderFiles files)
    {
        _folder = Path.GetFullPath(folder);
        _files = files;
        _staged = new StagedFiles(files, _folder, Prefix, s_order);
        Scratch = Path.Combine(_folder, ScratchName);
        if (File.Exists(_folder))
            throw new InputException($"{folder}: is a file; expected a folder for the corpus");
        _created = !Directory.Exists(_folder);
        try
        {
            files.CreateFolder(_folder);
            _lock = FolderLock.Hold(folder, LockName, "making a corpus");
            RefuseOtherContent(folder, overwrite);
            Sweep();
            _staged.Begin();
            files.CreateFolder(Scratch);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new InputException($"{folder}: cannot be written to: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The folder for scratch files; deleted at the end.</summary>
    public string Scratch { get; }

    /// <summary>The path of a file of a corpus, also while a commit moves it.</summary>
    public static string Find(string folder, string name) => StagedFiles.Find(folder, Prefix, name);

    /// <summary>Reads files of one and the same corpus, while another process may replace it.</summary>
    /// <param name="read">Finds every file by <see cref="Find"/>.</param>
    public static T Read<T>(string folder, Func<T> read)
    {
        const int MostTries = 100;
        for (int attempt = 0; ; attempt++)
        {
            string before = Look();
            T found;
            try
            {
                found = read();
            }
            catch (InputException) when (attempt < MostTries && Look() != before)
            {
                continue;
            }

            if (Look() == before)
                return found;
            (found as IDisposable)?.Dispose();
            if (attempt == MostTries)
                throw new InputException($"{folder}: the corpus is replaced again and again while it is read; try again later");
        }

        string Look() => string.Join('\n', s_order.Select(name => new FileInfo(Find(folder, name)))
            .Select(file => $"{file.FullName} {(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks}"));
    }

    /// <summary>The path at which a file of the new corpus is written.</summary>
    public string New(string name) => Path.Combine(_staged.Unfinished, name);

    public void Commit(CorpusInfo info)
    {
        info.Save(_staged.Unfinished);
        _staged.Commit();
        _committed = true;
        _staged.EndMove();
        foreach (string part in Parts.FileNames.Except(info.Files.Select(file => file.Name)))
            _files.Delete(Path.Combine(_folder, part)); // of the corpus before
    }

    public void Dispose()
    {
        try
        {
            if (_lock is not null)
            {
                _staged.Discard();
                _files.DeleteFolder(Scratch);
                _lock.Dispose();
            }

            if (_created && !_committed && Directory.Exists(_folder))
                Directory.Delete(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next preparation in this folder deletes the rest; an exception from here would hide the first one.
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    private static void RefuseOtherContent(string folder, bool overwrite)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path))
            .Where(name => !IsOwn(name))
            .Order(StringComparer.Ordinal)];
        if (names.Intersect(s_modelFiles).FirstOrDefault() is { } model)
            throw new InputException($"{folder}: holds a model or a run ({model}), which a corpus never replaces; choose another folder");
        if (!CorpusInfo.IsIn(folder))
        {
            if (names.Length == 0)
                return;
            string found = $"{folder}: holds something already ({names[0]}) and is no corpus";
            throw new InputException($"{found}; choose another folder, or empty this one");
        }

        if (!overwrite)
            throw new InputException($"{folder}: holds a corpus already; choose another folder, or overwrite it (--overwrite)");
        OutsideFile.Open(Find(folder, CorpusInfo.FileName)).Dispose(); // refuses a pipe, a device or a folder of that name
    }

    /// <summary>Deletes the files of killed processes, except those of <see cref="StagedFiles"/>.</summary>
    private void Sweep()
    {
        _files.DeleteFolder(Scratch);
        foreach (string left in Directory.GetDirectories(_folder).Where(path => OfEarlierVersions().IsMatch(Path.GetFileName(path))))
            _files.DeleteFolder(left);
    }

    private static bool IsOwn(string name) =>
        name is LockName or ScratchName || StagedFiles.IsFolderOf(Prefix, name) || OfEarlierVersions().IsMatch(name);

    [GeneratedRegex("^\\.prepare-[0-9a-f]{32}$")]
    private static partial Regex OfEarlierVersions();
}
