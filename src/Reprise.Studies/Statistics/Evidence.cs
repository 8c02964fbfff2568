namespace Reprise.Studies.Statistics;

/// <summary>The evidence for a claim and against it, as p values of one-sided tests.</summary>
/// <param name="For">p of data as favourable as these, if the claim just fails.</param>
/// <param name="Against">p of data as unfavourable as these, if the claim just holds.</param>
internal readonly record struct Evidence(double For, double Against)
{
    /// <summary>p of the two-sided test that decides for the claim or against it.</summary>
    public double P => Math.Min(1, 2 * Math.Min(For, Against));

    /// <summary>The evidence that the true mean is above a bound.</summary>
    public static Evidence Above(PairedComparison comparison, double bound)
    {
        double t = T(comparison.Mean - bound, comparison.Error!.Value);
        return new(StudentT.UpperTail(t, comparison.DegreesOfFreedom), StudentT.UpperTail(-t, comparison.DegreesOfFreedom));
    }

    /// <summary>The evidence that the true mean is below a bound.</summary>
    public static Evidence Below(PairedComparison comparison, double bound)
    {
        Evidence above = Above(comparison, bound);
        return new(above.Against, above.For);
    }

    /// <summary>
    /// The evidence that the true mean lies within a margin of 0, for equivalence: two one-sided tests (Schuirmann 1987). It cannot lie
    /// beyond both ends, so that the evidence against is that of the nearer one.
    /// </summary>
    public static Evidence Within(PairedComparison comparison, double margin)
    {
        Evidence low = Above(comparison, -margin), high = Below(comparison, margin);
        return new(Math.Max(low.For, high.For), Math.Min(low.Against, high.Against));
    }

    /// <summary>
    /// The evidence for several claims at once: for all of them where it is for each (intersection-union, Berger 1982); against, where it
    /// is against one, by Bonferroni's inequality.
    /// </summary>
    public static Evidence All(params IReadOnlyList<Evidence> parts) =>
        new(parts.Max(part => part.For), Math.Min(1, parts.Count * parts.Min(part => part.Against)));

    // Equal differences have no error: they decide where they differ from the bound, and nothing where they do not.
    private static double T(double difference, double error) => difference == 0 ? 0 : difference / error;
}
