using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>Estimates for one sentence from S draws of z, in nats.</summary>
/// <param name="LogLikelihood">Estimate of log p(x).</param>
/// <param name="LogIntegral">Estimate of log ∫ p(x|z)^(1+m) p(z) dz.</param>
/// <param name="Nll">Mean of -log p(x|z) over the same draws.</param>
/// <param name="LogLikelihoodRise">Rise of <paramref name="LogLikelihood"/> from half of the draws; null for one.</param>
/// <param name="LogIntegralRise">Rise of <paramref name="LogIntegral"/>.</param>
internal readonly record struct ImportanceEstimate(
    double LogLikelihood, double LogIntegral, double Nll, double? LogLikelihoodRise, double? LogIntegralRise);

/// <summary>
/// Importance-weighted estimates for many sentences. Draws of consecutive sentences fill batches of the decoder, in which the words'
/// share of the gates is computed once.
/// </summary>
/// <remarks>Memory is that of one batch, whatever the number of draws; a draw allocates nothing but its place in the results.</remarks>
internal sealed class ImportanceEstimator(SentenceEngine engine, EvaluationOptions options)
{
    /// <summary>Tokens of a batch: 200 rows a step at 30 words, 90 MB at the sizes of the paper.</summary>
    public const int LargestBatchTokens = 6144;

    private const int LargestBatch = LargestBatchTokens / 2; // draws: the shortest sentence has a word and its end

    private readonly int[][] _sentences = new int[LargestBatch][];
    private readonly float[]?[] _codes_BZ = new float[LargestBatch][];
    private readonly float[] _noise_Z = new float[engine.Options.LatentSize];

    /// <param name="sentences">The sentences, whose numbers key the noise.</param>
    /// <param name="codes">The posterior of each sentence.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two batches.</exception>
    public ImportanceEstimate[] Estimate(NumberedSentence[] sentences, Code[] codes, CancellationToken cancellation)
    {
        int S = options.ImportanceSamples, draws = sentences.Length * S;
        double[] logLikelihoods_DS = new double[draws], logRatios_DS = new double[draws]; // D sentences
        int count = 0, tokens = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            (int d, int s) = Math.DivRem(draw, S);
            int length = sentences[d].Words.Length + 1;
            if (tokens + length > LargestBatchTokens)
            {
                Decode(logLikelihoods_DS.AsSpan(draw - count, count), cancellation);
                (count, tokens) = (0, 0);
            }

            _sentences[count] = sentences[d].Words;
            float[] z_Z = _codes_BZ[count] ??= new float[_noise_Z.Length];
            Code.Noise(_noise_Z, options.Seed, sentences[d].Index, s + 1); // draw 0 is the elbo's
            _noise_Z.CopyTo(z_Z, 0);
            codes[d].AddNoise(z_Z);
            logRatios_DS[draw] = ImportanceSampling.LogPriorOverPosterior<float>(z_Z, codes[d].LogVariance, _noise_Z);
            count++;
            tokens += length;
        }

        Decode(logLikelihoods_DS.AsSpan(draws - count, count), cancellation);
        return [.. codes.Select((_, d) => Estimate(logLikelihoods_DS.AsSpan(d * S, S), logRatios_DS.AsSpan(d * S, S)))];
    }

    private ImportanceEstimate Estimate(ReadOnlySpan<double> logLikelihoods_S, ReadOnlySpan<double> logRatios_S)
    {
        double sum = 0;
        foreach (double logLikelihood in logLikelihoods_S)
            sum += logLikelihood;
        (double likelihood, double? likelihoodRise) = ImportanceSampling.LogIntegralAndRise(logLikelihoods_S, logRatios_S, 1);
        (double integral, double? integralRise) = ImportanceSampling.LogIntegralAndRise(logLikelihoods_S, logRatios_S, 1 + options.M);
        return new ImportanceEstimate(likelihood, integral, -sum / logLikelihoods_S.Length, likelihoodRise, integralRise);
    }

    // log p(x|z) of the pending draws.
    private void Decode(Span<double> logLikelihoods_B, CancellationToken cancellation)
    {
        if (logLikelihoods_B.IsEmpty)
            return;
        int B = logLikelihoods_B.Length;
        double[] nll = engine.Nll(new ArraySegment<int[]>(_sentences, 0, B), new ArraySegment<float[]>(_codes_BZ!, 0, B), cancellation);
        for (int b = 0; b < B; b++)
            logLikelihoods_B[b] = -nll[b];
    }
}
