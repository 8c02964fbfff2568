using Reprise.Evaluation;
using Reprise.Studies.Metrics;
using Reprise.Studies.Statistics;
using Reprise.Studies.Surveys;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Studies.Measuring;

/// <summary>A held-out sentence chosen for measuring.</summary>
/// <param name="Words">Its ids: words or pieces.</param>
internal sealed record ChosenSentence(int[] Words, string Text, long Index);

/// <summary>The part of measuring that all runs share: the held-out sentences, and a 5-gram model of the training text.</summary>
internal sealed class CorpusMetrics
{
    /// <summary>The most words of a short sample; the paper's Table 4 counts short and long ones apart.</summary>
    public const int Short = SurveyAnalysis.ShortSentence;

    private const int FewestWords = 4, MostWords = 20; // the paper's choice of sentences
    private const int RealSentences = 100_000;          // for the probabilities of real sentences

    private readonly TrainingData _data;
    private readonly MeasuringOptions _options;
    private readonly SentenceCodec _codec;
    private readonly MetricWords _words;
    private readonly KneserNeyModel _fluency;
    private readonly LengthHistogram _lengths;
    private readonly Naturalness _naturalness;
    private readonly SentenceList _heldOut = new();

    /// <exception cref="InputException">There are no held-out sentences, or too few that can be measured on.</exception>
    public CorpusMetrics(TrainingData data, MeasuringOptions options)
    {
        (_data, _options) = (data, options);
        _codec = new SentenceCodec(data.Vocabulary, data.Text);
        _words = new MetricWords(data, options.Seed);
        Chosen = Choose(data, options.Seed, Math.Max(options.Reconstructions, 2 * options.Paths));
        ISentences test = data.Test!;
        SentenceChoice choice = new(test.Count, options.Seed);
        foreach (long index in choice.Ascending(options.Samples))
            _heldOut.Add(_words.Of(test.WordsAt(index)) is { Length: > 0 } words ? words : [Vocabulary.Unknown]);
        _fluency = KneserNeyModel.Train(_words.Train, _words.VocabularySize, new KneserNeyOptions { Seed = options.Seed });
        _lengths = LengthHistogram.Of(_words.Train);
        _naturalness = new Naturalness(choice.Ascending(RealSentences).Select(index => _words.Of(test.WordsAt(index)))
            .Where(IsKnown).Select(words => (words.Length, _fluency.LogProbability(words))));
    }

    /// <summary>The held-out sentences of reconstructions and paths, in a seeded order.</summary>
    public IReadOnlyList<ChosenSentence> Chosen { get; }

    /// <inheritdoc cref="MetricWords.Numbered"/>
    public int[][] WordsOf(params IReadOnlyList<int[]> sentences) => _words.Numbered(sentences);

    /// <summary>
    /// The scores of held-out sentences measured as samples, which the best samples would reach. Their n-gram model is that of as many
    /// training sentences.
    /// </summary>
    public SampleScores Real()
    {
        int[][] real = [.. new SentenceChoice(_data.Test!.Count, _options.Seed).Ascending(_options.Samples).Select(_data.Test.WordsAt)];
        IEnumerable<int[]> chosen = new SentenceChoice(_data.Train.Count, _options.Seed)
            .Ascending(real.Length).Select(_data.Train.WordsAt);
        return Measure(real, most: int.MaxValue, [.. chosen]).Scores;
    }

    /// <summary>Measures the samples of a model.</summary>
    /// <param name="most">The number of words at which a sample was cut.</param>
    public (SampleScores Scores, IReadOnlyList<MeasuredSample> Samples) Measure(IReadOnlyList<int[]> samples, int most) =>
        Measure(samples, most, [.. samples.Where(HasWords)]);

    private (SampleScores Scores, IReadOnlyList<MeasuredSample> Samples) Measure(
        IReadOnlyList<int[]> decoded, int most, IReadOnlyList<int[]> training)
    {
        int[][] samples = [.. decoded.Select(_words.Of)];
        MeasuredSample[] measured = [.. samples.Select((words, i) =>
        {
            double logProbability = _fluency.LogProbability(words);
            return new MeasuredSample(_codec.Decode(decoded[i]), words.Length, logProbability,
                IsKnown(words) && _naturalness.Holds(words.Length, logProbability));
        })];
        int[][] withWords = [.. samples.Where(HasWords)];
        MeasuredSample[] known = [.. measured.Where((_, i) => IsKnown(samples[i]))];
        SentenceList text = new(training.Select(_words.Of).Where(HasWords));
        LengthHistogram lengths = new();
        foreach (int[] words in samples)
            lengths.Add(words.Length);
        SampleScores scores = new(
            samples.Length,
            lengths.Mean,
            (samples.Length - withWords.Length) / (double)samples.Length,
            decoded.Count(ids => ids.Length >= most) / (double)samples.Length,
            (double)measured.Select(sample => sample.Text).Distinct(StringComparer.Ordinal).Count() / samples.Length,
            lengths.Distance(_lengths),
            Math.Exp(-measured.Sum(sample => sample.LogProbability) / samples.Sum(words => (long)KneserNeyModel.Tokens(words))),
            text.Count == 0 ? null : KneserNeyModel.Train(text, _words.VocabularySize).Perplexity(_heldOut),
            withWords.Length < 2 ? null : SelfBleu.Of(withWords),
            DistinctNGrams.Of(samples),
            TrainingCopies.Of(decoded, _data.Train).Count(copy => copy) / (double)samples.Length,
            Naturals(known, sample => sample.Words <= Short),
            Naturals(known, sample => sample.Words > Short));
        return (scores, measured);
    }

    private static bool HasWords(int[] words) => words.Length > 0;

    // Models never decode the unknown word, so real sentences with it have no counterpart.
    private static bool IsKnown(int[] words) => !words.Contains(Vocabulary.Unknown);

    private static Proportion Naturals(IEnumerable<MeasuredSample> samples, Func<MeasuredSample, bool> among)
    {
        MeasuredSample[] chosen = [.. samples.Where(among)];
        return new Proportion(chosen.Count(sample => sample.Natural), chosen.Length);
    }

    /// <summary>The first held-out sentences of a seeded order that have 4 to 20 words, all known.</summary>
    /// <exception cref="InputException">There are no held-out sentences, or fewer than two such.</exception>
    public static IReadOnlyList<ChosenSentence> Choose(TrainingData data, ulong seed, int most)
    {
        if (data.Test is not { Count: > 0 } test)
            throw new InputException("the corpus has no held-out sentences, and so nothing to measure the runs by; prepare one with a "
                + "test part");
        SentenceChoice choice = new(test.Count, seed);
        SentenceCodec codec = new(data.Vocabulary, data.Text);
        List<ChosenSentence> chosen = [];
        for (long place = 0; place < test.Count && chosen.Count < most; place++)
        {
            int[] ids = test.WordsAt(choice[place]);
            int words = data.Text.HasPieces ? codec.WordsOf(ids).Count : ids.Length;
            if (words is >= FewestWords and <= MostWords && IsKnown(ids))
                chosen.Add(new ChosenSentence(ids, codec.Decode(ids), choice[place]));
        }

        return chosen.Count >= Math.Min(2, most)
            ? chosen
            : throw new InputException($"{chosen.Count} held-out sentences have {FewestWords} to {MostWords} words that are all known; "
                + "expected at least 2 to measure reconstructions by");
    }
}
