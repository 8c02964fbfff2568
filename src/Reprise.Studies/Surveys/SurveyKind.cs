namespace Reprise.Studies.Surveys;

/// <summary>The kind of a survey's questions.</summary>
internal enum SurveyKind
{
    /// <summary>"Which of the two is closer to the input?" (Mansbridge et al. 2019, Table 2).</summary>
    Preference,

    /// <summary>"Does this sentence make sense?" (Table 4).</summary>
    Sense,
}
