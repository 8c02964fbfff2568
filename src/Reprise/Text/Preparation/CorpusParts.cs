namespace Reprise.Text.Preparation;

/// <summary>The columns of all parts of a corpus, training first.</summary>
internal sealed class CorpusParts(IEnumerable<Part> parts, int vocabularySize, string scratch) : IDisposable
{
    public IReadOnlyList<PartColumns> All { get; } = [.. parts.Select(part => new PartColumns(part, vocabularySize, scratch))];

    /// <summary>Sentences of all parts, copies among them.</summary>
    public long Count => All.Sum(part => part.Count);

    public void Dispose()
    {
        foreach (PartColumns part in All)
            part.Dispose();
    }
}
