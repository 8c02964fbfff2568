namespace Reprise.Evaluation;

/// <summary>What a model makes of held-out sentences: means over the sentences, in nats, unless said otherwise.</summary>
public sealed record EvaluationReport
{
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

    /// <summary>kl / ((1 + m) nll + kl), between 0 and 1: how much of the objective the code carries (the paper's Fig. 2, left).</summary>
    public required double KlShare { get; init; }

    /// <summary>exp(-elbo of all sentences / number of tokens), EOS counted among the tokens: an upper bound of the perplexity per token.</summary>
    public required double Perplexity { get; init; }

    /// <summary>Dimensions of the code whose posterior mean varies over the sentences by more than 0.01 (variance; Burda et al. 2016).</summary>
    public required int ActiveUnits { get; init; }

    /// <summary>m of the bound below.</summary>
    public required double M { get; init; }

    /// <summary>Sentences drawn for by the importance-weighted estimates below; null, as they are, where none were asked for.</summary>
    public long? ImportanceSentences { get; init; }

    /// <summary>Draws of z for each of them.</summary>
    public int? ImportanceSamples { get; init; }

    /// <summary>
    /// log p(x): log 1/S Σ p(x|z) p(z) / q(z|x) over S draws z ~ q (Burda et al. 2016). Where only <see cref="ImportanceSentences"/> of the sentences
    /// were drawn for, the elbo of all plus what is missing from it, which is measured on those: the same minus the elbo of the same draws. Low on
    /// average; less so for greater S.
    /// </summary>
    public double? LogLikelihood { get; init; }

    /// <summary>Standard error of <see cref="LogLikelihood"/> as a mean over sentences, the noise of the draws included; null for one sentence.</summary>
    public double? LogLikelihoodStderr { get; init; }

    /// <summary>log ∫ p(x|z)^(1+m) p(z) dz (Mansbridge et al. 2019, Eq. 8), estimated in the same way from the same draws and its own bound.</summary>
    public double? LogIntegral { get; init; }

    /// <summary>Standard error of <see cref="LogIntegral"/>.</summary>
    public double? LogIntegralStderr { get; init; }

    /// <summary>
    /// <see cref="LogIntegral"/> minus its lower bound -((1 + m) nll + kl), from the same sentences and draws: how loose the
    /// bound is. For m = 0 the estimate of log p(x) minus the elbo.
    /// </summary>
    public double? BoundGap { get; init; }

    /// <summary>Standard error of <see cref="BoundGap"/>.</summary>
    public double? BoundGapStderr { get; init; }
}

/// <summary>How well sentences come back from their codes.</summary>
/// <param name="Sentences">Number of sentences.</param>
/// <param name="ExactMatch">Share of the sentences that came back word for word.</param>
/// <param name="WordAccuracy">
/// Share of the sentences' words that came back at their own position (position by position from the start, no alignment).
/// Words that the vocabulary lacks count as never coming back, because they are never said.
/// </param>
public sealed record ReconstructionReport(long Sentences, double ExactMatch, double WordAccuracy);
