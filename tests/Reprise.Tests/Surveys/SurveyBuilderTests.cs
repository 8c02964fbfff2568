using System.Text.Json.Nodes;
using Reprise.Studies.Surveys;

namespace Reprise.Tests.Surveys;

public sealed class SurveyBuilderTests
{
    private static readonly string[] Names = ["vae", "annealed", "m1", "m2"];

    [Fact]
    public void Every_pair_of_models_is_asked_as_often_with_even_sides_and_on_every_sheet()
    {
        Survey survey = Preferences(inputs: 100, new SurveyOptions { Questions = 15, QuestionsPerSheet = 20, Seed = 4 });
        survey.Questions.Count.ShouldBe(6 * 15);
        survey.Questions.GroupBy(question => question.Sheet).Select(sheet => sheet.Count()).ShouldBe([18, 18, 18, 18, 18]);
        survey.Questions.Select(question => question.Texts[0]).Distinct().Count().ShouldBe(90); // of 100 inputs none comes twice
        foreach ((string first, string second) in Pairs())
        {
            (SurveyKeyQuestion Key, int Sheet)[] its =
            [
                .. survey.Key.Questions.Zip(survey.Questions, (key, question) => (key, question.Sheet))
                    .Where(pair => IsPair(pair.key, first, second)),
            ];
            its.Length.ShouldBe(15);
            its.Count(question => question.Key.A == first).ShouldBeInRange(7, 8);
            foreach (IGrouping<int, (SurveyKeyQuestion Key, int Sheet)> sheet in its.GroupBy(question => question.Sheet))
            {
                sheet.Count().ShouldBe(3);
                sheet.Count(question => question.Key.A == first).ShouldBeInRange(1, 2);
            }
        }
    }

    [Fact]
    public void The_questions_match_the_key()
    {
        Survey survey = Preferences(30, new SurveyOptions { Questions = 9 });
        foreach ((SurveyKeyQuestion key, SurveyQuestion question) in survey.Key.Questions.Zip(survey.Questions))
        {
            key.Id.ShouldBe(question.Id);
            question.Texts[1].ShouldBe($"{question.Texts[0]} by {key.A}");
            question.Texts[2].ShouldBe($"{question.Texts[0]} by {key.B}");
        }
    }

    [Fact]
    public void Nothing_is_asked_where_both_sentences_are_the_same()
    {
        Reconstructions a = new("a", ["x", "same", "y", "same"]), b = new("b", ["1", "same", "2", "same"]);
        Survey survey = SurveyBuilder.Preferences(["i0", "i1", "i2", "i3"], [a, b]);
        survey.Questions.Select(question => question.Texts[0]).Order().ShouldBe(["i0", "i2"]);
        Should.Throw<InputException>(() => SurveyBuilder.Preferences(["i0"], [new("a", ["x"]), new("b", ["x"])]))
            .Message.ShouldContain("no questions");
    }

    [Fact]
    public void Sentences_of_every_model_stand_evenly_on_every_sheet_and_no_sheet_is_too_long()
    {
        GeneratedSentences[] models =
        [
            .. Names.Select(
                name => new GeneratedSentences(name, [.. Enumerable.Range(0, 40).Select(i => new GeneratedSentence($"{name} {i}", i))])),
        ];
        Survey survey = SurveyBuilder.Sense(models, new SurveyOptions { Questions = 33 });
        survey.Questions.Count.ShouldBe(4 * 33);
        survey.Questions.Select(question => question.Texts[0]).Distinct().Count().ShouldBe(4 * 33);
        foreach (IGrouping<int, (SurveyKeyQuestion Key, SurveyQuestion Question)> sheet
            in survey.Key.Questions.Zip(survey.Questions).GroupBy(pair => pair.Second.Sheet))
        {
            sheet.Count().ShouldBeInRange(18, 20);
            foreach (string name in Names)
                sheet.Count(pair => pair.Key.A == name).ShouldBeInRange(4, 5);
            sheet.ShouldAllBe(pair => pair.Question.Texts[0] == $"{pair.Key.A} {pair.Key.Words}");
            sheet.Select(pair => pair.Key.A).ShouldNotBe(sheet.Select(pair => pair.Key.A).Order());
        }

        SurveyBuilder.Sense([models[0], models[1] with { Sentences = [.. models[1].Sentences.Take(7)] }]).Questions.Count.ShouldBe(14);
    }

    [Fact]
    public void A_questionnaire_is_a_function_of_texts_and_seed()
    {
        SurveyOptions options = new() { Questions = 12, Seed = 9 };
        Survey survey = Preferences(40, options), again = Preferences(40, options), other = Preferences(40, options with { Seed = 10 });
        again.Key.Questionnaire.ShouldBe(survey.Key.Questionnaire);
        again.Key.Questions.ShouldBe(survey.Key.Questions);
        other.Key.Questionnaire.ShouldNotBe(survey.Key.Questionnaire);
        other.Key.Questions[0].Id[..8].ShouldNotBe(survey.Key.Questions[0].Id[..8]);
    }

