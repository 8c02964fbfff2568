using Reprise.Evaluation.Judges;
using Reprise.Numerics;
using Reprise.Studies.Surveys;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Studies.Judging;

/// <summary>A held-out sentence that a judge has chosen.</summary>
internal sealed record ChosenSentence(int[] Words, string Text, long Index);

/// <summary>What all runs are judged by: the same held-out sentences, and a 5-gram model of the training text that knows none of the runs.</summary>
internal sealed class CorpusJudge
{
    /// <summary>Samples of at most so many words are counted apart (the paper's Table 4).</summary>
    public const int Short = SurveyAnalysis.ShortSentence;

    private const int FewestWords = 4, MostWords = 20; // the paper's choice of sentences
    private const int RealSentences = 100_000;          // that say how probable real sentences are
    private const int RealOfALength = 20;               // fewer say nothing of a tenth of them
    private const double Tenth = 0.1;

    private readonly TrainingData _data;
    private readonly JudgeOptions _options;
    private readonly SentenceCodec _codec;
    private readonly KneserNeyModel _fluency;
    private readonly LengthHistogram _lengths;
    private readonly double[] _leastNatural; // by length: the tenth percentile of log p a token
    private readonly SentenceList _heldOut = new();

    /// <exception cref="InputException">There are no held-out sentences, or too few that can be judged.</exception>
    public CorpusJudge(TrainingData data, JudgeOptions options)
    {
        (_data, _options) = (data, options);
        _codec = new SentenceCodec(data.Vocabulary, data.Text);
        Chosen = Choose(data, options.Seed, Math.Max(options.Reconstructions, 2 * options.Paths));
        ISentences test = data.Test!;
        KeyedPermutation order = OrderOf(test, options.Seed);
        for (long place = 0; place < Math.Min(test.Count, options.Samples); place++)
            _heldOut.Add(WordsOf(test, order[place]));
        _fluency = KneserNeyModel.Train(data.Train, data.Vocabulary.Count, new KneserNeyOptions { Seed = options.Seed });
        _lengths = LengthHistogram.Of(data.Train);
        _leastNatural = LeastNatural(test, order);
    }

    /// <summary>The held-out sentences of reconstructions and paths, in a seeded order.</summary>
    public IReadOnlyList<ChosenSentence> Chosen { get; }

    /// <summary>Real sentences, judged as samples are: what the best samples would be like.</summary>
    public SampleScores Real()
    {
        List<int[]> real = [];
        for (long i = 0; i < _heldOut.Count; i++)
            real.Add(WordsOf(_heldOut, i));
        return Judge(real, reverse: false).Scores; // they are what the reverse perplexity is of
    }

    /// <summary>Judges the samples of a model.</summary>
    /// <param name="reverse">Whether held-out text is judged by them too.</param>
    public (SampleScores Scores, IReadOnlyList<JudgedSample> Samples) Judge(IReadOnlyList<int[]> samples, bool reverse = true)
    {
        JudgedSample[] judged = [.. samples.Select(words =>
        {
            double logProbability = _fluency.LogProbability(words);
            return new JudgedSample(_codec.Decode(words), words.Length, logProbability, IsNatural(words.Length, logProbability));
        })];
        int[][] spoken = [.. samples.Where(words => words.Length > 0)];
        LengthHistogram lengths = new();
        foreach (int[] words in samples)
            lengths.Add(words.Length);
        SampleScores scores = new(
            samples.Count,
            lengths.Mean,
            (double)judged.Select(sample => sample.Text).Distinct(StringComparer.Ordinal).Count() / samples.Count,
            lengths.Distance(_lengths),
            Math.Exp(-judged.Sum(sample => sample.LogProbability) / (lengths.Words + samples.Count)),
            !reverse || spoken.Length == 0 ? null : KneserNeyModel.Train(new SentenceList(spoken), _data.Vocabulary.Count).Perplexity(_heldOut),
            SelfBleu.Of(samples),
            DistinctNGrams.Of(samples),
            TrainingCopies.Of(samples, _data.Train).Count(copy => copy) / (double)samples.Count,
            Naturals(judged, sample => sample.Words <= Short),
            Naturals(judged, sample => sample.Words > Short));
        return (scores, judged);
    }

    private bool IsNatural(int words, double logProbability) => words < _leastNatural.Length && logProbability / (words + 1) >= _leastNatural[words];

    private static Proportion Naturals(IEnumerable<JudgedSample> samples, Func<JudgedSample, bool> among)
    {
        JudgedSample[] chosen = [.. samples.Where(among)];
        return new Proportion(chosen.Count(sample => sample.Natural), chosen.Length);
    }

    /// <summary>The first held-out sentences of a seeded order that have 4 to 20 words, all known.</summary>
    /// <exception cref="InputException">There are none held out, or fewer than two such.</exception>
    public static IReadOnlyList<ChosenSentence> Choose(TrainingData data, ulong seed, int most)
    {
        if (data.Test is not { Count: > 0 } test)
            throw new InputException("the corpus has no held-out sentences, and so nothing to judge the runs by; prepare one with a test part");
        KeyedPermutation order = OrderOf(test, seed);
        SentenceCodec codec = new(data.Vocabulary, data.Text);
        List<ChosenSentence> chosen = [];
        for (long place = 0; place < test.Count && chosen.Count < most; place++)
        {
            int[] words = WordsOf(test, order[place]);
            if (words.Length is >= FewestWords and <= MostWords && !words.Contains(Vocabulary.Unknown))
                chosen.Add(new ChosenSentence(words, codec.Decode(words), order[place]));
        }

        return chosen.Count >= Math.Min(2, most)
            ? chosen
            : throw new InputException($"{chosen.Count} held-out sentences have {FewestWords} to {MostWords} words that are all known; expected at least 2 to judge reconstructions by");
    }

    private static KeyedPermutation OrderOf(ISentences test, ulong seed) => new(test.Count, Philox.Word(seed, RandomUse.Judging, 1, 0));

    private double[] LeastNatural(ISentences test, KeyedPermutation order)
    {
        Dictionary<int, List<double>> byLength = [];
        for (long place = 0; place < Math.Min(test.Count, RealSentences); place++)
        {
            int[] words = WordsOf(test, order[place]);
            if (!byLength.TryGetValue(words.Length, out List<double>? all))
                byLength[words.Length] = all = [];
            all.Add(_fluency.LogProbability(words) / (words.Length + 1));
        }

        double[] least = new double[byLength.Keys.Max() + 1];
        Array.Fill(least, double.PositiveInfinity); // no sentence of a length that real ones lack is natural
        foreach ((int length, List<double> all) in byLength.Where(pair => pair.Value.Count >= RealOfALength))
        {
            all.Sort();
            least[length] = all[(int)(Tenth * all.Count)];
        }

        return least;
    }

    private static int[] WordsOf(ISentences sentences, long index)
    {
        int[] words = new int[sentences.Length(index)];
        sentences.Read(index, words);
        return words;
    }
}
