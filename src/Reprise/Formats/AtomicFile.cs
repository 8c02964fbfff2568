using System.Text;
using System.Text.RegularExpressions;
using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>
/// Files that appear whole or not at all: written under a temporary name in the same folder, flushed to the disk, then renamed over the
/// old one. A symbolic link stays: the file that it leads to is replaced.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>Writes a whole file: an exception of <paramref name="write"/> leaves the old file as it was.</summary>
    /// <param name="write">Writes to the temporary file; seekable, readable and writable.</param>
    /// <param name="files">The operations by which the folder changes.</param>
    /// <exception cref="InputException">A folder, a pipe or a device has that name.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write, FolderFiles? files = null)
    {
        files ??= new FolderFiles();
        string target = Resolve(path), temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        if (RegularFile.StatusOf(target) is { Kind: not FileKind.Regular } status)
            throw new InputException($"{path}: is {status.Words}; expected a file, new or to be replaced");
        try
        {
            files.WriteInPlace(temporary, write);
            files.Move(temporary, target);
        }
        catch
        {
            DeleteQuietly(files, temporary);
            throw;
        }

        files.FlushFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>Writes a whole file of UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The name that a temporary file was to get; null if <paramref name="name"/> is not one of a temporary file.</summary>
    public static string? TargetOf(string name) => Temporary().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Deletes the temporary files that killed processes left in a folder. The caller holds the folder's lock.</summary>
    public static void Sweep(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.GetFiles(folder).Where(file => TargetOf(Path.GetFileName(file)) is not null))
            File.Delete(file);
    }

    /// <summary>The full path without symbolic links, the same for all names of a file. The file need not exist.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Resolve(string path)
    {
        path = Path.GetFullPath(path);
        if (Path.GetDirectoryName(path) is not { } folder)
            return path;
        FileInfo file = new(Path.Combine(Resolve(folder), Path.GetFileName(path)));
        return file.LinkTarget is null ? file.FullName : Resolve(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    private static void DeleteQuietly(FolderFiles files, string temporary)
    {
        try
        {
            files.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing more can be done; the old file is untouched.
        }
    }

    [GeneratedRegex(@"^(.+)\.[0-9a-f]{32}\.tmp$", RegexOptions.Singleline)]
    private static partial Regex Temporary();
}
