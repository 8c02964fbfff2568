namespace Reprise.Checkpoints;

/// <summary>Holds a folder for this process, by a file in it that the system lets go when the process ends.</summary>
internal static class FolderLock
{
    /// <param name="doing">What another process is doing there, for the message.</param>
    /// <exception cref="InputException">Another process holds it.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FileStream Hold(string folder, string name, string doing)
    {
        string path = Path.Combine(folder, name);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new InputException($"{folder}: another process is {doing} in this folder; wait for it or choose another folder", e);
        }
    }
}
