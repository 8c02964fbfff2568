using Reprise.Evaluation;
using Reprise.Studies.Metrics;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Measuring;

/// <summary>The scores of a run: <c>judged/NAME.json</c>. Parts that need a code are null for a model without one.</summary>
/// <param name="Judges">The version of the metrics (<see cref="MeasuredFolder.Version"/>).</param>
/// <param name="Model">SHA-256 of the weights.</param>
/// <param name="Options">The options of the measuring.</param>
/// <param name="Evaluation">nll, kl and the numbers derived from them.</param>
/// <param name="Bounds">Importance-weighted estimates, by number of draws.</param>
/// <param name="Searched">Sentences of the prior by beam search; null without a code, since all would be the same.</param>
/// <param name="Drawn">Sentences of the prior by drawing words.</param>
internal sealed record RunScores(
    int Judges,
    string Model,
    MeasuringOptions Options,
    EvaluationReport Evaluation,
    IReadOnlyList<EvaluationReport> Bounds,
    ReconstructionScores? Reconstruction,
    SampleScores? Searched,
    SampleScores Drawn,
    LatentScores? Latent,
    PathScores? Paths);

/// <summary>The scores of reconstructions, by beam search from one z drawn for each sentence.</summary>
/// <param name="Bleu">BLEU-4 of the corpus with exponential smoothing, 0 to 1.</param>
/// <param name="ChrF">chrF of the corpus, 0 to 1.</param>
/// <param name="Nearest">Share of reconstructions nearest by code to their own sentence, among <paramref name="Ranked"/>.</param>
/// <param name="MedianRank">Median rank of the own sentence; last for an empty reconstruction.</param>
internal sealed record ReconstructionScores(
    int Sentences, double ExactMatch, double WordAccuracy, double WordErrorRate,
    double Bleu, double ChrF, int Ranked, double Nearest, double MedianRank);

/// <summary>The scores of samples.</summary>
/// <param name="Silent">Share of samples without a word.</param>
/// <param name="Cut">Share of samples cut at the maximum length.</param>
/// <param name="Different">Number of different samples by number of samples.</param>
/// <param name="LengthDistance">Total variation distance of the distribution of lengths to the training text's.</param>
/// <param name="Forward">Perplexity a token under a 5-gram model of the training text.</param>
/// <param name="Reverse">Perplexity of held-out text under a 5-gram model of the samples; null without samples.</param>
/// <param name="SelfBleu">Self-BLEU of the samples with words; null for fewer than two.</param>
/// <param name="Distinct">Distinct-1 to distinct-4.</param>
/// <param name="Copies">Share of samples that are sentences of the training text.</param>
/// <param name="NaturalShort">Natural samples (<see cref="Naturalness"/>) of at most 10 words, all known.</param>
/// <param name="NaturalLong">Natural samples of more words.</param>
internal sealed record SampleScores(
    int Sentences, double MeanLength, double Silent, double Cut, double Different,
    double LengthDistance, double Forward, double? Reverse, double? SelfBleu,
    IReadOnlyList<double> Distinct, double Copies, Proportion NaturalShort, Proportion NaturalLong)
{
    /// <summary>Natural samples of any length.</summary>
    public Proportion Natural => new(NaturalShort.Count + NaturalLong.Count, NaturalShort.Total + NaturalLong.Total);
}

/// <summary>The scores of codes.</summary>
/// <param name="Sentences">Sentences whose codes are compared.</param>
/// <param name="ActiveUnits">Dimensions whose posterior mean varies (<see cref="LatentSpace.ActiveUnits"/>).</param>
/// <param name="KlPerDimension">KL of each dimension, the mean over the sentences, in nats.</param>
/// <param name="MutualInformation">
/// I(x; z) as estimated, in nats: low on average, at most log of the sentences, at times below zero.
/// </param>
/// <param name="Discrepancy">Squared MMD of the aggregate posterior and the prior.</param>
/// <param name="NullDeviation">Standard deviation of <paramref name="Discrepancy"/> between draws of the prior.</param>
internal sealed record LatentScores(
    int Sentences, int ActiveUnits, IReadOnlyList<double> KlPerDimension, double MutualInformation, double Discrepancy,
    double? NullDeviation);

/// <inheritdoc cref="PathSmoothness"/>
internal sealed record PathScores(int Paths, double? Repeated, double? Edits, double? LargestJump);

/// <summary>A held-out sentence and the parts of its ELBO: a line of <c>judged/NAME/bounds.jsonl</c>.</summary>
/// <param name="Sentence">The sentence's number in the held-out part.</param>
/// <param name="Tokens">Words and EOS.</param>
/// <param name="Nll">-log p(x|z) at one z drawn from the posterior; -log p(x) of a model without a code.</param>
/// <param name="Kl">KL of the posterior; 0 without a code.</param>
internal sealed record MeasuredBound(long Sentence, int Tokens, double Nll, double Kl);

/// <summary>A held-out sentence and its importance-weighted estimates: a line of <c>judged/NAME/importance.jsonl</c>.</summary>
/// <param name="Sentence">The sentence's number in the held-out part.</param>
/// <param name="Tokens">Words and EOS.</param>
/// <param name="Draws">The estimates by number of draws, as <see cref="RunScores.Bounds"/>.</param>
internal sealed record MeasuredImportance(long Sentence, int Tokens, double Kl, IReadOnlyList<MeasuredDraws> Draws);

/// <summary>Importance-weighted estimates of one sentence, in nats.</summary>
/// <param name="K">Draws of z, the first of those of a larger K.</param>
/// <param name="Nll">Mean of -log p(x|z) over the draws.</param>
/// <param name="LogLikelihood">Estimate of log p(x).</param>
/// <param name="LogIntegral">Estimate of log ∫ p(x|z)^(1+m) p(z) dz, m of the run's objective.</param>
internal readonly record struct MeasuredDraws(int K, double Nll, double LogLikelihood, double LogIntegral);

/// <summary>A sentence and its reconstruction: a line of <c>judged/NAME/reconstructions.jsonl</c>.</summary>
/// <param name="Words">Words of the input.</param>
/// <param name="Bleu">BLEU of this sentence alone, 0 to 1.</param>
/// <param name="ChrF">chrF of this sentence alone, 0 to 1.</param>
internal sealed record MeasuredReconstruction(string Input, string Output, int Words, double Bleu, double ChrF);

/// <summary>A sentence of the prior: a line of <c>judged/NAME/searched.jsonl</c> or <c>drawn.jsonl</c>.</summary>
/// <param name="LogProbability">log p under the 5-gram model, in nats, EOS included.</param>
internal sealed record MeasuredSample(string Text, int Words, double LogProbability, bool Natural);

/// <summary>A path between two sentences: a line of <c>judged/NAME/paths.jsonl</c>.</summary>
/// <param name="Changes">Word edits from each sentence to the next: one less than there are sentences.</param>
internal sealed record MeasuredPath(string From, string To, IReadOnlyList<string> Said, IReadOnlyList<int> Changes);
