namespace Reprise.Text.Preparation;

/// <summary>The spools of all parts, training first.</summary>
internal sealed class SpoolSet(IEnumerable<Part> parts, int vocabularySize, string scratch) : IDisposable
{
    public IReadOnlyList<PartSpool> Spools { get; } = [.. parts.Select(p => new PartSpool(p, vocabularySize, scratch))];

    public void Dispose()
    {
        foreach (PartSpool spool in Spools)
            spool.Dispose();
    }
}
