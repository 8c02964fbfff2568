using Reprise.Benchmarks;
using Reprise.Studies.Metrics;
using Reprise.Text;

namespace Reprise.Tests.Metrics;

public sealed class SampleMetricsTests
{
    private readonly Words _words = new();

    [Fact]
    public void Samples_that_are_all_the_same_have_a_self_bleu_of_one_and_strangers_of_zero()
    {
        SelfBleu.Of([_words.Ids("a b c d e"), _words.Ids("a b c d e"), _words.Ids("a b c d e")]).ShouldBe(1, 1e-12);
        SelfBleu.Of([_words.Ids("a b c d e"), _words.Ids("f g h i j"), _words.Ids("k l m n")]).ShouldBe(0);
        SelfBleu.Of([_words.Ids("yes"), _words.Ids("yes")]).ShouldBe(1); // one order only
    }

    [Fact]
    public void Self_bleu_is_the_mean_of_each_sample_against_the_others()
    {
        int[][] samples = [.. Sentences(60)];
        double sum = 0;
        for (int i = 0; i < samples.Length; i++)
            sum += new BleuReferences([.. samples.Where((_, j) => j != i)]).Count(samples[i])
                .Score(BleuSmoothing.Floor(0.1), effectiveOrder: true);
        SelfBleu.Of(samples).ShouldBe(sum / samples.Length, 1e-12);
    }

    [Fact]
    public void Self_bleu_of_few_references_is_lower_and_a_function_of_the_seed()
    {
        int[][] samples = [.. Sentences(200)];
        SelfBleuOptions few = new() { References = 10, Seed = 3 };
        double value = SelfBleu.Of(samples, few);
        SelfBleu.Of(samples, few).ShouldBe(value);
        SelfBleu.Of(samples, few with { Seed = 4 }).ShouldNotBe(value);
        value.ShouldBeLessThan(SelfBleu.Of(samples));
        Should.Throw<ArgumentException>(() => SelfBleu.Of(samples[..1]));
        Should.Throw<ArgumentException>(() => SelfBleu.Of(samples, few with { References = 1 }));
    }

    [Fact]
    public void Distinct_n_grams_are_counted_over_all_samples()
    {
        // Words a b a, a b: 2 of 5 differ; pairs ab ba, ab: 2 of 3; triples aba: 1 of 1; no four.
        DistinctNGrams.Of([_words.Ids("a b a"), _words.Ids("a b")]).ShouldBe([2 / 5.0, 2 / 3.0, 1, 0]);
        DistinctNGrams.Of([]).ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void Lengths_are_compared_as_distributions()
    {
        LengthHistogram corpus = LengthHistogram.Of(new SentenceList([[5], [5, 6], [5, 6], [.. Enumerable.Repeat(7, 100)]]));
        (corpus.Sentences, corpus.Words, corpus.Mean, corpus.Longest).ShouldBe((4, 105, 26.25, 100));
        (corpus.Count(2), corpus.Count(3), corpus.Count(1000)).ShouldBe((2, 0, 0));
        LengthHistogram samples = new();
        samples.Add(2);
        samples.Add(3);
        // Shares 1/4, 1/2, 0, 1/4 of 1, 2, 3, 100 words against 0, 1/2, 1/2, 0: ½ (1/4 + 0 + 1/2 + 1/4).
        samples.Distance(corpus).ShouldBe(0.5);
        corpus.Distance(samples).ShouldBe(0.5);
        corpus.Distance(corpus).ShouldBe(0);
        Should.Throw<InvalidOperationException>(() => corpus.Distance(new LengthHistogram()));
    }

    [Fact]
    public void Copies_of_the_training_text_are_found_word_for_word()
    {
        SentenceList training = new([_words.Ids("he went home"), _words.Ids("she was there when it rained"), _words.Ids("no")]);
        int[][] samples =
        [
            _words.Ids("no"), _words.Ids("he went"), _words.Ids("he went home"), _words.Ids("went he home"), _words.Ids("no"),
        ];
        TrainingCopies.Of(samples, training).ShouldBe([true, false, true, false, true]);
        TrainingCopies.Of([], training).ShouldBeEmpty();
    }

    private static IEnumerable<int[]> Sentences(int count)
    {
        SentenceList sentences = SyntheticSentences.Make(count, 12, seed: 5);
        for (int i = 0; i < count; i++)
            yield return sentences.WordsAt(i);
    }
}
