namespace Reprise.Studies.Measuring;

/// <summary>The sentences that the runs of a study are measured on. Sentences and draws are the same for every run.</summary>
public sealed record MeasuringOptions
{
    private const int Most = 10_000_000;

    /// <summary>Held-out sentences whose nll and kl are measured; 1 or more. Default 10000.</summary>
    public int Sentences { get; init; } = 10_000;

    /// <summary>
    /// Held-out sentences that are reconstructed: the first of a seeded order that have 4 to 20 words, all known, as in the paper; 2 or
    /// more. Default 10000.
    /// </summary>
    public int Reconstructions { get; init; } = 10_000;

    /// <summary>Sentences decoded from codes of the prior, as many by beam search as by drawing words; 2 or more. Default 10000.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>Pairs of sentences to interpolate between; 1 or more. Default 200.</summary>
    public int Paths { get; init; } = 200;

    /// <summary>Sentences of a path, both ends included; 2 to 1000. Default 10, as in the paper.</summary>
    public int PathSteps { get; init; } = 10;

    /// <summary>Hypotheses of the beam search; 1 to 1000. Default 15, as in the paper.</summary>
    public int BeamWidth { get; init; } = 15;

    /// <summary>Sentences of the importance-weighted estimates, with up to 1000 draws each; 2 or more. Default 100.</summary>
    public int ImportanceSentences { get; init; } = 100;

    /// <summary>
    /// Sentences whose codes are compared with each other, for mutual information (at most the log of this number), ranks and discrepancy;
    /// 2 to 20000. Default 2000.
    /// </summary>
    public int LatentSentences { get; init; } = 2000;

    /// <summary>The seed of the choice of sentences and of all draws. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every problem of these options, a sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        foreach ((string name, int value, int least, int most) in new[]
        {
            ("sentences", Sentences, 1, Most), ("reconstructions", Reconstructions, 2, Most), ("samples", Samples, 2, Most),
            ("paths", Paths, 1, Most), ("pathSteps", PathSteps, 2, 1000), ("beamWidth", BeamWidth, 1, 1000),
            ("importanceSentences", ImportanceSentences, 2, Most), ("latentSentences", LatentSentences, 2, 20_000),
        })
        {
            if (value < least || value > most)
                yield return $"judges.{name} is {value}; expected {least} to {most}";
        }
    }
}
