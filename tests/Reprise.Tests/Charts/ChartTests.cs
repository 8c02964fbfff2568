using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Reprise.Studies.Charts;

namespace Reprise.Tests.Charts;

public sealed class ChartTests
{
    private const string Hostile = "</text><script>alert('m')</script> & \"x\" \u0001 \ud800 |*_`";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_chart_is_well_formed_and_explains_itself()
    {
        XElement root = Parse(Lines([("VAE", 3), ("AutoGen", 9)]));
        root.Attribute("role")!.Value.ShouldBe("img");
        string[] labels = root.Attribute("aria-labelledby")!.Value.Split(' ');
        labels.Select(id => root.Elements().Single(element => (string?)element.Attribute("id") == id).Value)
            .ShouldBe(["Two lines", "y over x"]);
        root.Attribute("viewBox")!.Value.ShouldBe("0 0 720 420");
        root.Attribute("width").ShouldBeNull("its width is the page's");
        root.Descendants(Svg + "script").ShouldBeEmpty();
    }

    [Fact]
    public void Text_from_anywhere_is_only_text()
    {
        LineChart chart = Lines([(Hostile, 3)]) with { Title = Hostile, Description = Hostile, Y = new Axis(Hostile, Hostile) };
        ScatterChart scatter = new()
        {
            Name = "s", Title = Hostile, X = new(Hostile), Y = new("y"), Paths = [new(Hostile, [new(1, 2, Hostile)]), new(Hostile, [])],
        };
        foreach (Chart hostile in new Chart[] { chart, scatter })
        {
            XElement root = Parse(hostile);
            root.Descendants(Svg + "script").ShouldBeEmpty();
            root.Element(Svg + "title")!.Value.ShouldBe(Hostile.Replace('\u0001', '\ufffd').Replace('\ud800', '\ufffd'));
        }
    }

    [Fact]
    public void Charts_of_one_page_share_no_ids()
    {
        IEnumerable<string> ids = new[] { "one", "two" }
            .SelectMany(name => Parse(Lines([("a", 1)]) with { Name = name }).DescendantsAndSelf().Attributes("id").Select(id => id.Value));
        ids.ShouldBeUnique();
        Should.Throw<ArgumentException>(() => Lines([]) with { Name = "No Name\"" });
    }

    [Fact]
    public void Same_values_same_bytes() => Noisy(5000, 1).ToSvg().ShouldBe(Noisy(5000, 1).ToSvg());

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void Any_number_of_points_makes_a_small_figure(int lines) =>
        Noisy(1_000_000 / lines, lines).ToSvg().Length.ShouldBeLessThan(100_000);

    [Fact]
    public void Names_stand_at_the_ends_of_lines_that_end_apart()
    {
        XElement root = Parse(Lines([("VAE", 3), ("AutoGen", 9)]));
        (_, double right, _) = Plot(root);
        Texts(root, "VAE", "AutoGen").ShouldAllBe(text => text.X > right);
    }

    [Fact]
    public void Names_stand_above_the_plot_where_lines_end_together_or_early()
    {
        LineChart early = Lines([("VAE", 3), ("AutoGen", 9)]);
        early = early with { Series = [early.Series[0], early.Series[1] with { Points = [.. early.Series[1].Points.Take(5)] }] };
        LineChart together = Lines([("VAE", 5), ("AutoGen", 5.01), ("another", 5.02), ("one more", 5.03)]);
        foreach (LineChart chart in new[] { early, together })
        {
            XElement root = Parse(chart);
            (double top, _, _) = Plot(root);
            Texts(root, [.. chart.Series.Select(series => series.Name)]).ShouldAllBe(text => text.Y < top);
        }
    }

    [Fact]
    public void Kinds_of_lines_have_their_own_legend_entry_and_the_colour_of_their_name()
    {
        LineChart chart = Lines([("VAE", 3), ("AutoGen", 9)]);
        chart = chart with
        {
            Series = [.. chart.Series, chart.Series[1] with { Variant = "published", Style = LineStyle.Dashed, Markers = Markers.All }],
        };
        XElement root = Parse(chart);
        Texts(root, "published").Length.ShouldBe(1);
        root.Descendants(Svg + "path").Count(path => (string?)path.Attribute("class") == "line thin dashed k1").ShouldBe(1);
        root.Descendants(Svg + "path").Count(path => (string?)path.Attribute("class") == "hollow k1").ShouldBe(11);
    }

    [Fact]
    public void Values_not_above_0_widen_no_axis_of_a_logarithmic_chart()
    {
        LineChart chart = new()
        {
            Name = "log", Title = "log", X = new Axis("step") { Scale = AxisScale.Logarithmic }, Y = new Axis("elbo"),
            Series = [new() { Name = "VAE", Points = [new(0, -1000), new(1, -50), new(100, -40)] }],
        };
        chart.ToSvg().ShouldNotContain(">−1000<");
    }

    [Fact]
    public void A_chart_without_data_has_a_note()
    {
        Parse(Lines([])).Descendants(Svg + "text").ShouldContain(text => text.Value == "no data");
        Parse(Lines([("gone", double.NaN)])).Descendants(Svg + "text").ShouldContain(text => text.Value == "no data");
    }

