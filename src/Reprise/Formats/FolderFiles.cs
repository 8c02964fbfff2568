using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>The operations that change the folder of a run or a corpus. Tests make the n-th fail.</summary>
internal class FolderFiles
{
    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>A new file for writing; an old one of this name is emptied.</summary>
    public virtual Stream Create(string path) => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);

    /// <summary>Flushes a file to the disk and closes it.</summary>
    public virtual void Close(Stream stream)
    {
        if (stream is FileStream file)
            PosixFiles.Flush(file);
        stream.Dispose();
    }

    /// <summary>Renames a file over another.</summary>
    public virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Renames a folder to a name that is free.</summary>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Flushes the names in a folder to the disk.</summary>
    public virtual void FlushFolder(string path) => PosixFiles.FlushFolder(path);

    /// <summary>Deletes a file, if it is there.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Deletes a folder with its contents, if it is there.</summary>
    public virtual void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>Writes a file and flushes it to the disk.</summary>
    public void WriteInPlace(string path, Action<Stream> write)
    {
        Stream stream = Create(path);
        try
        {
            write(stream);
            Close(stream);
        }
        catch
        {
            DisposeQuietly(stream);
            throw;
        }
    }

    // On a full disk the flush of the buffer fails again; the first failure is reported.
    private static void DisposeQuietly(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
        }
    }
}
