using System.Globalization;
using System.Text;
using Reprise.Evaluation.Judges;

namespace Reprise.Studies.Surveys;

/// <summary>The tables of a survey as CSV. What is not known is empty.</summary>
internal static class SurveyTables
{
    public static string OfPreferences(IEnumerable<SurveyPreference> rows) => Table(
        "first,second,first_preferred,second_preferred,discarded,first_share,low,high,p,confidence,first_better",
        rows.Select(row => (object?[])
        [
            row.First, row.Second, row.FirstPreferred.Count, row.SecondPreferred, row.Discarded,
            row.FirstPreferred.Share, row.FirstPreferred.Low, row.FirstPreferred.High, row.P, row.Confidence, row.FirstBetter,
        ]));

    public static string OfSense(IEnumerable<SurveySense> rows) => Table(
        "model,length,make_sense,answers,share,low,high",
        rows.SelectMany(row => new[] { ("all", row.All), ($"<= {SurveyAnalysis.ShortSentence}", row.Shorter), ($"> {SurveyAnalysis.ShortSentence}", row.Longer) }.Select(part => Cells(row.Model, part.Item1, part.Item2))));

    public static string OfDifferences(IEnumerable<SurveyDifference> rows) => Table(
        "first,second,p,p_short,p_long",
        rows.Select(row => (object?[])[row.First, row.Second, row.P, row.ShorterP, row.LongerP]));

    private static object?[] Cells(string model, string length, Proportion its) => [model, length, its.Count, its.Total, its.Share, its.Low, its.High];

    private static string Table(string header, IEnumerable<object?[]> rows)
    {
        StringBuilder table = new(header + "\n");
        foreach (object?[] row in rows)
            table.AppendJoin(',', row.Select(cell => cell is string text ? QuestionnaireFiles.Quoted(text) : Convert.ToString(cell, CultureInfo.InvariantCulture))).Append('\n');
        return table.ToString();
    }
}
