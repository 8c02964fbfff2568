using Reprise.Studies.Measuring;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>Two objectives of a study, seed by seed: runs of one seed have the same first weights, batches and noise.</summary>
/// <param name="resampling">The seed of the bootstrap.</param>
internal sealed class RunPair(ReportRun first, ReportRun second, ulong resampling)
{
    private readonly (SeedRun First, SeedRun Second)[] _seeds = SeedsOf(first, second);

    public ReportRun First => first;

    public ReportRun Second => second;

    /// <summary>The number of seeds that both have.</summary>
    public int Seeds => _seeds.Length;

    private ulong[] Numbers => [.. _seeds.Select(seed => seed.First.Seed)];

    /// <summary>The runs of the same seed: one objective may lack some, for example where a run has diverged.</summary>
    public static (SeedRun First, SeedRun Second)[] SeedsOf(ReportRun first, ReportRun second) =>
        [.. first.Seeds.Join(second.Seeds, run => run.Seed, run => run.Seed, (a, b) => (a, b))];

    /// <summary>Compares a quantity over items that all seeds share; null where the models have no item.</summary>
    public PairedComparison? Crossed(Func<MeasuredRun, ItemRatio> of) => Crossed((run, _) => of(run.Measured));

    /// <summary>Compares the share of KL in each objective, over held-out sentences.</summary>
    public PairedComparison? KlShare() => Crossed((run, of) => new ItemRatio(
        [.. run.Measured.Bounds.Select(bound => bound.Kl)],
        [.. run.Measured.Bounds.Select(bound => ((1 + of.Objective.M) * bound.Nll) + bound.Kl)]));

    /// <summary>Compares the unevenness of paths that move in both models (<see cref="Unevenness"/>).</summary>
    public PairedComparison? PathUnevenness() => Pairs((a, b) => (Unevenness(a, b), Unevenness(b, a)));

    /// <summary>Compares a number that a curve gives; sentences are nested, because each seed draws its own sample.</summary>
    public PairedComparison? Nested(Func<IReadOnlyList<CurvePoint>, double> of)
    {
        double[] differences = [.. _seeds.Select(seed => of(seed.First.HeldOut) - of(seed.Second.HeldOut))];
        return differences.Length > 0 && differences.All(double.IsFinite)
            ? PairedComparison.Nested(differences) with { Seeds = Numbers }
            : null;
    }

    /// <summary>The mean over the seeds of a number of both; null where a seed has none.</summary>
    public double? Mean(Func<MeasuredRun, MeasuredRun, double?> of)
    {
        double?[] values = [.. _seeds.Select(seed => of(seed.First.Measured, seed.Second.Measured))];
        return values.Length > 0 && values.All(value => value is not null) ? values.Average() : null;
    }

    /// <summary>For each seed, items with the property in the first model only and in the second only, for McNemar's test.</summary>
    public IReadOnlyList<(int First, int Second)> Discordant<T>(Func<MeasuredRun, IReadOnlyList<T>> items, Func<T, bool> has) =>
        [.. _seeds.Select(seed =>
        {
            (bool First, bool Second)[] both = [.. items(seed.First.Measured).Select(has)
                .Zip(items(seed.Second.Measured).Select(has), (first, second) => (first, second))];
            return (both.Count(item => item.First && !item.Second), both.Count(item => item.Second && !item.First));
        })];

    /// <summary>
    /// The unevenness of a path given the number of its moves: the largest change times moves, by the sum of changes. 1 where all moves are
    /// equal; fewer moves do not raise it. Only paths that move in the other model too count, so that a path that never moves supports
    /// nothing.
    /// </summary>
    private static ItemRatio Unevenness(MeasuredRun of, MeasuredRun other)
    {
        double[] above = new double[of.Paths.Count], below = new double[of.Paths.Count];
        for (int path = 0; path < above.Length; path++)
        {
            IReadOnlyList<int> changes = of.Paths[path].Changes;
            if (!changes.Any(change => change > 0) || !other.Paths[path].Changes.Any(change => change > 0))
                continue;
            above[path] = (double)changes.Max() * changes.Count(change => change > 0) / changes.Sum();
            below[path] = 1;
        }

        return new ItemRatio(above, below);
    }

    private PairedComparison? Crossed(Func<SeedRun, ReportRun, ItemRatio> of) =>
        Compare([.. _seeds.Select(seed => (of(seed.First, first), of(seed.Second, second)))]);

    private PairedComparison? Pairs(Func<MeasuredRun, MeasuredRun, (ItemRatio, ItemRatio)> of) =>
        Compare([.. _seeds.Select(seed => of(seed.First.Measured, seed.Second.Measured))]);

    private PairedComparison? Compare((ItemRatio First, ItemRatio Second)[] seeds)
    {
        if (seeds.Length == 0 || seeds.Any(seed => seed.First.Above.Length == 0 || seed.First.Above.Length != seed.Second.Above.Length))
            return null;
        PairedComparison comparison = PairedComparison.Crossed(seeds, resampling) with { Seeds = Numbers };
        return comparison.IsDefined ? comparison : null;
    }
}
