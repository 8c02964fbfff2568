using Reprise.Formats;

namespace Reprise.Studies.Metrics;

/// <summary>
/// The evenness of changes of the sentence along paths between two codes, over any number of paths (discussion of the paper's Table 5).
/// </summary>
internal sealed class PathSmoothness
{
    private long _neighbours, _repeated, _edits, _moving, _largestOfMoving, _sumOfMoving;

    /// <summary>Paths added.</summary>
    public int Paths { get; private set; }

    /// <summary>Share of neighbours that are the same sentence; null without neighbours.</summary>
    public double? Repeated => _neighbours == 0 ? null : (double)_repeated / _neighbours;

    /// <summary>Word edits from one sentence to the next, the mean over all neighbours; null without neighbours.</summary>
    public double? Edits => _neighbours == 0 ? null : (double)_edits / _neighbours;

    /// <summary>
    /// The largest change of a path as a share of all its changes, over the paths that change: 1 where everything changes at once, down to
    /// 1 by the number of steps where all changes are equal; null where no path changes.
    /// </summary>
    public double? LargestJump => _moving == 0 ? null : (double)_largestOfMoving / _sumOfMoving;

    /// <summary>Counts the sentences of one path, in their order; returns the word edits from each to the next.</summary>
    public int[] Add(IReadOnlyList<int[]> sentences)
    {
        int[] changes = [.. sentences.Zip(sentences.Skip(1), (from, to) => EditDistance.Between<int>(from, to))];
        long sum = changes.Sum(edits => (long)edits);
        Paths++;
        _neighbours += changes.Length;
        _repeated += changes.Count(edits => edits == 0);
        _edits += sum;
        if (sum > 0)
        {
            _moving++;
            _sumOfMoving += sum;
            _largestOfMoving += changes.Max();
        }

        return changes;
    }
}
