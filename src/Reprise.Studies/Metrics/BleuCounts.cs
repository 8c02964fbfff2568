namespace Reprise.Studies.Metrics;

/// <summary>The counts of BLEU (Papineni et al. 2002), of one sentence or summed over a corpus.</summary>
/// <remarks>
/// Words are those of the vocabulary, without any further tokenisation: scores of models of one corpus compare, but not with those of
/// papers.
/// </remarks>
internal sealed class BleuCounts
{
    /// <summary>Words of the longest n-grams.</summary>
    public const int Order = 4;

    private readonly long[] _matches = new long[Order];
    private readonly long[] _totals = new long[Order];

    /// <summary>Creates empty counts.</summary>
    public BleuCounts()
    {
    }

    /// <summary>Creates the object from counts by order, 1 first, and lengths in words.</summary>
    public BleuCounts(ReadOnlySpan<long> matches, ReadOnlySpan<long> totals, long hypothesisWords, long referenceWords)
    {
        matches.CopyTo(_matches);
        totals.CopyTo(_totals);
        (HypothesisWords, ReferenceWords) = (hypothesisWords, referenceWords);
    }

    /// <summary>Clipped matches by order, 1 first.</summary>
    public ReadOnlySpan<long> Matches => _matches;

    /// <summary>N-grams of the hypotheses by order, 1 first.</summary>
    public ReadOnlySpan<long> Totals => _totals;

    /// <summary>Words of the hypotheses.</summary>
    public long HypothesisWords { get; private set; }

    /// <summary>Words of the references; with several references, of the one closest in length.</summary>
    public long ReferenceWords { get; private set; }

    /// <summary>Counts one sentence against its only reference.</summary>
    public static BleuCounts Of(ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis)
    {
        BleuCounts counts = new() { HypothesisWords = hypothesis.Length, ReferenceWords = reference.Length };
        for (int order = 1; order <= Order; order++)
        {
            counts._matches[order - 1] = NGrams.Matches(reference, hypothesis, order, NGrams.WordBits);
            counts._totals[order - 1] = NGrams.Count(hypothesis.Length, order);
        }

        return counts;
    }

    /// <summary>Adds other counts: BLEU of a corpus is computed from sums, not from the sentences' scores.</summary>
    public void Add(BleuCounts other)
    {
        for (int n = 0; n < Order; n++)
        {
            _matches[n] += other._matches[n];
            _totals[n] += other._totals[n];
        }

        HypothesisWords += other.HypothesisWords;
        ReferenceWords += other.ReferenceWords;
    }

    /// <summary>
    /// BLEU-4, from 0 to 1: min(1, exp(1 - r/c)) · exp(¼ Σ_n log p_n) with c words of the hypotheses, r words of the references, and p_n
    /// the clipped share of matching n-grams. 0 where no word matches.
    /// </summary>
    /// <param name="effectiveOrder">
    /// True to leave out orders without any n-gram, which hypotheses of fewer than 4 words have: sacreBLEU's setting for single sentences.
    /// Otherwise such an order makes the score 0.
    /// </param>
    public double Score(BleuSmoothing smoothing, bool effectiveOrder = false)
    {
        if (_matches.AsSpan().IndexOfAnyExcept(0) < 0)
            return 0;
        double logs = 0;
        int orders = 0, unmatched = 0;
        while (orders < Order && _totals[orders] > 0)
        {
            unmatched += _matches[orders] == 0 ? 1 : 0;
            logs += Math.Log(smoothing.Precision(orders + 1, _matches[orders], _totals[orders], unmatched));
            orders++;
        }

        if (orders < Order && !effectiveOrder)
            return 0;
        double brevity = Math.Min(0, 1 - ((double)ReferenceWords / HypothesisWords));
        return Math.Exp(brevity + (logs / orders));
    }

    /// <summary>BLEU of a single sentence as in sacreBLEU: exponential smoothing, effective order.</summary>
    public double SentenceScore() => Score(BleuSmoothing.Exponential, effectiveOrder: true);
}
