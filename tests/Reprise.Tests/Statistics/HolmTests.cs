using Reprise.Studies.Statistics;

namespace Reprise.Tests.Statistics;

public sealed class HolmTests
{
    [Fact]
    public void Each_is_multiplied_by_the_number_of_those_not_smaller()
    {
        double[] adjusted = Holm.Adjust([0.03, 0.01, 0.005, 0.2]);
        double[] expected = [0.06, 0.03, 0.02, 0.2]; // 2 · 0.03, 3 · 0.01, 4 · 0.005, 1 · 0.2
        for (int i = 0; i < expected.Length; i++)
            adjusted[i].ShouldBe(expected[i], 1e-15);
    }

    [Fact]
    public void None_is_below_that_of_a_smaller_one_and_none_above_one()
    {
        double[] adjusted = Holm.Adjust([0.02, 0.021, 0.9, 0.6]);
        adjusted[1].ShouldBe(adjusted[0]); // 3 · 0.021 < 4 · 0.02
        (adjusted[2], adjusted[3]).ShouldBe((1, 1));
    }

    [Fact]
    public void One_alone_or_none_stays() => (Holm.Adjust([0.04])[0], Holm.Adjust([]).Length).ShouldBe((0.04, 0));

    [Fact]
    public void A_value_that_is_no_probability_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Holm.Adjust([0.5, double.NaN]));
        Should.Throw<ArgumentOutOfRangeException>(() => Holm.Adjust([1.5]));
    }
}
