using Reprise.Numerics;

namespace Reprise.Inference;

/// <summary>The Gaussian posterior q(z|x) of a sentence, of Z dimensions.</summary>
/// <param name="Mean">[Z]. The sentence's code where a single one is needed.</param>
/// <param name="LogVariance">[Z]. Log of the variance of each dimension.</param>
public sealed record Code(float[] Mean, float[] LogVariance)
{
    /// <summary>Number of words of the sentence, EOS not counted.</summary>
    public int Words { get; init; }

    /// <summary>Number of words that the vocabulary lacks; each is read as UNK.</summary>
    public int UnknownWords { get; init; }

    /// <summary>KL(q(z|x) ‖ N(0, 1)) in nats.</summary>
    public double Kl
    {
        get
        {
            double sum = 0;
            for (int k = 0; k < Mean.Length; k++)
                sum += Math.Exp(LogVariance[k]) + ((double)Mean[k] * Mean[k]) - 1 - LogVariance[k];
            return sum / 2;
        }
    }

    /// <summary>A draw from the posterior: a function of seed, index and sample.</summary>
    /// <param name="index">Number of the sentence.</param>
    /// <param name="sample">Number of the draw.</param>
    public float[] Sample(ulong seed, long index, long sample = 0)
    {
        float[] z = new float[Mean.Length];
        Noise(z, seed, index, sample);
        AddNoise(z);
        return z;
    }

    /// <summary>A code drawn from the prior N(0, 1): a function of dimensions, seed and index.</summary>
    /// <param name="index">Number of the sentence generated.</param>
    /// <param name="sample">Number of the draw.</param>
    internal static float[] OfPrior(int dimensions, ulong seed, long index, long sample = 0)
    {
        float[] z = new float[dimensions];
        Philox.Normal(z, seed, RandomUse.Prior, sample, index);
        return z;
    }

    /// <summary>The standard normal noise of <see cref="Sample"/>.</summary>
    internal static void Noise(Span<float> noise, ulong seed, long index, long sample) =>
        Philox.Normal(noise, seed, RandomUse.Evaluation, sample, index);

    /// <summary>Replaces noise by z = mean + exp(logVariance / 2) ∘ noise.</summary>
    internal void AddNoise(Span<float> z)
    {
        for (int k = 0; k < z.Length; k++)
            z[k] = Mean[k] + (MathF.Exp(LogVariance[k] / 2) * z[k]);
    }
}
