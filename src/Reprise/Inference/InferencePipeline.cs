using Reprise.Model;

namespace Reprise.Inference;

/// <summary>
/// Encodes sentences and decodes codes: streams of any length, in batches through <see cref="SentenceEngine"/>.
/// </summary>
/// <remarks>
/// <para>
/// Safe for concurrent use: streams of several threads take turns batch by batch. A result depends on its own sentence, code and
/// keys alone, not on its batch or on other callers.
/// </para>
/// <para>
/// Every method is lazy. The token is checked before each batch, while a batch waits for its turn, and between the words of a search; a
/// cancelled stream throws <see cref="OperationCanceledException"/> and leaves the pipeline as usable as before.
/// </para>
/// </remarks>
/// <param name="network">The model, owned by the caller; no other code may use it meanwhile.</param>
internal sealed class InferencePipeline(SentenceAutoencoder<float> network) : IDisposable
{
    /// <summary>Sizes of the model.</summary>
    public ModelOptions Options => network.Options;

    /// <summary>The same operations on one batch.</summary>
    public SentenceEngine Engine { get; } = new(network);

    /// <summary>The code of each sentence, in the order of the sentences.</summary>
    public IEnumerable<Code> Encode(IEnumerable<NumberedSentence> sentences, CancellationToken cancellation) =>
        Encode(sentences, batch => batch.Codes, cancellation);

    /// <summary>Encodes sentences in batches of like length and works on each batch; results come in the order of the sentences.</summary>
    /// <param name="run">Returns one result for each sentence of a batch, in the batch's order.</param>
    public IEnumerable<TResult> Encode<TResult>(
        IEnumerable<NumberedSentence> sentences, Func<EncodedBatch, TResult[]> run, CancellationToken cancellation) =>
        LengthSorted.Run(
            sentences,
            sentence => sentence.Words.Length,
            SentenceEngine.BatchSize,
            batch => run(new EncodedBatch(Engine, batch, cancellation)));

    /// <summary>The words of each code, best hypothesis first; drawn words are the only hypothesis.</summary>
    /// <param name="codes">[Z] each. The place of a code in the stream is the key of its draws.</param>
    /// <param name="seed">Seed of drawn words.</param>
    public IEnumerable<WordSequence[]> Decode(
        IEnumerable<float[]> codes, DecodingOptions options, ulong seed, CancellationToken cancellation) =>
        codes.Index().Chunk(SentenceEngine.BatchSize).SelectMany(batch => Engine.Decode(
            [.. batch.Select(code => code.Item)], options, seed, [.. batch.Select(code => (long)code.Index)], cancellation));

    /// <summary>Codes [Z] drawn from the prior N(0, 1): each is a function of the seed and its place.</summary>
    public IEnumerable<float[]> PriorCodes(long count, ulong seed)
    {
        for (long i = 0; i < count; i++)
            yield return Code.OfPrior(Options.LatentSize, seed, i);
    }

    /// <summary>Waits for the batch that is running; later ones throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => Engine.Dispose();
}
