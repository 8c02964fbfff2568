using Reprise.Inference;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Evaluation;

/// <summary>Measures a model on held-out sentences.</summary>
/// <remarks>
/// <para>
/// Sentences are read in batches of like length. A sentence's noise is a function of the seed and its number, whatever its batch and the
/// threads.
/// </para>
/// <para>
/// Cancellation is checked between batches and between the words of a search. A cancelled measurement throws
/// <see cref="OperationCanceledException"/>; the model stays usable.
/// </para>
/// </remarks>
public sealed class Evaluator : IDisposable
{
    private readonly InferencePipeline _pipeline;
    private readonly SentenceCodec? _codec; // null where text is not known
    private readonly SentenceAutoencoder<float>? _network; // null if the pipeline is the caller's

    /// <param name="network">The model, owned by the caller. Its weights may change between two calls, not during one.</param>
    /// <param name="codec">Text of the model's ids; null where it is not known, and ids count as words.</param>
    internal Evaluator(SentenceAutoencoder<float> network, SentenceCodec? codec = null)
        : this(new InferencePipeline(network ?? throw new ArgumentNullException(nameof(network))), codec) => _network = network;

    /// <param name="model">The model, owned by the caller.</param>
    public Evaluator(SentenceModel model)
        : this((model ?? throw new ArgumentNullException(nameof(model))).Pipeline, model.Codec)
    {
    }

    internal Evaluator(InferencePipeline pipeline, SentenceCodec? codec = null) => (_pipeline, _codec) = (pipeline, codec);

    /// <summary>
    /// Measures the parts of the ELBO and, by <paramref name="options"/>, the mutual information and the importance-weighted estimates.
    /// </summary>
    /// <param name="progress">The receiver of the number of sentences done.</param>
    /// <exception cref="InputException">There is no sentence, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EvaluationReport Evaluate(
        ISentences sentences,
        EvaluationOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        options ??= new EvaluationOptions();
        EvaluationTotals totals = new(_pipeline.Options.LatentSize, options);
        AggregatePosterior? information = _pipeline.Options.HasCode ? DrawForInformation(sentences, options, cancellationToken) : null;
        TextTotals text = new(_codec);
        foreach (SentenceMeasures measures in Measure(sentences, options, progress, cancellationToken))
        {
            totals.Add(measures);
            information?.Add(measures.Code);
            text.Add(sentences, measures.Index);
        }

