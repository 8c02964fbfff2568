using Reprise.Numerics.Interop;

namespace Reprise.Text.Sources;

/// <summary>One file of text to read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Name">Its name in messages.</param>
/// <param name="Format">Its format.</param>
/// <param name="Decided">The way in which the format was decided on.</param>
/// <param name="Status">Its size and times before it was read.</param>
internal sealed record InputFile(string Path, string Name, TextFormat Format, FormatChoice Decided, FileStatus Status)
{
    /// <summary>Its size on disk; compressed if the file is.</summary>
    public long Bytes => Status.Length;
}
