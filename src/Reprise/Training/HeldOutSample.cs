using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>Mean losses of held-out sentences, in nats per sentence.</summary>
/// <param name="Tokens">Words and EOS of all the sentences.</param>
/// <param name="Means">The mean of each part; free bits are counted in the sample's own batches.</param>
internal sealed record HeldOutLosses(int Sentences, long Tokens, IReadOnlyList<LossPart> Parts, double[] Means)
{
    /// <summary>The reported parts by name.</summary>
    public OrderedDictionary<string, double> Reported =>
        new(Parts.Zip(Means).Where(part => part.First.IsReported).Select(part => KeyValuePair.Create(part.First.Name, part.Second)));

    /// <summary>The objective of these weights.</summary>
    public double By(ObjectiveWeights weights) =>
        Parts.Zip(Means).Where(part => part.First.Weight != LossWeight.None).Sum(part => weights.Of(part.First) * part.Second);
}

/// <summary>
/// A fixed sample of held-out sentences, each with fixed noise and no word dropped: its measures depend on the weights alone.
/// </summary>
internal sealed class HeldOutSample : IDisposable
{
    /// <summary>The epoch of the sample's order. Training never reaches it, so their random numbers differ.</summary>
    private const long OrderEpoch = (1L << 48) - 1; // the largest step that Philox distinguishes

    private readonly ISentences _sentences;
    private readonly long[] _sample; // by length, so that batches are even
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly IKernels<float> _kernels;
    private readonly Buffer<float> _noise;
    private readonly float[] _noiseValues, _first, _second; // on their way to and from the back end
    private readonly Batch _batch = new();

    /// <param name="kernels">The back end of the models that will be measured.</param>
    /// <param name="count">Sentences wanted; all are taken where there are fewer.</param>
    public HeldOutSample(IKernels<float> kernels, ISentences sentences, int count, int batchSize, int latentSize, ulong seed)
    {
        _sentences = sentences;
        _batchSize = batchSize;
        _seed = seed;
        _kernels = kernels;
        _noise = kernels.Allocate((long)batchSize * latentSize, zeroed: false);
        _noiseValues = new float[batchSize * latentSize];
        int most = batchSize * Math.Max(1, latentSize);
        (_first, _second) = (new float[most], new float[most]);
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
        IReadOnlyList<LossPart> parts = model.LossPartsOf(free);
        double[] sums = new double[parts.Count];
        long tokens = 0;
        for (int start = 0; start < _sample.Length; start += _batchSize)
        {
            Tensor<float> noise_BZ = Pack(start, model.Options);
            Losses<float> losses = model.Forward(_batch, noise_BZ, free);
            for (int part = 0; part < sums.Length; part++)
            {
                foreach (float loss in Read(losses.Values_PB.RowRange(part, 1), _first))
                    sums[part] += loss;
            }

            tokens += _batch.DecoderSteps.Rows;
        }

        return new HeldOutLosses(_sample.Length, tokens, parts, [.. sums.Select(sum => sum / _sample.Length)]);
    }

    /// <summary>The mutual information of sentences and codes (<see cref="MutualInformation"/>), in nats.</summary>
    public double MeasureInformation(SentenceAutoencoder<float> model)
    {
        using FrozenWeights<float> frozen = model.FreezeWeights();
        MutualInformation information = new(_sample.Length, model.Options.LatentSize);
        for (int start = 0; start < _sample.Length; start += _batchSize)
        {
            Pack(start, model.Options);
            (Tensor<float> mean_BZ, Tensor<float> logVariance_BZ) = model.Encode(_batch);
            ReadOnlySpan<float> means = Read(mean_BZ, _first), logVariances = Read(logVariance_BZ, _second);
            int Z = model.Options.LatentSize;
            for (int b = 0; b < _batch.Count; b++)
                information.Add(means.Slice(b * Z, Z), logVariances.Slice(b * Z, Z), _noiseValues.AsSpan(b * Z, Z));
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
        _batch.Pack();
        int Z = model.LatentSize;
        Tensor<float> noise_BZ = _noise.View(0, _batch.Count, Z);
        for (int b = 0; b < _batch.Count; b++)
            Philox.Normal(_noiseValues.AsSpan(b * Z, Z), _seed, RandomUse.Evaluation, 0, _batch.Sentences[b]);
        _kernels.Write(noise_BZ, _noiseValues.AsSpan(0, _batch.Count * Z));
        return noise_BZ;
    }

    private ReadOnlySpan<float> Read(Tensor<float> x, float[] values)
    {
        Span<float> read = values.AsSpan(0, checked((int)x.Length));
        _kernels.Read(read, x);
        return read;
    }
}
