namespace Reprise.Inference;

/// <summary>Options of reconstruction.</summary>
public sealed record ReconstructOptions
{
    /// <summary>The decoding of codes. Default: beam search of width 15.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>True to take the posterior's mean as the code. Default false: draw z from the posterior, as in the paper.</summary>
    public bool PosteriorMean { get; init; }

    /// <summary>Number of z drawn for each sentence, each with a result; 1 to 10000. Default 1; at the mean there is only one.</summary>
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

/// <summary>Options of generation from the prior.</summary>
public sealed record GenerateOptions
{
    /// <summary>The decoding of codes. Default: beam search of width 15.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>Seed of the codes and of words drawn. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>Options of interpolation between two sentences.</summary>
public sealed record InterpolateOptions
{
    /// <summary>Codes on the path, the two ends among them; 2 to 10000. Default 10.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>The path between the posterior means. Default: the straight line.</summary>
    public InterpolationPath Path { get; init; }

    /// <summary>The decoding of codes. Default: beam search of width 15.</summary>
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

/// <summary>Options of other ways to say a sentence.</summary>
public sealed record VaryOptions
{
    /// <summary>Different sentences wanted; 1 to 10000. Default 10.</summary>
    public int Count { get; init; } = 10;

    /// <summary>
    /// Standard deviation, in each dimension, of the codes drawn around the sentence's own, of which the prior has 1; above 0, at most
    /// 1000. Default 0.3.
    /// </summary>
    public double Spread { get; init; } = 0.3;

    /// <summary>
    /// Codes drawn; 1 to a million. Default 20 for each sentence wanted. Of the sentences that they give the nearest are taken.
    /// </summary>
    public int? Draws { get; init; }

    /// <summary>The decoding of codes. Default: beam search of width 15.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>Seed of the codes and of words drawn. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal int AllDraws => Draws ?? (20 * Count);

    internal void Validate()
    {
        DecodingOptions.Validate(Decoding);
        if (Count is < 1 or > 10000)
            throw new InputException($"count is {Count}; expected 1 to 10000");
        if (!(Spread is > 0 and <= 1000))
            throw new InputException(FormattableString.Invariant($"spread is {Spread}; expected a number above 0, at most 1000"));
        if (AllDraws is < 1 or > 1_000_000)
            throw new InputException($"draws is {AllDraws}; expected 1 to 1000000");
    }
}

/// <summary>Options of scoring.</summary>
public sealed record ScoreOptions
{
    /// <summary>True to score at the posterior's mean. Default false: at one z drawn a sentence, so that the elbo is unbiased.</summary>
    public bool PosteriorMean { get; init; }

    /// <summary>Seed of z. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>Options of the search for neighbours.</summary>
public sealed record NearestOptions
{
    /// <summary>k: neighbours returned; 1 to a million. Default 10.</summary>
    public int Count { get; init; } = 10;

    /// <summary>The distance of two codes. Default: Euclidean.</summary>
    public Distance Distance { get; init; }
}

/// <summary>Distances of two codes (posterior means).</summary>
public enum Distance
{
    /// <summary>Length of the difference.</summary>
    Euclidean,

    /// <summary>1 - cosine of the angle between them.</summary>
    Cosine,
}
