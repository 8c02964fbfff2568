using Reprise.Formats;

namespace Reprise.Evaluation;

/// <summary>How well sentences come back, counted over any number of pairs of an expected sentence and what was said instead.</summary>
internal sealed class ReconstructionCounts
{
    private long _exact, _words, _right, _edits;

    /// <summary>Pairs added.</summary>
    public long Sentences { get; private set; }

    /// <summary>Share of the sentences that came back word for word.</summary>
    public double ExactMatch => (double)_exact / Sentences;

    /// <summary>
    /// Share of the expected words that came back at their own position: position by position from the start, no alignment.
    /// Words that the vocabulary lacks count as never coming back where they are never said.
    /// </summary>
    public double WordAccuracy => (double)_right / _words;

    /// <summary>
    /// Word error rate of the corpus: the fewest insertions, deletions and substitutions of words that turn what was said into
    /// what was expected, summed over the sentences, by the number of expected words. Above 1 where much too much is said.
    /// </summary>
    public double WordErrorRate => (double)_edits / _words;

    /// <summary>Counts one pair; EOS is in neither.</summary>
    public void Add(ReadOnlySpan<int> expected, ReadOnlySpan<int> said)
    {
        int right = 0;
        for (int t = 0; t < Math.Min(expected.Length, said.Length); t++)
            right += expected[t] == said[t] ? 1 : 0;
        Sentences++;
        _words += expected.Length;
        _right += right;
        _exact += right == expected.Length && said.Length == expected.Length ? 1 : 0;
        _edits += EditDistance.Between(expected, said);
    }
}
