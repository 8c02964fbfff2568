using System.Text;
using System.Text.RegularExpressions;
using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>
/// A file that appears whole or not at all: written under a temporary name in the same folder, flushed to the disk, then
/// renamed over the old one. Until <see cref="Commit"/> the old file stays; without it, the temporary one is deleted.
/// A symbolic link stays: the file that it leads to is replaced.
/// </summary>
internal sealed partial class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _done;

    /// <exception cref="InputException">A folder, a pipe or a device has that name.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public AtomicFile(string path)
    {
        _path = Resolve(path);
        if (RegularFile.StatusOf(_path) is { Kind: not FileKind.Regular } status)
            throw new InputException($"{path}: is {status.Words}; expected a file, new or to be replaced");
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    /// <summary>The temporary file; seekable, readable and writable.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file: what <paramref name="write"/> throws leaves the old file as it was.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = new(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a whole file of UTF-8 without a byte order mark.</summary>
    internal static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The name of the file that a temporary one was to become; null for a name that is no temporary one's.</summary>
    internal static string? TargetOf(string name) => Temporary().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Deletes the temporary files that killed processes left in a folder, if it is there; for who holds the folder.</summary>
    internal static void Sweep(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.GetFiles(folder).Where(file => TargetOf(Path.GetFileName(file)) is not null))
            File.Delete(file);
    }

    /// <summary>The full path without symbolic links, so that two names of a file become one; what is not there yet may be named too.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Resolve(string path)
    {
        path = Path.GetFullPath(path);
        if (Path.GetDirectoryName(path) is not { } folder)
            return path;
        FileInfo file = new(Path.Combine(Resolve(folder), Path.GetFileName(path)));
        return file.LinkTarget is null ? file.FullName : Resolve(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    /// <summary>Flushes to the disk and puts the file in its place.</summary>
    public void Commit()
    {
        PosixFiles.Flush(Stream);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _done = true;
        PosixFiles.FlushFolder(Path.GetDirectoryName(_path)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_done)
            return;
        _done = true;
        try
        {
            Stream.Dispose(); // on a full disk the flush of what is buffered fails again; the first failure is the one to tell
        }
        catch (IOException)
        {
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing more can be done; the old file is untouched, which is what was promised.
        }
    }

    [GeneratedRegex(@"^(.+)\.[0-9a-f]{32}\.tmp$", RegexOptions.Singleline)]
    private static partial Regex Temporary();
}
