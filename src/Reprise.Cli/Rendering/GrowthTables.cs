using System.Text.Json.Nodes;
using Reprise.Benchmarks;
using Reprise.Formats;
using Reprise.Model;
using Spectre.Console;

namespace Reprise.Cli.Rendering;

/// <summary>The results of <c>bench --growth</c> and <c>bench --cost</c>.</summary>
internal static class GrowthTables
{
    public static Table Of(IReadOnlyList<GrowthRow> rows)
    {
        Table table = Tables.Columns("", "#size", "#steps/s", "#seconds", "#GFLOP/s", "#of peak", "#memory, MB", "#sampling, ms");
        foreach (GrowthRow row in rows)
        {
            table.Row(
                row.Axis,
                Format.Count(row.Value),
                Format.Number(1 / row.Seconds, row.Seconds < 0.1 ? 1 : 3),
                Format.Number(row.Seconds, 4),
                Format.Number(row.Gflops, 1),
                Format.Percent(row.ShareOfPeak),
                Format.Number(row.Megabytes, 0),
                Format.Number(1000 * row.SamplingSeconds, 3));
        }

        return table;
    }

    public static Table Of(IReadOnlyList<CostCheckRow> rows)
    {
        Table table = Tables.Columns("model", "#V", "#E", "#H", "#Z", "#batch", "#tokens", "#predicted, s", "#measured, s", "#error");
        foreach (CostCheckRow row in rows)
        {
            ModelOptions model = row.Model;
            table.Row(
                row.Name,
                Format.Count(model.VocabularySize),
                $"{model.EmbeddingSize}",
                $"{model.HiddenSize}",
                $"{model.LatentSize}",
                $"{row.Batch}",
                Format.Number(row.Tokens, 0),
                Format.Number(row.PredictedSeconds, 4),
                Format.Number(row.MeasuredSeconds, 4),
                Format.Percent(row.Error));
        }

        return table;
    }

    public static JsonObject JsonOf(GrowthRow row) => Json.Object(row, CliJson.Types.GrowthRow);

    public static JsonObject JsonOf(CostCheckRow row) => new()
    {
        ["name"] = row.Name,
        ["model"] = SpeedTables.JsonOf(row.Model),
        ["batch"] = row.Batch,
        ["tokens"] = row.Tokens,
        ["predictedSeconds"] = row.PredictedSeconds,
        ["measuredSeconds"] = row.MeasuredSeconds,
        ["error"] = row.Error,
    };
}
