using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>Options of an evaluation on held-out sentences.</summary>
public sealed record EvaluationOptions
{
    /// <summary>
    /// m of the objective whose bound is measured, more than -1: 0 for a VAE, 1 / beta - 1 for a beta-VAE. Default 0.
    /// </summary>
    public double M { get; init; }

    /// <summary>The most sentences to evaluate, chosen at random by <see cref="Seed"/>. Default: all.</summary>
    public long MaximumSentences { get; init; } = long.MaxValue;

    /// <summary>True to take nll at the posterior's mean. Default false: at one z drawn a sentence, so that the elbo is unbiased.</summary>
    public bool PosteriorMean { get; init; }

    /// <summary>S: draws of z a sentence for the importance-weighted estimates; 1 to 10000, or 0 for none. Default 100.</summary>
    /// <remarks>The decoder runs S times for each such sentence.</remarks>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>The most sentences of the importance-weighted estimates, chosen at random by <see cref="Seed"/>. Default 100.</summary>
    public long ImportanceSentences { get; init; } = 100;

    /// <summary>
    /// The most sentences of which a code is drawn to estimate the mutual information, chosen at random by <see cref="Seed"/>; 0 for no
    /// estimate. Default 10,000. The aggregate posterior is that of all sentences evaluated.
    /// </summary>
    public long InformationSentences { get; init; } = 10_000;

    /// <summary>
    /// The most sentences of which nll is measured at each position, with the code and without, chosen at random by <see cref="Seed"/>; 0,
    /// the default, for none.
    /// </summary>
    public long PositionSentences { get; init; }

    /// <summary>Codes of the prior for each of these sentences, in place of its own; 1 to 1000. Default 10.</summary>
    /// <remarks>The decoder runs once more for each of them. More come nearer to the decoder without any code.</remarks>
    public int PositionDraws { get; init; } = 10;

    /// <summary>Seed of z and of the choice of sentences. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Validate()
    {
        if (!(M > -1 && double.IsFinite(M)))
            throw new InputException($"m is {M}; expected a finite number more than -1");
        if (MaximumSentences < 1 || ImportanceSentences < 1)
            throw new InputException($"the number of sentences is {Math.Min(MaximumSentences, ImportanceSentences)}; expected 1 or more");
        if (InformationSentences < 0)
            throw new InputException($"the number of sentences of the mutual information is {InformationSentences}; expected 0 or more");
        if (PositionSentences < 0)
            throw new InputException($"the number of sentences measured by position is {PositionSentences}; expected 0 or more");
        if (PositionDraws is < 1 or > 1000)
            throw new InputException($"{PositionDraws} codes of the prior for nll by position; expected 1 to 1000");
        if (ImportanceSamples is < 0 or > 10_000)
            throw new InputException($"importance samples is {ImportanceSamples}; expected 0 to 10000");
    }
}

/// <summary>Options of measuring reconstruction.</summary>
public sealed record ReconstructionMeasureOptions
{
    /// <summary>The decoding of codes. Default: greedy.</summary>
    public DecodingOptions Decoding { get; init; } = new() { BeamWidth = 1 };

    /// <summary>True to take the posterior's mean as the code, false to draw one z for each sentence. Default true.</summary>
    public bool PosteriorMean { get; init; } = true;

    /// <summary>The most sentences to measure, chosen at random by <see cref="Seed"/>. Default: all.</summary>
    public long MaximumSentences { get; init; } = long.MaxValue;

    /// <summary>Seed of z, of words drawn and of the choice of sentences. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}
