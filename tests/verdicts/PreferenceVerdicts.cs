using System.Globalization;
using MathNet.Numerics.Distributions;
using Reprise.Studies.Surveys;

namespace Reprise.Verdicts;

/// <summary>Surveys in the form of the paper's Table 2: three models, so three pairs, on sheets of 20 questions.</summary>
/// <remarks>
/// The logit of a preference for A is the models' difference + the person's liking of A less that of B + the question's effect.
/// </remarks>
internal static class PreferenceVerdicts
{
    private static readonly string[] s_models = ["first", "second", "third"];
    private static readonly Panel[] s_panels =
        [new("all one sheet", 6, 1), new("15 sheets", 100, 1), new("15 sheets, busy people", 100, 3)];

    private static readonly (double Person, double Question)[] s_deviations = [(0.5, 0.5), (1, 0.5), (0.5, 1), (1, 1)];

    private enum Verdict
    {
        Independent,
        Tested,
        AnyAdjusted,
        Missed,
        FirstTested,
        FirstAdjusted,
    }

    public static void Print(int simulations)
    {
        MarkdownTable.Head("Preferences, no model better: rejections at 5 %, in percent, the most over four pairs of deviations",
            "sheets", "people", "answers as independent", "people and questions", "any of three pairs, adjusted", "interval misses");
        foreach (Panel panel in s_panels)
        {
            foreach (int people in (int[])[2, 5, 10, 20, 40])
            {
                double[][] rates = [.. s_deviations.Select(deviations =>
                    Rates(panel, people, deviations.Person, deviations.Question, 0.5, simulations, seed: 21))];
                MarkdownTable.Row([panel.Name, people.ToString(CultureInfo.InvariantCulture),
                    .. ((Verdict[])[Verdict.Independent, Verdict.Tested, Verdict.AnyAdjusted, Verdict.Missed])
                        .Select(verdict => MarkdownTable.Percent(rates.Max(rate => rate[(int)verdict])))]);
            }
        }

        MarkdownTable.Head("Preferences, deviations 0.75: power / power adjusted for three pairs, in percent; misses of the interval",
            ["sheets", "people", .. Shares().Select(share => $"{100 * share:F0} %"), "misses, most"]);
        foreach (Panel panel in s_panels[..2])
        {
            foreach (int people in (int[])[5, 10, 20, 40])
            {
                double[][] rates = [.. Shares().Select(share => Rates(panel, people, 0.75, 0.75, share, simulations, seed: 22))];
                MarkdownTable.Row([panel.Name, people.ToString(CultureInfo.InvariantCulture),
                    .. rates.Select(rate => $"{MarkdownTable.Percent(rate[(int)Verdict.FirstTested])} / "
                        + MarkdownTable.Percent(rate[(int)Verdict.FirstAdjusted])),
                    MarkdownTable.Percent(rates.Max(rate => rate[(int)Verdict.Missed]))]);
            }
        }

        static double[] Shares() => [0.55, 0.6, 0.66, 0.7, 0.75, 0.8, 0.88];
    }

    // Where the first model's share is not one half, it is preferred to each of the others by it.
    private static double[] Rates(Panel panel, int people, double person, double question, double share, int simulations, ulong seed)
    {
        Survey survey = SurveyBuilder.Preferences(
            [.. Enumerable.Range(0, 300).Select(i => $"{i}")],
            [.. s_models.Select(model => new Reconstructions(model, [.. Enumerable.Range(0, 300).Select(i => $"{model} {i}")]))],
            new SurveyOptions { Questions = panel.Questions });
        double better = Logistic.ForMean(share, Math.Sqrt((person * person) + (question * question)));
        return Simulations.Rates(simulations, seed, Enum.GetValues<Verdict>().Length, (draws, tallies) =>
        {
            double[] likings = [.. Enumerable.Range(0, people * s_models.Length).Select(_ => draws.Normal(person / Math.Sqrt(2)))];
            double[] effects = [.. survey.Questions.Select(_ => draws.Normal(question))];
            SurveyReport report = SurveyAnalysis.Of(survey.Key, panel.Answers(survey, people, draws, (p, q) =>
            {
                (int a, int b) = (Array.IndexOf(s_models, survey.Key.Questions[q].A), Array.IndexOf(s_models, survey.Key.Questions[q].B));
                double worth = (a == 0 ? better : 0) - (b == 0 ? better : 0);
                double liking = likings[(p * s_models.Length) + a] - likings[(p * s_models.Length) + b];
                return draws.Yes(worth + liking + effects[q]) ? "a" : "b";
            }));
            foreach (SurveyPreference row in report.Preferences)
            {
                SurveyShare first = row.FirstPreferred;
                double truth = row.First == s_models[0] ? share : 0.5;
                tallies[(int)Verdict.Independent].Add(Independent(first.Count, first.Total) <= Simulations.Level);
                tallies[(int)Verdict.Tested].Add(row.P <= Simulations.Level);
                tallies[(int)Verdict.Missed].Add(first.Low > truth || first.High < truth);
            }

            tallies[(int)Verdict.AnyAdjusted].Add(report.Preferences.Any(row => row.AdjustedP <= Simulations.Level));
            tallies[(int)Verdict.FirstTested].Add(report.Preferences[0].P <= Simulations.Level);
            tallies[(int)Verdict.FirstAdjusted].Add(report.Preferences[0].AdjustedP <= Simulations.Level);
        });
    }

    // The sign test.
    private static double Independent(int count, int total) => Math.Min(1, 2 * Binomial.CDF(0.5, total, Math.Min(count, total - count)));
}
