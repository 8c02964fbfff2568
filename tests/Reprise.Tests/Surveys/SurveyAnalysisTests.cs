using Reprise.Studies.Statistics;
using Reprise.Studies.Surveys;

namespace Reprise.Tests.Surveys;

public sealed class SurveyAnalysisTests
{
    [Fact]
    public void Questions_people_and_answers_are_counted()
    {
        SurveyReport report = OfFourPeople();
        (report.Questions, report.AnsweredQuestions, report.People, report.Answers).ShouldBe((4, 3, 4, 12));
    }

    [Fact]
    public void Preferences_are_counted_by_model_whatever_the_side()
    {
        SurveyReport report = OfFourPeople();
        report.Preferences.Select(row => (row.First, row.Second)).ShouldBe([("vae", "m1"), ("vae", "m2"), ("m1", "m2")]);
        SurveyPreference row = report.Preferences[0];
        (row.FirstPreferred, row.SecondPreferred, row.Discarded).ShouldBe((new Proportion(1, 10), 9, 2));
        report.LeftPreferred.ShouldBe(new Proportion(3, 10));
    }

    [Fact]
    public void A_preference_has_the_probabilities_of_the_sign_test()
    {
        SurveyPreference row = OfFourPeople().Preferences[0];
        row.P.ShouldBe(2 * 11 / 1024.0, 1e-12); // 2 (1 + 10) / 2¹⁰
        row.Confidence.ShouldBe(1 - (22 / 1024.0), 1e-12);
        row.FirstBetter.ShouldBe((1 + 11) / 2048.0, 1e-12); // P(K ≤ 1), K of 11
    }

    [Fact]
    public void A_pair_without_answers_proves_nothing() =>
        OfFourPeople().Preferences[1].ShouldBe(new SurveyPreference("vae", "m2", new Proportion(0, 0), 0, P: 1, FirstBetter: 0.5));

    [Fact]
    public void A_survey_of_preferences_has_no_figures_of_sense()
    {
        SurveyReport report = OfFourPeople();
        report.Sense.ShouldBeEmpty();
        report.Differences.ShouldBeEmpty();
    }

    // Units: discard b b b; b a a a; discard b b b. o = (6/3) 3 = 6 of 12; kinds 3 a, 7 b, 2 discards: e = (144 - 62) / 11.
    [Fact]
    public void The_agreement_of_people_is_computed_by_hand() =>
        OfFourPeople().Agreement!.Value.ShouldBe(1 - (6 * 11 / 82.0), 1e-12);

    // m1 is B in questions 1 and 3 and A in question 2. Nine times of ten it is preferred, twice neither is.
    private static SurveyReport OfFourPeople()
    {
        SurveyKey key = Key(
            SurveyKind.Preference,
            ["vae", "m1", "m2"],
            new("q-1", "vae", "m1", 0), new("q-2", "m1", "vae", 0), new("q-3", "vae", "m1", 0), new("q-4", "m1", "m2", 0));
        List<SurveyAnswer> answers = [];
        for (int person = 0; person < 4; person++)
        {
            answers.Add(new($"p{person}", "q-1", person == 0 ? "discard" : "b"));
            answers.Add(new($"p{person}", "q-2", person == 0 ? "b" : "a"));
            answers.Add(new($"p{person}", "q-3", person == 0 ? "discard" : "b"));
        }

        return SurveyAnalysis.Of(key, answers);
    }

    [Fact]
    public void Sense_is_counted_by_model_and_length()
    {
        SurveyKey key = Key(SurveyKind.Sense, ["vae", "m1"],
            new("q-1", "vae", null, 10), new("q-2", "vae", null, 11), new("q-3", "vae", null, 4), new("q-4", "vae", null, 5),
            new("q-5", "m1", null, 10), new("q-6", "m1", null, 11), new("q-7", "m1", null, 4), new("q-8", "m1", null, 5));
        SurveyAnswer[] answers = [.. "yyynynnn".Select((answer, i) => new SurveyAnswer("p", $"q-{i + 1}", answer == 'y' ? "yes" : "no"))];
        SurveyReport report = SurveyAnalysis.Of(key, answers);
        report.Sense.ShouldBe(
        [
            new SurveySense("vae", new(3, 4), new(2, 3), new(1, 1)),
            new SurveySense("m1", new(1, 4), new(1, 3), new(0, 1)),
        ]);
        SurveyDifference difference = report.Differences.ShouldHaveSingleItem();
        difference.P.ShouldBe(34 / 70.0, 1e-9); // Fisher's tea
        difference.LongerP.ShouldBe(1, 1e-9);
        report.Agreement.ShouldBeNull();
        report.LeftPreferred.ShouldBeNull();
        report.Preferences.ShouldBeEmpty();
    }

    [Fact]
    public void No_answers_are_refused() =>
        Should.Throw<InputException>(() => SurveyAnalysis.Of(Key(SurveyKind.Sense, ["a"], new SurveyKeyQuestion("q", "a", null, 1)), []))
            .Message.ShouldContain("no answers");

    private static SurveyKey Key(SurveyKind kind, string[] models, params SurveyKeyQuestion[] questions) =>
        new() { Kind = kind, Questionnaire = new string('0', 64), Models = models, Questions = questions };
}
