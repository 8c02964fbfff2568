using Reprise.Evaluation;

namespace Reprise.Studies.Reports;

/// <summary>The value of one sentence under a model.</summary>
/// <param name="Sentence">The sentence's number in the held-out part.</param>
internal readonly record struct SentenceValue(long Sentence, double Value);

/// <summary>The mean of a value over sentences.</summary>
/// <param name="StandardError">Standard error over the sentences; NaN for fewer than two.</param>
internal readonly record struct MeanOverSentences(double Mean, double StandardError)
{
    public static MeanOverSentences Of(IEnumerable<double> values)
    {
        RunningMoments moments = default;
        foreach (double value in values)
            moments.Add(value);
        return new MeanOverSentences(moments.Mean, moments.Count > 1 ? moments.StandardError : double.NaN);
    }

    /// <summary>
    /// The mean difference of two models on the same sentences, by sentence. What makes a sentence hard for both cancels, so that its
    /// standard error is far below those of the two levels.
    /// </summary>
    /// <exception cref="InputException">The sentences are not the same.</exception>
    public static MeanOverSentences OfDifference(IReadOnlyList<SentenceValue> of, IReadOnlyList<SentenceValue> from) =>
        of.Select(one => one.Sentence).SequenceEqual(from.Select(one => one.Sentence))
            ? Of(of.Zip(from, (a, b) => a.Value - b.Value))
            : throw new InputException("two runs of the study were measured on different sentences; delete the study's folder judged and "
                + "run the study again");
}
