using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Reprise.Formats;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Surveys;

/// <summary>The results of a survey, in the form of the paper's Tables 2 and 4.</summary>
/// <remarks>
/// Tests and intervals treat people and questions as samples (<see cref="CrossedEstimate"/>): answers of one person, and answers to one
/// question, depend on one another. With fewer than two people or questions there is no test.
/// </remarks>
internal sealed record SurveyReport
{
    /// <summary>The kind of the questions.</summary>
    [JsonConverter(typeof(EnumNames<SurveyKind>))]
    public required SurveyKind Kind { get; init; }

    /// <summary>SHA-256 of the questions.</summary>
    public required string Questionnaire { get; init; }

    /// <summary>Questions that were asked.</summary>
    public required int Questions { get; init; }

    /// <summary>Questions with an answer.</summary>
    public required int AnsweredQuestions { get; init; }

    /// <summary>People who answered.</summary>
    public required int People { get; init; }

    /// <summary>Answers, discards included.</summary>
    public required int Answers { get; init; }

    /// <summary>
    /// Krippendorff's alpha over all answers: 1 where people who answered the same question always agree, 0 by chance; null where no
    /// question has two answers.
    /// </summary>
    public double? Agreement { get; init; }

    /// <summary>
    /// The share of answers that preferred A, discards left out; far from one half where people chose by side. Null for sentences shown
    /// alone.
    /// </summary>
    public SurveyShare? LeftPreferred { get; init; }

    /// <summary>Table 2: each pair of models; empty for sentences shown alone.</summary>
    public required IReadOnlyList<SurveyPreference> Preferences { get; init; }

    /// <summary>Table 4: each model; empty for pairs.</summary>
    public required IReadOnlyList<SurveySense> Sense { get; init; }

    /// <summary>Table 4: tests of differences between models; empty for pairs.</summary>
    public required IReadOnlyList<SurveyDifference> Differences { get; init; }

    /// <summary>The report as it stands in survey.json.</summary>
    public JsonObject ToJson() => Json.Object(this, SurveyJson.Types.SurveyReport);

    /// <summary>Writes <c>survey.json</c> and the tables: <c>table2.csv</c>, or <c>table4.csv</c> and <c>table4-tests.csv</c>.</summary>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        Write("survey.json", Json.File(ToJson()));
        if (Kind == SurveyKind.Preference)
            Write("table2.csv", SurveyTables.OfPreferences(Preferences));
        if (Kind == SurveyKind.Sense)
        {
            Write("table4.csv", SurveyTables.OfSense(Sense));
            Write("table4-tests.csv", SurveyTables.OfDifferences(Differences));
        }

        void Write(string name, string text) => AtomicFile.WriteText(Path.Combine(folder, name), text);
    }
}

/// <summary>A row of Table 2.</summary>
/// <param name="First">A model.</param>
/// <param name="Second">The model it is compared with.</param>
/// <param name="FirstPreferred">Answers that preferred the first, discards left out.</param>
/// <param name="Discarded">Answers that preferred neither.</param>
/// <param name="P">p, two-sided, that neither is preferred; null where there are fewer than two people or questions, in effect.</param>
/// <param name="AdjustedP">p adjusted by Holm's method for all pairs of the table that were tested.</param>
internal sealed record SurveyPreference(
    string First, string Second, SurveyShare FirstPreferred, int Discarded, double? P, double? AdjustedP)
{
    /// <summary>The number of answers that preferred the second.</summary>
    public int SecondPreferred => FirstPreferred.Total - FirstPreferred.Count;

    /// <summary>1 - p, which the paper prints in percent as its confidence; it is no probability that a model is better.</summary>
    public double? OneMinusP => 1 - P;
}

/// <summary>A row of Table 4: sentences of a model that make sense.</summary>
/// <param name="Model">The model.</param>
/// <param name="All">All sentences.</param>
/// <param name="Shorter">Sentences of at most 10 words.</param>
/// <param name="Longer">Longer sentences.</param>
internal sealed record SurveySense(string Model, SurveyShare All, SurveyShare Shorter, SurveyShare Longer)
{
    /// <summary>The three shares with the lengths as tables show them.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Words, SurveyShare Its)> Parts => [.. SurveyTables.Lengths.Zip([All, Shorter, Longer])];
}

/// <summary>The differences between two models' shares of sentences that make sense.</summary>
/// <param name="First">A model.</param>
/// <param name="Second">Another model.</param>
/// <param name="All">All sentences.</param>
/// <param name="Shorter">Sentences of at most 10 words.</param>
/// <param name="Longer">Longer sentences.</param>
internal sealed record SurveyDifference(string First, string Second, SurveyContrast All, SurveyContrast Shorter, SurveyContrast Longer)
{
    /// <summary>The three differences with the lengths as tables show them.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Words, SurveyContrast Its)> Parts => [.. SurveyTables.Lengths.Zip([All, Shorter, Longer])];
}
