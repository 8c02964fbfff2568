using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Numerics.Interop;

/// <summary>Calls of a POSIX system that .NET does not make, or does not check. On Windows .NET's own ways have to do.</summary>
internal static partial class PosixFiles
{
    private const int Interrupted = 4, IoError = 5, NoSpace = 28;
    private const int GetDescriptorFlags = 1, GetStatusFlags = 3, FullSync = 51;
    private const int CloseOnExec = 1, AccessMode = 3, ReadOnly = 0;

    private static readonly int s_quotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;
    private static readonly int s_openToSync = OperatingSystem.IsMacOS() ? 0x1000004 : 0x80800; // O_CLOEXEC, O_NONBLOCK

    /// <summary>Brings what was written to the disk; .NET's own flush passes over the disk's errors.</summary>
    /// <exception cref="IOException">The disk, or what is no file, cannot take it.</exception>
    public static void Flush(FileStream file)
    {
        if (OperatingSystem.IsWindows())
        {
            file.Flush(flushToDisk: true);
            return;
        }

        file.Flush();
        int error = Sync(file.SafeFileHandle);
        if (error != 0)
            throw Failed(file.Name, error);
    }

    /// <summary>Brings the names in a folder to the disk, where the file system can do that.</summary>
    /// <exception cref="IOException">There is no such folder, or the disk failed or is full.</exception>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(path, s_openToSync);
        int error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (descriptor >= 0)
        {
            using SafeFileHandle handle = new(descriptor, ownsHandle: true);
            error = Sync(handle);
        }
        else if (!Directory.Exists(path))
        {
            throw Failed(path, error);
        }

        if (error is IoError or NoSpace || error == s_quotaExceeded) // others: it may not be read, or names are not kept apart there
            throw Failed(path, error);
    }

    /// <summary>
    /// Whether the program was started with this standard stream (0, 1, 2) open. A number that was free then may by now be something else
    /// of the runtime's own, which it closes for programs that it starts, as nothing is that came from the one that started it.
    /// </summary>
    public static bool WasInherited(int descriptor)
    {
        if (OperatingSystem.IsWindows())
            return true;
        int flags = FileControl(descriptor, GetDescriptorFlags);
        bool fits = descriptor == 0 || (FileControl(descriptor, GetStatusFlags) & AccessMode) != ReadOnly;
        return flags >= 0 && (flags & CloseOnExec) == 0 && fits;
    }

    private static int Sync(SafeFileHandle handle)
    {
        if (OperatingSystem.IsMacOS() && FileControl(handle, FullSync) == 0)
            return 0; // there fsync leaves it in the disk's own memory
        int error;
        do
            error = FileSync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Interrupted);
        return error;
    }

    private static IOException Failed(string path, int error) =>
        new($"{path} could not be brought to the disk: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int file, int command);
}
