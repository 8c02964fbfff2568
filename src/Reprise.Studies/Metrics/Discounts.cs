namespace Reprise.Studies.Metrics;

/// <summary>
/// The discounts of modified Kneser-Ney smoothing: the part that goes to unseen n-grams from a count of 1, of 2, and of 3 or more
/// (Chen &amp; Goodman 1998, Eq. 26).
/// </summary>
internal readonly record struct Discounts(double One, double Two, double More)
{
    /// <summary>Discounts for counts from which none can be estimated.</summary>
    public static Discounts FallBack => new(0.5, 1, 1.5);

    /// <summary>
    /// The discounts D_k = k - (k + 1) Y n_{k+1} / n_k, with n_k the number of n-grams of count k and Y = n₁ / (n₁ + 2 n₂). Where a text is
    /// so small or repetitive that a D_k is not between 0 and k, all three are <see cref="FallBack"/>.
    /// </summary>
    public static Discounts Of(ReadOnlySpan<int> counts)
    {
        Span<double> n = stackalloc double[5];
        foreach (int count in counts)
        {
            if (count is >= 1 and <= 4)
                n[count]++;
        }

        double y = n[1] / (n[1] + (2 * n[2]));
        Discounts discounts = new(1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3]));
        return discounts is { One: > 0 and < 1, Two: > 0 and < 2, More: > 0 and < 3 } ? discounts : FallBack;
    }

    /// <summary>The discount of a count.</summary>
    public double From(int count) => count switch
    {
        0 => 0,
        1 => One,
        2 => Two,
        _ => More,
    };
}
