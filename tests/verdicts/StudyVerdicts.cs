using System.Globalization;
using Reprise.Studies.Statistics;

namespace Reprise.Verdicts;

/// <summary>The tests behind the claims of a study, with seeds and items (sentences, codes, paths) as random effects.</summary>
/// <remarks>
/// The difference of two models with seed s on item i is mean + seed's effect + item's effect + an effect of both, all normal. Each is
/// scaled so that it gives the mean over seeds and items the named standard deviation.
/// </remarks>
internal static class StudyVerdicts
{
    private const int Items = 40;  // more change nothing: effects are scaled
    private const int Claims = 11; // of the list
    private const ulong Seed = 31;

    private static readonly int[] s_seeds = [2, 3, 5, 10];
    private static readonly Sources s_all = new(1, 1, 1);

    private static readonly (string Name, Sources Sources)[] s_nulls =
    [
        ("seeds", new(1, 0, 0)), ("items", new(0, 1, 0)), ("seed and item together", new(0, 0, 1)), ("seeds and items", new(1, 1, 0)),
        ("all three alike", s_all), ("mostly items", new(0.3, 1, 0.3)), ("mostly seeds", new(1, 0.3, 0.3)),
    ];

    public static void Print(int simulations)
    {
        Head("Studies, no difference: verdicts at 5 %, in percent, by the source of the noise", "mean difference over items; noise of");
        foreach ((string name, Sources sources) in s_nulls)
            Row(name, seeds => Rate(simulations, seeds, draws => Above(Difference(draws, seeds, 0, sources), 0)));
        Head("The other tests, at the edge of what they must not decide", "test");
        Row("share of natural samples over the same codes, codes differ", seeds =>
            Rate(simulations, seeds, draws => Above(Shares(draws, seeds, ofSeed: 0, ofCode: 1), 0)));
        Row("the same, seeds differ too", seeds =>
            Rate(simulations, seeds, draws => Above(Shares(draws, seeds, ofSeed: 0.3, ofCode: 1), 0)));
        Row("points and slopes of curves, each seed has its sentences", seeds => Rate(simulations, seeds, draws =>
            Above(Curves(draws, seeds), 0)));
        Row("at most a margin worse, true difference at the margin", seeds =>
            Rate(simulations, seeds, draws => Above(Difference(draws, seeds, -3, s_all), -3)));
        Row("equal within a margin, true difference at the margin", seeds =>
            Rate(simulations, seeds, draws => Evidence.Within(Difference(draws, seeds, 3, s_all), 3)));
        Row("two parts, one holds, one at its edge", seeds => Rate(simulations, seeds, draws => Evidence.All(
            Above(Difference(draws, seeds, 50, s_all), 0), Above(Difference(draws, seeds, 0, s_all), 0))));
        Row("two parts, both at their edge", seeds => Rate(simulations, seeds, draws => Evidence.All(
            Above(Difference(draws, seeds, 0, s_all), 0), Above(Difference(draws, seeds, 0, s_all), 0))));
        Row($"any of {Claims} claims, all at their edge, by Holm", seeds => Rate(simulations, seeds, draws => Holm.Adjust(
            [.. Enumerable.Range(0, Claims).Select(_ => Above(Curves(draws, seeds), 0).P)]).Min())); // the tests that err most

        Head("Power in percent, of a quarter of the simulations, by the true difference in standard deviations between seeds",
            "difference");
        foreach (double effect in (double[])[0.5, 1, 2, 3, 5])
            Row(Text($"{effect}, a claim alone"), seeds => Rate(simulations / 4, seeds, draws => Supported(draws, seeds, effect, 1)));
        foreach (double effect in (double[])[2, 3, 5, 10])
            Row(Text($"{effect}, the first of {Claims} by Holm"), seeds =>
                Rate(simulations / 4, seeds, draws => Supported(draws, seeds, effect, Claims)));
    }

    private static PairedComparison Curves(Draws draws, int seeds) =>
        PairedComparison.Nested([.. Enumerable.Range(0, seeds).Select(_ => draws.Normal(1))]);

    private static PairedComparison Difference(Draws draws, int seeds, double mean, Sources sources)
    {
        double[] items = [.. Enumerable.Range(0, Items).Select(_ => draws.Normal(sources.Item * Math.Sqrt(Items)))];
        return PairedComparison.Crossed([.. Enumerable.Range(0, seeds).Select(_ =>
        {
            double own = mean + draws.Normal(sources.Seed * Math.Sqrt(seeds));
            return (ItemRatio.MeanOf(items.Select(item => own + item + draws.Normal(sources.Both * Math.Sqrt(seeds * Items)))),
                ItemRatio.MeanOf(new double[Items]));
        })], BootstrapSeed(draws));
    }

    // Two models that are natural equally often: the logit is the seed's effect on a model + the code's.
    private static PairedComparison Shares(Draws draws, int seeds, double ofSeed, double ofCode)
    {
        double[] codes = [.. Enumerable.Range(0, Items).Select(_ => draws.Normal(ofCode))];
        return PairedComparison.Crossed([.. Enumerable.Range(0, seeds).Select(_ => (Model(), Model()))], BootstrapSeed(draws));

        ItemRatio Model()
        {
            double own = draws.Normal(ofSeed);
            return ItemRatio.MeanOf(codes.Select(code => draws.Yes(own + code) ? 1.0 : 0));
        }
    }

    // p where the claim is supported, 1 where not; items add little.
    private static double Supported(Draws draws, int seeds, double effect, int claims)
    {
        Sources sources = new(1 / Math.Sqrt(seeds), 0.1 / Math.Sqrt(seeds), 0.1 / Math.Sqrt(seeds));
        Evidence evidence = Above(Difference(draws, seeds, effect, sources), 0);
        return evidence.For < evidence.Against ? claims * evidence.P : 1;
    }

    private static Evidence Above(PairedComparison comparison, double bound) => Evidence.Above(comparison, bound);

    private static ulong BootstrapSeed(Draws draws) => (ulong)(draws.Uniform() * (1UL << 52));

    private static double Rate(int simulations, int seeds, Func<Draws, Evidence> test) => Rate(simulations, seeds, draws => test(draws).P);

    private static double Rate(int simulations, int seeds, Func<Draws, double> p) => Simulations.Rates(
        simulations, Seed + (ulong)seeds, 1, (draws, tallies) => tallies[0].Add(p(draws) <= Simulations.Level))[0];

    private static void Head(string title, string first) =>
        MarkdownTable.Head(title, [first, .. s_seeds.Select(seeds => $"{seeds} seeds")]);

    private static void Row(string name, Func<int, double> rate) =>
        MarkdownTable.Row([name, .. s_seeds.Select(seeds => MarkdownTable.Percent(rate(seeds)))]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Standard deviations that seeds, items and their interaction give to the mean.</summary>
    private readonly record struct Sources(double Seed, double Item, double Both);
}
