using Reprise.Studies.Measuring;
using Reprise.Studies.Metrics;
using Reprise.Studies.Statistics;
using Reprise.Tests.Training;
using Reprise.Text;

namespace Reprise.Tests.Metrics;

/// <summary>Sentences as probable as nine tenths of real ones.</summary>
public sealed class NaturalnessTests
{
    [Fact]
    public void Nine_tenths_of_real_sentences_of_a_length_are_natural()
    {
        // 40 sentences of 4 words with log p = -5, -10, ... -200: a token (there are 5) has -1 ... -40, and the tenth percentile, with 4
        // below it, is -36.
        Naturalness natural = new(Enumerable.Range(1, 40).Select(i => (4, -5.0 * i)));
        natural.Holds(4, -5 * 36).ShouldBeTrue();
        natural.Holds(4, (-5 * 36) - 0.001).ShouldBeFalse();
        Enumerable.Range(1, 40).Count(i => natural.Holds(4, -5.0 * i)).ShouldBe(36);
    }

    [Fact]
    public void Each_length_has_its_own_threshold()
    {
        Naturalness natural = new([.. Enumerable.Repeat((4, -5.0), 20), .. Enumerable.Repeat((9, -20.0), 20)]); // -1 and -2 a token
        natural.Holds(4, -5.1).ShouldBeFalse();
        natural.Holds(9, -20).ShouldBeTrue();
        natural.Holds(9, -20.1).ShouldBeFalse();
    }

    [Fact]
    public void For_rare_lengths_the_nearest_lengths_help_and_none_is_beyond_all()
    {
        // One sentence of 6 words, -1 a token; twenty of 5, -3 a token: together 21, of which the tenth percentile has two below it.
        Naturalness natural = new([(6, -7), .. Enumerable.Repeat((5, -18.0), 20), (9, -10)]);
        natural.Holds(6, -7 * 3).ShouldBeTrue();
        natural.Holds(6, (-7 * 3) - 0.001).ShouldBeFalse();
        natural.Holds(8, -9 * 3).ShouldBeTrue("no sentence has 8 words, but shorter and longer ones are there");
        natural.Holds(4, 0).ShouldBeFalse("shorter than all");
        natural.Holds(10, 0).ShouldBeFalse("longer than all");
        new Naturalness([]).Holds(0, 0).ShouldBeFalse();
    }

    // One and the same sentence trains and is held out, so it is natural; another of its length, all new pairs, is not.
    private static readonly int[] Usual = [3, 4, 5, 6], Unusual = [9, 9, 9, 9], Long = [.. Enumerable.Repeat(7, 12)];

    [Fact]
    public void Natural_samples_are_counted_by_length()
    {
        (SampleScores scores, IReadOnlyList<MeasuredSample> samples) = Metrics().Measure([Usual, Usual, Unusual, [], Long], most: 12);
        samples.Select(sample => sample.Natural).ShouldBe([true, true, false, false, false]);
        scores.NaturalShort.ShouldBe(new Proportion(2, 4));
        scores.NaturalLong.ShouldBe(new Proportion(0, 1));
        scores.Natural.ShouldBe(new Proportion(2, 5));
    }

    [Fact]
    public void Silent_cut_and_copied_samples_are_shares_of_all()
    {
        SampleScores scores = Metrics().Measure([Usual, Usual, Unusual, [], Long], most: 12).Scores;
        (scores.Silent, scores.Cut, scores.Different).ShouldBe((0.2, 0.2, 0.8));
        scores.Copies.ShouldBe(0.4);
        scores.SelfBleu.ShouldBe(SelfBleu.Of([Usual, Usual, Unusual, Long]), "silence is no variety");
    }

    [Fact]
    public void Real_sentences_are_counted_without_those_that_hold_unknown_words()
    {
        SampleScores real = Metrics().Real();
        (real.NaturalShort.Total, real.NaturalLong.Total).ShouldBe((28, 1), "the one with the unknown word is left out");
        real.Reverse.ShouldNotBeNull("a model of as many training sentences");
    }

    [Fact]
    public void Samples_that_are_all_silent_have_no_variety() =>
        Metrics().Measure([[], []], most: 12).Scores.ShouldSatisfyAllConditions(
            silent => silent.Reverse.ShouldBeNull(),
            silent => silent.SelfBleu.ShouldBeNull(),
            silent => silent.Silent.ShouldBe(1));

    private static CorpusMetrics Metrics()
    {
        SentenceList train = new(Enumerable.Repeat(Usual, 30));
        SentenceList test = new([.. Enumerable.Repeat(Usual, 28), [3, Vocabulary.Unknown, 5, 6], [.. Enumerable.Repeat(3, 12)]]);
        return new CorpusMetrics(Toys.Data with { Train = train, Test = test }, new MeasuringOptions { Samples = 30 });
    }
}
