using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>Holds a folder for this process, by a file in it that the system lets go when the process ends, however it ends.</summary>
/// <remarks>
/// The file is deleted when the folder is let go. So it may be gone, or another of its name, when a process that had opened it comes to
/// lock it: the lock counts only if the file is then still the one of that name, as a time of its own shows.
/// </remarks>
internal sealed class FolderLock : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;

    private FolderLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <param name="doing">What another process is doing there, for the message.</param>
    /// <exception cref="InputException">Another process holds it, or what has the name of its file is none.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FolderLock Hold(string folder, string name, string doing)
    {
        string path = Path.Combine(folder, name);
        if (RegularFile.StatusOf(path) is { Kind: not FileKind.Regular } status)
            throw new InputException($"{path}: is {status.Words}; expected a file, or none: remove it");
        // On Windows nobody can have it open beside us.
        FileOptions options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        while (true)
        {
            FileStream file;
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, options);
            }
            catch (IOException e) when (File.Exists(path))
            {
                throw new InputException($"{folder}: another process is {doing} in this folder; wait for it or choose another folder", e);
            }

            try
            {
                if (OperatingSystem.IsWindows() || IsStillThere(path, file))
                    return new FolderLock(path, file);
                file.Dispose();
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        if (_file.SafeFileHandle.IsClosed)
            return;
        try
        {
            if (!OperatingSystem.IsWindows())
                File.Delete(_path); // before it is let go
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that nobody holds is no obstacle.
        }

        _file.Dispose();
    }

    /// <summary>Tells whether an open file is the one of this name.</summary>
    internal static bool IsStillThere(string path, FileStream file)
    {
        DateTime mark = DateTime.UnixEpoch.AddSeconds(2 * (BitConverter.ToUInt32(Guid.NewGuid().ToByteArray()) >> 2));
        File.SetLastWriteTimeUtc(file.SafeFileHandle, mark);
        return File.GetLastWriteTimeUtc(path) == mark;
    }
}
