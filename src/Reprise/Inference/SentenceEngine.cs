using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Inference;

/// <summary>
/// The three operations of a trained model, each on a batch and from managed memory to managed memory: sentences to
/// codes, sentences and codes to nll, codes to words. Safe for concurrent use: one call runs at a time.
/// </summary>
/// <remarks>
/// A call that is cancelled before its turn, while it waits for it, or between the words of a search throws
/// <see cref="OperationCanceledException"/>. No state is kept from call to call, so the next call is not affected.
/// </remarks>
/// <param name="network">The model, owned by the caller; no other code may use it meanwhile.</param>
internal sealed class SentenceEngine(SentenceAutoencoder<float> network) : IDisposable
{
    /// <summary>Most sentences that a batch should have.</summary>
    public const int BatchSize = 200;

    private const int SearchRows = 1536; // hypotheses in one decoder step

    private readonly SemaphoreSlim _turn = new(1); // a lock whose wait can be cancelled; needs no disposal
    private readonly Batch _batch = new();
    private readonly BeamSearch<float> _search = new(network);
    private readonly WordSampler<float> _sampler = new(network);
    private float[] _values = []; // on their way to and from the back end
    private bool _disposed; // tensors are bare pointers: no call may run afterwards

    public ModelOptions Options => network.Options;

    /// <summary>The posterior of each sentence.</summary>
    public Code[] Encode(IReadOnlyList<int[]> sentences, CancellationToken cancellation)
    {
        using (TakeTurn(cancellation))
        {
            Pack(sentences);
            (Tensor<float> mean_BZ, Tensor<float> logVariance_BZ) = network.Encode(_batch);
            float[][] means = Rows(mean_BZ), logVariances = Rows(logVariance_BZ);
            Code[] codes = new Code[sentences.Count];
            for (int b = 0; b < codes.Length; b++)
            {
                int[] words = sentences[_batch.Positions[b]];
                codes[_batch.Positions[b]] = new Code(means[b], logVariances[b])
                {
                    Words = words.Length,
                    UnknownWords = words.AsSpan().Count(Vocabulary.Unknown),
                };
            }

            return codes;
        }
    }

    /// <summary>-log p(sentence|code) in nats of each sentence with its code.</summary>
    public double[] Nll(IReadOnlyList<int[]> sentences, IReadOnlyList<float[]> codes, CancellationToken cancellation)
    {
        using (TakeTurn(cancellation))
        {
            Pack(sentences);
            network.Workspace.Reset();
            ReadOnlySpan<float> nll_B = Read(network.Reconstruct(_batch, Take(sentences.Count, b => codes[_batch.Positions[b]])));
            double[] nll = new double[sentences.Count];
            for (int b = 0; b < nll.Length; b++)
                nll[_batch.Positions[b]] = nll_B[b];
            return nll;
        }
    }

    /// <summary>-log p(word|words before, code) in nats of each word of each sentence, and of its EOS at the end.</summary>
    public double[][] WordNll(IReadOnlyList<int[]> sentences, IReadOnlyList<float[]> codes, CancellationToken cancellation)
    {
        using (TakeTurn(cancellation))
        {
            Pack(sentences);
            network.Workspace.Reset();
            ReadOnlySpan<float> nll_N = Read(
                network.Decoder.ForwardWords(_batch, Take(sentences.Count, b => codes[_batch.Positions[b]])));
            double[][] nll = new double[sentences.Count][];
            for (int b = 0; b < nll.Length; b++)
            {
                double[] words = nll[_batch.Positions[b]] = new double[_batch.Lengths[b] + 1];
                for (int t = 0; t < words.Length; t++)
                    words[t] = nll_N[_batch.DecoderSteps.Start(t) + b];
            }

            return nll;
        }
    }

    /// <summary>The words of each code, best hypothesis first; drawn words are the only hypothesis.</summary>
    /// <param name="keys">Keys of the draws, one for each code.</param>
    public WordSequence[][] Decode(
        IReadOnlyList<float[]> codes, DecodingOptions options, ulong seed, IReadOnlyList<long> keys, CancellationToken cancellation)
    {
        WordSequence[][] hypotheses = new WordSequence[codes.Count][];
        int most = options.Sampling is null ? Math.Max(1, SearchRows / options.BeamWidth) : BatchSize;
        for (int start = 0; start < hypotheses.Length; start += most)
        {
            int count = Math.Min(most, hypotheses.Length - start);
            using (TakeTurn(cancellation))
            {
                network.Workspace.Reset();
                int first = start;
                Tensor<float> z_SZ = Take(count, s => codes[first + s]);
                if (options.Sampling is null)
                {
                    _search.Search(z_SZ, options, cancellation).CopyTo(hypotheses, start);
                    continue;
                }

                long[] own = [.. keys.Skip(start).Take(count)];
                WordSequence[] drawn = _sampler.Draw(z_SZ, options.Sampling, options.MostWords, seed, own, cancellation);
                for (int s = 0; s < count; s++)
                    hypotheses[start + s] = [drawn[s]];
            }
        }

        return hypotheses;
    }

    /// <summary>Waits for the call that is running; later ones throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _disposed = true;
        _search.Dispose();
        _sampler.Dispose();
        _turn.Release();
    }

    // The engine is the caller's alone until the turn is given back.
    private Turn TakeTurn(CancellationToken cancellation)
    {
        _turn.Wait(cancellation);
        if (!_disposed)
            return new Turn(_turn);
        _turn.Release();
        throw new ObjectDisposedException(nameof(SentenceEngine));
    }

    // Codes as a tensor of the workspace.
    private Tensor<float> Take(int count, Func<int, float[]> code)
    {
        Tensor<float> z_BZ = network.Workspace.Take(count, Options.LatentSize);
        Span<float> values = Values(z_BZ.Length);
        for (int b = 0; b < count; b++)
            code(b).CopyTo(values[(b * Options.LatentSize)..]);
        network.Kernels.Write(z_BZ, values);
        return z_BZ;
    }

    private float[][] Rows(Tensor<float> x)
    {
        ReadOnlySpan<float> values = Read(x);
        float[][] rows = new float[x.Rows][];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = values.Slice(row * x.Columns, x.Columns).ToArray();
        return rows;
    }

    // Valid until the next call.
    private ReadOnlySpan<float> Read(Tensor<float> x)
    {
        Span<float> values = Values(x.Length);
        network.Kernels.Read(values, x);
        return values;
    }

    private Span<float> Values(long length)
    {
        if (_values.Length < length)
            _values = new float[length];
        return _values.AsSpan(0, (int)length);
    }

    private void Pack(IReadOnlyList<int[]> sentences)
    {
        _batch.Clear();
        for (int s = 0; s < sentences.Count; s++)
            _batch.Add(sentences[s], s);
        _batch.Pack();
    }

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
