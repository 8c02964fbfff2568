using System.Text.Json.Nodes;

namespace Reprise.Tests.Training;

/// <summary>The properties that two equal runs share.</summary>
internal static class RunComparison
{
    /// <summary>Weights, moments and position to the last bit; the log but for its times.</summary>
    public static void ShouldBeTheSameRunAs(this string folder, string other)
    {
        folder.ShouldBeTheSameCheckpointAs(other);
        Log(folder).ShouldBe(Log(other));
    }

    /// <summary>Weights, moments and position to the last bit.</summary>
    public static void ShouldBeTheSameCheckpointAs(this string folder, string other)
    {
        foreach (string name in (string[])["model.safetensors", "optimizer.safetensors"])
            File.ReadAllBytes(Path.Combine(folder, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(other, name)))
                .ShouldBeTrue(name);
        Progress(folder).ShouldBe(Progress(other));
    }

    /// <summary>The lines of log.jsonl without times.</summary>
    public static string[] Log(string folder) => [.. File.ReadAllLines(Path.Combine(folder, "log.jsonl")).Select(WithoutTimes)];

    private static string Progress(string folder)
    {
        JsonObject progress = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "progress.json")))!.AsObject();
        progress.Remove("seconds");
        progress.Remove("device"); // the same bits on any
        progress.Remove("sha256"); // of the seconds, too
        progress["sinceReport"]!.AsObject().Remove("seconds");
        return progress.ToJsonString();
    }

    private static string WithoutTimes(string line)
    {
        JsonObject report = JsonNode.Parse(line)!.AsObject();
        foreach (string name in (string[])["seconds", "sentencesPerSecond", "tokensPerSecond"])
            report.Remove(name).ShouldBeTrue(line);
        return report.ToJsonString();
    }
}
