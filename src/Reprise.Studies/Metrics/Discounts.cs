namespace Reprise.Studies.Metrics;

/// <summary>
/// The discounts of modified Kneser-Ney smoothing: the part taken from a count of 1, of 2, and of 3 or more, so that it can be given to
/// what was not seen (Chen &amp; Goodman 1998, Eq. 26).
/// </summary>
internal readonly record struct Discounts(double One, double Two, double More)
{
    /// <summary>For counts that tell nothing: every discount lies below the count it is taken from.</summary>
    public static Discounts FallBack => new(0.5, 1, 1.5);

    /// <summary>
    /// With n_k the number of n-grams whose count is k and Y = n₁ / (n₁ + 2 n₂): D_k = k - (k + 1) Y n_{k+1} / n_k. Where a text is so
    /// small, or so repetitive, that one of them is not between 0 and k, all three are <see cref="FallBack"/>.
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

    /// <summary>The part that is taken from this count.</summary>
    public double From(int count) => count switch
    {
        0 => 0,
        1 => One,
        2 => Two,
        _ => More,
    };
}
