using Reprise.Text;

namespace Reprise.Inference;

/// <summary>Options of decoding by beam search, or by drawn words when <see cref="Sampling"/> is given.</summary>
public sealed record DecodingOptions
{
    private const int UsualWords = 50, UsualPieces = 200;

    /// <summary>Hypotheses kept at each step; 1 is greedy, at most 1000. Default 15, as in the paper.</summary>
    public int BeamWidth { get; init; } = 15;

    /// <summary>Words, or pieces, after which a sentence is cut if it has not ended; 1 to 10000. Default: 50 words or 200 pieces.</summary>
    public int? MaximumWords { get; init; }

    /// <summary>
    /// α of the length penalty of Wu et al. 2016 (arXiv:1609.08144, Eq. 14): ended hypotheses are ranked by
    /// log p / ((5 + words) / 6)^α, EOS counted among the words. 0 to 10; larger favours longer sentences. Default 0: log p itself.
    /// </summary>
    public double LengthPenalty { get; init; }

    /// <summary>Options of drawing the words; null to search for the most probable ones. Default null.</summary>
    public SamplingOptions? Sampling { get; init; }

    internal int MostWords => MaximumWords ?? UsualWords;

    /// <summary>Every problem of these options, a sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        if (BeamWidth is < 1 or > 1000)
            yield return $"beam width is {BeamWidth}; expected 1 to 1000";
        if (MaximumWords is < 1 or > 10000)
            yield return $"maximum words is {MaximumWords}; expected 1 to 10000";
        if (!(LengthPenalty is >= 0 and <= 10))
            yield return $"length penalty is {LengthPenalty}; expected 0 to 10";
        if (Sampling is null)
            yield break;
        if (!(Sampling.Temperature is > 0 and <= 100))
            yield return $"temperature is {Sampling.Temperature}; expected more than 0 and at most 100 (a beam width of 1 is greedy)";
        if (Sampling.TopK < 0)
            yield return $"top-k is {Sampling.TopK}; expected 1 or more, or 0 for all words";
        if (!(Sampling.TopP is > 0 and <= 1))
            yield return $"top-p is {Sampling.TopP}; expected more than 0 and at most 1";
    }

    /// <summary>The options with the limit of a text's words or pieces where none is given.</summary>
    internal DecodingOptions Of(TextOptions text) =>
        this with { MaximumWords = MaximumWords ?? (text.HasPieces ? UsualPieces : UsualWords) };

    /// <summary>Throws one exception that names every problem.</summary>
    /// <exception cref="InputException">There is a problem.</exception>
    public void Validate()
    {
        string problems = string.Join("; ", Problems());
        if (problems.Length > 0)
            throw new InputException($"decoding options: {problems}");
    }

    /// <summary>Validates the options that other options hold.</summary>
    internal static void Validate(DecodingOptions? options) =>
        (options ?? throw new InputException("decoding options: null; expected a value")).Validate();
}

/// <summary>Options of drawing words from the decoder's distribution. UNK and BOS are never drawn.</summary>
public sealed record SamplingOptions
{
    /// <summary>τ: words are drawn in proportion to p^(1/τ); above 0, at most 100. Default 1: the model's own distribution.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>k: only the k most probable words are drawn (Fan et al. 2018); 0 for all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// p: only words of the nucleus are drawn, the fewest most probable words whose probabilities, after temperature and top-k, sum to p
    /// (Holtzman et al. 2020). Default 1: all.
    /// </summary>
    public double TopP { get; init; } = 1;
}
