using Reprise.Studies.Charts;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Surveys;

/// <summary>The tables of a survey as CSV. An unknown value is empty.</summary>
internal static class SurveyTables
{
    public static string OfPreferences(IEnumerable<SurveyPreference> rows)
    {
        CsvWriter csv = new("first", "second", "first_preferred", "second_preferred",
            "discarded", "first_share", "low", "high", "p", "confidence", "first_better");
        foreach (SurveyPreference row in rows)
        {
            Proportion first = row.FirstPreferred;
            csv.Row(row.First, row.Second, first.Count, row.SecondPreferred, row.Discarded, Known(first.Share),
                Known(first.Low), Known(first.High), row.P, row.Confidence, row.FirstBetter);
        }

        return csv.ToString();
    }

    public static string OfSense(IEnumerable<SurveySense> rows)
    {
        CsvWriter csv = new("model", "words", "make_sense", "answers", "share", "low", "high");
        foreach (SurveySense row in rows)
        {
            foreach ((string words, Proportion its) in row.Parts)
                csv.Row(row.Model, words, its.Count, its.Total, Known(its.Share), Known(its.Low), Known(its.High));
        }

        return csv.ToString();
    }

    public static string OfDifferences(IEnumerable<SurveyDifference> rows)
    {
        CsvWriter csv = new("first", "second", "p", "p_shorter", "p_longer");
        foreach (SurveyDifference row in rows)
            csv.Row(row.First, row.Second, row.P, row.ShorterP, row.LongerP);
        return csv.ToString();
    }

    private static double Known(double? value) => value ?? double.NaN;
}
