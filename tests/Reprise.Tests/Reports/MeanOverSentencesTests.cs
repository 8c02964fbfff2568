using Reprise.Studies.Reports;

namespace Reprise.Tests.Reports;

public sealed class MeanOverSentencesTests
{
    private static readonly SentenceValue[] One = [new(0, -10), new(3, -50), new(4, -30)], Other = [new(0, -12), new(3, -51), new(4, -33)];

    [Fact]
    public void A_mean_has_the_standard_error_over_the_sentences()
    {
        MeanOverSentences mean = MeanOverSentences.Of(One.Select(one => one.Value));
        mean.Mean.ShouldBe(-30, 1e-12);
        mean.StandardError.ShouldBe(20 / Math.Sqrt(3), 1e-12);
        MeanOverSentences.Of([1]).StandardError.ShouldBe(double.NaN);
    }

    [Fact]
    public void A_difference_is_taken_by_sentence()
    {
        MeanOverSentences difference = MeanOverSentences.OfDifference(One, Other); // 2, 1, 3
        difference.Mean.ShouldBe(2, 1e-12);
        difference.StandardError.ShouldBe(1 / Math.Sqrt(3), 1e-12);
    }

    [Fact]
    public void Models_measured_on_different_sentences_are_refused()
    {
        foreach (SentenceValue[] others in (SentenceValue[][])[[.. Other[..2], new(5, -33)], Other[..2]])
            Should.Throw<InputException>(() => MeanOverSentences.OfDifference(One, others)).Message.ShouldContain("different sentences");
    }
}
