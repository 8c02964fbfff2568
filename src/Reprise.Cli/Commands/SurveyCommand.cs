using System.CommandLine;
using Reprise.Cli.Rendering;
using Reprise.Studies.Statistics;
using Reprise.Studies.Surveys;
using Spectre.Console;

namespace Reprise.Cli.Commands;

/// <summary>Evaluates the answers to a questionnaire, as Tables 2 and 4 of the paper.</summary>
internal static class SurveyCommand
{
    private static readonly Argument<string[]> Answers = new("ANSWERS")
    {
        Description = "Files of answers, CSV or JSON; for example the questionnaire's CSV with the columns person and answer filled in",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> Key = new("--key")
    {
        Description = "Key of the questionnaire",
        HelpName = "file",
        Required = true,
    };

    private static readonly Option<string?> Out = Flags.Text("--out", "Folder for survey.json and the tables as CSV", "folder", "-o");

    public static RepriseCommand Create() => new(
        "survey",
        "Evaluates answers to the questionnaires that a study writes.",
        "reprise survey analyse answers.csv --key table2-key.json")
    {
        Body = (_, _) => throw new InputException("survey: expected analyse; see `reprise survey --help`"),
        Subcommands =
        {
            new RepriseCommand(
                "analyse",
                "Computes preferences (Table 2) or shares that make sense (Table 4), with exact tests, intervals and agreement.",
                "reprise survey analyse anna.csv ben.csv --key table2-key.json",
                "reprise survey analyse answers.json --key table4-key.json --out tables --json")
            {
                Body = Analyse,
                Arguments = { Answers },
                Options = { Key, Out },
            },
        },
    };

    private static int Analyse(Session session, ParseResult parse)
    {
        SurveyKey key = SurveyKey.Load(parse.GetRequiredValue(Key));
        SurveyReport report = SurveyAnalysis.Of(key, SurveyAnswers.Load(parse.GetRequiredValue(Answers), key));
        if (parse.GetValue(Out) is { } folder)
            Save(report, folder);
        if (session.Json)
            session.Object(report.ToJson());
        else
            Show(session, report);
        return ExitCode.Done;
    }

    private static void Save(SurveyReport report, string folder)
    {
        try
        {
            report.Save(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be written to: {e.Message}; choose another folder with --out", e);
        }
    }

    private static void Show(Session session, SurveyReport report)
    {
        Table facts = Tables.Facts();
        string questions = $"{Format.Count(report.AnsweredQuestions)} of {Format.Count(report.Questions)} questions";
        facts.Fact("answers", $"{Format.Count(report.Answers)} of {Format.Count(report.People)} people to {questions}");
        facts.Fact("agreement", report.Agreement is { } alpha
            ? $"{Format.Number(alpha)} (Krippendorff's alpha: 1 for full agreement, 0 for chance)"
            : "- (no two people answered the same question, or all answers are the same)");
        if (report.LeftPreferred is { } left)
            facts.Fact("left preferred", $"{ShareOf(left)} ({IntervalOf(left)})");
        session.Render(facts);
        session.Render(report.Kind == SurveyKind.Preference ? TableOf(report.Preferences) : TableOf(report.Sense));
        if (report.Differences.Count > 0)
            session.Render(TableOf(report.Differences));
    }

    private static Table TableOf(IEnumerable<SurveyPreference> rows)
    {
        Table table = Tables.Columns("first", "second", "#first", "#second", "#neither", "#share", "#95%", "#confidence");
        foreach (SurveyPreference row in rows)
        {
            table.Row(
                row.First,
                row.Second,
                Format.Count(row.FirstPreferred.Count),
                Format.Count(row.SecondPreferred),
                Format.Count(row.Discarded),
                ShareOf(row.FirstPreferred),
                IntervalOf(row.FirstPreferred),
                Format.Percent(row.Confidence));
        }

        return table;
    }

    private static Table TableOf(IEnumerable<SurveySense> rows)
    {
        Table table = Tables.Columns("model", "words", "#make sense", "#of", "#share", "#95%");
        foreach (SurveySense row in rows)
        {
            foreach ((string words, Proportion its) in row.Parts)
                table.Row(row.Model, words, Format.Count(its.Count), Format.Count(its.Total), ShareOf(its), IntervalOf(its));
        }

        return table;
    }

    private static Table TableOf(IEnumerable<SurveyDifference> rows)
    {
        int shorter = SurveyAnalysis.ShortSentence;
        Table table = Tables.Columns("p of no difference", "to", "#all", $"#<= {shorter}", $"#> {shorter}");
        foreach (SurveyDifference row in rows)
            table.Row(row.First, row.Second, Chance(row.P), Chance(row.ShorterP), Chance(row.LongerP));
        return table;
    }

    private static string Chance(double p) => p < 0.0001 ? "< 0.0001" : Format.Number(p, 4);

    private static string ShareOf(Proportion its) => its.Share is { } share ? Format.Percent(share) : "-";

    private static string IntervalOf(Proportion its) => its is { Low: { } low, High: { } high }
        ? $"{Format.Number(100 * low, 1)} to {Format.Number(100 * high, 1)}"
        : "-";
}