    [Fact]
    public void Values_are_given_to_the_last_digit()
    {
        LineChart chart = new()
        {
            Name = "csv", Title = "csv", X = new Axis("x"), Y = new Axis("y"),
            Series =
            [
                new()
                {
                    Name = "a, \"b\"", Variant = "published", Points = [new(1, 1.0 / 3), new(2, double.NaN)], Raw = [new(1, 1e-300)],
                    Band = [new(1, 0.1, 0.7)],
                },
            ],
        };
        chart.ToCsv().ShouldBe(""""
            series,variant,part,x,y
            "a, ""b""",published,line,1,0.3333333333333333
            "a, ""b""",published,line,2,
            "a, ""b""",published,raw,1,1E-300
            "a, ""b""",published,low,1,0.1
            "a, ""b""",published,high,1,0.7

            """");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+ so", "'+ so")]
    [InlineData("-- he said", "'-- he said")]
    [InlineData("@anna", "'@anna")]
    [InlineData("  =1", "'  =1")]
    [InlineData("red \u001b[31m, \u202e", "\"red \ufffd[31m, \ufffd\"")]
    [InlineData("m = 1", "m = 1")]
    public void Text_in_a_table_neither_computes_nor_hides(string text, string field) =>
        Csv(text, -1.5).ShouldBe($"a\n{field},-1.5\n");

    private static string Csv(params ReadOnlySpan<object> row)
    {
        CsvWriter csv = new("a");
        csv.Row(row);
        return csv.ToString();
    }

    [Fact]
    public void Labels_of_a_trade_off_neither_overlap_nor_leave_the_plot()
    {
        LabelledPoint[] points =
        [
            .. Enumerable.Range(0, 12).Select(i => new LabelledPoint(Math.Sqrt(i), 10 - (i * i / 14.0), $"m = {i}", i == 5)),
        ];
        ScatterChart chart = new()
        {
            Name = "trade-off", Title = "Trade-off", X = new("x"), Y = new("y"), Paths = [new("AutoGen", points)],
        };
        XElement root = Parse(chart);
        (double top, double right, double bottom) = Plot(root);
        (double X, double Y, string Text)[] labels = Texts(root, [.. points.Select(point => point.Label)]);
        labels.Length.ShouldBe(12);
        labels.ShouldAllBe(label => label.X + (7 * label.Text.Length) < right && label.Y > top && label.Y < bottom);
        for (int i = 0; i < 12; i++)
        {
            for (int j = 0; j < i; j++)
                (Math.Abs(labels[i].X - labels[j].X) > 35 || Math.Abs(labels[i].Y - labels[j].Y) >= 13)
                    .ShouldBeTrue($"{labels[i]} and {labels[j]}");
        }

        root.Descendants(Svg + "circle").Count().ShouldBe(1);
        chart.ToCsv().ShouldStartWith("series,label,x,y,emphasised\nAutoGen,m = 0,0,10,no\n");
    }

    [Fact]
    public void Extreme_values_make_no_broken_figure()
    {
        double[] extremes =
        [
            0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon,
            1e-300, 1e300,
        ];
        foreach (double a in extremes)
        {
            foreach (double b in extremes)
            {
                foreach (AxisScale scale in Enum.GetValues<AxisScale>())
                {
                    LineChart chart = new()
                    {
                        Name = "extreme", Title = "Extreme", X = new Axis("x") { Scale = scale },
                        Y = new Axis("y") { Scale = scale, WithZero = b < 0 },
                        Series = [new() { Name = "s", Points = [new(a, b), new(b, a), new(1, 2)], Band = [new(a, b, a)] }],
                    };
                    string svg = chart.ToSvg();
                    svg.Length.ShouldBeLessThan(20_000, $"{a} and {b}, {scale}");
                    foreach (string broken in new[] { "NaN", "∞", "9223372036854" })
                        svg.ShouldNotContain(broken, Case.Sensitive, $"{a} and {b}, {scale}");
                }
            }
        }
    }

    private static LineChart Lines((string Name, double End)[] lines) => new()
    {
        Name = "two-lines",
        Title = "Two lines",
        X = new Axis("x"),
        Y = new Axis("y"),
        Series =
        [
            .. lines.Select(
                line => new Series
                {
                    Name = line.Name, Points = [.. Enumerable.Range(0, 11).Select(i => new ChartPoint(i, line.End * i / 10))],
                }),
        ],
    };

    [Fact]
    public void Every_colour_is_given_without_a_custom_property_first_for_programs_that_know_none()
    {
        MatchCollection variables = Regex.Matches(ChartStyle.Sheet, @"(\w+):var\(--(\w+)\)");
        variables.Count.ShouldBeGreaterThan(15);
        string light = ChartStyle.Sheet.Split('\n')[0];
        foreach (Match variable in variables)
            ChartStyle.Sheet.ShouldContain(
                $"{variable.Groups[1]}:{Regex.Match(light, $"--{variable.Groups[2]}:(#[0-9a-f]+);").Groups[1]};{variable}");
    }

    private static LineChart Noisy(int points, int lines) => new()
    {
        Name = "noise",
        Title = "Noise",
        X = new Axis("x"),
        Y = new Axis("y"),
        Series = [.. Enumerable.Range(0, lines).Select(line => new Series
        {
            Name = $"line {line}",
            Points = [.. Enumerable.Range(0, points).Select(i => new ChartPoint(i, line + ((i * 7919L % 1000) / 1000.0)))],
        })],
    };

    private static XElement Parse(Chart chart) => XDocument.Parse(chart.ToSvg()).Root!;

    private static (double Top, double Right, double Bottom) Plot(XElement root)
    {
        XElement clip = root.Element(Svg + "clipPath")!.Element(Svg + "rect")!;
        return (Value("y"), Value("x") + Value("width"), Value("y") + Value("height"));

        double Value(string name) => double.Parse(clip.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    private static (double X, double Y, string Text)[] Texts(XElement root, params string[] texts) =>
        [.. from text in root.Descendants(Svg + "text")
            where texts.Contains(text.Value)
            select (
                double.Parse(text.Attribute("x")!.Value, CultureInfo.InvariantCulture),
                double.Parse(text.Attribute("y")!.Value, CultureInfo.InvariantCulture), text.Value)];
}
