namespace Reprise.Text.Preparation;

/// <summary>The columns of all parts of a corpus, training first.</summary>
internal sealed class CorpusParts : IDisposable
{
    public CorpusParts(PrepareOptions options, int vocabularySize, string scratch)
    {
        bool hasValidation = options.Shares.Validation > 0 || options.ValidationInputs.Count > 0;
        Part[] parts = hasValidation ? [Part.Train, Part.Test, Part.Validation] : [Part.Train, Part.Test];
        All = [.. parts.Select(part => new PartColumns(part, options.InputsOf(part).Count > 0, vocabularySize, scratch))];
    }

    public IReadOnlyList<PartColumns> All { get; }

    public PartColumns this[Part part] => All[(int)part];

    /// <summary>Sentences of all parts, copies among them.</summary>
    public long Count => All.Sum(part => part.Count);

    /// <summary>
    /// The given parts whose sentences come before those of a part: copies of them in this one are the copies. All given parts come before
    /// shares of the text; of two given parts the test part comes first.
    /// </summary>
    public IReadOnlyList<PartColumns> GivenBefore(PartColumns part) =>
        [.. All.Where(other => other.IsGiven && other != part && (!part.IsGiven || other.Part < part.Part))];

    public void Dispose()
    {
        foreach (PartColumns part in All)
            part.Dispose();
    }
}
