using Reprise.Numerics.Interop;

namespace Reprise.Text.Sources;

/// <summary>One file of text to read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Name">Its name in messages.</param>
/// <param name="Format">Its format.</param>
/// <param name="Decided">The way in which the format was decided on.</param>
/// <param name="Status">Its size and times before it was read.</param>
/// <param name="Given">The part that it is given as; null where parts are shares of it.</param>
internal sealed record InputFile(
    string Path, string Name, TextFormat Format, FormatChoice Decided, FileStatus Status, Part? Given = null)
{
    /// <summary>Its size on disk; compressed if the file is.</summary>
    public long Bytes => Status.Length;
}
