using Reprise.Studies.Charts;
using Reprise.Studies.Reports;

namespace Reprise.Tests.Reports;

public sealed class Fig2Tests
{
    private const double Exact = 1e-9;
    private const string Header = "iteration,vae_elbo,vae_reconstruction,vae_kl,vae_kl_share\n";

    [Fact]
    public void The_selection_holds_the_four_curves_as_published()
    {
        PublishedCurve[] curves = [.. PublishedCurves.Selection.Curves];
        curves.Select(curve => (curve.Name, curve.Title))
            .ShouldBe(
                [("vae", "VAE"), ("vae-annealed", "VAE, annealed"), ("autogen-m1", "AutoGen (m = 1)"), ("autogen-m2", "AutoGen (m = 2)")]);
        curves[2].Points.Single(point => point.Step == 10_000).Kl.ShouldBe(6.5, 0.1);
        curves.Select(curve => Math.Round(curve.Points[^1].Kl)).ShouldBe([4, 8, 31, 51]);
        foreach ((PublishedCurve curve, double m) in curves.Zip([0.0, 0, 1, 2]))
        {
            curve.Points.Count.ShouldBeInRange(24, 40);
            foreach (CurvePoint point in curve.Points)
            {
                point.Elbo.ShouldBe(-(point.Nll + point.Kl), 0.0025); // three decimals each
                point.KlShare.ShouldBe(point.Kl / (((1 + m) * point.Nll) + point.Kl), 0.004); // a mean of shares, not the share of means
            }
        }
    }

    [Fact]
    public void A_file_of_published_curves_is_read_with_its_signs()
    {
        using TempFolder folder = new();
        File.WriteAllText(
            folder["fig2.csv"],
            "\ufeffiteration,my_model_kl_share,my_model_kl,my_model_elbo,my_model_reconstruction\r\n0,0.25,10,-40,-30\r\n\r\n"
            + "5,0.5,20,-40,-20\r\n");
        PublishedCurve curve = PublishedCurves.Read(folder["fig2.csv"]).Curves.ShouldHaveSingleItem();
        (curve.Name, curve.Title).ShouldBe(("my-model", "my model"));
        curve.Points.ShouldBe([new(0, 30, 10, -40, 0.25), new(5, 20, 20, -40, 0.5)]);
    }

