using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>Mean losses of held-out sentences, in nats per sentence.</summary>
/// <param name="Tokens">Words and EOS of all of them.</param>
/// <param name="CountedKl">As the objective counts it, in the sample's own batches.</param>
internal readonly record struct HeldOutLosses(int Sentences, long Tokens, double Nll, double Kl, double CountedKl);

/// <summary>
/// A fixed sample of held-out sentences, each with fixed noise and no word dropped: what it measures depends on the weights
/// alone.
/// </summary>
internal sealed class HeldOutSample : IDisposable
{
    /// <summary>The sample's order is that of an epoch which training never reaches, so it shares no number with training or the noise.</summary>
    private const long OrderEpoch = (1L << 48) - 1; // the largest step that Philox tells apart

    private readonly ISentences _sentences;
    private readonly long[] _sample; // by length, so that batches are even
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly Buffer<float> _noise;
    private readonly Batch _batch = new();

    /// <param name="count">Sentences wanted; all are taken where there are fewer.</param>
    public HeldOutSample(ISentences sentences, int count, int batchSize, int latentSize, ulong seed)
    {
        _sentences = sentences;
        _batchSize = batchSize;
        _seed = seed;
        _noise = new Buffer<float>((long)batchSize * latentSize);
        KeyedPermutation order = new(sentences.Count, Philox.Word(seed, RandomUse.Order, OrderEpoch, 0));
        _sample = new long[Math.Min(count, sentences.Count)];
        for (int i = 0; i < _sample.Length; i++)
            _sample[i] = order[i];
        Array.Sort(_sample.Select(sentences.Length).ToArray(), _sample);
    }

    /// <param name="free">The part of kl that the objective does not count.</param>
    public HeldOutLosses Measure(SentenceAutoencoder<float> model, FreeBits free)
    {
        using FrozenWeights<float> frozen = model.FreezeWeights();
        (double nll, double kl, double counted, long tokens) = (0, 0, 0, 0);
        for (int start = 0; start < _sample.Length; start += _batchSize)
        {
            Tensor<float> noise_BZ = Pack(start, model.Options);
            Losses<float> losses = model.Forward(_batch, noise_BZ, free);
            for (int b = 0; b < _batch.Count; b++)
            {
                nll += losses.Nll_B[0, b];
                kl += losses.Kl_B[0, b];
                counted += losses.CountedKl_B[0, b];
            }

            tokens += _batch.DecoderSteps.Rows;
        }

        return new HeldOutLosses(_sample.Length, tokens, nll / _sample.Length, kl / _sample.Length, counted / _sample.Length);
    }

    /// <summary>The mutual information of sentences and codes (<see cref="MutualInformation"/>), in nats.</summary>
    public double MeasureInformation(SentenceAutoencoder<float> model)
    {
        using FrozenWeights<float> frozen = model.FreezeWeights();
        MutualInformation information = new(_sample.Length, model.Options.LatentSize);
        for (int start = 0; start < _sample.Length; start += _batchSize)
        {
            Tensor<float> noise_BZ = Pack(start, model.Options);
            (Tensor<float> mean_BZ, Tensor<float> logVariance_BZ) = model.Encode(_batch);
            for (int b = 0; b < _batch.Count; b++)
                information.Add(mean_BZ.Row(b), logVariance_BZ.Row(b), noise_BZ.Row(b));
        }

        return information.Estimate();
    }

    public void Dispose() => _noise.Dispose();

    // The next batch of the sample; returns its noise.
    private Tensor<float> Pack(int start, ModelOptions model)
    {
        _batch.Clear();
        foreach (long index in _sample.AsSpan(start, Math.Min(_batchSize, _sample.Length - start)))
            _batch.Add(_sentences, index);
        _batch.Pack(model.LatentInput);
        Tensor<float> noise_BZ = _noise.View(0, _batch.Count, model.LatentSize);
        for (int b = 0; b < _batch.Count; b++)
            Philox.Normal(noise_BZ.Row(b), _seed, RandomUse.Evaluation, 0, _batch.Sentences[b]);
        return noise_BZ;
    }
}
