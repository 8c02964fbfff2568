using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Studies.Metrics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Studies.Measuring;

/// <summary>The scores of one run and the sentences behind them.</summary>
internal sealed record MeasuredRun(
    RunScores Scores,
    IReadOnlyList<MeasuredBound> Bounds,
    IReadOnlyList<MeasuredImportance> Importance,
    IReadOnlyList<MeasuredReconstruction> Reconstructions,
    IReadOnlyList<MeasuredSample> Searched,
    IReadOnlyList<MeasuredSample> Drawn,
    IReadOnlyList<MeasuredPath> Paths);

/// <summary>
/// Measures one run. Every draw is a function of the options' seed, so that all runs have the same sentences and noise.
/// </summary>
internal sealed class RunMeasurement(
    SentenceModel model,
    double m,
    CorpusMetrics corpus,
    TrainingData data,
    MeasuringOptions options,
    Action<string> stage,
    CancellationToken cancellation)
{
    private static readonly int[] ImportanceSamples = [10, 100, 1000];

    private readonly InferencePipeline _pipeline = model.Pipeline;
    private readonly SentenceCodec _codec = new(data.Vocabulary, data.Text);
    private readonly DecodingOptions _search = new DecodingOptions { BeamWidth = options.BeamWidth }.Of(data.Text);
    private readonly DecodingOptions _draw = new DecodingOptions { Sampling = new SamplingOptions() }.Of(data.Text);

    /// <param name="weights">SHA-256 of the run's weights.</param>
    public MeasuredRun Measure(string weights)
    {
        Begin("bounds");
        EvaluationOptions all = new() { M = m, MaximumSentences = options.Sentences, ImportanceSamples = 0, Seed = options.Seed };
        (EvaluationReport evaluation, MeasuredBound[] bounds) = Evaluate(data.Test!, all, sentence =>
            new MeasuredBound(sentence.Index, sentence.Tokens, sentence.Nll, sentence.Code.Kl));
        if (!_pipeline.Options.HasCode)
            return MeasureWithoutCode(weights, evaluation, bounds);
        (EvaluationReport[] estimates, MeasuredImportance[] importance) = Importance();

        ChosenSentence[] chosen = [.. corpus.Chosen.Take(options.Reconstructions)];
        Begin("reconstructions");
        Code[] codes = Encode([.. chosen.Select(sentence => sentence.Words)]);
        float[][] z = [.. codes.Select((code, i) => code.Sample(options.Seed, chosen[i].Index))];
        int[][] decoded = Decode(z, _search);
        (ReconstructionScores reconstruction, MeasuredReconstruction[] reconstructions) = Compare(chosen, codes, decoded);

        Begin("samples");
        float[][] prior = PriorCodes(options.Samples);
        (SampleScores searchedScores, IReadOnlyList<MeasuredSample> searched) =
            corpus.Measure(Decode(prior, _search), _search.MostWords);
        (SampleScores drawnScores, IReadOnlyList<MeasuredSample> drawn) = corpus.Measure(Decode(prior, _draw), _draw.MostWords);

        Begin("latent space");
        LatentScores latent = Latent(chosen, codes, z);
        Begin("paths");
        (PathScores pathScores, MeasuredPath[] paths) = Paths();
        RunScores scores = new(
            MeasuredFolder.Version, weights, options, evaluation, estimates, reconstruction, searchedScores, drawnScores, latent,
            pathScores);
        return new MeasuredRun(scores, bounds, importance, reconstructions, searched, drawn, paths);
    }

    private MeasuredRun MeasureWithoutCode(string weights, EvaluationReport evaluation, MeasuredBound[] bounds)
    {
        Begin("samples");
        int[][] samples = Decode(PriorCodes(options.Samples), _draw);
        (SampleScores drawnScores, IReadOnlyList<MeasuredSample> drawn) = corpus.Measure(samples, _draw.MostWords);
        RunScores scores = new(MeasuredFolder.Version, weights, options, evaluation, [], null, null, drawnScores, null, null);
        return new MeasuredRun(scores, bounds, [], [], [], drawn, []);
    }

    // The draws of a smaller K are the first of those of a larger one.
    private (EvaluationReport[] Reports, MeasuredImportance[] Lines) Importance()
    {
        ChosenSentence[] few = [.. corpus.Chosen.Take(options.ImportanceSentences)];
        SentenceList sentences = new(few.Select(sentence => sentence.Words));
        EvaluationOptions important = new() { M = m, ImportanceSentences = few.Length, Seed = options.Seed };
        (EvaluationReport Report, SentenceMeasures[] Sentences)[] byDraws = [.. ImportanceSamples.Select(samples =>
            Evaluate(sentences, important with { ImportanceSamples = samples }, sentence => sentence))];
        return (
            [.. byDraws.Select(of => of.Report)],
            [.. few.Select((sentence, i) => new MeasuredImportance(
                sentence.Index, sentence.Words.Length + 1, byDraws[0].Sentences[i].Code.Kl,
                [.. ImportanceSamples.Zip(byDraws, (samples, of) => Draws(samples, of.Sentences[i].Importance!.Value))]))]);

        static MeasuredDraws Draws(int samples, ImportanceEstimate estimate) =>
            new(samples, estimate.Nll, estimate.LogLikelihood, estimate.LogIntegral);
    }

    private (EvaluationReport Report, T[] Lines) Evaluate<T>(ISentences sentences, EvaluationOptions how, Func<SentenceMeasures, T> line)
    {
        using Evaluator evaluator = new(model);
        EvaluationTotals totals = new(_pipeline.Options.LatentSize, how);
        TextTotals text = new(_codec);
        List<T> lines = [];
        foreach (SentenceMeasures sentence in evaluator.Measure(sentences, how, progress: null, cancellation))
        {
            totals.Add(sentence);
            text.Add(sentences, sentence.Index);
            lines.Add(line(sentence));
        }

        return (text.Complete(totals.Report()), [.. lines]);
    }

    private (ReconstructionScores Scores, MeasuredReconstruction[] Lines) Compare(ChosenSentence[] chosen, Code[] codes, int[][] decoded)
    {
        ReconstructionCounts counts = new();
        BleuCounts bleu = new();
        ChrFCounts chrF = new();
        MeasuredReconstruction[] lines = new MeasuredReconstruction[chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            string output = _codec.Decode(decoded[i]);
            int[][] words = corpus.WordsOf(chosen[i].Words, decoded[i]);
            BleuCounts own = BleuCounts.Of(words[0], words[1]);
            ChrFCounts ownChrF = ChrFCounts.Of(chosen[i].Text, output);
            lines[i] = new MeasuredReconstruction(chosen[i].Text, output, words[0].Length, own.SentenceScore(), ownChrF.Score());
            counts.Add(words[0], words[1]);
            bleu.Add(own);
            chrF.Add(ownChrF);
        }

        int ranked = Math.Min(chosen.Length, options.LatentSentences);
        int[] withWords = [.. Enumerable.Range(0, ranked).Where(i => decoded[i].Length > 0)];
        float[]?[] nearest = new float[ranked][]; // null for an empty sentence, which has no code
        foreach ((int place, Code code) in withWords.Zip(Encode([.. withWords.Select(i => decoded[i])])))
            nearest[place] = code.Mean;
        double[] ranks = LatentSpace.Ranks([.. codes[..ranked].Select(code => code.Mean)], nearest);
        ReconstructionScores scores = new(
            chosen.Length, counts.ExactMatch, counts.WordAccuracy, counts.WordErrorRate,
            bleu.Score(BleuSmoothing.Exponential), chrF.Score(),
            ranked, ranks.Count(rank => rank == 1) / (double)ranked, Median(ranks));
        return (scores, lines);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private LatentScores Latent(ChosenSentence[] chosen, Code[] codes, float[][] z)
    {
        int count = Math.Min(codes.Length, options.LatentSentences), Z = _pipeline.Options.LatentSize;
        MutualInformation information = new(count, Z);
        float[] noise = new float[Z];
        for (int i = 0; i < count; i++)
        {
            Code.Noise(noise, options.Seed, chosen[i].Index, 0);
            information.Add(codes[i].Mean, codes[i].LogVariance, noise);
        }

        float[][] prior = PriorCodes(count);
        return new LatentScores(
            count,
            LatentSpace.ActiveUnits(codes[..count]),
            LatentSpace.KlPerDimension(codes[..count]),
            information.Estimate(),
            LatentSpace.SquaredDiscrepancy(z[..count], prior),
            LatentSpace.NullDeviation(count, prior));
    }

    private (PathScores Scores, MeasuredPath[] Lines) Paths()
    {
        int pairs = Math.Min(options.Paths, corpus.Chosen.Count / 2);
        ChosenSentence[] ends = [.. corpus.Chosen.Take(2 * pairs)];
        Code[] codes = Encode([.. ends.Select(sentence => sentence.Words)]);
        float[][] stops = [.. Enumerable.Range(0, pairs).SelectMany(pair => Enumerable.Range(0, options.PathSteps).Select(step =>
            Interpolation.At(codes[2 * pair].Mean, codes[(2 * pair) + 1].Mean, step / (options.PathSteps - 1.0))))];
        int[][] decoded = Decode(stops, _search);
        PathSmoothness smoothness = new();
        MeasuredPath[] lines = new MeasuredPath[pairs];
        for (int pair = 0; pair < pairs; pair++)
        {
            int[][] path = decoded[(pair * options.PathSteps)..((pair + 1) * options.PathSteps)];
            lines[pair] = new MeasuredPath(
                ends[2 * pair].Text, ends[(2 * pair) + 1].Text, [.. path.Select(words => _codec.Decode(words))],
                smoothness.Add(corpus.WordsOf(path)));
        }

        return (new PathScores(pairs, smoothness.Repeated, smoothness.Edits, smoothness.LargestJump), lines);
    }

    private void Begin(string name)
    {
        cancellation.ThrowIfCancellationRequested();
        stage(name);
    }

    private float[][] PriorCodes(int count) => [.. _pipeline.PriorCodes(count, options.Seed)];

    private Code[] Encode(IEnumerable<int[]> sentences) =>
        [.. _pipeline.Encode(sentences.Select((words, i) => new NumberedSentence(words, i)), cancellation)];

    private int[][] Decode(IEnumerable<float[]> codes, DecodingOptions decoding) =>
        [.. _pipeline.Decode(codes, decoding, options.Seed, cancellation).Select(beams => beams[0].Words)];
}
