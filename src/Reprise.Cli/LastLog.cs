using System.Text.Json;
using System.Text.Json.Nodes;
using Reprise.Formats;

namespace Reprise.Cli;

/// <summary>The end of a run's log.jsonl.</summary>
internal static class LastLog
{
    private const int LongestRead = 1 << 16; // bytes

    /// <summary>The last whole line, or the last one of a split (train or test); null if there is none.</summary>
    /// <exception cref="InputException">A line is not sound.</exception>
    public static JsonObject? Read(string run, string? split = null)
    {
        string path = Path.Combine(run, "log.jsonl");
        if (!File.Exists(path))
            return null; // a model without its log is whole
        try
        {
            using FileStream file = OutsideFile.Open(path);
            long start = file.Seek(-Math.Min(file.Length, LongestRead), SeekOrigin.End);
            using StreamReader reader = new(file);
            return reader.ReadToEnd().Split('\n').Skip(start > 0 ? 1 : 0).Where(line => line.EndsWith('}')).Reverse()
                .Select(line => JsonNode.Parse(line, nodeOptions: null, JsonBytes.Options) as JsonObject)
                .FirstOrDefault(line => split is null || line?["split"]?.ToString() == split);
        }
        catch (JsonException e)
        {
            string why = JsonBytes.FirstLine(e);
            throw new InputException($"{path}: a line at its end is no report of training: {why}; mend it or delete it", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutsideFile.Unreadable(path, e);
        }
    }

    /// <summary>A number of a line; NaN where it has none of this name.</summary>
    public static double Number(this JsonObject line, string name) => line[name] is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;
}
