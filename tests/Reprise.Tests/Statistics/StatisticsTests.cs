using MathNet.Numerics.Distributions;
using Reprise.Studies.Statistics;

namespace Reprise.Tests.Statistics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(682, 925, 0.75, 0.3825)] // Mendel's peas, Conover (1971), p. 97; the example of R's binom.test
    [InlineData(5, 5, 0.5, 0.0625)] // 2 / 2⁵
    [InlineData(9, 10, 0.5, 0.021484375)] // 2 (1 + 10) / 2¹⁰
    [InlineData(5, 10, 0.5, 1)]
    [InlineData(0, 0, 0.5, 1)]
    [InlineData(51, 235, 1.0 / 6, 0.04375)] // a die that shows six 51 times of 235: 0.0437 two-sided, the textbook example
    public void Binomial_tests_have_the_published_values(int successes, int trials, double probability, double p) =>
        ExactTests.Binomial(successes, trials, probability).ShouldBe(p, 5e-5);

    [Fact]
    public void Binomial_tests_agree_with_sums_of_another_library()
    {
        foreach ((int k, int n) in ((int, int)[])[(3, 17), (40, 100), (512, 1000), (5200, 10000)])
        {
            double tail = Binomial.CDF(0.5, n, Math.Min(k, n - k));
            ExactTests.Binomial(k, n).ShouldBe(Math.Min(1, 2 * tail), 1e-10);
            ExactTests.Binomial(n - k, n).ShouldBe(ExactTests.Binomial(k, n), 1e-12);
        }
    }

    [Theory] // Newcombe (1998), Table I, method 3
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_has_the_published_ends(int count, int total, double low, double high)
    {
        Proportion proportion = new(count, total);
        proportion.Low!.Value.ShouldBe(low, 5e-5);
        proportion.High!.Value.ShouldBe(high, 5e-5);
        proportion.Share.ShouldBe((double)count / total);
    }

    [Fact]
    public void An_interval_of_none_or_of_all_ends_there()
    {
        for (int n = 1; n < 40; n++)
        {
            new Proportion(0, n).Low.ShouldBe(0);
            new Proportion(n, n).High.ShouldBe(1);
        }
    }

    [Fact]
    public void No_trial_has_no_share() => new Proportion(0, 0).ShouldSatisfyAllConditions(
        none => none.Share.ShouldBeNull(),
        none => none.Low.ShouldBeNull(),
        none => none.High.ShouldBeNull());

    [Fact]
    public void Krippendorffs_example_has_his_alpha()
    {
        // Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers, twelve units, five kinds, some
        // missing.
        string[] observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
        int[][] units =
        [
            .. Enumerable.Range(0, 12)
                .Select(u => Enumerable.Range('1', 5).Select(kind => observers.Count(observer => observer[u] == kind)).ToArray()),
        ];
        Agreement.Alpha(units)!.Value.ShouldBe(0.743, 5e-4);
    }

    [Fact]
    public void Agreement_is_one_negative_or_unknown()
    {
        Agreement.Alpha([[2, 0], [0, 3]]).ShouldBe(1);
        Agreement.Alpha([[1, 1], [1, 1]])!.Value.ShouldBe(1 - (1 / (2.0 * 2 * 2 / (4 * 3))), 1e-12); // o = 1, e = 2/3
        Agreement.Alpha([[2, 0], [3, 0]]).ShouldBeNull();
        Agreement.Alpha([[1, 0], [0, 1]]).ShouldBeNull();
        Agreement.Alpha([]).ShouldBeNull();
    }
}
