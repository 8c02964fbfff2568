namespace Reprise.Studies.Metrics;

/// <summary>The options of making an n-gram model.</summary>
internal sealed record KneserNeyOptions
{
    /// <summary>Words of the longest n-grams, 1 or more.</summary>
    public int Order { get; init; } = 5;

    /// <summary>
    /// Tokens of the text at most, BOS and EOS of each sentence counted. Of a longer text, sentences are drawn in a seeded order until they
    /// are as many. Bounds the memory: of order 5 at most 64 bytes a token while the model is made and 44 after (48 and 26 were measured on
    /// words drawn independently, where hardly a longer n-gram repeats). 16 million are about 1.2 million sentences of a dozen words.
    /// </summary>
    public int MaximumTokens { get; init; } = 16_000_000;

    /// <summary>Draws the sentences, where there are too many.</summary>
    public ulong Seed { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Order, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTokens, 1);
    }
}
