using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Studies.Metrics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Studies.Measuring;

/// <summary>What became of one run: its scores, and the sentences that they are of.</summary>
internal sealed record JudgedRun(
    RunJudgement Judgement,
    IReadOnlyList<JudgedReconstruction> Reconstructions,
    IReadOnlyList<JudgedSample> Searched,
    IReadOnlyList<JudgedSample> Drawn,
    IReadOnlyList<JudgedPath> Paths);

/// <summary>Judges one run. Every draw is a function of the judges' seed, so that all runs see the same sentences and the same noise.</summary>
internal sealed class RunJudge(SentenceModel model, Objective objective, CorpusJudge corpus, TrainingData data, JudgeOptions options, Action<string> stage, CancellationToken cancellation)
{
    private static readonly int[] ImportanceSamples = [10, 100, 1000];

    private readonly SentenceEngine _engine = model.Engine;
    private readonly SentenceCodec _codec = new(data.Vocabulary, data.Text);
    private readonly DecodingOptions _search = new() { BeamWidth = options.BeamWidth };
    private readonly DecodingOptions _draw = new() { Sampling = new SamplingOptions() };

    /// <param name="weights">SHA-256 of the run's weights.</param>
    public JudgedRun Judge(string weights)
    {
        stage("bounds");
        EvaluationReport evaluation = model.Evaluate(data.Test!, new EvaluationOptions { M = objective.M, MaximumSentences = options.Sentences, ImportanceSamples = 0, Seed = options.Seed }, new Cancelling(cancellation));
        if (!_engine.Options.HasCode)
            return JudgeWithoutCode(weights, evaluation);

        EvaluationReport[] bounds = [.. ImportanceSamples.Select(samples => model.Evaluate(
            new SentenceList(corpus.Chosen.Take(options.ImportanceSentences).Select(sentence => sentence.Words)),
            new EvaluationOptions { M = objective.M, ImportanceSamples = samples, ImportanceSentences = options.ImportanceSentences, Seed = options.Seed },
            new Cancelling(cancellation)))];

        ChosenSentence[] chosen = [.. corpus.Chosen.Take(options.Reconstructions)];
        stage("reconstructions");
        Code[] codes = Encode([.. chosen.Select(sentence => sentence.Words)]);
        float[][] z = [.. codes.Select((code, i) => code.Sample(options.Seed, chosen[i].Index))];
        int[][] said = Decode(z, _search);
        (ReconstructionScores reconstruction, JudgedReconstruction[] reconstructions) = Compare(chosen, codes, said);

        stage("samples");
        float[][] prior = PriorCodes(options.Samples);
        (SampleScores searchedScores, IReadOnlyList<JudgedSample> searched) = corpus.Judge(Decode(prior, _search), _search.MaximumWords);
        (SampleScores drawnScores, IReadOnlyList<JudgedSample> drawn) = corpus.Judge(Decode(prior, _draw), _draw.MaximumWords);

        stage("latent space");
        LatentScores latent = Latent(chosen, codes, z);
        stage("paths");
        (PathScores pathScores, JudgedPath[] paths) = Paths();
        RunJudgement judgement = new(JudgedFolder.Version, weights, options, evaluation, bounds, reconstruction, searchedScores, drawnScores, latent, pathScores);
        return new JudgedRun(judgement, reconstructions, searched, drawn, paths);
    }

    private JudgedRun JudgeWithoutCode(string weights, EvaluationReport evaluation)
    {
        stage("samples");
        (SampleScores scores, IReadOnlyList<JudgedSample> drawn) = corpus.Judge(Decode(PriorCodes(options.Samples), _draw), _draw.MaximumWords);
        return new JudgedRun(new RunJudgement(JudgedFolder.Version, weights, options, evaluation, [], null, null, scores, null, null), [], [], drawn, []);
    }

