using Reprise.Studies.Statistics;

namespace Reprise.Studies.Surveys;

/// <summary>Computes the paper's Tables 2 and 4 from answers and key.</summary>
internal static class SurveyAnalysis
{
    /// <summary>The length L in words that divides Table 4.</summary>
    public const int ShortSentence = 10;

    // All sentences, short ones, long ones.
    private static readonly Func<int, bool>[] s_lengths = [_ => true, words => words <= ShortSentence, words => words > ShortSentence];

    /// <summary>The counts and tests of a survey.</summary>
    /// <param name="answers">Answers of <see cref="SurveyAnswers.Load"/>: to this key's questions, one of each person to each.</param>
    /// <exception cref="InputException">There is no answer.</exception>
    public static SurveyReport Of(SurveyKey key, IReadOnlyList<SurveyAnswer> answers)
    {
        if (answers.Count == 0)
            throw new InputException("there are no answers: the column answer is empty; fill it in and give that file");
        Given[] given = Numbered(key, answers);
        IGrouping<string, SurveyAnswer>[] answered = [.. answers.GroupBy(answer => answer.Question)];
        (string First, string Second)[] pairs = [.. key.Models.SelectMany((first, i) =>
            key.Models.Skip(i + 1).Select(second => (first, second)))];
        bool isPreference = key.Kind == SurveyKind.Preference;
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
                ? SurveyShare.OfPreference(Successes(given.Where(one => one.Answer != "discard"), one => one.Answer == "a"))
                : null,
            Preferences = isPreference ? PreferencesOf(pairs, given) : [],
            Sense = isPreference ? [] : [.. key.Models.Select(model => SenseOf(model, given))],
            Differences = isPreference ? [] : DifferencesOf(pairs, given),
        };
    }

    private static SurveyPreference[] PreferencesOf((string First, string Second)[] pairs, Given[] given)
    {
        SurveyPreference[] rows = [.. pairs.Select(pair => PreferenceOf(pair.First, pair.Second, given))];
        double?[] adjusted = Adjusted(rows.Select(row => row.P));
        return [.. rows.Select((row, i) => row with { AdjustedP = adjusted[i] })];
    }

    private static SurveyPreference PreferenceOf(string first, string second, Given[] given)
    {
        Given[] its = [.. given.Where(one => (one.Question.A == first && one.Question.B == second)
            || (one.Question.A == second && one.Question.B == first))];
        CrossedAnswer[] decided = Successes(
            its.Where(one => one.Answer != "discard"),
            one => (one.Answer == "a" ? one.Question.A : one.Question.B) == first);
        return new SurveyPreference(first, second, SurveyShare.OfPreference(decided), its.Length - decided.Length,
            CrossedEstimate.Share(decided)?.P(0.5), AdjustedP: null);
    }

    private static SurveySense SenseOf(string model, Given[] given)
    {
        SurveyShare[] parts = [.. s_lengths.Select(isCounted => SurveyShare.OfSense(Sensible(model, isCounted, given)))];
        return new SurveySense(model, parts[0], parts[1], parts[2]);
    }

    private static SurveyDifference[] DifferencesOf((string First, string Second)[] pairs, Given[] given)
    {
        SurveyContrast[][] byLength = [.. s_lengths.Select(isCounted =>
        {
            SurveyContrast[] contrasts = [.. pairs.Select(pair =>
                SurveyContrast.Of(Sensible(pair.First, isCounted, given), Sensible(pair.Second, isCounted, given)))];
            double?[] adjusted = Adjusted(contrasts.Select(contrast => contrast.P));
            return (SurveyContrast[])[.. contrasts.Select((contrast, i) => contrast with { AdjustedP = adjusted[i] })];
        })];
        return [.. pairs.Select((pair, i) =>
            new SurveyDifference(pair.First, pair.Second, byLength[0][i], byLength[1][i], byLength[2][i]))];
    }

    private static CrossedAnswer[] Sensible(string model, Func<int, bool> isCounted, Given[] given) =>
        Successes(given.Where(one => one.Question.A == model && isCounted(one.Question.Words)), one => one.Answer == "yes");

    private static CrossedAnswer[] Successes(IEnumerable<Given> given, Func<Given, bool> isSuccess) =>
        [.. given.Select(one => new CrossedAnswer(one.Person, one.Number, isSuccess(one)))];

    // Pairs that were not tested are no part of the family.
    private static double?[] Adjusted(IEnumerable<double?> p)
    {
        double?[] all = [.. p];
        Queue<double> adjusted = new(Holm.Adjust([.. all.OfType<double>()]));
        return [.. all.Select(one => one is null ? (double?)null : adjusted.Dequeue())];
    }

    private static Given[] Numbered(SurveyKey key, IEnumerable<SurveyAnswer> answers)
    {
        Dictionary<string, int> questions = [], people = [];
        foreach (SurveyKeyQuestion question in key.Questions)
            questions.Add(question.Id, questions.Count);
        return [.. answers.Select(answer =>
        {
            if (!people.TryGetValue(answer.Person, out int person))
                people.Add(answer.Person, person = people.Count);
            int number = questions[answer.Question];
            return new Given(person, number, key.Questions[number], answer.Answer);
        })];
    }

    private readonly record struct Given(int Person, int Number, SurveyKeyQuestion Question, string Answer);
}
