namespace Reprise.Studies.Statistics;

/// <summary>A quantity of one model as a ratio of two sums over items, for example sentences: Σ above / Σ below.</summary>
/// <param name="Above">The numerator's part of each item.</param>
/// <param name="Below">The denominator's part of each item.</param>
internal sealed record ItemRatio(double[] Above, double[] Below)
{
    /// <summary>The quantity; not a number where the denominator is 0.</summary>
    public double Value => Above.Sum() / Below.Sum();

    /// <summary>The mean of a value over all items.</summary>
    public static ItemRatio MeanOf(IEnumerable<double> values)
    {
        double[] above = [.. values];
        double[] below = new double[above.Length];
        Array.Fill(below, 1);
        return new ItemRatio(above, below);
    }

    /// <summary>The share of the items of a kind that have a property.</summary>
    /// <param name="items">For each item: is it of the kind, and has it the property.</param>
    public static ItemRatio ShareOf(IEnumerable<(bool IsOfKind, bool Has)> items)
    {
        (bool IsOfKind, bool Has)[] all = [.. items];
        return new ItemRatio(
            [.. all.Select(item => item.IsOfKind && item.Has ? 1.0 : 0.0)], [.. all.Select(item => item.IsOfKind ? 1.0 : 0.0)]);
    }

    /// <summary>The quantity of a sample in which item i stands <paramref name="times"/>[i] times.</summary>
    public double Resampled(ReadOnlySpan<int> times)
    {
        double above = 0, below = 0;
        for (int i = 0; i < times.Length; i++)
        {
            above += times[i] * Above[i];
            below += times[i] * Below[i];
        }

        return above / below;
    }
}
