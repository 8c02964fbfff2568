using System.Text.RegularExpressions;
using Reprise.Formats;

namespace Reprise.Text.Preparation;

/// <summary>
/// The folder that a corpus goes to, held by one process at a time. <see cref="Commit"/> replaces the old corpus by the new one in one
/// instant (<see cref="StagedFiles"/>); without it the old one stays.
/// </summary>
internal sealed partial class CorpusFolder : IDisposable
{
    private const string Prefix = ".prepare"; // hidden: nobody takes what is in the making for text
    private const string LockName = Prefix + ".lock";
    private const string ScratchName = Prefix + ".scratch";

    /// <summary>What a trained model or a run holds: nothing that preparing could bring back.</summary>
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
            RefuseWhatMustStay(folder, overwrite);
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

    /// <summary>A folder for what is not needed at the end.</summary>
    public string Scratch { get; }

    /// <summary>Where a file of a corpus is, which may be on its way to its place.</summary>
    public static string Find(string folder, string name) => StagedFiles.Find(folder, Prefix, name);

    /// <summary>Reads a folder in which another process may be replacing the corpus: what was read is all of one corpus.</summary>
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

    /// <summary>Where a file of the new corpus is written.</summary>
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
            // What is left is swept by whoever makes a corpus here next; the failure that brought us here is the one to tell.
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    private static void RefuseWhatMustStay(string folder, bool overwrite)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path))
            .Where(name => !IsOfMaking(name))
            .Order(StringComparer.Ordinal)];
        if (names.Intersect(s_modelFiles).FirstOrDefault() is { } model)
            throw new InputException($"{folder}: holds a model or a run ({model}), which a corpus never replaces; choose another folder");
        if (!CorpusInfo.IsIn(folder))
        {
            if (names.Length == 0)
                return;
            throw new InputException($"{folder}: holds something already ({names[0]}) and is no corpus; choose another folder, or empty this one");
        }

        if (!overwrite)
            throw new InputException($"{folder}: holds a corpus already; choose another folder, or overwrite it (--overwrite)");
        OutsideFile.Open(Find(folder, CorpusInfo.FileName)).Dispose(); // what is no file is not ours to replace
    }

    /// <summary>Deletes what killed processes left, but for what <see cref="StagedFiles"/> sees to.</summary>
    private void Sweep()
    {
        _files.DeleteFolder(Scratch);
        foreach (string left in Directory.GetDirectories(_folder).Where(path => OfEarlierVersions().IsMatch(Path.GetFileName(path))))
            _files.DeleteFolder(left);
    }

    private static bool IsOfMaking(string name) =>
        name is LockName or ScratchName || StagedFiles.IsFolderOf(Prefix, name) || OfEarlierVersions().IsMatch(name);

    [GeneratedRegex("^\\.prepare-[0-9a-f]{32}$")]
    private static partial Regex OfEarlierVersions();
}
