using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>The contents of the report of one study, which is trained and measured once.</summary>
public sealed class ReportContentsTests(ReportContentsTests.Reported reported) : IClassFixture<ReportContentsTests.Reported>
{
    [Fact]
    public void A_report_has_every_chapter() =>
        reported.Markdown.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ShouldBe(
        [
            "The paper's claims", "Curves", "Bounds", "Reconstruction", "Generation", "Interpolation", "Latent space",
            "Choosing m", "What was trained on what", "Definitions",
        ]);

    [Theory]
    [InlineData("How tight the ELBO is: 2 of the sentences")]
    [InlineData("How tight the bound of Eq. 10 is")]
    [InlineData("Reconstructions (the paper's Table 1)")]
    [InlineData(" reconstructions**")]
    [InlineData("the paper's Table 2")]
    [InlineData("by beam search (the paper's Table 3)")]
    [InlineData("Sentences of the prior, words drawn")]
    [InlineData("12 samples by beam search")]
    [InlineData("12 samples, words drawn")]
    [InlineData("the paper's Table 4")]
    [InlineData("(the paper's Table 5)")]
    [InlineData("2 paths of 3 steps")]
    [InlineData("Codes of 4 of the sentences that were reconstructed")]
    [InlineData("9 held-out sentences, in nats a sentence")]
    [InlineData("**Runs**")]
    public void A_report_has_the_table(string title) => reported.Markdown.ShouldContain(title);

    [Fact]
    public void A_report_names_every_run_by_its_title()
    {
        foreach (StudyRun run in StudyReportTests.Four.Runs)
            StudyReportTests.Plain(reported.Markdown).ShouldContain(run.Title);
    }

    [Theory]
    [InlineData("z in the decoder: everyStep")]
    [InlineData("- **Programs**: reprise ")]
    [InlineData("| cpu, ")]
    public void A_report_names_the_models_and_the_corpus(string fact) => reported.Markdown.ShouldContain(fact);

    [Theory]
    [InlineData("NaN")]
    [InlineData("∞")]
    [InlineData("null")]
    [InlineData("– %")]
    public void A_report_has_no_figure_that_is_none(string bad) => reported.Markdown.ShouldNotContain(bad);

    [Fact]
    public void Every_figure_is_in_the_report_and_has_its_data_beside_it()
    {
        string[] figures = [.. TempFolder.NamesIn(reported["figures"]).Where(name => name.EndsWith(".svg", StringComparison.Ordinal))];
        figures.Length.ShouldBeGreaterThan(6);
        foreach (string figure in figures)
        {
            reported.Markdown.ShouldContain($"](figures/{figure})");
            File.ReadLines(Path.ChangeExtension(reported[$"figures/{figure}"], ".csv")).Count().ShouldBeGreaterThan(1);
        }
    }

    [Fact]
    public void The_page_holds_the_report_and_asks_for_nothing_from_elsewhere()
    {
        string html = File.ReadAllText(reported["report.html"]);
        html.ShouldContain("Definitions");
        foreach (string bad in (string[])["NaN", "src=", "<script"])
            html.ShouldNotContain(bad);
    }

    [Theory]
    [InlineData("table2")]
    [InlineData("table2-key")]
    [InlineData("table4")]
    [InlineData("table4-key")]
    public void A_questionnaire_lies_beside_the_report(string survey) =>
        File.Exists(reported[$"questionnaires/{survey}.json"]).ShouldBeTrue();

    /// <summary>A study of the paper's four and a language model.</summary>
    public sealed class Reported : IDisposable
    {
        private readonly TempFolder _temp = new();

        public Reported()
        {
            StudyOptions options = (StudyReportTests.Four with { Training = StudyReportTests.Learning })
                .With([StudyRun.Named("language-model", Presets.Small, 7)]);
            using Study study = Study.Open(_temp["study"], options, Toys.Data);
            study.Train(1, 1, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
            study.Measure(() => ComputeDevice.Open(threads: 1), cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
            study.Report();
            Markdown = File.ReadAllText(this["report.md"]);
        }

        public string Markdown { get; }

        public string this[string name] => _temp[$"study/{name}"];

        public void Dispose() => _temp.Dispose();
    }
}
