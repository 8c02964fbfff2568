using Reprise.Evaluation;
using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Metrics;

namespace Reprise.Studies.Reports;

/// <summary>The definitions of the numbers of a report, with their sources.</summary>
internal static class ReportDefinitions
{
    public static Definitions All(MeasuringOptions options) => new(
    [
        ("nll, KL, ELBO", "−log p(x|z) at one z drawn from the posterior, KL(q(z|x) ‖ N(0, 1)), and −(nll + KL), without any weight."),
        ("KL share", "KL / ((1 + m) nll + KL), the paper's Fig. 2; the weight of annealing is left out."),
        ("Standard errors (s.e.)", "Over the sentences: of a level, and of the difference of two models, taken sentence by sentence. The "
            + "second is far smaller, because a sentence that is hard for one model is hard for the other. Neither has the variation "
            + "between trainings, which the deviation over the seeds shows."),
        ("log p(x), K draws", "log of the mean of p(x|z) p(z) / q(z|x) over K draws of z (Burda et al. 2016): low on average, less so "
            + "for greater K. ELBO and bound beside it are of the same sentences and draws. ≥ stands before an estimate that rises by "
            + $"{ReportText.Number(EvaluationReport.StillRising)} nats or more from the mean over both halves of its draws to all of them. "
            + "Where the ratios have a variance, what is missing falls as 1 / K, and the rise estimates it; where they have none, more is "
            + "missing."),
        ("Bound of Eq. 10 and its gap", "−((1 + m) nll + KL), which bounds log ∫ p(x|z)^(1+m) p(z) dz (the paper's Eq. 8) from below; "
            + "the gap is the importance-weighted estimate of that integral with the most draws minus the bound on the same draws. Both "
            + "are low on average as log p(x) is, and marked alike."),
        ("Exact, word accuracy", "Sentences that came back word for word; words of the input that came back at their own place, counted "
            + "from the start."),
        ("Word error rate", "Least insertions, deletions and substitutions (Levenshtein 1966) by the words of the inputs, over all of "
            + "them."),
        ("BLEU-4, chrF", "Papineni et al. 2002, over the corpus, with exponential smoothing as sacreBLEU; of single sentences for "
            + "preferences, over the orders they have. chrF: Popović 2015: characters, orders 1 to 6, β = 2."),
        ("Own code nearest, median rank", $"The reconstruction is encoded; the rank of its own sentence's code by distance among those "
            + $"of {ReportText.Count(options.LatentSentences)} sentences, half of those as near counted as nearer. For an empty "
            + "reconstruction it is the last."),
        ("Closer", "Of two reconstructions the one whose chrF, or BLEU, is greater; sentences where neither is are left out."),
        ("Test over seeds", "Student's t of the mean of the seeds' differences, seeds − 1 degrees of freedom. Sentences, codes and paths "
            + "are the same for all seeds, so the standard error is that of a bootstrap of both (Owen 2007), which draws one seed less "
            + "than there are (Rao and Wu 1988). Points of a curve are means over a sample of each seed's own; there it is the usual one. "
            + "A claim of several parts holds where each part holds (Berger 1982); equality is two one-sided tests (Schuirmann 1987)."),
        ("Perplexity, forward and reverse", "Of the samples under a 5-gram model of the training text (interpolated modified "
            + "Kneser-Ney, Chen and Goodman 1998), and of held-out text under such a model of the samples (beside real sentences: of as "
            + "many training sentences). Unknown words are not scored. Forward rewards what is usual, reverse what is varied too."),
        ("Natural", $"At least as probable a token, under the 5-gram model of the training text, as the tenth percentile of held-out "
            + $"sentences of the same length without unknown words; where fewer than {Naturalness.FewestOfALength} have it, with those "
            + "of the nearest lengths. A sentence shorter or longer than all of them is not natural."),
        ("Self-BLEU, distinct-n, different, copies", "BLEU of each sample that has words against 1,000 such others (Zhu et al. 2018); "
            + "different n-grams by all n-grams (Li et al. 2016); different sentences; sentences that stand in the training text."),
        ("Lengths off by", "Total variation distance of the distribution of lengths to that of the training text."),
        ("No word, cut off", "Samples that end at once; samples that had not ended when they were as long as a sentence may be."),
        ("KL per dimension, active units", $"KL of each dimension's posterior and N(0, 1), mean over the sentences; dimensions whose "
            + $"posterior mean varies over them by more than {LatentSpace.ActiveVariance} (variance; Burda et al. 2016). The threshold is "
            + "absolute: a dimension can be active with a KL near zero, so a collapsed model can have many."),
        ("Mutual information", "Of sentence and code (Hoffman and Johnson 2016), estimated from N sentences with a draw each. The "
            + "estimate is low on average, everywhere, because the sentence of a draw is one of the N (for a Gaussian with 5 nats, 500 "
            + "sentences give 4.5), and cannot exceed log N. Its noise may take it below zero, where the quantity itself cannot be; it is "
            + "then shown as 0."),
        ("MMD²", "Squared maximum mean discrepancy of drawn codes and the prior, without bias (Gretton et al. 2012), kernel 2 Z / (2 Z "
            + "+ |a − b|²). Its deviation under the prior is the standard one where both sets are drawn from the prior, "
            + "√(ζ (2 / n(n − 1) + 2 / m(m − 1) + 4 / nm)) for n and m draws, ζ the mean square of the doubly centred kernel, "
            + "estimated from the draws of the prior."),
        ("Paths", "Codes on the straight line between the means of two sentences' posteriors. Words changed: word edits from one "
            + "sentence to the next. The largest jump is the share of all changed words that change between two neighbours, over the "
            + "paths that change. Unevenness is that share times the number of moves, for each path: 1 where all moves are equal, however "
            + "few; of two models only paths that move in both count."),
    ]);
}
