using Reprise.Inference;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Evaluation;

/// <summary>Measures a model on sentences that it was not trained on.</summary>
/// <remarks>
/// Sentences stream through in batches of like length. Every sentence's noise is a function of the seed and its number, and
/// so depends on neither batches nor threads.
/// </remarks>
public sealed class Evaluator : IDisposable
{
    private readonly SentenceEngine _engine;
    private readonly SentenceAutoencoder<float>? _network; // whose engine is ours

    /// <param name="network">Owned by the caller. Its weights may change between two calls of this, not during one.</param>
    public Evaluator(SentenceAutoencoder<float> network)
        : this(new SentenceEngine(network ?? throw new ArgumentNullException(nameof(network)))) => _network = network;

    internal Evaluator(SentenceEngine engine) => _engine = engine;

    /// <summary>The parts of the ELBO, and what else <paramref name="options"/> ask for.</summary>
    /// <param name="progress">Is told the number of sentences done.</param>
    /// <exception cref="InputException">There is no sentence, or an option is out of range.</exception>
    public EvaluationReport Evaluate(ISentences sentences, EvaluationOptions? options = null, IProgress<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        options ??= new EvaluationOptions();
        options.Validate();
        using FrozenWeights<float>? frozen = _network?.FreezeWeights();
        EvaluationTotals totals = new(_engine.Options.LatentSize, options);
        SentenceChoice choice = new(sentences.Count, options.Seed);
        Func<long, bool> isImportant = choice.Among(options.ImportanceSentences);
        foreach (SentenceMeasures measures in Run(sentences, choice, options.MaximumSentences, batch => Measure(batch, options, isImportant), progress))
            totals.Add(measures);
        return totals.Report(LatentSpace.ActiveVariance);
    }

    /// <summary>How many sentences, and how many of their words, come back.</summary>
    /// <param name="progress">Is told the number of sentences done.</param>
    /// <exception cref="InputException">There is no sentence, or an option is out of range.</exception>
    public ReconstructionReport MeasureReconstruction(ISentences sentences, ReconstructionMeasureOptions? options = null, IProgress<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        options ??= new ReconstructionMeasureOptions();
        DecodingOptions.Validate(options.Decoding);
        if (options.MaximumSentences < 1)
            throw new InputException($"the number of sentences is {options.MaximumSentences}; expected 1 or more");
        using FrozenWeights<float>? frozen = _network?.FreezeWeights();
        ReconstructionCounts counts = new();
        foreach ((int[] expected, int[] said) in Run(sentences, new SentenceChoice(sentences.Count, options.Seed), options.MaximumSentences, batch => SayAgain(batch, options), progress))
            counts.Add(expected, said);
        return new ReconstructionReport(counts.Sentences, counts.ExactMatch, counts.WordAccuracy);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_network is not null)
            _engine.Dispose();
    }

    private SentenceMeasures[] Measure(IReadOnlyList<Item> batch, EvaluationOptions options, Func<long, bool> isImportant)
    {
        int[][] words = Words(batch);
        Code[] codes = _engine.Encode(words);
        double[] nll = _engine.Nll(words, Draw(batch, codes, options.PosteriorMean, options.Seed));
        SentenceMeasures[] measures = [.. codes.Select((code, i) => new SentenceMeasures(words[i].Length, nll[i], code, Importance: null))];
        if (options.ImportanceSamples == 0)
            return measures;

        int[] chosen = [.. Enumerable.Range(0, batch.Count).Where(i => isImportant(batch[i].Index))];
        ImportanceEstimate[] estimates = new ImportanceEstimator(_engine, options)
            .Estimate([.. chosen.Select(i => words[i])], [.. chosen.Select(i => codes[i])], [.. chosen.Select(i => batch[i].Index)]);
        for (int i = 0; i < chosen.Length; i++)
            measures[chosen[i]] = measures[chosen[i]] with { Importance = estimates[i] };
        return measures;
    }

    private (int[] Expected, int[] Said)[] SayAgain(IReadOnlyList<Item> batch, ReconstructionMeasureOptions options)
    {
        float[][] z = Draw(batch, _engine.Encode(Words(batch)), options.PosteriorMean, options.Seed);
        WordSequence[][] said = _engine.Decode(z, options.Decoding, options.Seed, [.. batch.Select(item => item.Index)]);
        return [.. batch.Select((item, i) => (item.Words, said[i][0].Words))];
    }

    private static float[][] Draw(IReadOnlyList<Item> batch, Code[] codes, bool posteriorMean, ulong seed) =>
        [.. codes.Select((code, i) => posteriorMean ? code.Mean : code.Sample(seed, batch[i].Index))];

    private static IEnumerable<TResult> Run<TResult>(ISentences sentences, SentenceChoice choice, long most, Func<IReadOnlyList<Item>, TResult[]> run, IProgress<long>? progress)
    {
        if (sentences.Count == 0)
            throw new InputException("there is no sentence to evaluate; was the corpus prepared without a held-out part?");
        return LengthSorted.Run(choice.Ascending(most).Select(index => new Item(sentences.WordsAt(index), index)), item => item.Words.Length, SentenceEngine.BatchSize, Reporting(run, progress));
    }

    private static Func<IReadOnlyList<Item>, TResult[]> Reporting<TResult>(Func<IReadOnlyList<Item>, TResult[]> run, IProgress<long>? progress)
    {
        long done = 0;
        return batch =>
        {
            TResult[] results = run(batch);
            progress?.Report(done += batch.Count);
            return results;
        };
    }

    private static int[][] Words(IReadOnlyList<Item> batch) => [.. batch.Select(item => item.Words)];

    private readonly record struct Item(int[] Words, long Index);
}
