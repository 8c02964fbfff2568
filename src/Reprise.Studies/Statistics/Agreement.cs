namespace Reprise.Studies.Statistics;

/// <summary>Agreement between people on the same questions.</summary>
internal static class Agreement
{
    /// <summary>
    /// Krippendorff's alpha of nominal answers (Krippendorff 2011): 1 - o / e, the observed and expected disagreement, where
    /// o = 1/n Σ_u Σ_{c≠k} n_uc n_uk / (m_u - 1) over units with m_u ≥ 2 answers, and e = Σ_{c≠k} n_c n_k / (n (n - 1)) over all n answers
    /// to such units. 1 where all agree, 0 by chance, negative for less agreement than by chance. Units may have any number of answers.
    /// </summary>
    /// <param name="units">The counts of each kind of answer for each unit; the same kinds for all.</param>
    /// <returns>Alpha; null where no unit has two answers or all answers are the same.</returns>
    public static double? Alpha(IEnumerable<IReadOnlyList<int>> units)
    {
        double observed = 0;
        long[]? kinds = null;
        foreach (IReadOnlyList<int> unit in units)
        {
            long answers = unit.Sum();
            if (answers < 2)
                continue;
            kinds ??= new long[unit.Count];
            double same = 0;
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                kinds[kind] += unit[kind];
                same += (double)unit[kind] * unit[kind];
            }

            observed += (((double)answers * answers) - same) / (answers - 1);
        }

        double all = kinds?.Sum() ?? 0, expected = ((all * all) - (kinds?.Sum(count => (double)count * count) ?? 0)) / (all - 1);
        return expected > 0 ? 1 - (observed / expected) : null;
    }
}