    [Theory]
    [InlineData("", "line 1: expected the columns iteration")]
    [InlineData("iteration,vae_elbo\n1,-2\n", "no column vae_reconstruction beside vae_elbo")]
    [InlineData("iteration,vae_elbo,vae_elbo,vae_reconstruction,vae_kl,vae_kl_share\n", "stands there twice")]
    [InlineData(Header, "no line after the first")]
    [InlineData(Header + "1,-2,-1,1\n", "line 2: expected 5 fields as in line 1, found 4")]
    [InlineData(Header + "1,2,-1,1,0.5\n", "line 2, vae_elbo: expected a number of at most 0 (as in the figure), found \"2\"")]
    [InlineData(Header + "1,-2,-1,1,50\n", "vae_kl_share: expected a number between 0 and 1, found \"50\"")]
    [InlineData(Header + "1,-2,-1,NaN,0.5\n", "vae_kl: expected a number of at least 0, found \"NaN\"")]
    [InlineData(Header + "1,-2,-1,1e999,0.5\n", "vae_kl: expected")]
    [InlineData(Header + "5,-2,-1,1,0.5\n5,-2,-1,1,0.5\n", "line 3: iteration 5 does not come after 5")]
    public void A_file_that_is_none_is_refused_by_name_and_line(string text, string message)
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["bad.csv"], text.Length == 0 ? "\n" : text);
        string found = Should.Throw<InputException>(() => PublishedCurves.Read(folder["bad.csv"])).Message;
        found.ShouldStartWith(folder["bad.csv"]);
        found.ShouldContain(message);
    }

    [Fact]
    public void A_file_that_is_missing_empty_or_huge_is_not_read()
    {
        using TempFolder folder = new();
        Should.Throw<InputException>(() => PublishedCurves.Read(folder["none.csv"])).Message.ShouldContain("no such file");
        File.WriteAllText(folder["empty.csv"], "");
        Should.Throw<InputException>(() => PublishedCurves.Read(folder["empty.csv"])).Message.ShouldContain("0 bytes");
        using (FileStream huge = File.Create(folder["huge.csv"]))
            huge.SetLength(1L << 40); // sparse
        Should.Throw<InputException>(() => PublishedCurves.Read(folder["huge.csv"])).Message.ShouldContain("expected at most");
    }

    [Fact]
    public void Four_charts_show_share_elbo_nll_and_kl()
    {
        CurveRun run = new("vae", "VAE", [[new(100, 30, 10, -40, 0.25), new(200, 24, 6, -30, 0.2)]], []);
        IReadOnlyList<LineChart> charts = Fig2.HeldOut([run]);
        charts.Select(chart => chart.Name).ShouldBe(["fig2-kl-share", "fig2-elbo", "fig2-nll", "fig2-kl"]);
        charts.Select(chart => chart.Series.Single().Raw[1].Y).ShouldBe([20, -30, 24, 6]); // the share in per cent
        charts.Select(chart => chart.X.Scale).Distinct().ShouldBe([AxisScale.Linear]);
        charts[0].Y.Unit.ShouldBe("%");
        Fig2.Training([run with { Training = run.HeldOut }]).Select(chart => chart.Name)
            .ShouldBe(["fig2-kl-share-training", "fig2-elbo-training", "fig2-nll-training", "fig2-kl-training"]);
    }

    [Fact]
    public void Published_curves_take_the_name_and_so_the_colour_of_the_run()
    {
        CurveRun run = new("autogen-m1", "AutoGen, ours", [[new(100, 30, 10, -40, 0.1)]], []);
        LineChart chart = Fig2.HeldOut([run], PublishedCurves.Selection)[0];
        chart.Series.Select(series => (series.Name, series.Variant)).ShouldBe(
            [
                ("AutoGen, ours", null), ("VAE", "published"), ("VAE, annealed", "published"), ("AutoGen, ours", "published"),
                ("AutoGen (m = 2)", "published"),
            ]);
        chart.X.Scale.ShouldBe(AxisScale.Logarithmic);
        chart.ToSvg().ShouldContain(">published<");
    }

    [Fact]
    public void Seeds_become_their_mean_and_an_area()
    {
        CurveRun run = new("vae", "VAE", [[new(1, 1, 0, 0, 0), new(2, 9, 0, 0, 0)], [new(1, 3, 0, 0, 0), new(3, 9, 0, 0, 0)]], []);
        Series nll = Fig2.HeldOut([run])[2].Series.Single();
        nll.Points.ShouldBe([new(1, 2)]); // the one step that both have
        nll.Band[0].Low.ShouldBe(2 - Math.Sqrt(2), Exact); // ((1 - 2)² + (3 - 2)²) / (2 - 1) = 2
        nll.Band[0].High.ShouldBe(2 + Math.Sqrt(2), Exact);
        nll.Raw.ShouldBeEmpty();
    }

    [Fact]
    public void The_first_steps_do_not_flatten_the_rest()
    {
        CurvePoint[] curve = [.. Enumerable.Range(0, 101).Select(i => new CurvePoint(i, 0, 0, i == 0 ? -1000 : -50 + (i / 20.0), 0))];
        LineChart chart = Fig2.HeldOut([new("vae", "VAE", [curve], [])])[1];
        chart.Y.Min!.Value.ShouldBeInRange(-51, -49.9);
        chart.Y.Max.ShouldBeNull();
        chart.Description.ShouldContain("cut off");
        Fig2.HeldOut([new("vae", "VAE", [curve[1..]], [])])[1].Y.Min.ShouldBeNull();
    }

    [Fact]
    public void Points_before_the_published_curves_do_not_flatten_them()
    {
        CurvePoint[] curve = [new(1, 0, 0, -140, 0), new(250, 0, 0, -350, 0), new(1000, 0, 0, -100, 0), new(1500, 0, 0, -90, 0)];
        PublishedCurves published = PublishedCurves.Selection; // from step 1,000 on, at most 93 nats below 0
        LineChart chart = Fig2.HeldOut([new("vae", "VAE", [curve], [])], published)[1];
        chart.Y.Min!.Value.ShouldBeInRange(-110, -100);
        chart.Description.ShouldContain("before step 750 is cut off"); // half of training, which is earlier
        Fig2.HeldOut([new("vae", "VAE", [[curve[0], curve[2], curve[3]]], [])], published)[1]
            .Y.Min.ShouldBeNull("140 nats leave room enough");
    }
}
