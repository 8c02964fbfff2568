using Reprise.Benchmarks;
using Reprise.Studies.Metrics;
using Reprise.Text;

namespace Reprise.Tests.Metrics;

public sealed class KneserNeyTests
{
    private const int Unknown = Vocabulary.Unknown, Begin = Vocabulary.BeginOfSentence, End = Vocabulary.EndOfSentence, A = 3, B = 4;
    private const double Rounding = 1e-12;

    // "a b" and "a": pairs ^a 2, ab 1, b$ 1, a$ 1. Different words before a: 1 (^), b: 1 (a), $: 2 (b, a); 4 together.
    // Counts of counts are too few: discounts ½, 1, 3/2. γ of no history: (½ + ½ + 1) / 4 = ½; below it 1/4 for each of <unk>, $, a, b.
    [Theory]
    [InlineData(null, Unknown, 0.5 / 4)]
    [InlineData(null, A, (0.5 / 4) + (0.5 / 4))] // 0.25
    [InlineData(null, B, 0.25)]
    [InlineData(null, End, (1.0 / 4) + (0.5 / 4))] // 0.375
    [InlineData(Begin, A, (1.0 / 2) + (0.5 * 0.25))] // 0.625
    [InlineData(A, B, (0.5 / 2) + (0.5 * 0.25))] // 0.375
    [InlineData(A, End, (0.5 / 2) + (0.5 * 0.375))] // 0.4375
    [InlineData(B, End, (0.5 / 1) + (0.5 * 0.375))] // 0.6875
    [InlineData(B, A, 0.5 * 0.25)]
    [InlineData(Unknown, A, 0.25)] // a history that was not seen
    public void A_word_after_a_history_has_the_probability_computed_by_hand(int? history, int word, double expected) =>
        OfTwoSentences().Probability(history is { } one ? [one] : [], word).ShouldBe(expected);

    [Fact]
    public void Discounts_of_too_few_sentences_are_the_usual_ones() =>
        OfTwoSentences().Discounts.ShouldBe([Discounts.FallBack, Discounts.FallBack]);

    [Fact]
    public void A_sentence_has_the_product_of_its_words_probabilities_and_a_corpus_the_perplexity_of_its_tokens()
    {
        KneserNeyModel model = OfTwoSentences();
        double ab = Math.Log(0.625 * 0.375 * 0.6875), a = Math.Log(0.625 * 0.4375);
        model.LogProbability([A, B]).ShouldBe(ab, Rounding);
        model.LogProbability([A]).ShouldBe(a, Rounding);
        model.Perplexity(new SentenceList([[A, B], [A]])).ShouldBe(Math.Exp(-(ab + a) / 5), Rounding);
    }

    [Fact]
    public void Unknown_words_are_not_scored_but_stand_in_histories()
    {
        KneserNeyModel model = OfTwoSentences();
        double expected = Math.Log(0.625 * 0.25 * 0.6875); // a after ^; b after a history that was not seen; $ after b
        model.LogProbability([A, Unknown, B]).ShouldBe(expected, Rounding);
        KneserNeyModel.Tokens([A, Unknown, B]).ShouldBe(3);
        model.Perplexity(new SentenceList([[A, Unknown, B]])).ShouldBe(Math.Exp(-expected / 3), Rounding);
    }

