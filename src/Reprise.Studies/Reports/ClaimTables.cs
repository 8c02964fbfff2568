using Reprise.Studies.Documents;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>The chapter on the claims: verdicts, and the differences behind them seed by seed.</summary>
internal static class ClaimTables
{
    private const int MostSeeds = 10; // a column each; of more the least and the greatest

    public static IEnumerable<Block> Of(IReadOnlyList<TestedClaim> claims, ClaimOptions options, IReadOnlyList<ulong> seeds)
    {
        yield return new Paragraph("The claims are those of Mansbridge, Fierimonte, Feige and Barber (2019). Where the paper asked people, "
            + "metrics answer here; they are defined at the end. Seeds are the units: a difference is decided by Student's test over the "
            + "seeds' differences, with the sentences, codes or paths that they share as a second source of error (two-way bootstrap). "
            + $"p is two-sided; Holm's adjustment keeps the probability of any wrong decision in the list below "
            + $"{ReportText.Percent(options.Significance, 0)}. "
            + (options.SetAfterTraining
                ? "The study was begun by a version that fixed no list of claims: list and margins are this version's, set after training."
                : "List and margins stood in study.json before training."));
        yield return new Verdicts(Claims.Decide(claims, options.Significance));
        Comparison[] all = [.. claims.SelectMany(claim => claim.Comparisons)];
        if (all.Length > 0)
            yield return BySeed(claims, seeds);
    }

    private static Table BySeed(IReadOnlyList<TestedClaim> claims, IReadOnlyList<ulong> seeds)
    {
        bool showsAll = seeds.Count <= MostSeeds;
        Column[] bySeed = showsAll
            ? [.. seeds.Select(seed => new Column($"seed {seed}", Alignment.Right))]
            : [new("least", Alignment.Right), new("greatest", Alignment.Right)];
        return new Table(
            [new("Difference"), new("Mean", Alignment.Right), new("p for", Alignment.Right), new("p against", Alignment.Right), .. bySeed],
            [.. claims.SelectMany(claim => claim.Comparisons).Select(Row)])
        {
            Caption = "The differences behind the verdicts",
            RowHeadings = true,
            Notes =
            [
                "In brackets 95 % intervals: of the mean by Student's t over the seeds, of a seed over its sentences, codes or paths. p "
                    + "for and p against: one-sided, that the claim holds for this difference, with its margin, and that it fails. Beside "
                    + "a difference of samples: McNemar's exact p.",
            ],
        };

        IReadOnlyList<Inline> Row(Comparison comparison) =>
        [
            comparison.Name, comparison.Text, P(comparison.Evidence?.For), P(comparison.Evidence?.Against),
            .. (showsAll ? seeds : Ends(comparison.Values)).Select(seed => (Inline)comparison.OfSeed(seed)),
        ];

        static IEnumerable<ulong> Ends(PairedComparison values)
        {
            (double Difference, ulong Seed)[] all = [.. values.Differences.Zip(values.Seeds)];
            return [all.MinBy(one => one.Difference).Seed, all.MaxBy(one => one.Difference).Seed];
        }
    }

    private static Inline P(double? p) => p is { } value ? ReportText.PValue(value) : "–";
}
