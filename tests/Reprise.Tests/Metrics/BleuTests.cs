using Reprise.Studies.Metrics;

namespace Reprise.Tests.Metrics;

public sealed class BleuTests
{
    private const double Rounding = 1e-8; // the digits of the published values

    private static readonly string[] Party =
    [
        "it is a guide to action that ensures that the military will forever heed party commands",
        "it is the guiding principle which guarantees the military forces always being under the command of the party",
        "it is the practical guide for the army always to heed the directions of the party",
    ];

    private readonly Words _words = new();

    [Theory] // Papineni et al. (2002), examples 1 and 2 in sections 2.1 and 2.1.1
    [InlineData("it is a guide to action which ensures that the military always obeys the commands of the party", 17, 18, 10, 17)]
    [InlineData("it is to insure the troops forever hearing the activity guidebook that party direct", 8, 14, 1, 13)]
    public void Papinenis_candidates_have_his_modified_precisions(string candidate, int matches, int words, int matches2, int bigrams)
    {
        BleuCounts counts = new BleuReferences([.. Party.Select(_words.Ids)]).Count(_words.Ids(candidate));
        (counts.Matches[0], counts.Totals[0]).ShouldBe((matches, words));
        (counts.Matches[1], counts.Totals[1]).ShouldBe((matches2, bigrams));
    }

    [Fact]
    public void Papinenis_seven_articles_match_twice()
    {
        int[][] references = [_words.Ids("the cat is on the mat"), _words.Ids("there is a cat on the mat")];
        int[] articles = _words.Ids("the the the the the the the");
        BleuCounts counts = new BleuReferences(references).Count(articles);
        (counts.Matches[0], counts.Totals[0]).ShouldBe((2, 7));
        counts.ReferenceWords.ShouldBe(7); // the closest length
        BleuCounts.Of(references[1], articles).Matches[0].ShouldBe(1);
    }

    [Theory] // the values that sacreBLEU's own tests expect of these words and counts
    [InlineData("this is a test", "this is a test", 1.0)]
    [InlineData("this is a test", "this is a fest", 0.223606797749979)]
    [InlineData("a test", "test", 0.3678794411714425)]
    [InlineData("a test", "a test", 1.0)]
    [InlineData("a test", "a little test", 0.03218297948685433)]
    public void SacreBleus_sentences_have_its_scores(string reference, string hypothesis, double score) =>
        BleuCounts.Of(_words.Ids(reference), _words.Ids(hypothesis)).Score(BleuSmoothing.Floor(0.01), effectiveOrder: true)
            .ShouldBe(score, Rounding);

    [Fact]
    public void SacreBleus_character_sequence_has_its_counts_and_score()
    {
        BleuCounts counts = BleuCounts.Of(_words.Ids("I am a symbol string sequence a a"), _words.Ids("am I am a character sequence"));
        counts.Matches.ToArray().ShouldBe([4, 2, 1, 0]);
        counts.Totals.ToArray().ShouldBe([6, 5, 4, 3]);
        counts.Score(BleuSmoothing.Floor()).ShouldBe(0.1555722182, Rounding);
        counts.Score(BleuSmoothing.None).ShouldBe(0);
        new BleuCounts([9, 7, 5, 3], [10, 8, 6, 4], 11, 11).Score(BleuSmoothing.None).ShouldBe(0.8375922397, Rounding);
    }

    [Fact]
    public void SacreBleus_corpus_of_two_references_has_its_score()
    {
        string[] candidates = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
        string[] first = ["The dog bit the man.", "It was not unexpected.", "The man bit him first."];
        string[] second = ["The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."];
        BleuCounts corpus = new();
        for (int i = 0; i < candidates.Length; i++)
            corpus.Add(new BleuReferences([_words.Ids(first[i]), _words.Ids(second[i])]).Count(_words.Ids(candidates[i])));
        corpus.Score(BleuSmoothing.None).ShouldBe(0.491919566, Rounding);
    }

    [Fact]
    public void Smoothing_is_as_by_hand()
    {
        // Matches 4, 1, 0, 0 of 4, 3, 2, 1 n-grams; as many words on both sides.
        BleuCounts counts = BleuCounts.Of(_words.Ids("a b c d"), _words.Ids("a b d c"));
        counts.Matches.ToArray().ShouldBe([4, 1, 0, 0]);
        double third = 1.0 / 3;
        counts.Score(BleuSmoothing.Floor(0.1)).ShouldBe(Math.Pow(third * (0.1 / 2) * (0.1 / 1), 0.25), 1e-12);
        counts.Score(BleuSmoothing.AddK(1)).ShouldBe(Math.Pow(2.0 / 4 * (1.0 / 3) * (1.0 / 2), 0.25), 1e-12);
        counts.Score(BleuSmoothing.Exponential).ShouldBe(Math.Pow(third * (1.0 / (2 * 2)) * (1.0 / (4 * 1)), 0.25), 1e-12);
        counts.SentenceScore().ShouldBe(counts.Score(BleuSmoothing.Exponential));
        counts.Score(BleuSmoothing.None).ShouldBe(0);
    }

    [Fact]
    public void A_short_translation_is_penalised_and_a_long_one_is_not()
    {
        int[] reference = _words.Ids("a b c d e f g h");
        BleuCounts.Of(reference, reference.AsSpan(0, 4)).Score(BleuSmoothing.None).ShouldBe(Math.Exp(1 - (8.0 / 4)), 1e-12);
        // 8, 7, 6, 5 matches of 9, 8, 7, 6 n-grams: the product is 5/9.
        BleuCounts.Of(reference, [.. reference, 99]).Score(BleuSmoothing.None).ShouldBe(Math.Pow(5.0 / 9, 0.25), 1e-12);
    }

    [Fact]
    public void No_words_and_no_matches_score_zero()
    {
        BleuCounts.Of(_words.Ids("a b"), []).SentenceScore().ShouldBe(0);
        BleuCounts.Of(_words.Ids("a b"), _words.Ids("c d")).SentenceScore().ShouldBe(0);
        new BleuCounts().Score(BleuSmoothing.Exponential).ShouldBe(0);
    }

    [Fact]
    public void One_reference_counts_as_several_of_which_the_others_are_left_out()
    {
        int[] hypothesis = _words.Ids("a b a b c a b"), reference = _words.Ids("b a b a c c a b");
        BleuCounts alone = BleuCounts.Of(reference, hypothesis);
        BleuCounts among = new BleuReferences([hypothesis, reference]).Count(hypothesis, except: 0);
        among.Matches.ToArray().ShouldBe(alone.Matches.ToArray());
        among.Totals.ToArray().ShouldBe(alone.Totals.ToArray());
        (among.HypothesisWords, among.ReferenceWords).ShouldBe((7, 8));
        Should.Throw<ArgumentException>(() => new BleuReferences([reference]).Count(hypothesis, except: 0));
    }
}
