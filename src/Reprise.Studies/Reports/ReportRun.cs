using Reprise.Checkpoints;
using Reprise.Studies.Measuring;
using Reprise.Studies.Statistics;
using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>One run of a study as a report sees it.</summary>
/// <param name="Seconds">Of training.</param>
/// <param name="Device">What trained it; null where that was not noted.</param>
/// <param name="HeldOut">Its curve on held-out sentences.</param>
/// <param name="Training">Its curve on training batches.</param>
internal sealed record SeedRun(StudyRun Run, JudgedRun Judged, double Seconds, string? Device, ModelConfig Config, IReadOnlyList<CurvePoint> HeldOut, IReadOnlyList<CurvePoint> Training)
{
    /// <exception cref="InputException">A file of the run is unsound.</exception>
    public static SeedRun Load(StudyRunState state, JudgedRun judged)
    {
        Progress progress = RunFolder.ReadProgress(state.Folder)!;
        return new SeedRun(
            state.Run,
            judged,
            progress.Seconds,
            progress.Device,
            ModelConfig.Load(Path.Combine(state.Folder, ModelFolder.ConfigName)),
            RunCurve.Read(state.Folder, ReportSplit.Test),
            RunCurve.Read(state.Folder, ReportSplit.Train));
    }
}

/// <summary>An objective of a study with all its seeds, of which the first gives the sentences.</summary>
internal sealed record ReportRun(StudyRun Run, IReadOnlyList<SeedRun> Seeds)
{
    public string Title => Run.Title;

    public Objective Objective => Run.Objective;

    public JudgedRun First => Seeds[0].Judged;

    public CurveRun Curves => new(Run.Name, Title, [.. Seeds.Select(seed => seed.HeldOut)], [.. Seeds.Select(seed => seed.Training)]);

    /// <summary>What was counted, over all seeds.</summary>
    public Proportion Pooled(Func<RunJudgement, Proportion> of)
    {
        Proportion[] all = [.. Seeds.Select(seed => of(seed.Judged.Judgement))];
        return new Proportion(all.Sum(one => one.Count), all.Sum(one => one.Total));
    }

    /// <summary>Lines of all seeds.</summary>
    public IEnumerable<T> All<T>(Func<JudgedRun, IReadOnlyList<T>> of) => Seeds.SelectMany(seed => of(seed.Judged));

    /// <summary>The mean over the seeds; null where one of them lacks it.</summary>
    public double? Mean(Func<RunJudgement, double?> of) => Values(of)?.Average();

    /// <summary>As a cell: the mean, and the standard deviation where there is more than one seed; a dash where there is none.</summary>
    public string Cell(Func<RunJudgement, double?> of, string format = "0.00", double scale = 1)
    {
        if (Values(of) is not { } values)
            return "–";
        double mean = values.Average();
        string text = Text.Number(scale * mean, format);
        if (values.Length == 1)
            return text;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return $"{text} ± {Text.Number(scale * deviation, format)}";
    }

    /// <summary>As a cell in percent.</summary>
    public string Percent(Func<RunJudgement, double?> of) => Values(of) is null ? Cell(of) : Cell(of, "0.0", 100) + " %";

    private double[]? Values(Func<RunJudgement, double?> of)
    {
        double?[] values = [.. Seeds.Select(seed => of(seed.Judged.Judgement))];
        return values.All(value => value is not null) ? [.. values.Select(value => value!.Value)] : null;
    }
}
