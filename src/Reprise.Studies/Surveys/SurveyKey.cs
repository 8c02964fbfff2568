using System.Text.Json.Nodes;
using Reprise.Formats;

namespace Reprise.Studies.Surveys;

/// <summary>The models behind the questions: <c>NAME-key.json</c>.</summary>
internal sealed record SurveyKey
{
    private const string Format = "reprise-questionnaire-key/1";
    private const int MostQuestions = 1_000_000;

    /// <summary>The kind of its questions.</summary>
    public required SurveyKind Kind { get; init; }

    /// <summary>SHA-256 of the questions, in hexadecimal.</summary>
    public required string Questionnaire { get; init; }

    /// <summary>The models, in the order of the tables.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Questions in the order in which they are asked.</summary>
    public required IReadOnlyList<SurveyKeyQuestion> Questions { get; init; }

    /// <summary>The possible answers to a question.</summary>
    public IReadOnlyList<string> Answers => Kind == SurveyKind.Preference ? ["a", "b", "discard"] : ["yes", "no"];

    /// <summary>Reads a key.</summary>
    /// <exception cref="InputException">The file is missing or not a sound key; the field is named.</exception>
    public static SurveyKey Load(string path)
    {
        JsonFile json = JsonFile.Load(path, JsonBytes.List);
        if (json.Text("format") is var format && format != Format)
            throw new InputException($"{path}: format is \"{format}\"; expected \"{Format}\"; is this the questionnaire and not its key?");
        SurveyKind kind = json.Choice<SurveyKind>("kind");
        string hash = json.Text("questionnaire");
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
            throw new InputException($"{path}: questionnaire: expected 64 hexadecimal digits");
        string[] models = [.. json.Objects("models").Select(model => model.Text("name"))];
        if (models.Distinct().Count() != models.Length)
            throw new InputException($"{path}: models: a name stands twice");
        IReadOnlyList<JsonFile> questions = json.Objects("questions");
        if (questions.Count > MostQuestions)
            throw new InputException($"{path}: {questions.Count} questions; expected at most {MostQuestions}");
        HashSet<string> seen = [];
        return new SurveyKey
        {
            Kind = kind,
            Questionnaire = hash,
            Models = models,
            Questions = [.. questions.Select(Read)],
        };

        SurveyKeyQuestion Read(JsonFile question, int index)
        {
            string id = question.Text("question");
            if (!id.StartsWith(hash[..Fingerprint.IdDigits] + "-", StringComparison.Ordinal) || !seen.Add(id))
                throw new InputException($"{path}: questions[{index}].question is \"{Quote.Of(id)}\"; expected an id that begins with "
                    + $"{hash[..Fingerprint.IdDigits]}- and stands once");
            return kind == SurveyKind.Preference
                ? new SurveyKeyQuestion(id, Model("a"), Model("b"), Words: 0)
                : new SurveyKeyQuestion(id, Model("model"), B: null, question.Integer("words"));

            string Model(string name) => question.Text(name) is var model && models.Contains(model)
                ? model
                : throw new InputException($"{path}: questions[{index}].{name} is \"{Quote.Of(model)}\"; expected "
                    + $"{string.Join(", ", models)}");
        }
    }

    /// <summary>Writes the key, atomically.</summary>
    public void Save(string path)
    {
        JsonObject json = new()
        {
            ["format"] = Format,
            ["kind"] = Json.NameOf(Kind),
            ["questionnaire"] = Questionnaire,
            ["models"] = new JsonArray([.. Models.Select(model => new JsonObject { ["name"] = model })]),
            ["questions"] = new JsonArray([.. Questions.Select(JsonOf)]),
        };
        AtomicFile.WriteText(path, Json.File(json));
    }

    private JsonObject JsonOf(SurveyKeyQuestion question) => Kind == SurveyKind.Preference
        ? new JsonObject { ["question"] = question.Id, ["a"] = question.A, ["b"] = question.B }
        : new JsonObject { ["question"] = question.Id, ["model"] = question.A, ["words"] = question.Words };
}

/// <summary>The models behind a question.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="A">The model whose reconstruction is A, or whose sentence it is.</param>
/// <param name="B">The model whose reconstruction is B; null where a sentence is shown alone.</param>
/// <param name="Words">Length of the sentence; 0 where two are compared.</param>
internal sealed record SurveyKeyQuestion(string Id, string A, string? B, int Words);
