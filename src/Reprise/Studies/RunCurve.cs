using System.Text.Json;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Studies.Charts;
using Reprise.Training;

namespace Reprise.Studies;

/// <summary>How a run went: the reports in its log.jsonl.</summary>
public static class RunCurve
{
    /// <summary>The reports of one split in the order of their steps; none where there is no log yet.</summary>
    /// <param name="run">Folder of the run, which may be training.</param>
    /// <exception cref="InputException">A line is unsound; the last may be, which was being written when the process ended.</exception>
    public static IReadOnlyList<CurvePoint> Read(string run, ReportSplit split)
    {
        string path = Path.Combine(run, RunFolder.LogName), name = split == ReportSplit.Train ? "train" : "test";
        List<CurvePoint> points = [];
        if (!File.Exists(path))
            return points;
        using StreamReader reader = new(OutsideFile.Open(path));
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                JsonElement report = json.RootElement;
                if (report.GetProperty("split").GetString() == name)
                    points.Add(new CurvePoint(Of("step"), Of("nll"), Of("kl"), Of("elbo"), Of("kl_share")));

                double Of(string field) => report.GetProperty(field).GetDouble();
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                if (reader.Peek() >= 0)
                    throw new InputException($"{path}: line {number} is no report of training: {e.Message.Split('\n')[0]}", e);
            }
        }

        return points;
    }
}
