using System.Text.Json;
using System.Text.Json.Nodes;
using Reprise.Formats;

namespace Reprise.Cli;

/// <summary>The end of a run's log.jsonl.</summary>
internal static class LastLog
{
    private const int LongestRead = 1 << 16; // bytes

    /// <summary>The last whole line, or the last one of a split (train or test); null if there is none.</summary>
    public static JsonObject? Read(string run, string? split = null)
    {
        string path = Path.Combine(run, "log.jsonl");
        if (!File.Exists(path))
            return null; // a model without its log is whole
        using FileStream file = OutsideFile.Open(path);
        try
        {
            file.Seek(-Math.Min(file.Length, LongestRead), SeekOrigin.End);
            using StreamReader reader = new(file);
            return reader.ReadToEnd().Split('\n').Where(line => line.EndsWith('}')).Reverse()
                .Select(line => JsonNode.Parse(line) as JsonObject)
                .FirstOrDefault(line => split is null || line?["split"]?.ToString() == split);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A number of a line; NaN where it has none of this name.</summary>
    public static double Number(this JsonObject line, string name) => line[name] is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;
}
