using Reprise.Numerics;
using Reprise.Studies.Statistics;
using Reference = MathNet.Numerics.Distributions.StudentT;

namespace Reprise.Tests.Statistics;

/// <summary>Differences over seeds, against closed forms and MathNet's Student distribution.</summary>
public sealed class PairedComparisonTests
{
    private const int Items = 400;

    [Fact]
    public void Nested_differences_are_students_test()
    {
        PairedComparison comparison = PairedComparison.Nested([1, 2, 3]);
        (comparison.Mean, comparison.DegreesOfFreedom).ShouldBe((2, 2));
        comparison.Error!.Value.ShouldBe(1 / Math.Sqrt(3), 1e-12);
        double reach = Reference.InvCDF(0, 1, 2, 0.975) / Math.Sqrt(3);
        comparison.Interval!.Value.Low.ShouldBe(2 - reach, 1e-6);
        comparison.Interval!.Value.High.ShouldBe(2 + reach, 1e-6);
        Evidence above = Evidence.Above(comparison, 0);
        double p = 1 - Reference.CDF(0, 1, 2, 2 * Math.Sqrt(3));
        above.For.ShouldBe(p, 1e-9);
        above.Against.ShouldBe(1 - p, 1e-9);
        above.P.ShouldBe(2 * p, 1e-9);
        Evidence.Above(comparison, 2).P.ShouldBe(1, 1e-9);
        Evidence.Below(comparison, 0).For.ShouldBe(above.Against);
    }

    [Fact]
    public void Equality_takes_both_one_sided_tests()
    {
        PairedComparison small = PairedComparison.Nested([0.01, -0.01, 0.02, -0.02, 0]);
        Evidence.Within(small, 1).For.ShouldBeLessThan(1e-6);
        Evidence.Within(small, 1).Against.ShouldBe(1, 1e-6);
        PairedComparison beyond = PairedComparison.Nested([2, 2.1, 1.9, 2, 2.05]);
        Evidence.Within(beyond, 1).For.ShouldBeGreaterThan(0.99);
        Evidence.Within(beyond, 1).Against.ShouldBeLessThan(1e-3);
        PairedComparison wide = PairedComparison.Nested([3, -3, 2, -2, 0]);
        Evidence.Within(wide, 1).P.ShouldBeGreaterThan(0.05, "not shown to be equal, and not shown to differ");
    }

    [Fact]
    public void Several_parts_hold_together_and_fail_alone()
    {
        Evidence all = Evidence.All(new Evidence(0.01, 0.99), new Evidence(0.2, 0.8), new Evidence(0.97, 0.03));
        all.For.ShouldBe(0.97);
        all.Against.ShouldBe(0.09, 1e-12);
    }

    [Fact]
    public void Equal_differences_decide_without_an_error()
    {
        Evidence.Above(PairedComparison.Nested([1, 1, 1]), 0).ShouldBe(new Evidence(0, 1));
        Evidence.Above(PairedComparison.Nested([0, 0, 0]), 0).P.ShouldBe(1);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(0.05, 1)]
    public void The_bootstrap_sees_seeds_and_items(double ofSeeds, double ofItems)
    {
        // d = seed's effect + item's effect: the variance of the mean is the sum of both, each by its count.
        double[] seeds = Normals(5, 1), items = Normals(Items, 2);
        PairedComparison comparison = PairedComparison.Crossed(
            [.. seeds.Select(s => (ItemRatio.MeanOf(items.Select(i => (ofSeeds * s) + (ofItems * i))), Zero()))], seed: 7);
        double expected = Math.Sqrt((ofSeeds * ofSeeds * Variance(seeds) / 5) + (ofItems * ofItems * Variance(items) / Items));
        comparison.Error!.Value.ShouldBe(expected, 0.08 * expected); // of 1000 samples: 2.2% one standard deviation
        comparison.Differences.Zip(seeds).ShouldAllBe(pair =>
            Math.Abs(pair.First - (ofSeeds * pair.Second) - (ofItems * items.Average())) < 1e-9);
    }

    [Fact]
    public void One_seed_has_an_interval_over_its_items_and_no_test()
    {
        double[] items = Normals(Items, 3);
        PairedComparison one = PairedComparison.Crossed([(ItemRatio.MeanOf(items), Zero())], seed: 1);
        one.Error.ShouldBeNull();
        double reach = 1.96 * Math.Sqrt(Variance(items) / Items);
        one.Interval!.Value.Low.ShouldBe(items.Average() - reach, 0.2 * reach);
        one.Interval!.Value.High.ShouldBe(items.Average() + reach, 0.2 * reach);
        PairedComparison.Nested([1.0]).Interval.ShouldBeNull();
    }

    [Fact]
    public void A_ratio_is_of_sums()
    {
        ItemRatio share = ItemRatio.ShareOf([(true, true), (true, false), (false, true), (true, true)]);
        share.Value.ShouldBe(2.0 / 3);
        share.Resampled([2, 1, 5, 0]).ShouldBe(2.0 / 3);
        double.IsNaN(ItemRatio.ShareOf([(false, true)]).Value).ShouldBeTrue();
        PairedComparison.Crossed([(ItemRatio.ShareOf([(false, true)]), ItemRatio.ShareOf([(true, true)]))], 1).IsDefined.ShouldBeFalse();
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        (ItemRatio, ItemRatio)[] data = [.. Enumerable.Range(0, 3).Select(s => (ItemRatio.MeanOf(Normals(50, (ulong)s)), Zero(50)))];
        PairedComparison a = PairedComparison.Crossed(data, 4), b = PairedComparison.Crossed(data, 4);
        (a.Error, a.Intervals[2]).ShouldBe((b.Error, b.Intervals[2]));
        a.Error.ShouldNotBe(PairedComparison.Crossed(data, 5).Error);
    }

    private static ItemRatio Zero(int items = Items) => ItemRatio.MeanOf(new double[items]);

    private static double Variance(double[] values) => MathNet.Numerics.Statistics.Statistics.Variance(values);

    private static double[] Normals(int count, ulong seed)
    {
        float[] values = new float[count];
        Philox.Normal(values, seed, RandomUse.Evaluation, 0, 0);
        return [.. values.Select(value => (double)value)];
    }
}
