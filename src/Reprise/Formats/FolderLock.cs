using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>A lock on a folder for this process, by a file that the system releases when the process ends, however it ends.</summary>
/// <remarks>
/// The file is deleted on release, so another process may lock a file that has since been deleted or replaced. A lock counts only if the
/// name still leads to the locked file, which a write time unique to it shows.
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

    /// <param name="doing">The activity of another process in the folder, for the message.</param>
    /// <exception cref="InputException">Another process holds it, or something else than a file has the lock's name.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FolderLock Hold(string folder, string name, string doing)
    {
        string path = Path.Combine(folder, name);
        if (RegularFile.StatusOf(path) is { Kind: not FileKind.Regular } status)
            throw new InputException($"{path}: is {status.Words}; expected a file, or none: remove it");
        // On Windows no other process can have it open at the same time.
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
                File.Delete(_path); // before the release
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An unlocked file is no obstacle.
        }

        _file.Dispose();
    }

    /// <summary>True if an open file is the one of this name.</summary>
    internal static bool IsStillThere(string path, FileStream file)
    {
        DateTime mark = DateTime.UnixEpoch.AddSeconds(2 * (BitConverter.ToUInt32(Guid.NewGuid().ToByteArray()) >> 2));
        File.SetLastWriteTimeUtc(file.SafeFileHandle, mark);
        return File.GetLastWriteTimeUtc(path) == mark;
    }
}
