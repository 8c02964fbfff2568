using System.Text.Json.Serialization;

namespace Reprise.Evaluation;

/// <summary>
/// An evaluation on held-out sentences: means over the sentences, in nats, unless stated otherwise. Standard errors are over the sentences,
/// with the noise of the draws: how far these sentences' mean may be from that of all such sentences, for this model. They say nothing of
/// another seed of training.
/// </summary>
public sealed record EvaluationReport
{
    /// <summary>The rise in nats from which an estimate counts as still rising: a unit of the two decimals that tables show.</summary>
    internal const double StillRising = 0.01;

    /// <summary>Number of sentences.</summary>
    public required long Sentences { get; init; }

    /// <summary>Number of words in all sentences, EOS not counted.</summary>
    public required long Words { get; init; }

    /// <summary>-log p(x|z).</summary>
    public required double Nll { get; init; }

    /// <summary>KL(q(z|x) ‖ N(0, 1)).</summary>
    public required double Kl { get; init; }

    /// <summary>-(nll + kl).</summary>
    public required double Elbo { get; init; }

    /// <summary>kl / ((1 + m) nll + kl), between 0 and 1: the share of kl in the objective (the paper's Fig. 2, left).</summary>
    public required double KlShare { get; init; }

    /// <summary>exp(-elbo of all sentences / number of tokens), EOS included: an upper bound of the perplexity per token.</summary>
    public required double Perplexity { get; init; }

    /// <summary>
    /// The same per word, where the vocabulary has pieces: exp(-elbo of all sentences / number of words and EOS). The words are those of
    /// the text in the manner of the Penn Treebank. Null for words, of which it is <see cref="Perplexity"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WordPerplexity { get; init; }

    /// <summary>
    /// -elbo of all sentences / number of bytes, in nats: of the text in UTF-8, with one byte for the end of each sentence. It compares
    /// vocabularies. A vocabulary of words knows its text without what it does not tell (capital letters, unknown words, spaces), so that
    /// its figure is too low beside that of pieces. Null where the text of the ids is not known.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? NatsPerByte { get; init; }

    /// <summary>
    /// Dimensions of the code whose posterior mean has a variance over the sentences above 0.01 (Burda et al. 2016). No measure of what the
    /// code tells of a sentence: the threshold is absolute, and a mean may vary by more while the KL of its dimension is near zero.
    /// </summary>
    public required int ActiveUnits { get; init; }

    /// <summary>
    /// An estimate of the mutual information of a sentence and its code under q: E log q(z|x) - log q(z), with q(z) the mean of the
    /// posteriors of all sentences evaluated (<see cref="EvaluationOptions.InformationSentences"/>). Low on average, at most
    /// <see cref="MutualInformationCeiling"/>, while <see cref="Kl"/> is above the information itself. Null without an estimate.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MutualInformation { get; init; }

    /// <summary>Standard error of <see cref="MutualInformation"/>; null for one sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MutualInformationStderr { get; init; }

    /// <summary>
    /// The log of the number of sentences, above which no estimate can be. One within a nat of it says little but that the sentences are
    /// too few.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MutualInformationCeiling { get; init; }

    /// <summary>
    /// nll by the position of the word, EOS last, of <see cref="EvaluationOptions.PositionSentences"/>; null without.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PositionLoss>? Positions { get; init; }

    /// <summary>m of the bound below.</summary>
    public required double M { get; init; }

    /// <summary>Sentences of the importance-weighted estimates below; null, as are those, without estimates.</summary>
    public long? ImportanceSentences { get; init; }

    /// <summary>Draws of z for each of these sentences.</summary>
    public int? ImportanceSamples { get; init; }

    /// <summary>
    /// log p(x): log 1/S Σ p(x|z) p(z) / q(z|x) over S draws z ~ q (Burda et al. 2016). Where only
    /// <see cref="ImportanceSentences"/> of the sentences have draws, the elbo of all plus the mean over those of the estimate minus the
    /// elbo of the same draws. Low on average; the more draws, the less.
    /// </summary>
    public double? LogLikelihood { get; init; }

    /// <summary>Standard error of <see cref="LogLikelihood"/> over sentences, with the noise of the draws; null for one sentence.</summary>
    public double? LogLikelihoodStderr { get; init; }

    /// <summary>
    /// The rise of <see cref="LogLikelihood"/> from half of the draws to all of them, in nats, the mean over the sentences of the
    /// estimates; null for one draw. Where the weights have a variance, the bias of the estimate falls as 1 / S, so that the rise estimates
    /// what is still missing. From 0.01 on, read the estimate as a lower bound of log p(x).
    /// </summary>
    public double? LogLikelihoodRise { get; init; }

    /// <summary>
    /// exp(-<see cref="LogLikelihood"/> of all sentences / number of tokens), EOS included: the importance-weighted perplexity a token,
    /// below <see cref="Perplexity"/> and still high on average.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ImportancePerplexity { get; init; }

    /// <summary>Standard error of <see cref="ImportancePerplexity"/>, a ratio of sums over sentences; null for one sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ImportancePerplexityStderr { get; init; }

    /// <summary>log ∫ p(x|z)^(1+m) p(z) dz (Mansbridge et al. 2019, Eq. 8), estimated likewise from the same draws.</summary>
    public double? LogIntegral { get; init; }

    /// <summary>Standard error of <see cref="LogIntegral"/>.</summary>
    public double? LogIntegralStderr { get; init; }

    /// <summary>The rise of <see cref="LogIntegral"/> and of <see cref="BoundGap"/>, as <see cref="LogLikelihoodRise"/>.</summary>
    public double? LogIntegralRise { get; init; }

    /// <summary>
    /// <see cref="LogIntegral"/> minus its lower bound -((1 + m) nll + kl), from the same sentences and draws. For m = 0 the estimate of
    /// log p(x) minus the elbo.
    /// </summary>
    public double? BoundGap { get; init; }

    /// <summary>Standard error of <see cref="BoundGap"/>.</summary>
    public double? BoundGapStderr { get; init; }

    /// <summary>True if an estimate of the mutual information is so near its ceiling that it says little else.</summary>
    internal bool IsAtCeiling => MutualInformation > MutualInformationCeiling - 1;

    /// <summary>True if an estimate with this rise still rises with the draws; also where the rise is unknown.</summary>
    internal static bool IsRising(double? rise) => !(rise < StillRising);
}

/// <summary>The accuracy of reconstruction.</summary>
/// <param name="Sentences">Number of sentences.</param>
/// <param name="ExactMatch">Share of the sentences that are reconstructed word for word.</param>
/// <param name="WordAccuracy">
/// Share of the sentences' words that are reconstructed at their own position, counted from the start, without alignment. Words that the
/// vocabulary lacks count as wrong, because they are never decoded.
/// </param>
public sealed record ReconstructionReport(long Sentences, double ExactMatch, double WordAccuracy);
