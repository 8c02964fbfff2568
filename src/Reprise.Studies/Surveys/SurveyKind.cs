namespace Reprise.Studies.Surveys;

/// <summary>What people are asked.</summary>
internal enum SurveyKind
{
    /// <summary>Which of two reconstructions is closer to the input (Mansbridge et al. 2019, Table 2).</summary>
    Preference,

    /// <summary>Does this sentence make sense (Table 4)?</summary>
    Sense,
}
