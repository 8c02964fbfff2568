namespace Reprise.Text.Preparation;

/// <summary>
/// The folder that a corpus goes to. All is written to a folder of its own within it; <see cref="Commit"/> puts the files in their
/// places, corpus.json last. Without it everything is as before.
/// </summary>
internal sealed class CorpusFolder : IDisposable
{
    /// <summary>What a trained model or a run holds: nothing that preparing could bring back.</summary>
    private static readonly string[] s_modelFiles = ["config.json", "model.safetensors"];

    private const string StagingPrefix = ".prepare-";

    private readonly string _folder;
    private readonly string _staging;
    private readonly bool _created;
    private bool _committed;

    /// <exception cref="InputException">The folder holds something other than a corpus that may be overwritten, or cannot be written to.</exception>
    public CorpusFolder(string folder, bool overwrite)
    {
        _folder = Path.GetFullPath(folder);
        if (File.Exists(_folder))
            throw new InputException($"{folder}: is a file; expected a folder for the corpus");
        _created = !Directory.Exists(_folder);
        _staging = Path.Combine(_folder, $"{StagingPrefix}{Guid.NewGuid():N}");
        Scratch = Path.Combine(_staging, "scratch");
        try
        {
            if (!_created)
                RefuseWhatMustStay(folder, overwrite);
            Directory.CreateDirectory(Scratch);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new InputException($"{folder}: cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>A folder for what is not needed at the end.</summary>
    public string Scratch { get; }

    /// <summary>Where a file of the new corpus is written.</summary>
    public string New(string name) => Path.Combine(_staging, name);

    public void Commit(CorpusInfo info)
    {
        info.Save(_staging);

        // While its files change, the folder holds no corpus.
        File.Delete(Path.Combine(_folder, CorpusInfo.FileName));
        foreach (Part part in Enum.GetValues<Part>())
            File.Delete(Path.Combine(_folder, part.FileName()));
        foreach (string name in info.Files.Select(f => f.Name).Append(CorpusInfo.FileName))
            File.Move(New(name), Path.Combine(_folder, name), overwrite: true);
        _committed = true;
    }

    public void Dispose()
    {
        try
        {
            if (Directory.Exists(_staging))
                Directory.Delete(_staging, recursive: true);
            if (_created && !_committed)
                Directory.Delete(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left is passed over by whoever makes a corpus here; the failure that brought us here is the one to tell.
        }
    }

    private static void RefuseWhatMustStay(string folder, bool overwrite)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path))
            .Where(name => !name.StartsWith(StagingPrefix, StringComparison.Ordinal)) // what a killed run left behind
            .Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            return;
        if (names.Intersect(s_modelFiles).FirstOrDefault() is { } model)
            throw new InputException($"{folder}: holds a model or a run ({model}), which a corpus never replaces; choose another folder");
        if (!names.Contains(CorpusInfo.FileName))
            throw new InputException($"{folder}: holds something already ({names[0]}) and is no corpus; choose another folder, or empty this one");
        if (!overwrite)
            throw new InputException($"{folder}: holds a corpus already; choose another folder, or overwrite it (--overwrite)");
    }
}
