namespace Reprise.Studies.Statistics;

/// <summary>Several tests of one family: Holm's (1979) step-down adjustment.</summary>
internal static class Holm
{
    /// <summary>
    /// The adjusted p values, in the order of <paramref name="p"/>: of m values the i-th smallest times m + 1 - i, at least those of the
    /// smaller ones and at most 1. To reject those of at most α makes any error with a probability of at most α, whatever the dependence.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is not between 0 and 1.</exception>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        foreach (double value in p)
        {
            if (!(value is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(p), value, "expected numbers from 0 to 1");
        }

        double[] adjusted = new double[p.Count];
        double greatest = 0;
        int others = p.Count;
        foreach (int i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
        {
            greatest = Math.Max(greatest, Math.Min(1, others * p[i]));
            adjusted[i] = greatest;
            others--;
        }

        return adjusted;
    }
}
