namespace Reprise.Inference;

/// <summary>How sentences are said again.</summary>
public sealed record ReconstructOptions
{
    /// <summary>How the code becomes words. Default: beam search of width 15.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>Take the posterior's mean as the code. Default false: draw z from the posterior, as in the paper.</summary>
    public bool PosteriorMean { get; init; }

    /// <summary>How many z are drawn for each sentence; 1 to 10000, each gives one result. Default 1; at the mean there is only one.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Seed of z and of words drawn. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Validate()
    {
        DecodingOptions.Validate(Decoding);
        if (Samples is < 1 or > 10000)
            throw new InputException($"samples is {Samples}; expected 1 to 10000");
    }
}

/// <summary>How sentences are generated from the prior.</summary>
public sealed record GenerateOptions
{
    /// <summary>How the code becomes words. Default: beam search of width 15.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>Seed of the codes and of words drawn. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>How the way between two sentences is walked.</summary>
public sealed record InterpolateOptions
{
    /// <summary>Stops, the two ends among them; 2 to 10000. Default 10.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Default: the straight line between the posterior means.</summary>
    public InterpolationPath Path { get; init; }

    /// <summary>How the code becomes words. Default: beam search of width 15.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>Seed of words drawn. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Validate()
    {
        DecodingOptions.Validate(Decoding);
        if (Steps is < 2 or > 10000)
            throw new InputException($"steps is {Steps}; expected 2 to 10000");
    }
}

/// <summary>How sentences are scored.</summary>
public sealed record ScoreOptions
{
    /// <summary>Score at the posterior's mean. Default false: at one z drawn from the posterior, so that the elbo is unbiased.</summary>
    public bool PosteriorMean { get; init; }

    /// <summary>Seed of z. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>How neighbours are found.</summary>
public sealed record NearestOptions
{
    /// <summary>k: neighbours returned; 1 to a million. Default 10.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Default: Euclidean.</summary>
    public Distance Distance { get; init; }
}

/// <summary>How far two codes (posterior means) lie apart.</summary>
public enum Distance
{
    /// <summary>Length of the difference.</summary>
    Euclidean,

    /// <summary>1 - cosine of the angle between them.</summary>
    Cosine,
}