    [Fact]
    public void Files_for_people_do_not_name_models()
    {
        using TempFolder folder = new();
        SecretPreferences().Save(folder.Path, "table2");
        (File.ReadAllText(folder["table2.json"]) + File.ReadAllText(folder["table2.csv"])).ShouldNotContain("SECRET");
    }

    [Fact]
    public void A_sheet_is_csv_with_quotes_and_an_empty_answer()
    {
        using TempFolder folder = new();
        SecretPreferences().Save(folder.Path, "table2");
        string csv = File.ReadAllText(folder["table2.csv"]);
        csv.ShouldStartWith("sheet,question,input,a,b,person,answer\n1,");
        csv.ShouldContain("\"he said \"\"no\"\", twice\"");
    }

    [Fact]
    public void A_sheet_is_json_with_the_questions_in_order()
    {
        using TempFolder folder = new();
        Survey survey = SecretPreferences();
        survey.Save(folder.Path, "table2");
        JsonNode first = JsonNode.Parse(File.ReadAllText(folder["table2.json"]))!["sheets"]![0]!["questions"]![0]!;
        ((string)first["input"]!).ShouldBe(survey.Questions[0].Texts[0]);
        ((string)first["question"]!).ShouldBe(survey.Key.Questions[0].Id);
    }

    [Fact]
    public void The_key_comes_back_from_its_file()
    {
        using TempFolder folder = new();
        Survey survey = SecretPreferences();
        survey.Save(folder.Path, "table2");
        SurveyKey key = SurveyKey.Load(folder["table2-key.json"]);
        (key.Kind, key.Questionnaire).ShouldBe((survey.Kind, survey.Key.Questionnaire));
        key.Models.ShouldBe(["SECRET-A", "SECRET-B"]);
        key.Questions.ShouldBe(survey.Key.Questions);
    }

    [Fact]
    public void A_survey_of_sense_has_a_sentence_a_question()
    {
        using TempFolder folder = new();
        Survey sense = SurveyBuilder.Sense([new("x", [new("one sentence .", 3)])]);
        sense.Save(folder.Path, "table4");
        SurveyKey.Load(folder["table4-key.json"]).Questions.ShouldBe(sense.Key.Questions);
        File.ReadAllText(folder["table4.csv"])
            .ShouldBe($"sheet,question,sentence,person,answer\n1,{sense.Questions[0].Id},one sentence .,,\n");
    }

    private static Survey SecretPreferences()
    {
        Reconstructions a = new("SECRET-A", ["he said \"no\", twice", "two\nlines"]), b = new("SECRET-B", ["he said", "one"]);
        return SurveyBuilder.Preferences(["in, put", "other"], [a, b]);
    }

    [Fact]
    public void Preferences_need_different_models_with_a_reconstruction_of_each_input()
    {
        Refusal(new Reconstructions("a", ["x"])).ShouldContain("1 models; expected 2");
        Refusal(new Reconstructions("a", ["x"]), new Reconstructions("a", ["y"])).ShouldContain("twice");
        Refusal(new Reconstructions("a", ["x"]), new Reconstructions("b", [])).ShouldContain("b has 0 reconstructions of 1 inputs");

        static string Refusal(params Reconstructions[] models) =>
            Should.Throw<InputException>(() => SurveyBuilder.Preferences(["i"], models)).Message;
    }

    [Fact]
    public void Nothing_to_ask_is_refused() =>
        Should.Throw<InputException>(() => SurveyBuilder.Sense([new("a", [])])).Message.ShouldContain("no questions");

    [Fact]
    public void No_question_at_all_or_on_a_sheet_is_refused()
    {
        Should.Throw<InputException>(() => Preferences(4, new SurveyOptions { Questions = 0 }));
        Should.Throw<InputException>(() => Preferences(4, new SurveyOptions { QuestionsPerSheet = 0 }));
    }

    private static Survey Preferences(int inputs, SurveyOptions options) => SurveyBuilder.Preferences(
        [.. Enumerable.Range(0, inputs).Select(i => $"input {i}")],
        [.. Names.Select(name => new Reconstructions(name, [.. Enumerable.Range(0, inputs).Select(i => $"input {i} by {name}")]))],
        options);

    private static IEnumerable<(string First, string Second)> Pairs() =>
        Names.SelectMany((first, i) => Names.Skip(i + 1).Select(second => (first, second)));

    private static bool IsPair(SurveyKeyQuestion key, string first, string second) =>
        (key.A == first && key.B == second) || (key.A == second && key.B == first);
}
