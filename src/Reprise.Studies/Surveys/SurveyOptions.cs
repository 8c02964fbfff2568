namespace Reprise.Studies.Surveys;

/// <summary>Options of a questionnaire.</summary>
internal sealed record SurveyOptions
{
    /// <summary>Questions for each pair of models, or for each model: 1 or more, or as many as there are.</summary>
    public int Questions { get; init; } = 100;

    /// <summary>Questions for one person: 1 or more. The paper asked at most 20.</summary>
    public int QuestionsPerSheet { get; init; } = 20;

    /// <summary>The seed of the draw and the order of questions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <exception cref="InputException">A value is out of range.</exception>
    internal void Validate()
    {
        if (Questions < 1)
            throw new InputException($"the number of questions is {Questions}; expected 1 or more");
        if (QuestionsPerSheet < 1)
            throw new InputException($"the number of questions a sheet is {QuestionsPerSheet}; expected 1 or more");
    }
}
