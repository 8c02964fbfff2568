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
        (row.FirstPreferred.Count, row.FirstPreferred.Total, row.SecondPreferred, row.Discarded).ShouldBe((1, 10, 9, 2));
        (row.FirstPreferred.People, row.FirstPreferred.Questions).ShouldBe((4, 3));
        (report.LeftPreferred!.Count, report.LeftPreferred.Total).ShouldBe((3, 10));
    }

    [Fact]
    public void A_preference_is_tested_against_one_half_with_people_and_questions_as_samples()
    {
        SurveyPreference row = OfFourPeople().Preferences[0];
        CrossedEstimate expected = CrossedEstimate.Share(
            [.. Enumerable.Range(0, 12).Where(i => i is not (0 or 2)).Select(i => new CrossedAnswer(i / 3, i % 3, i == 1))])!.Value;
        row.P.ShouldBe(expected.P(0.5));
        row.OneMinusP.ShouldBe(1 - row.P);
        row.AdjustedP.ShouldBe(row.P); // no other pair was tested
        row.FirstPreferred.Low.ShouldBe(0);
        row.FirstPreferred.High!.Value.ShouldBe(0.1 + expected.HalfWidth, 1e-12);
    }

    [Fact]
    public void A_pair_without_answers_is_not_tested() => OfFourPeople().Preferences[1].ShouldBe(
        new SurveyPreference("vae", "m2", new SurveyShare(0, 0, 0, 0, Low: null, High: null), 0, P: null, AdjustedP: null));

    [Fact]
    public void The_pairs_of_a_table_are_one_family()
    {
        string[] models = ["a", "b", "c"];
        (string, string)[] pairs = [("a", "b"), ("a", "c"), ("b", "c")];
        SurveyKey key = Key(SurveyKind.Preference, models,
            [.. Enumerable.Range(0, 18).Select(i => new SurveyKeyQuestion($"q-{i}", pairs[i % 3].Item1, pairs[i % 3].Item2, 0))]);
        SurveyReport report = SurveyAnalysis.Of(key, [.. Enumerable.Range(0, 90).Select(i =>
            new SurveyAnswer($"p{i / 18}", $"q-{i % 18}", (i * i % 11) + (i % 3 * 2) < 6 ? "b" : "a"))]);
        double[] p = [.. report.Preferences.Select(row => row.P!.Value)];
        report.Preferences.Select(row => row.AdjustedP!.Value).ShouldBe(Holm.Adjust(p));
        p.ShouldNotBe(Holm.Adjust(p));
    }

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
        SurveyReport report = OfSense(people: 1);
        report.Sense.SelectMany(row => row.Parts.Select(part => (row.Model, part.Words, part.Its.Count, part.Its.Total))).ShouldBe(
        [
            ("vae", "all", 3, 4), ("vae", "<= 10", 2, 3), ("vae", "> 10", 1, 1),
            ("m1", "all", 1, 4), ("m1", "<= 10", 1, 3), ("m1", "> 10", 0, 1),
        ]);
        report.Agreement.ShouldBeNull();
        report.LeftPreferred.ShouldBeNull();
        report.Preferences.ShouldBeEmpty();
    }

    [Fact]
    public void Answers_of_one_person_have_differences_without_a_test()
    {
        SurveyReport report = OfSense(people: 1);
        report.Differences.ShouldBe(
        [
            new SurveyDifference("vae", "m1", Untested(0.5), Untested((2.0 / 3) - (1.0 / 3)), Untested(1)),
        ]);
        report.Sense[0].All.ShouldBe(new SurveyShare(3, 4, 1, 4, Low: null, High: null));

        static SurveyContrast Untested(double difference) => new(difference, Low: null, High: null, P: null, AdjustedP: null);
    }

    [Fact]
    public void Differences_are_tested_by_length_with_people_across_the_models()
    {
        SurveyDifference difference = OfSense(people: 4).Differences.ShouldHaveSingleItem();
        CrossedEstimate expected = CrossedEstimate.Difference(Sensible("yyyn", 0), Sensible("ynnn", 4))!.Value;
        difference.All.Difference.ShouldBe(0.5);
        difference.All.P.ShouldBe(expected.P(0));
        difference.All.AdjustedP.ShouldBe(difference.All.P);
        difference.All.Low!.Value.ShouldBe(0.5 - expected.HalfWidth, 1e-12);
        difference.Shorter.P.ShouldNotBe(difference.All.P);
        difference.Longer.P.ShouldBeNull(); // one sentence each
        difference.Longer.Difference.ShouldBe(1);

        static CrossedAnswer[] Sensible(string answers, int from) => [.. Enumerable.Range(0, 16).Select(i =>
            new CrossedAnswer(i / 4, from + (i % 4), answers[i % 4] == 'y'))];
    }

    // All people give the same eight answers.
    private static SurveyReport OfSense(int people)
    {
        SurveyKey key = Key(SurveyKind.Sense, ["vae", "m1"],
            new("q-1", "vae", null, 10), new("q-2", "vae", null, 11), new("q-3", "vae", null, 4), new("q-4", "vae", null, 5),
            new("q-5", "m1", null, 10), new("q-6", "m1", null, 11), new("q-7", "m1", null, 4), new("q-8", "m1", null, 5));
        return SurveyAnalysis.Of(key, [.. Enumerable.Range(0, people).SelectMany(person =>
            "yyynynnn".Select((answer, i) => new SurveyAnswer($"p{person}", $"q-{i + 1}", answer == 'y' ? "yes" : "no")))]);
    }

    [Fact]
    public void No_answers_are_refused() =>
        Should.Throw<InputException>(() => SurveyAnalysis.Of(Key(SurveyKind.Sense, ["a"], new SurveyKeyQuestion("q", "a", null, 1)), []))
            .Message.ShouldContain("no answers");

    private static SurveyKey Key(SurveyKind kind, string[] models, params SurveyKeyQuestion[] questions) =>
        new() { Kind = kind, Questionnaire = new string('0', 64), Models = models, Questions = questions };
}
