using Reprise.Formats;
using Reprise.Studies.Charts;
using Reprise.Text;

namespace Reprise.Studies.Surveys;

/// <summary>An answer of one person to one question.</summary>
/// <param name="Person">A name that distinguishes people.</param>
/// <param name="Question">The question's id.</param>
/// <param name="Answer">One of <see cref="SurveyKey.Answers"/>.</param>
internal sealed record SurveyAnswer(string Person, string Question, string Answer);

/// <summary>Reads files of answers, CSV or JSON (docs/formats.md), and refuses answers that do not fit the key.</summary>
internal static class SurveyAnswers
{
    private const string Format = "reprise-answers/1";
    private const int LargestFile = 1 << 24;
    private const int MostAnswers = 1_000_000, LongestPerson = 200;

    /// <summary>All answers of these files, in their order. An empty field is a question not answered.</summary>
    /// <exception cref="InputException">
    /// A file is missing or not sound, an answer is not one of the key's words, a question is not of the key's questionnaire, or one person
    /// answers a question twice; file and place are named.
    /// </exception>
    public static IReadOnlyList<SurveyAnswer> Load(IEnumerable<string> paths, SurveyKey key)
    {
        HashSet<string> questions = [.. key.Questions.Select(question => question.Id)];
        Dictionary<(string Person, string Question), string> places = [];
        List<SurveyAnswer> answers = [];
        foreach (string path in paths)
        {
            foreach ((string place, SurveyAnswer found) in Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
                ? OfJson(path, key)
                : OfCsv(path))
            {
                string answer = found.Answer.Trim().ToLowerInvariant();
                if (answer.Length == 0)
                    continue;
                (string person, string question) = (Composed(found.Person.Trim()), found.Question.Trim());
                if (!questions.Contains(question))
                    throw new InputException($"{path}: {place}: question is \"{Quote.Of(question)}\"; expected one of the key's "
                        + $"{questions.Count}, which begin with {key.Questionnaire[..Fingerprint.IdDigits]}-; is this an answer to "
                        + "another questionnaire?");
                if (!key.Answers.Contains(answer))
                    throw new InputException($"{path}: {place}: answer is \"{Quote.Of(answer)}\"; expected "
                        + $"{string.Join(", ", key.Answers)}");
                if (person.Length is 0 or > LongestPerson)
                    throw new InputException($"{path}: {place}: person has {person.Length} characters; expected 1 to {LongestPerson} "
                        + "that tell people apart");
                if (!places.TryAdd((person, question), $"{path}: {place}"))
                    throw new InputException($"{path}: {place}: {Quote.Of(person)} answers {question} a second time; first in "
                        + $"{places[(person, question)]}");
                if (answers.Count == MostAnswers)
                    throw new InputException($"{path}: {place}: more than {MostAnswers} answers");
                answers.Add(new SurveyAnswer(person, question, answer));
            }
        }

        return answers;
    }

    // An accent may be typed in two ways; the person is the same.
    private static string Composed(string name)
    {
        char[] composed = new char[name.Length * Normalization.MostGrowth];
        return new string(composed, 0, Normalization.Apply(name, composed, plain: false, lowerCase: false, new UnicodeText(), out _));
    }

    private static IEnumerable<(string Place, SurveyAnswer Answer)> OfJson(string path, SurveyKey key)
    {
        JsonFile json = JsonFile.Load(path, JsonBytes.List);
        if (json.Text("format") is var format && format != Format)
            throw new InputException($"{path}: format is \"{Quote.Of(format)}\"; expected \"{Format}\"");
        if (json.Text("questionnaire") is var hash && hash != key.Questionnaire)
            throw new InputException($"{path}: questionnaire is {Quote.Of(hash)}; expected {key.Questionnaire}, the key's; these are "
                + "answers to another questionnaire");
        return json.Objects("answers").Select((answer, i) =>
            ($"answers[{i}]", new SurveyAnswer(answer.Text("person"), answer.Text("question"), answer.Text("answer"))));
    }

    private static IEnumerable<(string Place, SurveyAnswer Answer)> OfCsv(string path)
    {
        ReadOnlyMemory<byte> text = Utf8Text.Check(path, OutsideFile.ReadAll(path, LargestFile));
        int[]? columns = null;
        foreach ((int line, IReadOnlyList<string> fields) in CsvRecord.Read(text, path))
        {
            if (columns is null)
                columns = [.. ((string[])["person", "question", "answer"]).Select(name => Column(path, fields, name))];
            else
                yield return ($"line {line}", new SurveyAnswer(Field(columns[0]), Field(columns[1]), Field(columns[2])));

            string Field(int column) => column < fields.Count ? fields[column] : "";
        }

        if (columns is null)
            throw new InputException($"{path}: is empty; expected a first line with the columns person, question and answer");
    }

    private static int Column(string path, IReadOnlyList<string> header, string name)
    {
        int column = Array.FindIndex([.. header], field => field.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        return column >= 0
            ? column
            : throw new InputException($"{path}: line 1: no column {name}; expected person, question and answer, found "
                + $"{Quote.Of(string.Join(", ", header))}");
    }
}
