using Reprise.Evaluation;
using Reprise.Numerics;

namespace Reprise.Studies.Statistics;

/// <summary>
/// The difference of two models in a quantity, seed by seed. Seeds are the units: the test is Student's over them.
/// </summary>
/// <remarks>
/// Where all seeds share the items (crossed), the standard error is that of a two-way bootstrap, which draws items and seeds with
/// replacement (Owen 2007). Of S seeds it draws S - 1, so that the variance over seeds is unbiased (Rao and Wu 1988). The interaction of
/// both counts up to three times, which makes the test conservative. Where each seed has its own items (nested), differences between seeds
/// contain those between items, and the standard error is the usual one.
/// </remarks>
internal sealed record PairedComparison
{
    /// <summary>Samples of the bootstrap.</summary>
    public const int Samples = 1000;

    private const double Tail = 0.025; // of a 95% interval

    private PairedComparison(double[] differences, (double Low, double High)[] intervals, double? error) =>
        (Differences, Intervals, Error) = (differences, intervals, error);

    /// <summary>The difference, first minus second, of each seed.</summary>
    public IReadOnlyList<double> Differences { get; }

    /// <summary>The numbers of the seeds, in the order of <see cref="Differences"/>; empty where they are not known.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [];

    /// <summary>The 95% interval of each seed's difference over items (percentiles of the bootstrap); none for nested items.</summary>
    public IReadOnlyList<(double Low, double High)> Intervals { get; }

    /// <summary>The mean difference over seeds.</summary>
    public double Mean => Differences.Average();

    /// <summary>The standard error of <see cref="Mean"/> over seeds and items; null for one seed.</summary>
    public double? Error { get; }

    /// <summary>Seeds - 1.</summary>
    public int DegreesOfFreedom => Differences.Count - 1;

    /// <summary>False where the quantity is not a number for a model, for example a share of no sentences.</summary>
    public bool IsDefined => Differences.All(double.IsFinite);

    /// <summary>The 95% interval of the mean; that of the seed for one seed, null where it has none.</summary>
    public (double Low, double High)? Interval
    {
        get
        {
            if (Error is not { } error)
                return Intervals.Count == 1 ? Intervals[0] : null;
            double reach = StudentT.Quantile(1 - Tail, DegreesOfFreedom) * error;
            return (Mean - reach, Mean + reach);
        }
    }

    /// <summary>Compares quantities over items that all seeds share.</summary>
    /// <param name="seeds">First and second model of each seed, over the same items.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    public static PairedComparison Crossed(IReadOnlyList<(ItemRatio First, ItemRatio Second)> seeds, ulong seed)
    {
        double[] differences = [.. seeds.Select(pair => pair.First.Value - pair.Second.Value)];
        if (!differences.All(double.IsFinite))
            return new PairedComparison(differences, [], null);
        int S = seeds.Count, items = seeds[0].First.Above.Length;
        double[][] perSeed_SR = [.. seeds.Select(_ => new double[Samples])];
        double[] means_R = new double[Samples];
        Parallel.For(0, Samples, () => new int[items], (r, _, times) =>
        {
            Draw(times, seed, r);
            for (int s = 0; s < S; s++)
                perSeed_SR[s][r] = seeds[s].First.Resampled(times) - seeds[s].Second.Resampled(times);
            for (int drawn = 0; drawn < S - 1; drawn++)
                means_R[r] += perSeed_SR[Below(Word(seed, r, items + drawn), S)][r] / (S - 1);
            return times;
        }, _ => { });
        double? error = S > 1 ? Math.Sqrt(Variance(means_R.Where(double.IsFinite))) : null;
        return new PairedComparison(differences, [.. perSeed_SR.Select(IntervalOf)], error);
    }

    /// <summary>Compares quantities over items that each seed has for itself.</summary>
    /// <param name="differences">The difference of each seed.</param>
    public static PairedComparison Nested(IReadOnlyList<double> differences) =>
        new([.. differences], [], differences.Count > 1 ? Math.Sqrt(Variance(differences) / differences.Count) : null);

    // Draws as many items as there are, with replacement.
    private static void Draw(int[] times, ulong seed, int sample)
    {
        Array.Clear(times);
        for (int i = 0; i < times.Length; i++)
            times[Below(Word(seed, sample, i), times.Length)]++;
    }

    private static ulong Word(ulong seed, int sample, int index) => Philox.Word(seed, RandomUse.Resampling, sample, index);

    private static int Below(ulong word, int count) => (int)Math.BigMul(word, (ulong)count, out _);

    private static (double Low, double High) IntervalOf(double[] values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        return sorted.Length == 0
            ? (double.NaN, double.NaN)
            : (sorted[(int)(Tail * sorted.Length)], sorted[^(1 + (int)(Tail * sorted.Length))]);
    }

    private static double Variance(IEnumerable<double> values)
    {
        RunningMoments moments = default;
        foreach (double value in values)
            moments.Add(value);
        return moments.Variance;
    }
}
