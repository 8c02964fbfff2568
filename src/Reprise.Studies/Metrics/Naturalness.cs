namespace Reprise.Studies.Metrics;

/// <summary>
/// The test that a sentence has at least the log probability a token, under a model of real text, of the tenth percentile of real sentences
/// of its length. A metric for the question "does this sentence make sense" (the paper's Table 4).
/// </summary>
/// <remarks>
/// Where fewer than <see cref="FewestOfALength"/> real sentences have a length, those of the nearest lengths are added. A sentence shorter
/// or longer than all real ones is not natural.
/// </remarks>
internal sealed class Naturalness
{
    /// <summary>The fewest real sentences for a tenth percentile.</summary>
    public const int FewestOfALength = 20;

    private const double Tenth = 0.1;

    private readonly double[] _least; // by length: the tenth percentile of log p a token

    /// <param name="real">The number of words and log p, EOS included, of real sentences.</param>
    public Naturalness(IEnumerable<(int Words, double LogProbability)> real)
    {
        ILookup<int, double> byLength = real.ToLookup(
            sentence => sentence.Words, sentence => sentence.LogProbability / (sentence.Words + 1));
        int shortest = byLength.Min(length => (int?)length.Key) ?? 0, longest = byLength.Max(length => (int?)length.Key) ?? -1;
        _least = new double[longest + 1];
        Array.Fill(_least, double.PositiveInfinity);
        for (int length = shortest; length <= longest; length++)
            _least[length] = TenthOf(byLength, length, longest - shortest);
    }

    /// <summary>True if a sentence is natural.</summary>
    /// <param name="logProbability">log p in nats, EOS included.</param>
    public bool Holds(int words, double logProbability) => words < _least.Length && logProbability / (words + 1) >= _least[words];

    private static double TenthOf(ILookup<int, double> byLength, int length, int farthest)
    {
        List<double> near = [.. byLength[length]];
        for (int distance = 1; near.Count < FewestOfALength && distance <= farthest; distance++)
        {
            near.AddRange(byLength[length - distance]);
            near.AddRange(byLength[length + distance]);
        }

        near.Sort();
        return near[(int)(Tenth * near.Count)];
    }
}
