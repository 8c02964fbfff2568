namespace Reprise.Studies.Surveys;

/// <summary>A questionnaire, which does not name models, and its key, which does.</summary>
/// <param name="Questions">The questions by sheet, in the order in which they are asked.</param>
internal sealed record Survey(SurveyKind Kind, IReadOnlyList<SurveyQuestion> Questions, SurveyKey Key)
{
    /// <summary>
    /// Writes <c>NAME.json</c>, <c>NAME.csv</c> and <c>NAME-key.json</c> (docs/formats.md). People who answer must not see the last.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Save(string folder, string name)
    {
        QuestionnaireFiles.WriteJson(Path.Combine(folder, name + ".json"), this);
        QuestionnaireFiles.WriteCsv(Path.Combine(folder, name + ".csv"), this);
        Key.Save(Path.Combine(folder, name + "-key.json"));
    }
}

/// <summary>One question.</summary>
/// <param name="Id">An id that begins with the questionnaire's first eight hexadecimal digits.</param>
/// <param name="Sheet">The sheet's number, from 1.</param>
/// <param name="Texts">The texts shown: input, A and B; or the sentence.</param>
internal sealed record SurveyQuestion(string Id, int Sheet, IReadOnlyList<string> Texts);
