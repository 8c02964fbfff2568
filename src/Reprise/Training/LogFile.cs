using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Formats;

namespace Reprise.Training;

/// <summary>The log.jsonl of a run: a <see cref="LogLine"/> a line.</summary>
/// <remarks>Names were in snake case at first (kl_share). Such logs are read, and renamed when their run is resumed.</remarks>
internal static class LogFile
{
    private const int EndRead = 1 << 16; // bytes

    /// <summary>The reports in the order of their steps; none where there is no log yet.</summary>
    /// <param name="run">Folder of the run, which may be training.</param>
    /// <exception cref="InputException">A line is unsound. The last one may be: a process was writing it when it ended.</exception>
    public static IEnumerable<LogLine> Read(string run)
    {
        string path = Path.Combine(run, RunFolder.LogName);
        if (!File.Exists(path))
            yield break; // a model without its log is whole
        using FileStream log = OutsideFile.Open(path);
        foreach (ParsedLine line in Parse(log, path))
            yield return line.Report;
    }

    /// <summary>The last report, or the last on held-out sentences; null where the last 64 KiB of the log have none.</summary>
    /// <exception cref="InputException">A line there is unsound, save the last.</exception>
    public static LogLine? Last(string run, bool heldOut = false)
    {
        string path = Path.Combine(run, RunFolder.LogName);
        if (!File.Exists(path))
            return null;
        using FileStream log = OutsideFile.Open(path);
        log.Seek(-Math.Min(log.Length, EndRead), SeekOrigin.End);
        return Parse(log, path).LastOrDefault(line => !heldOut || line.Report.Split != ReportSplit.Train)?.Report;
    }

    /// <summary>Cuts the log after a step and gives the rest the names of this version. Steps never fall.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <exception cref="InputException">A line is no report; a cut there would lose the reports behind it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void CutBack(string path, long step)
    {
        if (!File.Exists(path))
            return;
        (long kept, bool isOld) = (0, false);
        using (FileStream log = OutsideFile.Open(path))
        {
            foreach (ParsedLine line in Parse(log, path).TakeWhile(line => line.IsWhole && line.Report.Step <= step))
            {
                kept = line.End;
                isOld |= line.Renamed is not null;
            }
        }

        if (isOld)
        {
            AtomicFile.Write(path, stream => Rename(path, kept, stream));
            return;
        }

        using FileStream shortened = new(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        shortened.SetLength(kept);
    }

    private static void Rename(string path, long kept, Stream stream)
    {
        using FileStream log = OutsideFile.Open(path);
        foreach (ParsedLine line in Parse(log, path).TakeWhile(line => line.End <= kept))
        {
            stream.Write(line.Renamed is { } json ? Encoding.UTF8.GetBytes(Json.Line(json)) : line.Text.Span);
            stream.WriteByte((byte)'\n');
        }
    }

    /// <summary>The lines from the stream's position on; from the next line on if it is not the file's start.</summary>
    private static IEnumerable<ParsedLine> Parse(FileStream log, string path)
    {
        long start = log.Position;
        foreach (Lines.Line line in Lines.Read(log, path).Skip(start > 0 ? 1 : 0))
        {
            ParsedLine? parsed = null;
            try
            {
                parsed = Parse(line);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
            {
                string place = start > 0 ? $"line {line.Number} from byte {start} on" : $"line {line.Number}";
                string reason = JsonBytes.FirstLine(e);
                if (line.IsWhole)
                    throw new InputException($"{path}: {place} is no report of training: {reason}; mend it or delete it", e);
            }

            if (parsed is not null)
                yield return parsed;
        }
    }

    /// <exception cref="JsonException">The line is no report.</exception>
    private static ParsedLine Parse(Lines.Line line)
    {
        JsonNode? node = JsonNode.Parse(line.Text.Span, nodeOptions: null, JsonBytes.Options);
        JsonObject json = node as JsonObject ?? throw new JsonException("found no object");
        JsonObject? renamed = json.Any(field => field.Key.Contains('_', StringComparison.Ordinal)) ? Renamed(json) : null;
        LogLine report = LogLine.Of(renamed ?? json);
        return report.Problem() is { } problem
            ? throw new JsonException(problem)
            : new ParsedLine(report, renamed, line.Text, line.IsWhole, line.End);
    }

    private static JsonObject Renamed(JsonObject json)
    {
        JsonObject renamed = [];
        foreach ((string name, JsonNode? value) in json)
        {
            if (!renamed.TryAdd(CamelCase(name), value?.DeepClone()))
                throw new JsonException($"\"{CamelCase(name)}\" stands twice, as {name} too");
        }

        return renamed;
    }

    private static string CamelCase(string name)
    {
        string[] words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((word, i) => i == 0 ? word : $"{char.ToUpperInvariant(word[0])}{word[1..]}"));
    }

    /// <param name="Renamed">The line with the names of this version; null where it has them.</param>
    /// <param name="Text">The line; valid until the next is read.</param>
    private sealed record ParsedLine(LogLine Report, JsonObject? Renamed, ReadOnlyMemory<byte> Text, bool IsWhole, long End);
}
