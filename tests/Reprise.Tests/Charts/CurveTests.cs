using Reprise.Studies.Charts;

namespace Reprise.Tests.Charts;

/// <summary>The preparation of curves for drawing.</summary>
public sealed class CurveTests
{
    private const double Exact = 1e-12;

    [Fact]
    public void The_centred_mean_is_that_of_its_window()
    {
        ChartPoint[] points = [new(0, 0), new(1, 10), new(2, 20), new(3, 60), new(4, 40)];
        // w = min(x, 1): at 0 the value itself, then three neighbours, at the end two.
        Ys(Smoothing.CentredMean(points, relative: 1, widest: 1)).ShouldBe([0, 10, 30, 40, 50], Exact);
        // w = x / 2: at 2 it reaches from 1 to 3, at 3 from 1.5 to 4.5, at 4 from 2 to 6.
        Ys(Smoothing.CentredMean(points, relative: 0.5, widest: 100)).ShouldBe([0, 10, 30, 40, 40], Exact);
    }

    [Fact]
    public void A_gap_stays_a_gap_and_enters_no_mean()
    {
        ChartPoint[] points = [new(10, 1), new(11, double.NaN), new(12, 3)];
        Ys(Smoothing.CentredMean(points, relative: 1, widest: 2)).ShouldBe([2, double.NaN, 2]);
    }

    [Fact]
    public void A_curve_without_noise_within_its_window_stays_as_it_is()
    {
        ChartPoint[] points = [new(0, 1.0 / 3), new(1000, 1e15 / 7)];
        Smoothing.CentredMean(points).ShouldBe(points);
        Smoothing.CentredMean([]).ShouldBeEmpty();
    }

    [Fact]
    public void Thinning_keeps_ends_spikes_and_gaps()
    {
        List<ChartPoint> points = [.. Enumerable.Range(0, 100_000).Select(i => new ChartPoint(i / 100.0, 50 + (i % 7)))];
        points[31_415] = points[31_415] with { Y = 999 };
        points[62_830] = points[62_830] with { Y = -999 };
        points[50_000] = points[50_000] with { Y = double.NaN };
        List<ChartPoint> thin = Thinning.Thin(points, 400, 0, 1000);
        thin.Count.ShouldBeInRange(300, 410);
        thin[0].ShouldBe(points[0]);
        thin[^1].ShouldBe(points[^1]);
        thin.ShouldContain(points[31_415]);
        thin.ShouldContain(points[62_830]);
        thin.Count(point => double.IsNaN(point.Y)).ShouldBe(1);
        thin.Select(point => point.X).ShouldBeInOrder();
    }

    [Fact]
    public void Few_points_are_left_alone()
    {
        List<ChartPoint> points = [new(0, 1), new(0.001, 2), new(0.002, 3)];
        Thinning.Thin(points, 3, 0, 1000).ShouldBeSameAs(points);
    }

    [Fact]
    public void A_path_begins_anew_after_a_gap_and_shows_a_point_alone()
    {
        SvgWriter.PathOf([new(1, 2), new(3.04, 1), new(4, double.NaN), new(7, 7), new(8, double.NaN)]).ShouldBe("M1 2l2-1M7 7h0");
        SvgWriter.PathOf([new(0, 0), new(0.04, 0.04), new(0.08, 0)]).ShouldBe("M0 0l0.1 0"); // below a tenth of a pixel
        SvgWriter.PathOf([new(0, 0), new(1, 1)], closed: true).ShouldBe("M0 0l1 1z");
        SvgWriter.PathOf([]).ShouldBe("");
    }

    [Fact]
    public void Labels_move_apart_as_little_as_they_can()
    {
        Labels.Spread([10, 50], 15, 0, 100).ShouldBe([10, 50]);
        Labels.Spread([12, 10], 4, 0, 100).ShouldBe([13, 9]); // two in the order of their lines, their mean unmoved
        Labels.Spread([10, 10, 40], 10, 0, 100).ShouldBe([5, 15, 40]);
        Labels.Spread([99, 98], 10, 0, 100).ShouldBe([100, 90]);
        Labels.Spread([1, 2], 10, 0, 100).ShouldBe([0, 10]);
    }

    private static double[] Ys(IReadOnlyList<ChartPoint> points) => [.. points.Select(point => point.Y)];
}
