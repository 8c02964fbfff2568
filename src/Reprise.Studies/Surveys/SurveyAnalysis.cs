using Reprise.Studies.Statistics;

namespace Reprise.Studies.Surveys;

/// <summary>Computes the paper's Tables 2 and 4 from answers and key.</summary>
internal static class SurveyAnalysis
{
    /// <summary>The length L in words that divides Table 4.</summary>
    public const int ShortSentence = 10;

    /// <summary>The counts and tests of a survey.</summary>
    /// <param name="answers">Answers of <see cref="SurveyAnswers.Load"/>: to this key's questions, one of each person to each.</param>
    /// <exception cref="InputException">There is no answer.</exception>
    public static SurveyReport Of(SurveyKey key, IReadOnlyList<SurveyAnswer> answers)
    {
        if (answers.Count == 0)
            throw new InputException("there are no answers: the column answer is empty; fill it in and give that file");
        Dictionary<string, SurveyKeyQuestion> questions = key.Questions.ToDictionary(question => question.Id);
        (SurveyKeyQuestion Question, string Answer)[] given = [.. answers.Select(answer => (questions[answer.Question], answer.Answer))];
        IGrouping<string, SurveyAnswer>[] answered = [.. answers.GroupBy(answer => answer.Question)];
        (string First, string Second)[] pairs = [.. key.Models.SelectMany((first, i) =>
            key.Models.Skip(i + 1).Select(second => (first, second)))];
        bool isPreference = key.Kind == SurveyKind.Preference;
        SurveySense[] sense = isPreference ? [] : [.. key.Models.Select(model => SenseOf(model, given))];
        return new SurveyReport
        {
            Kind = key.Kind,
            Questionnaire = key.Questionnaire,
            Questions = key.Questions.Count,
            AnsweredQuestions = answered.Length,
            People = answers.Select(answer => answer.Person).Distinct().Count(),
            Answers = answers.Count,
            Agreement = Agreement.Alpha(answered.Select(group =>
                (int[])[.. key.Answers.Select(word => group.Count(answer => answer.Answer == word))])),
            LeftPreferred = isPreference
                ? new Proportion(answers.Count(answer => answer.Answer == "a"), answers.Count(answer => answer.Answer is "a" or "b"))
                : null,
            Preferences = isPreference ? [.. pairs.Select(pair => PreferenceOf(pair.First, pair.Second, given))] : [],
            Sense = sense,
            Differences = isPreference
                ? []
                : [.. pairs.Select(pair =>
                    DifferenceOf(sense.Single(row => row.Model == pair.First), sense.Single(row => row.Model == pair.Second)))],
        };
    }

    private static SurveyPreference PreferenceOf(
        string first, string second, IEnumerable<(SurveyKeyQuestion Question, string Answer)> given)
    {
        int firstCount = 0, secondCount = 0, discarded = 0;
        foreach ((SurveyKeyQuestion question, string answer) in given)
        {
            if (!(question.A == first && question.B == second) && !(question.A == second && question.B == first))
                continue;
            if (answer == "discard")
                discarded++;
            else if ((answer == "a" ? question.A : question.B) == first)
                firstCount++;
            else
                secondCount++;
        }

        int total = firstCount + secondCount;
        return new SurveyPreference(first, second, new Proportion(firstCount, total), discarded,
            ExactTests.Binomial(firstCount, total), ExactTests.ProbabilityAboveHalf(firstCount, total));
    }

    private static SurveySense SenseOf(string model, IEnumerable<(SurveyKeyQuestion Question, string Answer)> given)
    {
        (SurveyKeyQuestion Question, string Answer)[] its = [.. given.Where(answer => answer.Question.A == model)];
        return new SurveySense(model, Count(_ => true), Count(words => words <= ShortSentence), Count(words => words > ShortSentence));

        Proportion Count(Func<int, bool> isCounted) => new(
            its.Count(answer => isCounted(answer.Question.Words) && answer.Answer == "yes"),
            its.Count(answer => isCounted(answer.Question.Words)));
    }

    private static SurveyDifference DifferenceOf(SurveySense first, SurveySense second)
    {
        return new SurveyDifference(first.Model, second.Model, P(first.All, second.All),
            P(first.Shorter, second.Shorter), P(first.Longer, second.Longer));

        static double P(Proportion a, Proportion b) => ExactTests.Fisher(a.Count, a.Total, b.Count, b.Total);
    }
}
