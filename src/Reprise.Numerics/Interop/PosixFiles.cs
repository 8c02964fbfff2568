using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Numerics.Interop;

/// <summary>POSIX calls that .NET does not make or does not check. Windows uses .NET's own calls.</summary>
internal static partial class PosixFiles
{
    private const int Interrupted = 4, IoError = 5, NoSpace = 28;
    private const int GetDescriptorFlags = 1, GetStatusFlags = 3, FullSync = 51;
    private const int CloseOnExec = 1, AccessMode = 3, ReadOnly = 0;

    private static readonly int s_quotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;
    private static readonly int s_openToSync = OperatingSystem.IsMacOS() ? 0x1000004 : 0x80800; // O_CLOEXEC, O_NONBLOCK

    /// <summary>Flushes a file to the disk and reports the disk's errors, which .NET's own flush ignores.</summary>
    /// <exception cref="IOException">The disk failed or is full, or the stream is of a kind that cannot be flushed.</exception>
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

    /// <summary>Flushes the names in a folder to the disk, where the file system supports it.</summary>
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

        // Other errors are ignored: the folder is not readable, or its file system cannot flush folders.
        if (error is IoError or NoSpace || error == s_quotaExceeded)
            throw Failed(path, error);
    }

    /// <summary>
    /// True if the program was started with this standard stream (0, 1, 2) open. A number that was free then may by now belong to a
    /// descriptor of the runtime. Those close when a program is started; inherited ones do not.
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
            return 0; // fsync would leave the data in the disk's cache
        int error;
        do
            error = FileSync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Interrupted);
        return error;
    }

    private static IOException Failed(string path, int error) =>
        new($"{path} could not be flushed to the disk: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int file, int command);
}
