using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Reprise.Formats;

namespace Reprise.Checkpoints;

/// <summary>The file progress.json: a run's position, and the checksums that tie the three files of a checkpoint together.</summary>
/// <param name="WeightsSum">SHA-256 in the metadata of model.safetensors; null in older files.</param>
/// <param name="OptimizerSum">SHA-256 in the metadata of optimizer.safetensors; null in older files.</param>
/// <param name="HasSum">True if the file holds its own checksum.</param>
internal sealed record ProgressFile(Progress Progress, string? WeightsSum, string? OptimizerSum, bool HasSum = true)
{
    private const string SumKey = SafeTensors.SumKey;
    private const string FilesKey = "files";

    /// <summary>The progress.json of a folder; null where there is none.</summary>
    /// <exception cref="InputException">It is unsound.</exception>
    public static ProgressFile? Find(string folder)
    {
        string path = RunFolder.Find(folder, RunFolder.ProgressName);
        if (!File.Exists(path) && !File.Exists(Path.Combine(folder, RunFolder.ProgressName)))
            return null;
        JsonFile json = RunFolder.Read(folder, RunFolder.ProgressName, file => JsonFile.Load(file));
        string? sum = json.Has(SumKey) ? json.Text(SumKey) : null;
        if (sum is not null && SumOf(json.Copy()) is var found && found != sum)
            throw FileSum.Differs(path, sum, found, $"restore it, or take {SumKey} out of it if it was changed on purpose");
        NameLosses(json.Optional("sinceReport"));
        Progress progress = json.As(LibraryJson.Types.Progress);
        if (progress.Problem() is { } problem)
            throw new InputException($"{path}: {problem}; the file was changed from outside");
        JsonFile? files = json.Has(FilesKey) ? json.Object(FilesKey) : null;
        return new ProgressFile(progress, files?.Text(ModelFolder.WeightsName), files?.Text(RunFolder.OptimizerName), sum is not null);
    }

    public void Write(Stream stream)
    {
        JsonObject json = Json.Object(Progress, LibraryJson.Types.Progress);
        json[FilesKey] = new JsonObject { [ModelFolder.WeightsName] = WeightsSum, [RunFolder.OptimizerName] = OptimizerSum };
        json[SumKey] = SumOf(json);
        stream.Write(Encoding.UTF8.GetBytes(Json.File(json)));
    }

    /// <summary>Checks, by the checksum in their metadata, that weights or moments are those of this checkpoint.</summary>
    /// <exception cref="InputException">They are of another.</exception>
    public void CheckSum(SafeTensors file)
    {
        string? expected = Path.GetFileName(file.FilePath) == ModelFolder.WeightsName ? WeightsSum : OptimizerSum;
        string found = file.Metadata.GetValueOrDefault(SumKey, "none");
        if (expected is null || found == expected)
            return;
        string toDo = $"it is not part of the checkpoint of {RunFolder.ProgressName}; restore the three files of one checkpoint";
        throw FileSum.Differs(file.FilePath, expected, found, toDo);
    }

    /// <summary>Puts the parts of the loss under "losses"; older files hold them beside the other sums.</summary>
    private static void NameLosses(JsonObject? sums)
    {
        if (sums is null || sums.ContainsKey("losses"))
            return;
        JsonObject losses = [];
        foreach (string part in (string[])["nll", "kl"])
        {
            if (sums.Remove(part, out JsonNode? sum))
                losses[part] = sum;
        }

        sums["losses"] = losses;
    }

    /// <summary>SHA-256 of an object without its own checksum, as JSON without white space.</summary>
    /// <remarks>Escapes are those of the serializer's defaults, by which the checksums of older files were made.</remarks>
    private static string SumOf(JsonObject json)
    {
        json.Remove(SumKey);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }
}
