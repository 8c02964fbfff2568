namespace Reprise.Studies.Metrics;

/// <summary>Options of an n-gram model.</summary>
internal sealed record KneserNeyOptions
{
    /// <summary>Words of the longest n-grams, 1 or more.</summary>
    public int Order { get; init; } = 5;

    /// <summary>
    /// The most tokens of text, BOS and EOS included. From a longer text, sentences are drawn in a seeded order up to this number. It
    /// bounds memory: at order 5 at most 64 bytes a token during training and 44 after (48 and 26 measured on words drawn independently,
    /// where longer n-grams hardly repeat). 16 million tokens are about 1.2 million sentences of a dozen words.
    /// </summary>
    public int MaximumTokens { get; init; } = 16_000_000;

    /// <summary>The seed of the draw of sentences.</summary>
    public ulong Seed { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Order, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTokens, 1);
    }
}
