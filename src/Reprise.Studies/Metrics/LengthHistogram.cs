using Reprise.Text;

namespace Reprise.Studies.Metrics;

/// <summary>The distribution of sentence lengths, in words without EOS.</summary>
internal sealed class LengthHistogram
{
    private long[] _counts = new long[32];

    /// <summary>Sentences counted.</summary>
    public long Sentences { get; private set; }

    /// <summary>Words of all sentences.</summary>
    public long Words { get; private set; }

    /// <summary>Mean number of words of a sentence; NaN without sentences.</summary>
    public double Mean => (double)Words / Sentences;

    /// <summary>The greatest length counted.</summary>
    public int Longest => Math.Max(0, Array.FindLastIndex(_counts, count => count > 0));

    /// <summary>The lengths of a corpus, in one pass.</summary>
    public static LengthHistogram Of(ISentences sentences)
    {
        LengthHistogram histogram = new();
        for (long i = 0; i < sentences.Count; i++)
            histogram.Add(sentences.Length(i));
        return histogram;
    }

    /// <summary>Counts a sentence of <paramref name="length"/> words.</summary>
    public void Add(int length)
    {
        if (length >= _counts.Length)
            Array.Resize(ref _counts, Math.Max(length + 1, _counts.Length * 2));
        _counts[length]++;
        Sentences++;
        Words += length;
    }

    /// <summary>The number of sentences of this length.</summary>
    public long Count(int length) => length < _counts.Length ? _counts[length] : 0;

    /// <summary>
    /// The total variation distance to another: ½ Σ |p(length) - q(length)|, 0 for equal distributions, 1 for no common length.
    /// </summary>
    /// <exception cref="InvalidOperationException">One of the two has no sentence.</exception>
    public double Distance(LengthHistogram other)
    {
        if (Sentences == 0 || other.Sentences == 0)
            throw new InvalidOperationException("no sentence was counted");
        double sum = 0;
        for (int length = 0; length <= Math.Max(Longest, other.Longest); length++)
            sum += Math.Abs(((double)Count(length) / Sentences) - ((double)other.Count(length) / other.Sentences));
        return sum / 2;
    }
}
