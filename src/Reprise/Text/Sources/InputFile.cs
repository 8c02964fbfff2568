using Reprise.Numerics.Interop;

namespace Reprise.Text.Sources;

/// <summary>One file of text to read.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="Format">How text lies in it.</param>
/// <param name="Decided">How that was decided on.</param>
/// <param name="Status">What the system said of it before it was read.</param>
internal sealed record InputFile(string Path, string Name, TextFormat Format, FormatChoice Decided, FileStatus Status)
{
    /// <summary>Its size on disk, perhaps compressed.</summary>
    public long Bytes => Status.Length;
}
