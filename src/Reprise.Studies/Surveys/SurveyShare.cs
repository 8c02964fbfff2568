using Reprise.Studies.Statistics;

namespace Reprise.Studies.Surveys;

/// <summary>A share of answers with its 95% interval, for which people and questions are samples.</summary>
/// <param name="Count">Answers of the kind that is counted.</param>
/// <param name="Total">Answers.</param>
/// <param name="People">People who gave them.</param>
/// <param name="Questions">Questions that they answer.</param>
/// <param name="Low">The lower end; null where there are fewer than two people or questions, in effect.</param>
/// <param name="High">The upper end; null likewise.</param>
internal sealed record SurveyShare(int Count, int Total, int People, int Questions, double? Low, double? High)
{
    /// <summary>Count by total; null without answers.</summary>
    public double? Share => Total == 0 ? null : (double)Count / Total;

    /// <summary>A share that is tested against one half, with the interval that agrees with the test.</summary>
    public static SurveyShare OfPreference(IReadOnlyList<CrossedAnswer> answers) =>
        Of(answers, CrossedEstimate.Share(answers) is { } estimate
            ? (Math.Max(0, estimate.Value - estimate.HalfWidth), Math.Min(1, estimate.Value + estimate.HalfWidth))
            : null);

    /// <summary>A share alone, with Wilson's interval.</summary>
    public static SurveyShare OfSense(IReadOnlyList<CrossedAnswer> answers) =>
        Of(answers, CrossedEstimate.Share(answers)?.Wilson(answers.Count));

    private static SurveyShare Of(IReadOnlyList<CrossedAnswer> answers, (double Low, double High)? interval) => new(
        answers.Count(answer => answer.Success),
        answers.Count,
        answers.Select(answer => answer.Person).Distinct().Count(),
        answers.Select(answer => answer.Question).Distinct().Count(),
        interval?.Low,
        interval?.High);
}

/// <summary>The difference of two shares with its 95% interval and test.</summary>
/// <param name="Difference">The first share less the second; null where one has no answer.</param>
/// <param name="Low">The lower end; null where there are fewer than two people or questions, in effect.</param>
/// <param name="High">The upper end; null likewise.</param>
/// <param name="P">p, two-sided, that the shares are equal; null likewise.</param>
/// <param name="AdjustedP">p adjusted by Holm's method for all pairs of models at this length.</param>
internal sealed record SurveyContrast(double? Difference, double? Low, double? High, double? P, double? AdjustedP)
{
    public static SurveyContrast Of(IReadOnlyList<CrossedAnswer> first, IReadOnlyList<CrossedAnswer> second)
    {
        double? difference = first.Count > 0 && second.Count > 0 ? ShareOf(first) - ShareOf(second) : null;
        return CrossedEstimate.Difference(first, second) is { } estimate
            ? new SurveyContrast(
                difference,
                Math.Max(-1, estimate.Value - estimate.HalfWidth),
                Math.Min(1, estimate.Value + estimate.HalfWidth),
                estimate.P(0),
                AdjustedP: null)
            : new SurveyContrast(difference, Low: null, High: null, P: null, AdjustedP: null);

        static double ShareOf(IReadOnlyList<CrossedAnswer> answers) => (double)answers.Count(answer => answer.Success) / answers.Count;
    }
}
