namespace Reprise.Text;

/// <summary>Makes a corpus folder from text, in two streaming passes.</summary>
public static class CorpusBuilder
{
    /// <summary>Reads the inputs and writes the corpus to <paramref name="folder"/>, which must be new or empty unless it may be overwritten.</summary>
    /// <exception cref="InputException">The options or the text cannot be used; nothing is written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is written.</exception>
    public static CorpusInfo Build(PrepareOptions options, string folder, CancellationToken cancellation = default) =>
        throw new NotSupportedException("lands in a moment");
}
