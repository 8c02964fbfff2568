using Reprise.Formats;
using Reprise.Text;

namespace Reprise.Evaluation;

/// <summary>The accuracy of reconstruction, over any number of pairs of a sentence and its reconstruction.</summary>
internal sealed class ReconstructionCounts
{
    private long _exact, _words, _right, _edits;

    /// <summary>Pairs added.</summary>
    public long Sentences { get; private set; }

    /// <summary>Share of the sentences that are reconstructed word for word.</summary>
    public double ExactMatch => (double)_exact / Sentences;

    /// <summary>
    /// Share of the words that are reconstructed at their own position, counted from the start, without alignment. Words that the
    /// vocabulary lacks count as wrong where they are never decoded.
    /// </summary>
    public double WordAccuracy => (double)_right / _words;

    /// <summary>
    /// Word error rate of the corpus: the fewest insertions, deletions and substitutions of words that turn reconstructions into their
    /// sentences, summed over the sentences, by the number of the sentences' words. Above 1 where reconstructions are far too long.
    /// </summary>
    public double WordErrorRate => (double)_edits / _words;

    /// <summary>Counts one pair by its words.</summary>
    /// <param name="codec">The text of the ids, by which pieces become words; null to count ids.</param>
    public void Add(ReadOnlySpan<int> expected, ReadOnlySpan<int> reconstructed, SentenceCodec? codec)
    {
        if (codec is not { Options.HasPieces: true })
        {
            Add(expected, reconstructed);
            return;
        }

        Dictionary<string, int> numbers = [];
        Add(Numbers(codec.WordsOf(expected)), Numbers(codec.WordsOf(reconstructed)));

        int[] Numbers(List<string> words) => [.. words.Select(word =>
        {
            numbers.TryAdd(word, numbers.Count);
            return numbers[word];
        })];
    }

    /// <summary>Counts one pair; EOS is in neither.</summary>
    public void Add(ReadOnlySpan<int> expected, ReadOnlySpan<int> reconstructed)
    {
        int right = 0;
        for (int t = 0; t < Math.Min(expected.Length, reconstructed.Length); t++)
            right += expected[t] == reconstructed[t] ? 1 : 0;
        Sentences++;
        _words += expected.Length;
        _right += right;
        _exact += right == expected.Length && reconstructed.Length == expected.Length ? 1 : 0;
        _edits += EditDistance.Between(expected, reconstructed);
    }
}
