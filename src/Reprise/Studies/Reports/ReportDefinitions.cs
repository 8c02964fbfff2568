using Reprise.Studies.Documents;

namespace Reprise.Studies.Reports;

/// <summary>What the numbers of a report mean, and where they come from.</summary>
internal static class ReportDefinitions
{
    public static Definitions All(JudgeOptions options) => new(
    [
        ("nll, KL, ELBO", "−log p(x|z) at one z drawn from the posterior, KL(q(z|x) ‖ N(0, 1)), and −(nll + KL), without any weight."),
        ("KL share", "KL / ((1 + m) nll + KL), the paper's Fig. 2; the weight of annealing is left out."),
        ("log p(x), K draws", "log of the mean of p(x|z) p(z) / q(z|x) over K draws of z (Burda et al. 2016): low on average, less so for greater K."),
        ("Bound of Eq. 10 and its gap", "−((1 + m) nll + KL), which bounds log ∫ p(x|z)^(1+m) p(z) dz (the paper's Eq. 8) from below; the gap is the importance-weighted estimate of that integral with the most draws minus the bound on the same draws."),
        ("Word accuracy, word error rate", "Words that came back at their own place; insertions, deletions and substitutions by the number of words."),
        ("BLEU-4, chrF", "Papineni et al. 2002, over the corpus, with exponential smoothing as sacreBLEU; of single sentences for preferences, over the orders they have. Popović 2015: characters, orders 1 to 6, β = 2."),
        ("Own code nearest, median rank", $"What was said is encoded again; the rank of its own sentence's code by distance among those of {Text.Count(options.LatentSentences)} sentences."),
        ("Perplexity, forward and reverse", "Of the samples under a 5-gram model of the training text (interpolated modified Kneser-Ney, Chen and Goodman 1998), and of held-out text under such a model of the samples. Forward rewards what is usual, reverse what is varied too."),
        ("Natural", $"At least as probable a token, under the 5-gram model of the training text, as the tenth percentile of real sentences of the same length; a length that real sentences do not have is not natural."),
        ("Self-BLEU, distinct-n, different, copies", "BLEU of each sample against 1,000 others (Zhu et al. 2018); different n-grams by all n-grams (Li et al. 2016); different sentences; sentences that stand in the training text."),
        ("Lengths off by", "Total variation distance of the distribution of lengths to that of the training text."),
        ("Active units, mutual information", $"Dimensions whose posterior mean varies by more than 0.01 (Burda et al. 2016). Hoffman and Johnson 2016: but for its noise it cannot exceed the log of the number of sentences, so a value near that is a lower bound."),
        ("MMD²", "Squared maximum mean discrepancy of drawn codes and the prior, without bias (Gretton et al. 2012), kernel 2 Z / (2 Z + |a − b|²)."),
        ("Paths", "Codes on the straight line between the means of two sentences' posteriors. The largest jump is the share of all changed words that change between two neighbours, over the paths that change."),
    ]);
}
