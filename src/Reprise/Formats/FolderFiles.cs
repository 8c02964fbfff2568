using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>Every operation by which the folder of a run or a corpus changes; tests replace it by one that fails at the n-th.</summary>
internal class FolderFiles
{
    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>A new file for writing; an old one of this name is emptied.</summary>
    public virtual Stream Create(string path) => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);

    /// <summary>Brings what was written to the disk and closes the file.</summary>
    public virtual void Close(Stream stream)
    {
        if (stream is FileStream file)
            PosixFiles.Flush(file);
        stream.Dispose();
    }

    /// <summary>Renames a file over another.</summary>
    public virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Renames a folder; there is none of the new name.</summary>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Brings the names in a folder to the disk.</summary>
    public virtual void FlushFolder(string path) => PosixFiles.FlushFolder(path);

    /// <summary>Deletes a file, if it is there.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Deletes a folder with its contents, if it is there.</summary>
    public virtual void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>Writes a file and brings it to the disk.</summary>
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

    // What is left in the buffer fails again on a full disk; the first failure is the one to tell.
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
