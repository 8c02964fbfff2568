using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Printed = Reprise.Studies.Reports.ReportText;

namespace Reprise.Tests.Reports;

/// <summary>The parts of a report that are worked out from scores: the knee, preferences, numbers as they are printed.</summary>
public sealed class TradeOffTests
{
    [Fact]
    public void The_knee_is_farthest_above_the_line_between_the_ends()
    {
        // Scaled to 0 … 1: (0, 1), (½, 0.9), (0.8, 0.5), (1, 0); above the line by 0.4 and 0.3.
        TradeOff.Knee([(0, 100), (5, 90), (8, 50), (10, 0)]).ShouldBe(1);
        TradeOff.Knee([(10, 0), (8, 50), (5, 90), (0, 100)]).ShouldBe(2, "the order of m does not matter");
        TradeOff.Knee([(0, 100), (5, 60), (9, 50), (10, 0)]).ShouldBe(2);
        TradeOff.Knee([(0, 0.0001), (500, 0.00009), (1000, 0)]).ShouldBe(1, "units do not matter");
    }

    [Theory]
    [InlineData("a straight line", new double[] { 0, 2, 1, 1, 2, 0 })]
    [InlineData("below the line", new double[] { 0, 2, 0.5, 0.5, 2, 0 })]
    [InlineData("the last is the better in both", new double[] { 0, 0, 1, 5, 10, 10 })]
    [InlineData("the first is the better in both", new double[] { 10, 10, 1, 5, 0, 0 })]
    [InlineData("both ends reconstruct alike", new double[] { 1, 0, 2, 5, 1, 10 })]
    [InlineData("all reconstruct alike", new double[] { 3, 0, 3, 1, 3, 2 })]
    [InlineData("all generate alike", new double[] { 0, 1, 1, 1, 2, 1 })]
    [InlineData("two points are a line", new double[] { 0, 1, 1, 0 })]
    [InlineData("no point", new double[0])]
    public void There_is_no_knee_where_nothing_bends_or_nothing_is_traded(string why, double[] points) =>
        TradeOff.Knee([.. points.Chunk(2).Select(point => (point[0], point[1]))]).ShouldBeNull(why);

    [Fact]
    public void A_preference_counts_who_came_closer_and_discards_ties()
    {
        Preference preference = Preference.Of(Closeness(0.5, 0.2, 0.9, 0.4), Closeness(0.4, 0.3, 0.9, 0.1), line => line.ChrF);
        (preference.First.Count, preference.First.Total, preference.Ties).ShouldBe((2, 3, 1));

        Preference all = Preference.Of(Closeness(1, 1, 1, 1, 1), Closeness(0, 0, 0, 0, 0), line => line.ChrF);
        (all.First.Count, all.First.Total).ShouldBe((5, 5));

        Preference none = Preference.Of(Closeness(0.5, 0.5), Closeness(0.5, 0.5), line => line.ChrF);
        (none.First.Total, none.Ties).ShouldBe((0, 2));
        none.First.Share.ShouldBeNull();
        Preference.Of(Closeness(0.5), Closeness(0.1), line => line.Bleu).Ties.ShouldBe(1, "by what was asked for");
    }

    [Fact]
    public void Every_problem_of_the_options_of_measuring_is_named()
    {
        new MeasuringOptions().Problems().ShouldBeEmpty();
        MeasuringOptions bad = new()
        {
            Sentences = 0,
            Reconstructions = 1,
            Samples = 10_000_001,
            Paths = 0,
            PathSteps = 1,
            BeamWidth = 1001,
            ImportanceSentences = 1,
            LatentSentences = 20_001,
        };
        bad.Problems().ShouldBe(
        [
            "judges.sentences is 0; expected 1 to 10000000",
            "judges.reconstructions is 1; expected 2 to 10000000",
            "judges.samples is 10000001; expected 2 to 10000000",
            "judges.paths is 0; expected 1 to 10000000",
            "judges.pathSteps is 1; expected 2 to 1000",
            "judges.beamWidth is 1001; expected 1 to 1000",
            "judges.importanceSentences is 1; expected 2 to 10000000",
            "judges.latentSentences is 20001; expected 2 to 20000",
        ]);
    }

    [Theory]
    [InlineData(1234.5, "1234.50")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(double.NaN, "–")]
    public void Numbers_have_two_places(double number, string expected) => Printed.Number(number).ShouldBe(expected);

    [Fact]
    public void Counts_have_thousands() => Printed.Count(12345).ShouldBe("12,345");

    [Fact]
    public void Shares_are_per_cent_with_their_interval()
    {
        Printed.Percent(0.1234).ShouldBe("12.3 %");
        Printed.Share(new(0, 0)).ShouldBe("–");
        Printed.Share(new(5, 10)).ShouldBe("50.0 % (23.7 to 76.3)"); // Wilson's interval of 5 in 10: 0.2366 to 0.7634
    }

    [Theory]
    [InlineData(0.0009, "< 0.001")]
    [InlineData(0.0496, "0.050")]
    public void P_values_have_three_places(double p, string expected) => Printed.PValue(p).ShouldBe(expected);

    [Theory]
    [InlineData(90, "1.5 min")]
    [InlineData((2 * 3600) + (5 * 60) + 29, "2 h 05 min")]
    public void Durations_are_in_minutes_and_hours(double seconds, string expected) => Printed.Duration(seconds).ShouldBe(expected);

    private static MeasuredReconstruction[] Closeness(params double[] chrF) =>
        [
            .. chrF.Select(value => new MeasuredReconstruction("in", "out", 2, 0, value)),
        ];
}