    [Fact]
    public void Discounts_follow_from_counts_of_counts()
    {
        // n = 10, 4, 2, 1: Y = 10 / 18, D = 1 - 2 Y 4/10, 2 - 3 Y 2/4, 3 - 4 Y 1/2.
        int[] counts = [.. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(2, 4), 3, 3, 4, 0, 17];
        Discounts discounts = Discounts.Of(counts);
        discounts.One.ShouldBe(5 / 9.0, 1e-12);
        discounts.Two.ShouldBe(7 / 6.0, 1e-12);
        discounts.More.ShouldBe(17 / 9.0, 1e-12);
        new[] { 0, 1, 2, 3, 99 }.Select(discounts.From).ShouldBe([0, discounts.One, discounts.Two, discounts.More, discounts.More]);
        Discounts.Of([1, 1, 2, 3, 4, 4, 4, 4]).ShouldBe(Discounts.FallBack); // 3 - 4 (1/2) 4 is negative
        Discounts.Of([]).ShouldBe(Discounts.FallBack);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_order_agrees_with_counting_by_the_formula(int order)
    {
        SentenceList text = SyntheticSentences.Make(300, 20, seed: 2), other = SyntheticSentences.Make(20, 20, seed: 3);
        KneserNeyModel model = KneserNeyModel.Train(text, 20, new KneserNeyOptions { Order = order });
        PlainKneserNey plain = new(Read(text), 20, order);
        foreach (int[] sentence in Read(other))
            model.LogProbability(sentence).ShouldBe(plain.LogProbability(sentence), Rounding * sentence.Length);
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 40)]
    [InlineData(3, 40)]
    [InlineData(4, 300)]
    [InlineData(5, 300)]
    [InlineData(5, 1)]
    [InlineData(5, 0)]
    public void Probabilities_of_all_words_but_the_first_token_sum_to_one_after_any_history(int order, int sentences)
    {
        const int words = 30;
        KneserNeyModel model = KneserNeyModel.Train(
            SyntheticSentences.Make(sentences, words, seed: 8), words, new KneserNeyOptions { Order = order });
        List<int[]> histories = [[], [Begin], [Unknown], [Begin, Unknown], [End]];
        foreach (int[] sentence
            in Read(SyntheticSentences.Make(40, words, seed: 8)).Concat(Read(SyntheticSentences.Make(20, words, seed: 9))))
        {
            for (int t = 0; t < sentence.Length; t++)
                histories.Add([Begin, .. sentence[..t]]);
        }

        foreach (int[] history in histories)
        {
            double[] p = [.. Enumerable.Range(0, words).Where(word => word != Begin).Select(word => model.Probability(history, word))];
            p.Sum().ShouldBe(1, Rounding);
            p.Min().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void A_longer_text_is_cut_by_whole_sentences_in_an_order_of_the_seed()
    {
        SentenceList text = SyntheticSentences.Make(100, 30, seed: 1);
        KneserNeyOptions half = new() { Order = 2, MaximumTokens = (int)Read(text).Sum(words => words.Length + 2L) / 2 };
        KneserNeyModel whole = KneserNeyModel.Train(text, 30, half with { MaximumTokens = half.MaximumTokens * 3 });
        KneserNeyModel cut = KneserNeyModel.Train(text, 30, half);
        KneserNeyModel again = KneserNeyModel.Train(text, 30, half);
        KneserNeyModel other = KneserNeyModel.Train(text, 30, half with { Seed = 2 });
        cut.Perplexity(text).ShouldBe(again.Perplexity(text));
        cut.Perplexity(text).ShouldNotBe(other.Perplexity(text));
        whole.Perplexity(text).ShouldBeLessThan(cut.Perplexity(text));
    }

    [Fact]
    public void Words_out_of_range_and_no_sentences_are_refused()
    {
        Should.Throw<ArgumentException>(() => KneserNeyModel.Train(new SentenceList([[5]]), 5))
            .Message.ShouldContain("sentence 0 has the word 5");
        Should.Throw<ArgumentException>(() => KneserNeyModel.Train(new SentenceList([[End]]), 5));
        Should.Throw<ArgumentException>(() => KneserNeyModel.Train(new SentenceList(), 5).Perplexity(new SentenceList()));
        Should.Throw<ArgumentException>(() => KneserNeyModel.Train(new SentenceList([[A]]), 5).LogProbability([5]));
        Should.Throw<ArgumentException>(() => KneserNeyModel.Train(new SentenceList(), 5, new KneserNeyOptions { Order = 0 }));
    }

    private static IEnumerable<int[]> Read(SentenceList sentences)
    {
        for (long i = 0; i < sentences.Count; i++)
            yield return sentences.WordsAt(i);
    }

    /// <summary>The formula as it stands, by looking through all n-grams of the text.</summary>
    private sealed class PlainKneserNey(IEnumerable<int[]> sentences, int vocabularySize, int order)
    {
        private readonly int[][] _text = [.. sentences.Select(words => (int[])[Begin, .. words, End])];
        private readonly Dictionary<int, Dictionary<string, (int[] Gram, int Count)>> _counts = [];

        public double LogProbability(int[] words)
        {
            int[] tokens = [Begin, .. words, End];
            return Enumerable.Range(1, words.Length + 1).Sum(t => Math.Log(Probability(tokens[Math.Max(0, t - order + 1)..t], tokens[t])));
        }

        private double Probability(int[] history, int word)
        {
            double lower = history is [] ? 1.0 / (vocabularySize - 1) : Probability(history[1..], word);
            Dictionary<string, (int[] Gram, int Count)> counts = Adjusted(history.Length + 1);
            (int[] Gram, int Count)[] after = [.. counts.Values.Where(entry => entry.Gram.AsSpan(..^1).SequenceEqual(history))];
            if (after.Length == 0)
                return lower;
            double[] n = [.. Enumerable.Range(0, 5).Select(k => (double)counts.Values.Count(entry => entry.Count == k))];
            double y = n[1] / (n[1] + (2 * n[2]));
            double[] d = [0, 1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3])];
            if (!Enumerable.Range(1, 3).All(k => d[k] > 0 && d[k] < k))
                d = [0, 0.5, 1, 1.5];
            double total = after.Sum(entry => entry.Count), taken = after.Sum(entry => d[Math.Min(entry.Count, 3)]);
            int count = after.SingleOrDefault(entry => entry.Gram[^1] == word).Count;
            return ((count - d[Math.Min(count, 3)]) / total) + (taken / total * lower);
        }

        private Dictionary<string, (int[] Gram, int Count)> Adjusted(int n)
        {
            if (_counts.TryGetValue(n, out Dictionary<string, (int[] Gram, int Count)>? known))
                return known;
            IEnumerable<int[]> grams = Grams(n).Where(gram => gram[^1] != Begin);
            Dictionary<string, HashSet<int>> before = Grams(n + 1).GroupBy(gram => Key(gram[1..]))
                .ToDictionary(group => group.Key, group => group.Select(gram => gram[0]).ToHashSet());
            return _counts[n] = grams.GroupBy(Key).ToDictionary(
                group => group.Key,
                group => (group.First(), n == order || group.First()[0] == Begin ? group.Count() : before[group.Key].Count));
        }

        private IEnumerable<int[]> Grams(int n) =>
            from sentence in _text
            from start in Enumerable.Range(0, Math.Max(0, sentence.Length - n + 1))
            select sentence[start..(start + n)];

        private static string Key(int[] gram) => string.Join(' ', gram);
    }

    private static KneserNeyModel OfTwoSentences() =>
        KneserNeyModel.Train(new SentenceList([[A, B], [A]]), 5, new KneserNeyOptions { Order = 2 });
}
