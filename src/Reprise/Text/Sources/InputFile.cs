namespace Reprise.Text.Sources;

/// <summary>One file of text to read.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="Format">How text lies in it.</param>
/// <param name="Bytes">Its size on disk, perhaps compressed.</param>
internal sealed record InputFile(string Path, string Name, TextFormat Format, long Bytes);
