using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>How a model is evaluated on held-out sentences.</summary>
public sealed record EvaluationOptions
{
    /// <summary>
    /// m of the objective whose bound is measured, more than -1: 0 for a VAE, 1 / beta - 1 for a beta-VAE. Default 0.
    /// </summary>
    public double M { get; init; }

    /// <summary>Evaluate so many sentences only, taken at random by <see cref="Seed"/>. Default: all.</summary>
    public long MaximumSentences { get; init; } = long.MaxValue;

    /// <summary>Take nll at the posterior's mean. Default false: at one z drawn for each sentence, so that the elbo is unbiased.</summary>
    public bool PosteriorMean { get; init; }

    /// <summary>S: draws of z for each sentence of the importance-weighted estimates; 1 to 10000, or 0 for no such estimates. Default 100.</summary>
    /// <remarks>For each such sentence the decoder runs S times.</remarks>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>The importance-weighted estimates are made for so many of them only, taken at random by <see cref="Seed"/>. Default 100.</summary>
    public long ImportanceSentences { get; init; } = 100;

    /// <summary>Seed of z and of the choice of sentences. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Validate()
    {
        if (!(M > -1 && double.IsFinite(M)))
            throw new InputException($"m is {M}; expected a finite number more than -1");
        if (MaximumSentences < 1 || ImportanceSentences < 1)
            throw new InputException($"the number of sentences is {Math.Min(MaximumSentences, ImportanceSentences)}; expected 1 or more");
        if (ImportanceSamples is < 0 or > 10_000)
            throw new InputException($"importance samples is {ImportanceSamples}; expected 0 to 10000");
    }
}

/// <summary>How reconstruction is measured.</summary>
public sealed record ReconstructionMeasureOptions
{
    /// <summary>How the code becomes words. Default: greedy.</summary>
    public DecodingOptions Decoding { get; init; } = new() { BeamWidth = 1 };

    /// <summary>Take the posterior's mean as the code. Default true; otherwise one z is drawn for each sentence.</summary>
    public bool PosteriorMean { get; init; } = true;

    /// <summary>Measure so many sentences only, taken at random by <see cref="Seed"/>. Default: all.</summary>
    public long MaximumSentences { get; init; } = long.MaxValue;

    /// <summary>Seed of z, of words drawn and of the choice of sentences. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}
