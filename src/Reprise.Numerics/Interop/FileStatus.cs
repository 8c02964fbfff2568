namespace Reprise.Numerics.Interop;

/// <summary>A kind of thing that may stand behind the name of a file.</summary>
internal enum FileKind
{
    Regular,
    Folder,
    Pipe,
    Socket,
    Terminal,
    Device,
}

/// <summary>The system's word on a file, all of one instant.</summary>
/// <param name="Identity">Equal for all names and links of one file; null where only Linux would tell.</param>
/// <param name="Modified">When it was last written to, in nanoseconds or as fine as the system knows.</param>
internal readonly record struct FileStatus(FileKind Kind, long Length, (ulong Device, ulong Inode)? Identity, long Modified)
{
    /// <summary>Words for the kind, which follow "is" in a message.</summary>
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
