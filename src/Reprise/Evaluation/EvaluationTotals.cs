using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>The measures of one sentence.</summary>
/// <param name="Index">The sentence's number among all, chosen or not.</param>
/// <param name="Importance">The importance-weighted estimate; null without one.</param>
internal readonly record struct SentenceMeasures(long Index, int Words, double Nll, Code Code, ImportanceEstimate? Importance)
{
    /// <summary>Number of words and EOS.</summary>
    public int Tokens => Words + 1;
}

/// <summary>Sums the measures of sentences, in their order.</summary>
internal sealed class EvaluationTotals(int latentSize, EvaluationOptions options)
{
    private readonly RunningMoments[] _means_Z = new RunningMoments[latentSize];
    private RunningMoments _nll, _kl, _boundGap, _logLikelihoodRise, _logIntegralRise;
    private ControlledMean _logLikelihood, _logIntegral;
    private readonly List<(double Bound, int Tokens, (double LogLikelihood, double Bound)? Known)> _sentences = [];
    private long _words;

    public void Add(SentenceMeasures sentence)
    {
        double kl = sentence.Code.Kl;
        _words += sentence.Words;
        _nll.Add(sentence.Nll);
        _kl.Add(kl);
        _logLikelihood.Add(Bound(sentence.Nll, 1));
        _logIntegral.Add(Bound(sentence.Nll, 1 + options.M));
        for (int k = 0; k < _means_Z.Length; k++)
            _means_Z[k].Add(sentence.Code.Mean[k]);
        double bound = Bound(sentence.Nll, 1);
        if (sentence.Importance is not { } importance)
        {
            _sentences.Add((bound, sentence.Tokens, Known: null));
            return;
        }

        double nll = options.PosteriorMean ? sentence.Nll : importance.Nll;
        _sentences.Add((bound, sentence.Tokens, (importance.LogLikelihood, Bound(nll, 1))));
        _logLikelihood.AddKnown(importance.LogLikelihood, Bound(nll, 1));
        _logIntegral.AddKnown(importance.LogIntegral, Bound(nll, 1 + options.M));
        _boundGap.Add(importance.LogIntegral - Bound(importance.Nll, 1 + options.M));
        if (importance is { LogLikelihoodRise: { } likelihoodRise, LogIntegralRise: { } integralRise })
        {
            _logLikelihoodRise.Add(likelihoodRise);
            _logIntegralRise.Add(integralRise);
        }

        double Bound(double nll, double power) => -((power * nll) + kl);
    }

    public EvaluationReport Report()
    {
        (long sentences, double nll, double kl) = (_nll.Count, _nll.Mean, _kl.Mean);
        EvaluationReport report = new()
        {
            Sentences = sentences,
            Words = _words,
            Nll = nll,
            Kl = kl,
            Elbo = -(nll + kl),
            KlShare = kl / (((1 + options.M) * nll) + kl),
            Perplexity = Math.Exp((nll + kl) * sentences / (_words + sentences)),
            ActiveUnits = _means_Z.Count(m => m.Variance > LatentSpace.ActiveVariance),
            M = options.M,
        };
        double sentencesByTokens = (double)sentences / (_words + sentences);
        double logPerplexity = -_logLikelihood.Mean * sentencesByTokens;
        // One sentence has no variance, one draw no half.
        double? ErrorOf(double standardError) => _logLikelihood.Count > 1 ? standardError : null;
        double? RiseOf(RunningMoments rise) => rise.Count > 0 ? rise.Mean : null;
        return _logLikelihood.Count == 0 ? report : report with
        {
            ImportanceSentences = _logLikelihood.Count,
            ImportanceSamples = options.ImportanceSamples,
            LogLikelihood = _logLikelihood.Mean,
            LogLikelihoodStderr = ErrorOf(_logLikelihood.StandardError),
            LogLikelihoodRise = RiseOf(_logLikelihoodRise),
            ImportancePerplexity = Math.Exp(logPerplexity),
            ImportancePerplexityStderr = ErrorOf(Math.Exp(logPerplexity) * ErrorOfRatio(logPerplexity) * sentencesByTokens),
            LogIntegral = _logIntegral.Mean,
            LogIntegralStderr = ErrorOf(_logIntegral.StandardError),
            LogIntegralRise = RiseOf(_logIntegralRise),
            BoundGap = _boundGap.Mean,
            BoundGapStderr = ErrorOf(_boundGap.StandardError),
        };
    }
    /// <summary>
    /// Standard error of the mean of log p(x) + logPerplexity · tokens. That longer sentences are less likely is no error of a perplexity.
    /// </summary>
    private double ErrorOfRatio(double logPerplexity)
    {
        ControlledMean residual = default;
        foreach ((double bound, int tokens, (double LogLikelihood, double Bound)? known) in _sentences)
        {
            residual.Add(bound + (logPerplexity * tokens));
            if (known is (double logLikelihood, double control))
                residual.AddKnown(logLikelihood + (logPerplexity * tokens), control + (logPerplexity * tokens));
        }

        return residual.StandardError;
    }
}
