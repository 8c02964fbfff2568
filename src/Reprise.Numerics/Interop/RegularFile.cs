using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Numerics.Interop;

/// <summary>
/// Opens files for reading without trust in their names. It never waits for the other end of a pipe, and checks on the open handle,
/// not on the name, that the file is a regular one.
/// </summary>
internal static unsafe partial class RegularFile
{
    private const int NonBlocking = 0x800, NoControllingTerminal = 0x100, CloseOnExec = 0x80000; // O_* of Linux
    private const int SetFlags = 4; // F_SETFL
    private const int NotPermitted = 1, NotFound = 2, Interrupted = 4, NoAccess = 13, NoFolder = 20, NoDevice = 6, NoCall = 38; // E*
    private const int CurrentFolder = -100, EmptyPath = 0x1000; // AT_*
    private const uint BasicStatus = 0x7FF; // STATX_BASIC_STATS
    private const int StatusBytes = 256;

    /// <summary>Opens a regular file for reading, from its beginning.</summary>
    /// <param name="bufferBytes">The size of the stream's own buffer; 0 or 1 for none.</param>
    /// <exception cref="IOException">It is missing, is a folder, a pipe, a socket or a device, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user has no permission to read it.</exception>
    public static FileStream Open(string path, int bufferBytes = 4096)
    {
        FileStream file = OpenAny(path, bufferBytes, out FileStatus status);
        if (status.Kind == FileKind.Regular)
            return file;
        file.Dispose();
        throw new IOException($"is {status.Words}; expected a file");
    }

    /// <summary>
    /// The status of the file that a name stands for, links followed; null if it does not exist or may not be accessed.
    /// </summary>
    public static FileStatus? StatusOf(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            return null;
        if (OperatingSystem.IsLinux() && TryStatus(CurrentFolder, path, 0, out FileStatus? status))
            return status;
        return Directory.Exists(path) ? new FileStatus(FileKind.Folder, 0, null, 0)
            : !File.Exists(path) ? null
            : new FileStatus(KindByManagedMeans(path), new FileInfo(path).Length, null, File.GetLastWriteTimeUtc(path).Ticks);
    }

    /// <summary>The status of an open file.</summary>
    public static FileStatus StatusOf(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux() && TryStatus((int)handle.DangerousGetHandle(), "", EmptyPath, out FileStatus? found)
            && found is { } status)
            return status;

        // In containers that forbid the call, and on other systems, a file that cannot seek counts as a pipe.
        using FileStream file = new(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, 0);
        return file.CanSeek
            ? new FileStatus(FileKind.Regular, RandomAccess.GetLength(handle), null, File.GetLastWriteTimeUtc(handle).Ticks)
            : new FileStatus(FileKind.Pipe, 0, null, 0);
    }

    /// <summary>Opens a file of any kind without waiting. A pipe without a writer reads as empty.</summary>
    private static FileStream OpenAny(string path, int bufferBytes, out FileStatus status)
    {
        SafeFileHandle handle = OperatingSystem.IsLinux() ? OpenOnLinux(path) : OpenByManagedMeans(path);
        try
        {
            status = StatusOf(handle);
            return status.Kind == FileKind.Folder
                ? throw new IOException($"is {status.Words}; expected a file")
                : new FileStream(handle, FileAccess.Read, bufferBytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenOnLinux(string path)
    {
        if (path.Contains('\0'))
            throw new FileNotFoundException("no such file");
        int descriptor;
        int error;
        do
        {
            descriptor = LibcOpen(path, NonBlocking | NoControllingTerminal | CloseOnExec);
            error = Marshal.GetLastPInvokeError();
        }
        while (descriptor < 0 && error == Interrupted);
        if (descriptor < 0)
        {
            throw error switch
            {
                NotFound or NoFolder => new FileNotFoundException("no such file"),
                NoAccess or NotPermitted => new UnauthorizedAccessException("access is denied"),
                NoDevice => new IOException("is a socket or a device; expected a file"), // a socket cannot be opened at all
                _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
            };
        }

        _ = Fcntl(descriptor, SetFlags, 0); // FileStream expects a blocking handle; reads of a regular file never block
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static SafeFileHandle OpenByManagedMeans(string path)
    {
        if (StatusOf(path) is { Kind: not FileKind.Regular } status)
            throw new IOException($"is {status.Words}; expected a file");
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    // A file that is not regular has length 0, and either lies in /dev or cannot seek. A pipe opened for reading and writing does
    // not wait.
    private static FileKind KindByManagedMeans(string path)
    {
        FileInfo file = new(path);
        string target = file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
        if (target.StartsWith("/dev/", StringComparison.Ordinal))
            return FileKind.Device;
        if (OperatingSystem.IsWindows() || file.Length > 0)
            return FileKind.Regular;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return stream.CanSeek ? FileKind.Regular : FileKind.Pipe;
        }
        catch (UnauthorizedAccessException)
        {
            return FileKind.Regular; // an empty file without permission to write
        }
    }

    // struct statx of linux/stat.h, the same on all architectures. Returns false if the call is unknown or forbidden.
    private static bool TryStatus(int folder, string path, int flags, out FileStatus? found)
    {
        found = null;
        byte* status = stackalloc byte[StatusBytes];
        try
        {
            if (Statx(folder, path, flags, BasicStatus, status) != 0)
                return Marshal.GetLastPInvokeError() is not (NoCall or NotPermitted);
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }

        FileKind kind = (*(ushort*)(status + 28) & 0xF000, *(uint*)(status + 128)) switch
        {
            (0x8000, _) => FileKind.Regular,
            (0x4000, _) => FileKind.Folder,
            (0x1000, _) => FileKind.Pipe,
            (0xC000, _) => FileKind.Socket,
            (0x2000, 4 or 5 or (>= 136 and <= 143)) => FileKind.Terminal, // devices.txt of Linux
            _ => FileKind.Device,
        };
        ulong device = ((ulong)*(uint*)(status + 136) << 32) | *(uint*)(status + 140);
        long modified = (*(long*)(status + 112) * 1_000_000_000) + *(uint*)(status + 120);
        found = new FileStatus(kind, *(long*)(status + 40), (device, *(ulong*)(status + 32)), modified);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LibcOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
