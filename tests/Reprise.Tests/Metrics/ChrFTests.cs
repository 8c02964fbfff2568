using Reprise.Studies.Metrics;

namespace Reprise.Tests.Metrics;

public sealed class ChrFTests
{
    private const double Rounding = 1e-6; // the digits of the published values

    [Theory] // the values that sacreBLEU's own tests expect, with β = 3, without epsilon smoothing
    [InlineData("a", "a", 1.0)]
    [InlineData("reference", "", 0.0)]
    [InlineData("a b c", "a b c", 1.0)]
    [InlineData("abc", "a b c", 1.0)]
    [InlineData("ab", "aa", 0.25)]
    [InlineData("hijklmnop", "abcdefg", 0.0)]
    public void SacreBleus_sentences_have_its_scores(string reference, string hypothesis, double score) =>
        ChrFCounts.Of(reference, hypothesis).Score(beta: 3).ShouldBe(score, Rounding);

    [Theory] // values for the same sentences with white space kept, which here stands as a letter
    [InlineData(
        "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
        "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
        0.673481606)]
    [InlineData(
        "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
        "risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
        0.652414427)]
    public void SacreBleus_long_sentences_have_its_scores(string reference, string hypothesis, double score) =>
        ChrFCounts.Of(reference.Replace(' ', '_'), hypothesis.Replace(' ', '_')).Score(beta: 3).ShouldBe(score, Rounding);

    [Fact]
    public void A_corpus_is_scored_by_its_sums()
    {
        ChrFCounts corpus = ChrFCounts.Of("a", "a");
        corpus.Add(ChrFCounts.Of("c", "b"));
        corpus.Score(beta: 3).ShouldBe(0.5, Rounding); // sacreBLEU's own test too

        // Order 1: 3 matches of 5 and of 3; order 2: 1 of 1 and of 1, because what is longer than its reference's last order is not
        // counted.
        ChrFCounts longer = ChrFCounts.Of("ab", "ab");
        longer.Add(ChrFCounts.Of("a", "abc"));
        longer.Score().ShouldBe(5 * 0.8 * 1 / ((4 * 0.8) + 1), 1e-12);
    }

    [Fact]
    public void Recall_matters_twice_as_much_as_precision()
    {
        // Orders 1 to 4 are in both. Precisions 4/5, 3/4, 2/3, 1/2 and recalls 4/4, 3/3, 2/2, 1/1; order 5 only in the candidate.
        double precision = ((4.0 / 5) + (3.0 / 4) + (2.0 / 3) + (1.0 / 2)) / 4;
        ChrFCounts.Of("a bcd", "abc de").Score().ShouldBe(5 * precision * 1 / ((4 * precision) + 1), 1e-12);
        ChrFCounts.Of("abcde", "abcd").Score().ShouldBe(5 * 0.8 * precision / 0.8 / (4 + precision), 1e-12);
    }

    [Fact]
    public void Characters_are_code_points()
    {
        // One of two letters right and no pair: P and R are 1/2 and 0 of two orders. Taken as halves of surrogate pairs it would be more.
        ChrFCounts.Of("\U0001F600\U0001F601", "\U0001F600\U0001F602").Score().ShouldBe(0.25, 1e-12);
    }
}
