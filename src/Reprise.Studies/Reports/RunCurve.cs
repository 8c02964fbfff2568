using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>The curve of a run: the reports in its log.jsonl.</summary>
internal static class RunCurve
{
    /// <summary>The reports of one split in the order of their steps; none where there is no log yet.</summary>
    /// <param name="run">Folder of the run, which may be training.</param>
    /// <exception cref="InputException">A line is unsound. The last one may be: a process was writing it when it ended.</exception>
    public static IReadOnlyList<CurvePoint> Read(string run, ReportSplit split) =>
        [.. LogFile.Read(run).Where(line => line.Split == split).Select(PointOf)];

    /// <summary>The reports on the held-out sentences that the run watched, of the validation part or of the test part.</summary>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<CurvePoint> HeldOut(string run) =>
        [.. LogFile.Read(run).Where(line => line.Split != ReportSplit.Train).Select(PointOf)];

    // Both rates are of the same sentences and seconds.
    private static CurvePoint PointOf(LogLine line) =>
        new(line.Step, line.Nll, line.Kl, line.Elbo, line.KlShare, line.TokensPerSecond / line.SentencesPerSecond ?? double.NaN);
}