        EvaluationReport report = text.Complete(totals.Report()) with
        {
            Positions = options.PositionSentences > 0 ? MeasurePositions(sentences, options, cancellationToken) : null,
        };
        if (information is null)
            return report;
        (double mean, double error) = information.Estimate();
        return report with
        {
            MutualInformation = mean,
            MutualInformationStderr = Math.Min(options.InformationSentences, information.Sentences) > 1 ? error : null,
            MutualInformationCeiling = information.Ceiling,
        };
    }

    /// <summary>The measures of each sentence that <paramref name="options"/> choose, in the order of the sentences. Lazy.</summary>
    /// <param name="progress">The receiver of the number of sentences done.</param>
    /// <exception cref="InputException">There is no sentence, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal IEnumerable<SentenceMeasures> Measure(
        ISentences sentences, EvaluationOptions options, IProgress<long>? progress, CancellationToken cancellation)
    {
        options.Validate();
        using FrozenWeights<float>? frozen = _network?.FreezeWeights();
        SentenceChoice choice = new(sentences.Count, options.Seed);
        Func<long, bool> isImportant = choice.Among(options.ImportanceSentences);
        ImportanceEstimator estimator = new(_pipeline.Engine, options);
        IEnumerable<NumberedSentence> chosen = Choose(sentences, choice, options.MaximumSentences);
        foreach (SentenceMeasures measures in Run(chosen, MeasureBatch, progress, cancellation))
            yield return measures;

        SentenceMeasures[] MeasureBatch(EncodedBatch batch)
        {
            double[] nll = batch.Nll(batch.Draw(options.PosteriorMean, options.Seed));
            SentenceMeasures[] measures = [.. batch.Codes.Select((code, i) =>
                new SentenceMeasures(batch.Sentences[i].Index, code.Words, nll[i], code, Importance: null))];
            if (options.ImportanceSamples == 0)
                return measures;

            int[] important = [.. Enumerable.Range(0, measures.Length).Where(i => isImportant(batch.Sentences[i].Index))];
            ImportanceEstimate[] estimates = estimator.Estimate(
                [.. important.Select(i => batch.Sentences[i])], [.. important.Select(i => batch.Codes[i])], cancellation);
            for (int i = 0; i < important.Length; i++)
                measures[important[i]] = measures[important[i]] with { Importance = estimates[i] };
            return measures;
        }
    }

    /// <summary>Measures the shares of sentences, and of their words, that are reconstructed.</summary>
    /// <param name="progress">The receiver of the number of sentences done.</param>
    /// <exception cref="InputException">There is no sentence, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ReconstructionReport MeasureReconstruction(
        ISentences sentences,
        ReconstructionMeasureOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        options ??= new ReconstructionMeasureOptions();
        DecodingOptions.Validate(options.Decoding);
        if (options.MaximumSentences < 1)
            throw new InputException($"the number of sentences is {options.MaximumSentences}; expected 1 or more");
        using FrozenWeights<float>? frozen = _network?.FreezeWeights();
        ReconstructionCounts counts = new();
        SentenceChoice choice = new(sentences.Count, options.Seed);
        IEnumerable<NumberedSentence> chosen = Choose(sentences, choice, options.MaximumSentences);
        foreach ((int[] expected, int[] reconstructed) in Run(chosen, Reconstruct, progress, cancellationToken))
            counts.Add(expected, reconstructed, _codec);
        return new ReconstructionReport(counts.Sentences, counts.ExactMatch, counts.WordAccuracy);

        (int[], int[])[] Reconstruct(EncodedBatch batch)
        {
            float[][] z = batch.Draw(options.PosteriorMean, options.Seed);
            long[] keys = [.. batch.Sentences.Select(sentence => sentence.Index)];
            DecodingOptions decoding = _codec is null ? options.Decoding : options.Decoding.Of(_codec.Options);
            WordSequence[][] found = batch.Decode(z, decoding, options.Seed, keys);
            return [.. batch.Sentences.Select((sentence, i) => (sentence.Words, found[i][0].Words))];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_network is not null)
            _pipeline.Dispose();
    }

    /// <summary>The draws of the mutual information, for which sentences are encoded before all are; null for none.</summary>
    private AggregatePosterior? DrawForInformation(ISentences sentences, EvaluationOptions options, CancellationToken cancellation)
    {
        options.Validate();
        if (options.InformationSentences == 0)
            return null;
        using FrozenWeights<float>? frozen = _network?.FreezeWeights();
        AggregatePosterior information = new(_pipeline.Options.LatentSize);
        float[] noise_Z = new float[_pipeline.Options.LatentSize];
        SentenceChoice choice = new(sentences.Count, options.Seed);
        long most = Math.Min(options.InformationSentences, options.MaximumSentences);
        foreach ((long index, Code code) in _pipeline.Encode(Choose(sentences, choice, most), NumberedCodes, cancellation))
        {
            Code.Noise(noise_Z, options.Seed, index, sample: 0);
            information.AddDraw(code, noise_Z);
        }

        return information;

        static (long, Code)[] NumberedCodes(EncodedBatch batch) =>
            [.. batch.Sentences.Zip(batch.Codes, (sentence, code) => (sentence.Index, code))];
    }

    private IReadOnlyList<PositionLoss> MeasurePositions(
        ISentences sentences, EvaluationOptions options, CancellationToken cancellation)
    {
        using FrozenWeights<float>? frozen = _network?.FreezeWeights();
        int Z = _pipeline.Options.LatentSize;
        PositionTotals totals = new();
        SentenceChoice choice = new(sentences.Count, options.Seed);
        IEnumerable<NumberedSentence> chosen = Choose(sentences, choice, Math.Min(options.PositionSentences, options.MaximumSentences));
        foreach ((double[] nll, double[]? withoutCode) in _pipeline.Encode(chosen, MeasureBatch, cancellation))
            totals.Add(nll, withoutCode);
        return totals.ToList();

        (double[], double[]?)[] MeasureBatch(EncodedBatch batch)
        {
            double[][] nll = batch.WordNll(batch.Draw(options.PosteriorMean, options.Seed));
            if (!_pipeline.Options.HasCode)
                return [.. nll.Select(words => (words, (double[]?)null))];
            double[][][] draws = new double[options.PositionDraws][][];
            for (int s = 0; s < draws.Length; s++)
            {
                cancellation.ThrowIfCancellationRequested();
                int sample = s + 1; // draw 0 is that of sentences generated
                draws[s] = batch.WordNll(
                    [.. batch.Sentences.Select(sentence => Code.OfPrior(Z, options.Seed, sentence.Index, sample))]);
            }

            return [.. nll.Select((words, i) => (words, (double[]?)NllOfMixture([.. draws.Select(draw => draw[i])])))];
        }
    }

    /// <summary>
    /// -log p(word | words before) of each word where p(sentence) is the mean of the draws' probabilities: the draws weighted by how well
    /// they foretold the words before.
    /// </summary>
    internal static double[] NllOfMixture(double[][] nll_ST)
    {
        double[] mixture = new double[nll_ST[0].Length], logs_S = new double[nll_ST.Length];
        double before = 0; // log p(words before)
        for (int t = 0; t < mixture.Length; t++)
        {
            for (int s = 0; s < logs_S.Length; s++)
                logs_S[s] -= nll_ST[s][t];
            double log = ImportanceSampling.LogMeanExp(logs_S);
            mixture[t] = before - log;
            before = log;
        }

        return mixture;
    }

    private static IEnumerable<NumberedSentence> Choose(ISentences sentences, SentenceChoice choice, long most) => sentences.Count == 0
        ? throw new InputException("there is no sentence to evaluate; was the corpus prepared without a held-out part?")
        : choice.Ascending(most).Select(index => new NumberedSentence(sentences.WordsAt(index), index));

    private IEnumerable<TResult> Run<TResult>(
        IEnumerable<NumberedSentence> sentences,
        Func<EncodedBatch, TResult[]> run,
        IProgress<long>? progress,
        CancellationToken cancellation)
    {
        long done = 0;
        return _pipeline.Encode(sentences, RunAndReport, cancellation);

        TResult[] RunAndReport(EncodedBatch batch)
        {
            TResult[] results = run(batch);
            progress?.Report(done += results.Length);
            return results;
        }
    }
}