    private (ReconstructionScores Scores, JudgedReconstruction[] Lines) Compare(ChosenSentence[] chosen, Code[] codes, int[][] said)
    {
        ReconstructionCounts counts = new();
        BleuCounts bleu = new();
        ChrFCounts chrF = new();
        JudgedReconstruction[] lines = new JudgedReconstruction[chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            string output = _codec.Decode(said[i]);
            BleuCounts own = BleuCounts.Of(chosen[i].Words, said[i]);
            ChrFCounts ownChrF = ChrFCounts.Of(chosen[i].Text, output);
            lines[i] = new JudgedReconstruction(chosen[i].Text, output, chosen[i].Words.Length, own.SentenceScore(), ownChrF.Score());
            counts.Add(chosen[i].Words, said[i]);
            bleu.Add(own);
            chrF.Add(ownChrF);
        }

        int ranked = Math.Min(chosen.Length, options.LatentSentences);
        int[] spoken = [.. Enumerable.Range(0, ranked).Where(i => said[i].Length > 0)];
        float[]?[] again = new float[ranked][]; // an empty sentence has no code
        foreach ((int place, Code code) in spoken.Zip(Encode([.. spoken.Select(i => said[i])])))
            again[place] = code.Mean;
        double[] ranks = LatentSpace.Ranks([.. codes[..ranked].Select(code => code.Mean)], again);
        ReconstructionScores scores = new(
            chosen.Length, counts.ExactMatch, counts.WordAccuracy, counts.WordErrorRate, bleu.Score(BleuSmoothing.Exponential), chrF.Score(),
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
        int count = Math.Min(codes.Length, options.LatentSentences), Z = _engine.Options.LatentSize;
        MutualInformation information = new(count, Z);
        float[] noise = new float[Z];
        for (int i = 0; i < count; i++)
        {
            Code.Noise(noise, options.Seed, chosen[i].Index, 0);
            information.Add(codes[i].Mean, codes[i].LogVariance, noise);
        }

        return new LatentScores(count, LatentSpace.ActiveUnits(codes[..count]), LatentSpace.KlPerDimension(codes[..count]), information.Estimate(), LatentSpace.SquaredDiscrepancy(z[..count], PriorCodes(count)));
    }

    private (PathScores Scores, JudgedPath[] Lines) Paths()
    {
        int pairs = Math.Min(options.Paths, corpus.Chosen.Count / 2);
        ChosenSentence[] ends = [.. corpus.Chosen.Take(2 * pairs)];
        Code[] codes = Encode([.. ends.Select(sentence => sentence.Words)]);
        float[][] stops = [.. Enumerable.Range(0, pairs).SelectMany(pair => Enumerable.Range(0, options.PathSteps).Select(step =>
            Interpolation.At(codes[2 * pair].Mean, codes[(2 * pair) + 1].Mean, step / (options.PathSteps - 1.0))))];
        int[][] said = Decode(stops, _search);
        PathSmoothness smoothness = new();
        JudgedPath[] lines = new JudgedPath[pairs];
        for (int pair = 0; pair < pairs; pair++)
        {
            int[][] path = said[(pair * options.PathSteps)..((pair + 1) * options.PathSteps)];
            smoothness.Add(path);
            lines[pair] = new JudgedPath(ends[2 * pair].Text, ends[(2 * pair) + 1].Text, [.. path.Select(words => _codec.Decode(words))]);
        }

        return (new PathScores(pairs, smoothness.Repeated, smoothness.Edits, smoothness.LargestJump), lines);
    }

    private Code[] Encode(IReadOnlyList<int[]> sentences) =>
        [.. LengthSorted.Run(sentences, words => words.Length, SentenceEngine.BatchSize, Unless<int[], Code>(_engine.Encode))];

    private int[][] Decode(IReadOnlyList<float[]> codes, DecodingOptions decoding) =>
        [.. codes.Index().Chunk(SentenceEngine.BatchSize).SelectMany(Unless<(int Index, float[] Code), int[]>(batch =>
            [.. _engine.Decode([.. batch.Select(b => b.Code)], decoding, options.Seed, [.. batch.Select(b => (long)b.Index)]).Select(beams => beams[0].Words)]))];

    private Func<IReadOnlyList<TItem>, TResult[]> Unless<TItem, TResult>(Func<IReadOnlyList<TItem>, TResult[]> run) => batch =>
    {
        cancellation.ThrowIfCancellationRequested();
        return run(batch);
    };

    private float[][] PriorCodes(int count) => [.. Enumerable.Range(0, count).Select(i => Code.OfPrior(_engine.Options.LatentSize, options.Seed, i))];

    /// <summary>Ends an evaluation that is no longer wanted.</summary>
    private sealed class Cancelling(CancellationToken cancellation) : IProgress<long>
    {
        public void Report(long value) => cancellation.ThrowIfCancellationRequested();
    }
}
