using Reprise.Studies.Charts;

namespace Reprise.Tests.Charts;

public sealed class ScaleTests
{
    private const double Exact = 1e-12;

    [Theory]
    [InlineData(0.7, 1)]
    [InlineData(1, 1)]
    [InlineData(1.2, 2)]
    [InlineData(3, 5)]
    [InlineData(7, 10)]
    [InlineData(0.03, 0.05)]
    [InlineData(1700, 2000)]
    public void Steps_are_1_2_or_5_times_a_power_of_ten(double rough, double step) =>
        Scale.NiceStep(rough).ShouldBe(step, Exact * step);

    [Theory]
    [InlineData(0, 1, 10, "0")]
    [InlineData(5000, 1000, 9000, "5000")]
    [InlineData(5000, 5000, 15000, "5k")]
    [InlineData(500, 500, 15000, "500")]
    [InlineData(10000, 5000, 15000, "10k")]
    [InlineData(12500, 500, 15000, "12.5k")]
    [InlineData(2500000, 500000, 3e6, "2.5M")]
    [InlineData(-0.5, 0.1, 1, "−0.5")]
    [InlineData(0.1 + 0.2, 0.1, 1, "0.3")]
    [InlineData(-1e-17, 0.1, 1, "0")]
    [InlineData(2e-7, 1e-7, 1e-6, "2e−7")]
    public void Labels_are_short_and_show_the_value(double value, double step, double largest, string label) =>
        Scale.Label(value, step, largest).ShouldBe(label);

    [Fact]
    public void A_linear_axis_ends_on_its_marks_where_it_may()
    {
        Scale free = new(new Axis("y"), Of(AxisScale.Linear, 1.3, 13.9), 4, toTicks: true);
        free.Ticks.Select(tick => tick.Label).ShouldBe(["0", "5", "10", "15"]);
        Scale kept = new(new Axis("x"), Of(AxisScale.Linear, 1.3, 13.9), 4, toTicks: false);
        (kept.Low, kept.High).ShouldBe((1.3, 13.9));
        kept.Ticks.Select(tick => tick.Label).ShouldBe(["5", "10"]);
        kept.At(1.3).ShouldBe(0, Exact);
        kept.At(7.6).ShouldBe(0.5, Exact);
    }

    [Fact]
    public void A_logarithmic_axis_marks_decades_and_leaves_out_what_is_not_above_0()
    {
        Scale scale = new(new Axis("x") { Scale = AxisScale.Logarithmic }, Of(AxisScale.Logarithmic, -3, 0, 1, 1e6), 6, toTicks: false);
        scale.Ticks.Select(tick => tick.Label).ShouldBe(["1", "10", "100", "1k", "10k", "100k", "1M"]);
        scale.At(1000).ShouldBe(0.5, Exact);
        scale.CanShow(0).ShouldBeFalse();
        scale.CanShow(double.NaN).ShouldBeFalse();
    }

    [Fact]
    public void A_short_logarithmic_axis_marks_1_2_and_5() =>
        new Scale(new Axis("x") { Scale = AxisScale.Logarithmic }, Of(AxisScale.Logarithmic, 10, 1000), 6, toTicks: false)
            .Ticks.Select(tick => tick.Label).ShouldBe(["10", "20", "50", "100", "200", "500", "1000"]);

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { 0.0 })]
    [InlineData(new[] { -42.0, -42.0 })]
    [InlineData(new[] { double.NaN, double.PositiveInfinity })]
    public void One_value_or_none_has_room_all_the_same(double[] values)
    {
        foreach (AxisScale kind in Enum.GetValues<AxisScale>())
        {
            Scale scale = new(new Axis("y") { Scale = kind }, Of(kind, values), 5, toTicks: true);
            scale.High.ShouldBeGreaterThan(scale.Low);
            scale.Ticks.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void An_axis_may_be_made_to_hold_0() =>
        new Scale(new Axis("y") { WithZero = true }, Of(AxisScale.Linear, 40, 41), 4, toTicks: true).Low.ShouldBe(0);

    private static Extent Of(AxisScale scale, params double[] values)
    {
        Extent extent = new(scale);
        foreach (double value in values)
            extent.Add(value);
        return extent;
    }
}
