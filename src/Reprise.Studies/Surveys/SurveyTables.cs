using Reprise.Studies.Charts;

namespace Reprise.Studies.Surveys;

/// <summary>The tables of a survey as CSV. An unknown value is empty.</summary>
internal static class SurveyTables
{
    /// <summary>The lengths of Table 4 in words, as its rows name them.</summary>
    public static IReadOnlyList<string> Lengths { get; } =
        ["all", $"<= {SurveyAnalysis.ShortSentence}", $"> {SurveyAnalysis.ShortSentence}"];

    public static string OfPreferences(IEnumerable<SurveyPreference> rows)
    {
        CsvWriter csv = new("first", "second", "first_preferred", "second_preferred", "discarded", "people", "questions",
            "first_share", "low", "high", "p", "adjusted_p", "one_minus_p");
        foreach (SurveyPreference row in rows)
        {
            SurveyShare first = row.FirstPreferred;
            csv.Row(row.First, row.Second, first.Count, row.SecondPreferred, row.Discarded, first.People, first.Questions,
                Known(first.Share), Known(first.Low), Known(first.High), Known(row.P), Known(row.AdjustedP), Known(row.OneMinusP));
        }

        return csv.ToString();
    }

    public static string OfSense(IEnumerable<SurveySense> rows)
    {
        CsvWriter csv = new("model", "words", "make_sense", "answers", "people", "questions", "share", "low", "high");
        foreach (SurveySense row in rows)
        {
            foreach ((string words, SurveyShare its) in row.Parts)
            {
                csv.Row(row.Model, words, its.Count, its.Total, its.People, its.Questions,
                    Known(its.Share), Known(its.Low), Known(its.High));
            }
        }

        return csv.ToString();
    }

    public static string OfDifferences(IEnumerable<SurveyDifference> rows)
    {
        CsvWriter csv = new("first", "second", "words", "difference", "low", "high", "p", "adjusted_p");
        foreach (SurveyDifference row in rows)
        {
            foreach ((string words, SurveyContrast its) in row.Parts)
            {
                csv.Row(row.First, row.Second, words, Known(its.Difference), Known(its.Low), Known(its.High), Known(its.P),
                    Known(its.AdjustedP));
            }
        }

        return csv.ToString();
    }

    private static double Known(double? value) => value ?? double.NaN;
}
