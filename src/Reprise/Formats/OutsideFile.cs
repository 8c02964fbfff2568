using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>Opens files from outside for reading: only regular files of bounded size, by the status of the open handle.</summary>
internal static class OutsideFile
{
    /// <param name="mostBytes">A longer file is refused.</param>
    /// <param name="expected">The file expected there, for the message where there is none.</param>
    /// <param name="bufferBytes">Size of the stream's own buffer; 0 for none.</param>
    /// <param name="name">The file's name in messages; its path unless given.</param>
    /// <exception cref="InputException">It is missing, too long, cannot be read, or is a folder, a pipe, a socket or a device.</exception>
    public static FileStream Open(
        string path, long mostBytes = long.MaxValue, string? expected = null, int bufferBytes = 4096, string? name = null)
    {
        name ??= path;
        FileStream file;
        try
        {
            file = RegularFile.Open(path, bufferBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, e, expected);
        }

        long length = file.Length;
        if (length <= mostBytes)
            return file;
        file.Dispose();
        throw new InputException($"{name}: {length} bytes; expected at most {mostBytes}");
    }

    /// <summary>A whole file.</summary>
    /// <exception cref="InputException">The conditions of <see cref="Open"/>.</exception>
    public static byte[] ReadAll(string path, int mostBytes, string? expected = null)
    {
        using FileStream file = Open(path, mostBytes, expected, bufferBytes: 0);
        try
        {
            byte[] bytes = new byte[file.Length];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (IOException e)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>A stream to read once from its beginning: a file, a named pipe or a terminal.</summary>
    /// <param name="cancellation">Ends the wait for a pipe's other end, and for bytes of a pipe or a terminal.</param>
    /// <exception cref="InputException">It is missing, cannot be read, or is a folder, a socket or a device.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Stream OpenOnce(string path, string? expected, CancellationToken cancellation)
    {
        if (RegularFile.StatusOf(path) is not { Kind: FileKind.Pipe or FileKind.Terminal })
            return Open(path, long.MaxValue, expected);
        try
        {
            const FileShare All = FileShare.ReadWrite | FileShare.Delete;
            FileStream stream = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Read, All, bufferSize: 0), cancellation)
                .WaitAsync(cancellation).GetAwaiter().GetResult();
            if (RegularFile.StatusOf(stream.SafeFileHandle) is not { Kind: FileKind.Device } status)
                return new InterruptibleStream(stream, cancellation);
            stream.Dispose();
            throw new IOException($"is {status.Words}; expected a file or a pipe");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e, expected);
        }
    }

    /// <summary>The exception for a failure to open or to read.</summary>
    public static InputException Unreadable(string path, Exception failure, string? expected = null) => new(
        failure is FileNotFoundException or DirectoryNotFoundException
            ? $"{path}: no such file{(expected is null ? "" : $"; expected {expected}")}"
            : failure.Message.StartsWith("is a ", StringComparison.Ordinal) ? $"{path}: {failure.Message}"
            : $"{path}: cannot be read: {failure.Message}",
        failure);
}
