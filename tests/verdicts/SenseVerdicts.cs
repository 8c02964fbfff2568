using System.Globalization;
using MathNet.Numerics.Distributions;
using Reprise.Studies.Surveys;

namespace Reprise.Verdicts;

/// <summary>Surveys in the form of the paper's Table 4: four models on sheets of 20 sentences, half of them long.</summary>
/// <remarks>
/// The logit that a sentence makes sense is the model's + the person's leniency + the person's liking of the model + the sentence's effect.
/// Leniency and liking have half of the variance between people each.
/// </remarks>
internal static class SenseVerdicts
{
    private static readonly string[] s_models = ["first", "second", "third", "fourth"];
    private static readonly Panel[] s_panels =
        [new("all one sheet", 5, 1), new("20 sheets", 100, 1), new("20 sheets, busy people", 100, 3)];

    private static readonly (double Share, double Deviation)[] s_settings = [(0.5, 0.5), (0.5, 1), (0.8, 0.5), (0.8, 1), (0.9, 1)];

    private enum Verdict
    {
        Independent,
        Tested,
        Long,
        AnyAdjusted,
        Missed,
        FirstTested,
        FirstAdjusted,
        FirstLong,
    }

    public static void Print(int simulations)
    {
        MarkdownTable.Head("Sentences that make sense, no model better: rejections at 5 %, in percent, the most over five settings",
            "sheets", "people", "answers as independent", "people and questions", "long sentences", "any of six pairs, adjusted",
            "interval misses");
        foreach (Panel panel in s_panels)
        {
            foreach (int people in (int[])[5, 10, 20, 40])
            {
                double[][] rates = [.. s_settings.Select(setting =>
                    Rates(panel, people, setting.Deviation, setting.Share, setting.Share, simulations, seed: 41))];
                MarkdownTable.Row([panel.Name, people.ToString(CultureInfo.InvariantCulture),
                    .. ((Verdict[])[Verdict.Independent, Verdict.Tested, Verdict.Long, Verdict.AnyAdjusted, Verdict.Missed])
                        .Select(verdict => MarkdownTable.Percent(rates.Max(rate => rate[(int)verdict])))]);
            }
        }

        MarkdownTable.Head("Sentences that make sense, 75 % of three models', deviations 0.75: power / adjusted for six pairs / of long "
            + "sentences, in percent", ["sheets", "people", .. Shares().Select(share => $"{100 * share:F0} %")]);
        foreach (Panel panel in s_panels[..2])
        {
            foreach (int people in (int[])[5, 10, 20, 40, 80])
            {
                double[][] rates = [.. Shares().Select(share => Rates(panel, people, 0.75, share, 0.75, simulations, seed: 42))];
                MarkdownTable.Row([panel.Name, people.ToString(CultureInfo.InvariantCulture),
                    .. rates.Select(rate => string.Join(" / ", ((Verdict[])[Verdict.FirstTested, Verdict.FirstAdjusted, Verdict.FirstLong])
                        .Select(verdict => MarkdownTable.Percent(rate[(int)verdict]))))]);
            }
        }

        static double[] Shares() => [0.65, 0.55, 0.45, 0.35];
    }

    private static double[] Rates(Panel panel, int people, double deviation, double first, double others, int simulations, ulong seed)
    {
        Survey survey = SurveyBuilder.Sense(
            [.. s_models.Select(model => new GeneratedSentences(
                model, [.. Enumerable.Range(0, panel.Questions).Select(i => new GeneratedSentence($"{model} {i}", i % 2 == 0 ? 6 : 16))]))],
            new SurveyOptions { Questions = panel.Questions });
        double all = Math.Sqrt(2) * deviation, half = deviation / Math.Sqrt(2);
        double[] logits = [.. s_models.Select((_, i) => Logistic.ForMean(i == 0 ? first : others, all))];
        return Simulations.Rates(simulations, seed, Enum.GetValues<Verdict>().Length, (draws, tallies) =>
        {
            double[] leniency = [.. Enumerable.Range(0, people).Select(_ => draws.Normal(half))];
            double[] likings = [.. Enumerable.Range(0, people * s_models.Length).Select(_ => draws.Normal(half))];
            double[] effects = [.. survey.Questions.Select(_ => draws.Normal(deviation))];
            SurveyReport report = SurveyAnalysis.Of(survey.Key, panel.Answers(survey, people, draws, (p, q) =>
            {
                int model = Array.IndexOf(s_models, survey.Key.Questions[q].A);
                return draws.Yes(logits[model] + leniency[p] + likings[(p * s_models.Length) + model] + effects[q]) ? "yes" : "no";
            }));
            foreach (SurveyDifference row in report.Differences)
            {
                tallies[(int)Verdict.Independent].Add(Independent(Of(row.First), Of(row.Second)) <= Simulations.Level);
                tallies[(int)Verdict.Tested].Add(row.All.P <= Simulations.Level);
                tallies[(int)Verdict.Long].Add(row.Longer.P <= Simulations.Level);

                SurveyShare Of(string model) => report.Sense.Single(sense => sense.Model == model).All;
            }

            foreach (SurveySense row in report.Sense)
            {
                double truth = row.Model == s_models[0] ? first : others;
                tallies[(int)Verdict.Missed].Add(row.All.Low > truth || row.All.High < truth);
            }

            tallies[(int)Verdict.AnyAdjusted].Add(report.Differences.Any(row => row.All.AdjustedP <= Simulations.Level));
            tallies[(int)Verdict.FirstTested].Add(report.Differences[0].All.P <= Simulations.Level);
            tallies[(int)Verdict.FirstAdjusted].Add(report.Differences[0].All.AdjustedP <= Simulations.Level);
            tallies[(int)Verdict.FirstLong].Add(report.Differences[0].Longer.P <= Simulations.Level);
        });
    }

    // The test of two shares by their common variance.
    private static double Independent(SurveyShare a, SurveyShare b)
    {
        double common = (double)(a.Count + b.Count) / (a.Total + b.Total);
        double error = Math.Sqrt(common * (1 - common) * ((1.0 / a.Total) + (1.0 / b.Total)));
        return error > 0 ? 2 * Normal.CDF(0, 1, -Math.Abs((a.Share - b.Share)!.Value) / error) : 1;
    }
}
