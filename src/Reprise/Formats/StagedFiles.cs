namespace Reprise.Formats;

/// <summary>Files of a folder that belong together and are replaced together.</summary>
/// <remarks>
/// They are written into the folder <c>NAME.tmp</c> and flushed; renaming it to <c>NAME.new</c> makes them valid in one instant; then they
/// are renamed into their places. The next process that holds the folder first ends such a move; a reader looks into <c>NAME.new</c>
/// first. A process may be killed at any moment: before that instant the old files are whole, after it the new ones.
/// </remarks>
/// <param name="order">The files' names, in the order in which they go to their places.</param>
internal sealed class StagedFiles(FolderFiles files, string folder, string name, IReadOnlyList<string> order)
{
    private const string UnfinishedEnding = ".tmp", FinishedEnding = ".new";

    private readonly string _finished = FinishedOf(folder, name);

    /// <summary>The folder that new files are written to.</summary>
    public string Unfinished { get; } = Path.Combine(folder, name + UnfinishedEnding);

    /// <summary>True if <paramref name="found"/> is a folder in which files of <paramref name="name"/> are staged.</summary>
    public static bool IsFolderOf(string name, string found) => found == name + UnfinishedEnding || found == name + FinishedEnding;

    /// <summary>The path of the valid file, for a reader.</summary>
    public static string Find(string folder, string name, string file) =>
        Path.Combine(FinishedOf(folder, name), file) is { } moving && File.Exists(moving) ? moving : Path.Combine(folder, file);

    /// <summary>Prepares for new files; puts valid ones into their places first.</summary>
    public void Begin()
    {
        EndMove();
        Discard();
        files.CreateFolder(Unfinished);
    }

    /// <summary>Makes the new files valid.</summary>
    public void Commit()
    {
        files.FlushFolder(Unfinished);
        files.MoveFolder(Unfinished, _finished);
    }

    /// <summary>Makes a folder of such files, on the disk already, the valid ones.</summary>
    public void Adopt(string other)
    {
        EndMove();
        files.MoveFolder(other, _finished);
        EndMove();
    }

    /// <summary>Puts valid files into their places, where they are not there yet.</summary>
    public void EndMove()
    {
        if (!Directory.Exists(_finished))
            return;
        files.FlushFolder(folder);
        foreach (string file in order)
        {
            string moving = Path.Combine(_finished, file);
            if (File.Exists(moving))
                files.Move(moving, Path.Combine(folder, file));
        }

        files.FlushFolder(folder);
        files.DeleteFolder(_finished);
    }

    /// <summary>Deletes new files that did not become valid.</summary>
    public void Discard() => files.DeleteFolder(Unfinished);

    /// <summary>Deletes new files, valid or not.</summary>
    public void DiscardAll()
    {
        Discard();
        files.DeleteFolder(_finished);
    }

    private static string FinishedOf(string folder, string name) => Path.Combine(folder, name + FinishedEnding);
}
