using System.Text;
using System.Text.Json.Nodes;
using Reprise.Studies.Surveys;

namespace Reprise.Tests.Cli;

/// <summary>Questionnaires filled in, and the tables that come of them.</summary>
public sealed class SurveyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Survey _survey = SurveyBuilder.Preferences(
        [.. Enumerable.Range(0, 12).Select(i => $"input, {i}")],
        [
            new("vae", [.. Enumerable.Range(0, 12).Select(i => $"worse {i}")]),
            new("m1", [.. Enumerable.Range(0, 12).Select(i => $"better\n{i}")]),
        ]);

    public SurveyTests() => _survey.Save(_folder.Path, "table2");

    private string Key => _folder["table2-key.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_questionnaire_filled_in_is_a_file_of_answers()
    {
        // Anna always prefers m1; Ben leaves the last question open and discards the first.
        string anna = FilledIn("anna", (i, _) => Prefers(i, "m1"));
        string ben = FilledIn("ben", (i, last) => i == 0 ? "Discard" : i == last ? "" : Prefers(i, "m1").ToUpperInvariant());
        string output = CliRun.Of("survey", "analyse", anna, ben, "--key", Key).Done().Output;
        output.ShouldContain("23 of 2 people to 12 of 12 questions");
        output.ShouldContain("vae");
        JsonObject report = Json(
            CliRun.Of("survey", "analyse", anna, ben, "--key", Key, "--json", "--out", _folder["tables"]).Done().Output);
        ((string)report["kind"]!).ShouldBe("preference");
        JsonNode row = report["preferences"]![0]!;
        ((string)row["first"]!, (int)row["firstPreferred"]!["count"]!, (int)row["firstPreferred"]!["total"]!, (int)row["discarded"]!)
            .ShouldBe(("vae", 0, 22, 1));
        // All agree, so that the variance is (1/24) (23/24) / 22; with two people, p has one degree of freedom.
        double error = Math.Sqrt(23.0 / 24 / 24 / 22);
        ((double)row["p"]!).ShouldBe(2 / Math.PI * Math.Atan(error / 0.5), 1e-12);
        ((double)row["adjustedP"]!).ShouldBe((double)row["p"]!);
        ((double)row["oneMinusP"]!).ShouldBe(1 - (double)row["p"]!);
        ((double)row["firstPreferred"]!["high"]!).ShouldBeInRange(0.05, 0.95);
        JsonNode.DeepEquals(Json(File.ReadAllText(_folder["tables/survey.json"])), report).ShouldBeTrue();
        File.ReadAllLines(_folder["tables/table2.csv"])[1].ShouldStartWith("vae,m1,0,22,1,2,12,0,0,0.");
    }

    [Fact]
    public void Answers_as_json_give_the_same()
    {
        string csv = FilledIn("anna", (i, _) => Prefers(i, "vae"));
        string json = _folder.Write("answers.json", new JsonObject
        {
            ["format"] = "reprise-answers/1",
            ["questionnaire"] = _survey.Key.Questionnaire,
            ["answers"] = new JsonArray(
                [
                    .. _survey.Questions.Select(
                        (question, i) => new JsonObject
                        {
                            ["person"] = "anna", ["question"] = question.Id, ["answer"] = Prefers(i, "vae"),
                        }),
                ]),
        }.ToJsonString());
        CliRun.Of("survey", "analyse", json, "--key", Key, "--json").Done()
            .Output.ShouldBe(CliRun.Of("survey", "analyse", csv, "--key", Key, "--json").Done().Output);
    }

    [Fact]
    public void Table_4_is_made_of_yes_and_no()
    {
        Survey sense = SurveyBuilder.Sense(
            [
                .. ((string[])["vae", "m1"]).Select(
                    name => new GeneratedSentences(
                        name, [.. Enumerable.Range(1, 20).Select(i => new GeneratedSentence($"{name} {i}", i))])),
            ]);
        sense.Save(_folder.Path, "table4");
        string answers = _folder.Write(
            "sense.csv",
            "answer;question;person\r\n"
                + string.Concat(
                    sense.Key.Questions.Select(
                        question => $"{(question.A == "m1" || question.Words > 10 ? "yes" : "no")};{question.Id};\"p;1\"\r\n")));
        string tables = _folder["tables"];
        string output = CliRun.Of("survey", "analyse", answers, "--key", _folder["table4-key.json"], "--out", tables).Done().Output;
        output.ShouldContain("make sense");
        output.ShouldContain("one person");
        File.ReadAllLines(Path.Combine(tables, "table4.csv"))[1..4]
            .ShouldBe(["vae,all,10,20,1,20,0.5,,", "vae,<= 10,0,10,1,10,0,,", "vae,> 10,10,10,1,10,1,,"]);
        File.ReadAllLines(Path.Combine(tables, "table4-tests.csv"))[1..]
            .ShouldBe(["vae,m1,all,-0.5,,,,", "vae,m1,<= 10,-1,,,,", "vae,m1,> 10,0,,,,"]);
    }

    [Theory]
    [InlineData("line 3: question is \"00000000-001\"", "anna,ID1,a\nanna,00000000-001,a\n")]
    [InlineData("line 3: answer is \"left\"; expected a, b, discard", "anna,ID1,a\nanna,ID2,left\n")]
    [InlineData("line 4: anna answers ID1 a second time; first in", "anna,ID1,a\nben,ID1,b\nanna , ID1,b\n")]
    [InlineData("line 2: person has 0 characters", ",ID1,a\n")]
    [InlineData("line 3: the field begins with a quote that is not closed", "anna,ID1,a\n\"anna,ID2,a\n")]
    [InlineData("there are no answers", "anna,ID1,\n")]
    public void An_answer_that_does_not_fit_is_named(string complaint, string rows)
    {
        string answers = _folder.Write("bad.csv", "person,question,answer\n" + WithIds(rows));
        CliRun.Of("survey", "analyse", answers, "--key", Key).Complaint().ShouldContain(WithIds(complaint));
    }

    [Fact]
    public void A_line_is_counted_in_the_file_and_not_in_records()
    {
        // Each record has a sentence with a line break; the fourth begins in line 1 + 3 · 2 + 1.
        string answers = FilledIn("anna", (i, _) => i == 3 ? "left" : "a");
        CliRun.Of("survey", "analyse", answers, "--key", Key).Complaint().ShouldContain("line 8: answer is \"left\"");
    }

    [Theory]
    [InlineData("bad.csv", "person,question\nanna,x\n", "no column answer")]
    [InlineData("bad.csv", "", "is empty")]
    [InlineData("bad.json", "[]", "expected a JSON object")]
    [InlineData("bad.json", """{"format": "reprise-answers/2"}""", "expected \"reprise-answers/1\"")]
    [InlineData(
        "bad.json",
        """{"format": "reprise-answers/1", "questionnaire": "abc", "answers": []}""",
        "these are answers to another questionnaire")]
    [InlineData(
        "bad.json",
        """{"format": "reprise-answers/1", "questionnaire": "HASH", "answers": [{"person": "p", "question": 4}]}""",
        "answers[0].question: expected text")]
    [InlineData(
        "bad.json",
        """{"format": "reprise-answers/1", "questionnaire": "HASH", "answers": [{"person": "p", "question": "ID1", "answer": "c"}]}""",
        "answers[0]: answer is \"c\"")]
    public void A_file_of_answers_that_is_none_is_named(string name, string text, string complaint)
    {
        string answers = _folder.Write(name, WithIds(text));
        string error = CliRun.Of("survey", "analyse", answers, "--key", Key).Complaint();
        error.ShouldContain($"{answers}: ");
        error.ShouldContain(complaint);
    }

    [Theory]
    [InlineData("windows-1252", "line 2, byte 26: not valid UTF-8 (0xE9); convert the text to UTF-8")]
    [InlineData("utf-16", "the text is UTF-16; convert it to UTF-8")]
    [InlineData("utf-16BE", "the text is UTF-16; convert it to UTF-8")]
    [InlineData("binary", "line 1, byte 6: a zero byte; this is a binary file, expected text in UTF-8")]
    public void Answers_in_another_encoding_are_refused_as_prepare_refuses_them(string encoding, string complaint)
    {
        const string Text = "person,question,answer\nRen\u00e9,ID1,a\nRen\u00e8,ID1,b\n";
        byte[] bytes = encoding switch
        {
            "windows-1252" => Encoding.Latin1.GetBytes(WithIds(Text)), // the same bytes for these letters
            "binary" => "person\0,question,answer\n"u8.ToArray(),
            _ => [.. Encoding.GetEncoding(encoding).GetPreamble(), .. Encoding.GetEncoding(encoding).GetBytes(WithIds(Text))],
        };
        string answers = _folder.Write("foreign.csv", bytes);
        CliRun.Of("survey", "analyse", answers, "--key", Key).Complaint().ShouldBe($"{answers}: {complaint}");
    }

    [Fact]
    public void A_person_is_one_however_the_accent_was_typed()
    {
        string answers = _folder.Write("accents.csv", WithIds("person,question,answer\nRen\u00e9,ID1,a\nRene\u0301,ID1,b\n"));
        CliRun.Of("survey", "analyse", answers, "--key", Key).Complaint().ShouldContain("line 3: Ren\u00e9 answers");
    }

    [Fact]
    public void Answers_as_json_in_another_encoding_are_refused_alike()
    {
        string latin = _folder.Write("latin.json", Encoding.Latin1.GetBytes("{\"format\": \"Ren\u00e9\"}"));
        CliRun.Of("survey", "analyse", latin, "--key", Key).Complaint()
            .ShouldBe($"{latin}: line 1, byte 15: not valid UTF-8 (0xE9); convert the text to UTF-8");
        string wide = _folder.Write("wide.json", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{}")]);
        CliRun.Of("survey", "analyse", wide, "--key", Key).Complaint().ShouldBe($"{wide}: the text is UTF-16; convert it to UTF-8");
    }

    [Fact]
    public void People_whose_names_differ_by_an_accent_are_two()
    {
        string answers = _folder.Write("accents.csv", WithIds("person,question,answer\nRen\u00e9,ID1,a\nRen\u00e8,ID1,b\n"));
        CliRun.Of("survey", "analyse", answers, "--key", Key).Done().Output.ShouldContain("2 of 2 people");
    }

    [Fact]
    public void Files_that_are_too_large_or_not_there_are_named()
    {
        string large = _folder["large.csv"];
        using (FileStream file = File.Create(large))
            file.SetLength((1 << 24) + 1);
        CliRun.Of("survey", "analyse", large, "--key", Key).Complaint().ShouldContain("expected at most");
        CliRun.Of("survey", "analyse", _folder["none.csv"], "--key", Key).Complaint().ShouldContain("no such file");
        CliRun.Of("survey", "analyse", large, "--key", _folder["none.json"]).Complaint().ShouldContain("no such file");
    }

    [Fact]
    public void A_place_for_tables_that_cannot_be_written_to_is_named()
    {
        string file = _folder.Write("a-file", "mine");
        CliRun.Of("survey", "analyse", FilledIn("anna", (_, _) => "a"), "--key", Key, "--out", file).Complaint()
            .ShouldStartWith($"{file}: cannot be written to: ");
        File.ReadAllText(file).ShouldBe("mine");
    }

    [Theory]
    [InlineData("reprise-questionnaire-key/1", "reprise-questionnaire/1", "is this the questionnaire")]
    [InlineData("\"preference\"", "\"taste\"", "expected preference, sense")]
    [InlineData("\"a\": \"vae\"", "\"a\": \"gan\"", "expected vae, m1")]
    [InlineData("ID2", "ID1", "stands once")]
    [InlineData("\"questionnaire\": \"", "\"questionnaire\": \"x", "64 hexadecimal digits")]
    public void A_key_that_is_none_is_named(string part, string instead, string complaint)
    {
        string text = File.ReadAllText(Key);
        text.ShouldContain(WithIds(part));
        string key = _folder.Write("bad-key.json", text.Replace(WithIds(part), WithIds(instead)));
        CliRun.Of("survey", "analyse", FilledIn("anna", (_, _) => "a"), "--key", key).Complaint().ShouldContain(complaint);
    }

    [Fact]
    public void Survey_alone_names_its_command()
    {
        CliRun.Of("survey").Complaint().ShouldContain("analyse");
        CliRun.Of("survey", "analyse").Complaint().ShouldContain("reprise survey analyse --help");
        CliRun.Of("survey", "analyse", "--help").Done().Output.ShouldContain("reprise survey analyse anna.csv");
    }

    private string Prefers(int question, string model) => _survey.Key.Questions[question].A == model ? "a" : "b";

    // Fills in the questionnaire's own CSV: answer i follows the i-th ",," at the end of a record.
    private string FilledIn(string person, Func<int, int, string> answer)
    {
        string[] records = File.ReadAllText(_folder["table2.csv"]).Split(",,\n");
        int last = records.Length - 2;
        return _folder.Write($"{person}.csv", string.Concat(records[..^1].Select((record, i) => $"{record},{person},{answer(i, last)}\n")));
    }

    private string WithIds(string text) =>
        text.Replace("ID1", _survey.Questions[0].Id).Replace("ID2", _survey.Questions[1].Id).Replace("HASH", _survey.Key.Questionnaire);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
