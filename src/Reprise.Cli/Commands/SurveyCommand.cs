using System.CommandLine;
using Reprise.Cli.Rendering;
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
                "Computes preferences (Table 2) or shares that make sense (Table 4), with intervals, tests and agreement.",
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
            facts.Fact("left preferred", $"{ShareOf(left)} ({IntervalOf(left.Low, left.High)})");
        if (report.People < 2)
            facts.Fact("not tested", "one person answered; intervals and tests need two people and two questions");
        session.Render(facts);
        session.Render(report.Kind == SurveyKind.Preference ? TableOf(report.Preferences) : TableOf(report.Sense));
        if (report.Differences.Count > 0)
            session.Render(TableOf(report.Differences));
    }

    private static Table TableOf(IEnumerable<SurveyPreference> rows)
    {
        Table table = Tables.Columns("first", "second", "#first", "#second", "#neither", "#share", "#95%", "#p", "#adjusted p");
        foreach (SurveyPreference row in rows)
        {
            table.Row(
                row.First,
                row.Second,
                Format.Count(row.FirstPreferred.Count),
                Format.Count(row.SecondPreferred),
                Format.Count(row.Discarded),
                ShareOf(row.FirstPreferred),
                IntervalOf(row.FirstPreferred.Low, row.FirstPreferred.High),
                Chance(row.P),
                Chance(row.AdjustedP));
        }

        return table;
    }

    private static Table TableOf(IEnumerable<SurveySense> rows)
    {
        Table table = Tables.Columns("model", "words", "#make sense", "#of", "#share", "#95%");
        foreach (SurveySense row in rows)
        {
            foreach ((string words, SurveyShare its) in row.Parts)
            {
                table.Row(row.Model, words, Format.Count(its.Count), Format.Count(its.Total), ShareOf(its),
                    IntervalOf(its.Low, its.High));
            }
        }

        return table;
    }

    private static Table TableOf(IEnumerable<SurveyDifference> rows)
    {
        Table table = Tables.Columns("first", "less", "words", "#points", "#95%", "#p", "#adjusted p");
        foreach (SurveyDifference row in rows)
        {
            foreach ((string words, SurveyContrast its) in row.Parts)
            {
                table.Row(row.First, row.Second, words, its.Difference is { } points ? Format.Number(100 * points, 1) : "-",
                    IntervalOf(its.Low, its.High), Chance(its.P), Chance(its.AdjustedP));
            }
        }

        return table;
    }

    private static string Chance(double? p) => p switch
    {
        null => "-",
        < 0.0001 => "< 0.0001",
        { } value => Format.Number(value, 4),
    };

    private static string ShareOf(SurveyShare its) => its.Share is { } share ? Format.Percent(share) : "-";

    private static string IntervalOf(double? from, double? to) => (from, to) is ({ } low, { } high)
        ? $"{Format.Number(100 * low, 1)} to {Format.Number(100 * high, 1)}"
        : "-";
}
