using System.Text.Json.Nodes;
using Reprise.Formats;
using Reprise.Studies.Charts;

namespace Reprise.Studies.Surveys;

/// <summary>The two files of a questionnaire for people: <c>NAME.json</c> for a page, <c>NAME.csv</c> for a spreadsheet.</summary>
internal static class QuestionnaireFiles
{
    private const string Format = "reprise-questionnaire/1";

    public static void WriteJson(string path, Survey survey)
    {
        string[] names = Columns(survey.Kind);
        JsonObject json = new()
        {
            ["format"] = Format,
            ["kind"] = Json.NameOf(survey.Kind),
            ["questionnaire"] = survey.Key.Questionnaire,
            ["asked"] = survey.Kind == SurveyKind.Preference
                ? "Which of the two sentences is closer to the input?"
                : "Does this sentence make sense?",
            ["answers"] = new JsonArray([.. survey.Key.Answers.Select(answer => (JsonNode)answer)]),
            ["sheets"] = new JsonArray([.. survey.Questions.GroupBy(question => question.Sheet).Select(sheet => new JsonObject
            {
                ["sheet"] = sheet.Key,
                ["questions"] = new JsonArray([.. sheet.Select(JsonOf)]),
            })]),
        };
        AtomicFile.WriteText(path, Json.File(json));

        JsonObject JsonOf(SurveyQuestion question)
        {
            JsonObject shown = new() { ["question"] = question.Id };
            foreach ((string name, string text) in names.Zip(question.Texts))
                shown[name] = text;
            return shown;
        }
    }

    /// <summary>Writes the questions with empty columns for person and answer; filled in, it is a file of answers.</summary>
    public static void WriteCsv(string path, Survey survey)
    {
        CsvWriter csv = new(["sheet", "question", .. Columns(survey.Kind), "person", "answer"]);
        foreach (SurveyQuestion question in survey.Questions)
            csv.Row([question.Sheet, question.Id, .. question.Texts, "", ""]);
        AtomicFile.WriteText(path, csv.ToString());
    }

    private static string[] Columns(SurveyKind kind) => kind == SurveyKind.Preference ? ["input", "a", "b"] : ["sentence"];
}
