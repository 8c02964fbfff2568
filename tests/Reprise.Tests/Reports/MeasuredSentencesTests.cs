using Reprise.Evaluation;
using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Studies.Measuring;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>The measures of single sentences that a study keeps beside its scores.</summary>
public sealed class MeasuredSentencesTests(MeasuredSentencesTests.Measured measured) : IClassFixture<MeasuredSentencesTests.Measured>
{
    private const double Rounding = 1e-9; // sums of the same numbers in another order

    private static readonly long[] HeldOut = [.. new SentenceChoice(Toys.Data.Test!.Count, 1).Ascending(StudyReportTests.Few.Sentences)];

    [Theory]
    [InlineData("autogen-m1")]
    [InlineData("language-model")]
    public void The_elbo_of_the_scores_is_the_mean_of_the_sentences(string name)
    {
        MeasuredRun run = measured[name];
        EvaluationReport scores = run.Scores.Evaluation;
        run.Bounds.Select(line => line.Sentence).ShouldBe(HeldOut);
        run.Bounds.Select(line => line.Tokens).ShouldBe(HeldOut.Select(sentence => Toys.Data.Test!.Length(sentence) + 1));
        run.Bounds.Average(line => line.Nll).ShouldBe(scores.Nll, Rounding);
        run.Bounds.Average(line => line.Kl).ShouldBe(scores.Kl, Rounding);
        run.Bounds.Sum(line => line.Tokens).ShouldBe((int)(scores.Words + scores.Sentences));
    }

    [Fact]
    public void A_model_without_a_code_has_no_kl_and_no_estimates()
    {
        MeasuredRun run = measured["language-model"];
        run.Bounds.ShouldAllBe(line => line.Kl == 0);
        run.Importance.ShouldBeEmpty();
    }

    [Fact]
    public void The_estimates_of_the_scores_are_the_means_of_the_sentences()
    {
        MeasuredRun run = measured["autogen-m1"];
        long[] chosen = [.. CorpusMetrics.Choose(Toys.Data, 1, StudyReportTests.Few.ImportanceSentences).Select(one => one.Index)];
        run.Importance.Select(line => line.Sentence).ShouldBe(chosen);
        run.Importance.Select(line => line.Tokens).ShouldBe(chosen.Select(sentence => Toys.Data.Test!.Length(sentence) + 1));
        run.Importance.ShouldAllBe(line => line.Draws.Select(of => of.K).SequenceEqual(new[] { 10, 100, 1000 }));
        for (int i = 0; i < 3; i++)
        {
            EvaluationReport scores = run.Scores.Bounds[i];
            scores.ImportanceSamples.ShouldBe(run.Importance[0].Draws[i].K);
            scores.LogLikelihood!.Value.ShouldBe(run.Importance.Average(line => line.Draws[i].LogLikelihood), Rounding);
            scores.LogIntegral!.Value.ShouldBe(run.Importance.Average(line => line.Draws[i].LogIntegral), Rounding);
            scores.BoundGap!.Value.ShouldBe(
                run.Importance.Average(line => line.Draws[i].LogIntegral + (2 * line.Draws[i].Nll) + line.Kl), Rounding); // m = 1
        }
    }

    [Fact]
    public void The_edits_of_the_scores_are_the_mean_of_the_paths_changes()
    {
        MeasuredRun run = measured["autogen-m1"];
        run.Paths.ShouldAllBe(path => path.Changes.Count == path.Said.Count - 1);
        run.Paths.SelectMany(path => path.Changes).Average().ShouldBe(run.Scores.Paths!.Edits!.Value, Rounding);
        run.Paths.ShouldAllBe(path => path.Changes.Zip(path.Said.Zip(path.Said.Skip(1)))
            .All(step => step.First == 0 == (step.Second.First == step.Second.Second)));
    }

    /// <summary>A study of a model with a code and one without, measured.</summary>
    public sealed class Measured : IDisposable
    {
        private readonly TempFolder _temp = new();

        public Measured()
        {
            StudyOptions options = StudyReportTests.Four with
            {
                Training = StudyReportTests.Learning,
                Runs = [StudyRun.OfM(1), StudyRun.Named("language-model", Presets.Small, 7)],
            };
            using Study study = Study.Open(_temp["study"], options, Toys.Data);
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            study.Train(1, 1, cancellationToken: cancellation).ShouldBeTrue();
            study.Measure(() => ComputeDevice.Open(threads: 1), cancellationToken: cancellation).ShouldBeTrue();
        }

        internal MeasuredRun this[string name] => new MeasuredFolder(_temp["study"]).ReadAll(name).ShouldNotBeNull();

        public void Dispose() => _temp.Dispose();
    }
}
