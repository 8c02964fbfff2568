using System.Text.Json;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>The curve of a run: the reports in its log.jsonl.</summary>
internal static class RunCurve
{
    private const long MostSteps = 1L << 53; // up to here doubles count exactly

    /// <summary>The reports of one split in the order of their steps; none where there is no log yet.</summary>
    /// <param name="run">Folder of the run, which may be training.</param>
    /// <exception cref="InputException">A line is unsound; the last may be, which was being written when the process ended.</exception>
    public static IReadOnlyList<CurvePoint> Read(string run, ReportSplit split)
    {
        string path = Path.Combine(run, RunFolder.LogName), name = split == ReportSplit.Train ? "train" : "test";
        List<CurvePoint> points = [];
        if (!File.Exists(path))
            return points;
        using FileStream log = OutsideFile.Open(path);
        foreach (Lines.Line line in Lines.Read(log, path))
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(line.Text, JsonBytes.Options);
                JsonElement report = json.RootElement;
                if (Of("step") is < 1 or > MostSteps)
                    throw new FormatException($"step is {Of("step")}; expected 1 to {MostSteps}");
                if (report.GetProperty("split").GetString() == name)
                    points.Add(new CurvePoint(Of("step"), Of("nll"), Of("kl"), Of("elbo"), Of("kl_share")));

                double Of(string field) => report.GetProperty(field).GetDouble() is var number && double.IsFinite(number)
                    ? number
                    : throw new FormatException($"{field} is not finite");
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                if (line.IsWhole)
                    throw new InputException($"{path}: line {line.Number} is no report of training: {JsonBytes.FirstLine(e)}", e);
            }
        }

        return points;
    }
}
