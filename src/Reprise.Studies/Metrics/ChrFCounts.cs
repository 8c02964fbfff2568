using System.Buffers;
using System.Text;

namespace Reprise.Studies.Metrics;

/// <summary>
/// The counts of chrF (Popović 2015): n-grams of 1 to 6 characters, of one sentence or summed over a corpus. Characters are code points;
/// white space is left out, as sacreBLEU (2.0 and later) does by default.
/// </summary>
internal sealed class ChrFCounts
{
    /// <summary>Characters of the longest n-grams.</summary>
    public const int Order = 6;

    private readonly long[] _matches = new long[Order];
    private readonly long[] _inHypothesis = new long[Order];
    private readonly long[] _inReference = new long[Order];

    /// <summary>Counts one sentence against its reference.</summary>
    public static ChrFCounts Of(string reference, string hypothesis)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(reference.Length + hypothesis.Length);
        Span<int> expected = Characters(reference, rented), found = Characters(hypothesis, rented.AsSpan(reference.Length));
        ChrFCounts counts = new();
        for (int n = 0; n < Order; n++)
        {
            counts._matches[n] = NGrams.Matches(expected, found, n + 1, NGrams.CharacterBits);
            counts._inReference[n] = NGrams.Count(expected.Length, n + 1);
            // An order that the reference is too short for counts in neither.
            counts._inHypothesis[n] = counts._inReference[n] == 0 ? 0 : NGrams.Count(found.Length, n + 1);
        }

        ArrayPool<int>.Shared.Return(rented);
        return counts;
    }

    /// <summary>Adds other counts: chrF of a corpus is computed from sums, not from the sentences' scores.</summary>
    public void Add(ChrFCounts other)
    {
        for (int n = 0; n < Order; n++)
        {
            _matches[n] += other._matches[n];
            _inHypothesis[n] += other._inHypothesis[n];
            _inReference[n] += other._inReference[n];
        }
    }

    /// <summary>
    /// chrF, from 0 to 1: (1 + β²) P R / (β² P + R), where P and R are the shares of matching n-grams in hypothesis and reference, each
    /// averaged over the orders that both of them have.
    /// </summary>
    /// <param name="beta">The weight of recall relative to precision.</param>
    public double Score(double beta = 2)
    {
        double precision = 0, recall = 0;
        int orders = 0;
        for (int n = 0; n < Order; n++)
        {
            if (_inHypothesis[n] == 0 || _inReference[n] == 0)
                continue;
            precision += (double)_matches[n] / _inHypothesis[n];
            recall += (double)_matches[n] / _inReference[n];
            orders++;
        }

        // Both are sums over the same orders: without a match both are 0.
        return precision == 0 ? 0 : (1 + (beta * beta)) * precision * recall / ((beta * beta * precision) + recall) / orders;
    }

    private static Span<int> Characters(string text, Span<int> characters)
    {
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune))
                characters[count++] = rune.Value;
        }

        return characters[..count];
    }
}
