using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>What S draws of z say of one sentence, in nats.</summary>
/// <param name="LogLikelihood">Estimate of log p(x).</param>
/// <param name="LogIntegral">Estimate of log ∫ p(x|z)^(1+m) p(z) dz.</param>
/// <param name="Nll">Mean of -log p(x|z) over the same draws.</param>
internal readonly record struct ImportanceEstimate(double LogLikelihood, double LogIntegral, double Nll);

/// <summary>Importance-weighted estimates for many sentences: each is encoded once and its S draws are rows of the decoder.</summary>
internal sealed class ImportanceEstimator(SentenceEngine engine, EvaluationOptions options)
{
    private const int LargestBatchTokens = 8192;

    private readonly List<int[]> _sentences = [];
    private readonly List<float[]> _draws = [];
    private readonly List<(int Sentence, int Sample)> _places = [];
    private int _tokens;

    /// <param name="indices">Numbers of the sentences: they key the noise.</param>
    public ImportanceEstimate[] Estimate(int[][] sentences, Code[] codes, long[] indices)
    {
        int S = options.ImportanceSamples, Z = engine.Options.LatentSize;
        double[][] logLikelihoods_BS = [.. sentences.Select(_ => new double[S])], logRatios_BS = [.. sentences.Select(_ => new double[S])];
        float[] noise_Z = new float[Z];
        for (int b = 0; b < sentences.Length; b++)
        {
            for (int s = 0; s < S; s++)
            {
                Code.Noise(noise_Z, options.Seed, indices[b], s + 1); // draw 0 is the elbo's
                float[] z_Z = [.. noise_Z];
                codes[b].AddNoise(z_Z);
                logRatios_BS[b][s] = ImportanceSampling.LogPriorOverPosterior<float>(z_Z, codes[b].LogVariance, noise_Z);
                Add(sentences[b], z_Z, (b, s), logLikelihoods_BS);
            }
        }

        Flush(logLikelihoods_BS);
        ImportanceEstimate[] estimates = new ImportanceEstimate[sentences.Length];
        for (int b = 0; b < estimates.Length; b++)
        {
            estimates[b] = new ImportanceEstimate(
                ImportanceSampling.LogIntegral(logLikelihoods_BS[b], logRatios_BS[b], 1),
                ImportanceSampling.LogIntegral(logLikelihoods_BS[b], logRatios_BS[b], 1 + options.M),
                -logLikelihoods_BS[b].Average());
        }

        return estimates;
    }

    private void Add(int[] sentence, float[] z_Z, (int Sentence, int Sample) place, double[][] logLikelihoods_BS)
    {
        if (_tokens + sentence.Length + 1 > LargestBatchTokens)
            Flush(logLikelihoods_BS);
        _tokens += sentence.Length + 1;
        _sentences.Add(sentence);
        _draws.Add(z_Z);
        _places.Add(place);
    }

    private void Flush(double[][] logLikelihoods_BS)
    {
        if (_places.Count > 0)
        {
            double[] nll = engine.Nll(_sentences, _draws);
            for (int i = 0; i < nll.Length; i++)
                logLikelihoods_BS[_places[i].Sentence][_places[i].Sample] = -nll[i];
        }

        _sentences.Clear();
        _draws.Clear();
        _places.Clear();
        _tokens = 0;
    }
}
