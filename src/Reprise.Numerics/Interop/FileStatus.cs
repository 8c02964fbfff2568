namespace Reprise.Numerics.Interop;

/// <summary>A kind of thing that the name of a file may stand for.</summary>
internal enum FileKind
{
    Regular,
    Folder,
    Pipe,
    Socket,
    Terminal,
    Device,
}

/// <summary>The status of a file at one instant.</summary>
/// <param name="Identity">A value that all names and links of one file share; null except on Linux.</param>
/// <param name="Modified">The time of the last write: nanoseconds on Linux, ticks of 100 ns elsewhere.</param>
internal readonly record struct FileStatus(FileKind Kind, long Length, (ulong Device, ulong Inode)? Identity, long Modified)
{
    /// <summary>The kind with its article, to follow "is" in a message.</summary>
    public string Words => Kind switch
    {
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Pipe => "a pipe",
        FileKind.Socket => "a socket",
        FileKind.Terminal => "a terminal",
        _ => "a device",
    };
}
