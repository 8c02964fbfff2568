using System.Text.RegularExpressions;
using Reprise.Studies.Charts;
using Reprise.Studies.Documents;
using Reprise.Studies.Reports;

namespace Reprise.Tests.Documents;

public sealed partial class DocumentTests
{
    private const string Hostile = "</p><script>alert(1)</script> *not* _so_ `code` [a](javascript:x) | $x$ & <b>\n# no heading\u0001";

    [Fact]
    public void Markdown_is_what_github_reads()
    {
        Document document = new("A study") { Summary = "Of four models." };
        document.Add(new Heading(2, "Runs"));
        document.Add(new Paragraph(
            "Trained for " + Inline.Strong("15,000") + " steps on " + Inline.Code("corpus/") + ", " + Inline.Emphasis("once") + "."));
        document.Add(new Table(
            [new("Run"), new("m", Alignment.Right), new("best", Alignment.Centre)],
            [["VAE", "0", ""], ["a|b", "1", Inline.Code("x|y")]])
        {
            Caption = "Results",
            Notes = ["In nats."],
            RowHeadings = true,
        });
        document.Add(new Definitions([("chrF", "an F-score")]));
        document.Add(new Verdicts([new("KL rises", Support.Supported, "1.2 < 9.9"), new("smoother", Support.NotTested, "none")]));
        document.Add(new Figure("curve", "<svg/>", "A curve", "It rises."));
        MarkdownWriter.Write(document).ShouldBe("""
            # A study

            Of four models.

            ## Runs

            Trained for **15,000** steps on `corpus/`, *once*.

            **Results**

            | Run | m | best |
            |---|---:|:---:|
            | **VAE** | 0 |  |
            | **a\|b** | 1 | `x\|y` |

            In nats.

            - **chrF**: an F-score

            | Claim | Verdict | By which number |
            |---|---|---|
            | KL rises | ✓ supported | 1.2 \< 9.9 |
            | smoother | – not tested | none |

            ![A curve](figures/curve.svg)

            It rises.

            """);
    }

    [Fact]
    public void Text_that_looks_like_markdown_stays_text()
    {
        Document document = new("t");
        document.Add(new Paragraph(Hostile));
        document.Add(new Paragraph("- no list"));
        document.Add(new Paragraph("3. no list"));
        document.Add(new Paragraph(Inline.Code("a``b`") + Inline.Strong(" x ")));
        MarkdownWriter.Write(document).ShouldBe("""
            # t

            \</p\>\<script\>alert(1)\</script\> \*not\* \_so\_ \`code\` \[a\](javascript:x) \| \$x\$ &amp; \<b\> \# no headingX

            \- no list

            3\. no list

            ``` a``b` ``` **x** 

            """.Replace('X', '\ufffd'));
    }

    [Fact]
    public void Text_that_looks_like_html_stays_text()
    {
        Document document = new(Hostile) { Summary = Hostile };
        document.Add(new Heading(2, Hostile));
        document.Add(new Paragraph(Inline.Emphasis(Hostile) + Inline.Strong(Hostile) + Inline.Code(Hostile) + Hostile));
        document.Add(new Table([new(Hostile)], [[Hostile]]) { Caption = Hostile, Notes = [Hostile] });
        document.Add(new Definitions([(Hostile, Hostile)]));
        document.Add(new Verdicts([new(Hostile, Support.Undecided, Hostile)]));
        document.Add(new Figure("f", "<svg></svg>", Hostile, Hostile));
        string html = HtmlWriter.Write(document);
        html.ShouldNotContain("<script");
        html.ShouldNotContain("<b>");
        html.ShouldNotContain("\u0001");
        html.ShouldContain("&lt;script&gt;");
        Tags(html, "table").ShouldBe(2);
    }

    [Fact]
    public void A_page_is_one_file_that_fetches_nothing_and_whose_links_lead_somewhere()
    {
        Document document = new("Study");
        foreach (string heading in new[] { "Curves", "Curves", "fig2-kl-share", "Contents", "§" })
            document.Add(new Heading(2, heading));
        document.Add(new Heading(3, "Below"));
        CurveRun run = new("vae", "VAE", [[new(1, 30, 10, -40, 0.25), new(2, 24, 6, -30, 0.2)]], []);
        foreach (LineChart chart in Fig2.HeldOut([run]))
            document.Add(Figure.Of(chart));
        string html = HtmlWriter.Write(document);
        string[] ids = [.. Id().Matches(html).Select(match => match.Groups[1].Value)];
        ids.ShouldBeUnique();
        Link().Matches(html).Select(match => match.Groups[1].Value).ShouldBeSubsetOf(ids.Select(id => "#" + id));
        Link().Count(html).ShouldBe(6);
        html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).ShouldNotContain("//");
        html.ShouldNotContain(" src=");
        html.ShouldNotContain("@import");
        Tags(html, "svg").ShouldBe(4);
        foreach (string element
            in new[] { "main", "nav", "ol", "li", "figure", "div", "h2", "h3", "p", "header", "style", "g", "clipPath" })
            Tags(html, element).ShouldBe(Regex.Count(html, $"</{element}>"), element);
    }

    [Fact]
    public void Cells_are_aligned_as_their_column()
    {
        Document document = new("t");
        document.Add(new Table([new("Run"), new("nll", Alignment.Right)], [["VAE", "43.1"]]) { RowHeadings = true });
        string html = HtmlWriter.Write(document);
        html.ShouldContain("<thead><tr><th scope=\"col\">Run</th><th scope=\"col\" class=\"r\">nll</th></tr></thead>");
        html.ShouldContain("<tr><th scope=\"row\">VAE</th><td class=\"r\">43.1</td></tr>");
    }

    [Fact]
    public void A_row_of_other_length_than_the_columns_is_refused() =>
        Should.Throw<ArgumentException>(() => new Table([new("a"), new("b")], [["1", "2"], ["3"]]))
            .Message.ShouldContain("row 1: expected 2 cells, found 1");

    [Fact]
    public void Two_figures_of_one_name_or_a_name_that_leads_elsewhere_are_refused()
    {
        Document document = new("t");
        document.Add(new Figure("a", "<svg/>", "", Inline.Empty));
        document.Add(new Figure("a", "<svg/>", "", Inline.Empty));
        Should.Throw<ArgumentException>(() => HtmlWriter.Write(document)).Message.ShouldContain("two figures are named a");
        Should.Throw<ArgumentException>(() => new Figure("../a", "<svg/>", "", Inline.Empty));
    }

    [Fact]
    public void A_document_is_written_with_its_figures()
    {
        using TempFolder folder = new();
        Document document = new("Study");
        document.Add(new Figure("curve", "<svg>1</svg>", "A curve", Inline.Empty));
        document.Write(folder.Path);
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder.Path, path).Replace('\\', '/')).Order(StringComparer.Ordinal)
            .ShouldBe(["figures/curve.svg", "report.html", "report.md"]);
        File.ReadAllText(folder["figures/curve.svg"]).ShouldBe("<svg>1</svg>");
        File.ReadAllText(folder["report.md"]).ShouldContain("(figures/curve.svg)");
        File.ReadAllText(folder["report.html"]).ShouldContain("<svg>1</svg>");
    }

    private static int Tags(string html, string element) => Regex.Count(html, $"<{element}[ >]");

    [GeneratedRegex(@"\bid=""([^""]*)""")]
    private static partial Regex Id();

    [GeneratedRegex(@"\bhref=""([^""]*)""")]
    private static partial Regex Link();
}
