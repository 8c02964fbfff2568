using Reprise.Checkpoints;
using Reprise.Studies.Measuring;
using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>The run of an objective with one seed.</summary>
/// <param name="Steps">Steps of training.</param>
/// <param name="Seconds">Seconds of training.</param>
/// <param name="Device">The device of the training; null where it is unknown.</param>
/// <param name="HeldOut">The run's curve on held-out sentences.</param>
/// <param name="Training">The run's curve on training batches.</param>
internal sealed record SeedRun(
    string Name,
    ulong Seed,
    MeasuredRun Measured,
    long Steps,
    double Seconds,
    string? Device,
    ModelConfig Config,
    IReadOnlyList<CurvePoint> HeldOut,
    IReadOnlyList<CurvePoint> Training)
{
    /// <exception cref="InputException">A file of the run is unsound.</exception>
    public static SeedRun Load(string name, ulong seed, string folder, MeasuredRun measured)
    {
        Progress progress = RunFolder.ReadProgress(folder)!;
        ModelConfig config = ModelConfig.Load(Path.Combine(folder, ModelFolder.ConfigName));
        (IReadOnlyList<CurvePoint> heldOut, IReadOnlyList<CurvePoint> training) =
            (RunCurve.HeldOut(folder), RunCurve.Read(folder, ReportSplit.Train));
        return new SeedRun(name, seed, measured, progress.Step, progress.Seconds, progress.Device, config, heldOut, training);
    }
}

/// <summary>An objective with all its seeds, of which the first gives the name and the sentences.</summary>
internal sealed record ReportRun(string Name, string Title, Objective Objective, IReadOnlyList<SeedRun> Seeds)
{
    /// <summary>The objective with the order of updates, or "language model".</summary>
    public required string ObjectiveName { get; init; }

    /// <summary>The m of a model with a code, trained jointly by the VAE's or AutoGen's objective; null for other baselines.</summary>
    public required double? M { get; init; }

    public MeasuredRun First => Seeds[0].Measured;

    public CurveRun Curves => new(Name, Title, [.. Seeds.Select(seed => seed.HeldOut)], [.. Seeds.Select(seed => seed.Training)]);

    /// <summary>The mean over the seeds; null where one of them lacks it.</summary>
    public double? Mean(Func<RunScores, double?> of) => Values(seed => of(seed.Scores))?.Average();

    /// <summary>The text of a cell: the mean, ± the standard deviation of two or more seeds; a dash without a value.</summary>
    public string Cell(Func<RunScores, double?> of, string format = "0.00", double scale = 1) =>
        CellOfLines(seed => of(seed.Scores), format, scale);

    /// <summary>The text of a cell in percent.</summary>
    public string Percent(Func<RunScores, double?> of) => CellOfLines(seed => of(seed.Scores), "0.0", 100, " %");

    /// <summary>The text of a cell, of a number that the sentences behind the scores give.</summary>
    public string CellOfLines(Func<MeasuredRun, double?> of, string format = "0.00", double scale = 1, string unit = "") =>
        Values(of) is { } values ? CellOf(values, format, scale, unit) : "–";

    /// <summary>The text of a cell by its values of the seeds.</summary>
    /// <param name="signed">True to write a plus before a positive mean.</param>
    public static string CellOf(
        IReadOnlyList<double> values, string format = "0.00", double scale = 1, string unit = "", bool signed = false)
    {
        double mean = values.Average();
        string text = signed ? ReportText.Signed(scale * mean, format) : ReportText.Number(scale * mean, format);
        if (values.Count == 1)
            return text + unit;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return $"{text} ± {ReportText.Number(scale * deviation, format)}{unit}";
    }

    private double[]? Values(Func<MeasuredRun, double?> of)
    {
        double?[] values = [.. Seeds.Select(seed => of(seed.Measured))];
        return values.All(value => value is not null) ? [.. values.Select(value => value!.Value)] : null;
    }
}
