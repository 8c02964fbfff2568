namespace Reprise.Inference;

/// <summary>A sentence on its way through a model.</summary>
/// <param name="Words">Ids, without EOS.</param>
/// <param name="Index">The sentence's number, the key of all draws for it.</param>
/// <param name="Text">The text given; null where there are only ids.</param>
internal readonly record struct NumberedSentence(int[] Words, long Index, string? Text = null);

/// <summary>Sentences that were encoded together, and the operations on their codes. All lists are in the order of the batch.</summary>
internal sealed class EncodedBatch
{
    private readonly SentenceEngine _engine;
    private readonly int[][] _words;
    private readonly CancellationToken _cancellation;

    /// <summary>Encodes sentences.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; also for every method of the batch.</exception>
    public EncodedBatch(SentenceEngine engine, IReadOnlyList<NumberedSentence> sentences, CancellationToken cancellation)
    {
        (_engine, _cancellation) = (engine, cancellation);
        Sentences = sentences;
        _words = [.. sentences.Select(sentence => sentence.Words)];
        Codes = engine.Encode(_words, cancellation);
    }

    public IReadOnlyList<NumberedSentence> Sentences { get; }

    /// <summary>The posterior of each sentence.</summary>
    public Code[] Codes { get; }

    /// <summary>z [Z] of each sentence: the mean of its posterior, or a draw by seed, the sentence's number and the sample's.</summary>
    public float[][] Draw(bool posteriorMean, ulong seed, int sample = 0) =>
        [.. Codes.Select((code, i) => posteriorMean ? code.Mean : code.Sample(seed, Sentences[i].Index, sample))];

    /// <summary>-log p(sentence|z) in nats of each sentence.</summary>
    public double[] Nll(float[][] z) => _engine.Nll(_words, z, _cancellation);

    /// <summary>-log p(word|words before, z) in nats of each word of each sentence, and of its EOS at the end.</summary>
    public double[][] WordNll(float[][] z) => _engine.WordNll(_words, z, _cancellation);

    /// <summary>The words of each z, best hypothesis first.</summary>
    /// <param name="keys">Keys of drawn words, one for each z.</param>
    public WordSequence[][] Decode(float[][] z, DecodingOptions options, ulong seed, long[] keys) =>
        _engine.Decode(z, options, seed, keys, _cancellation);
}
