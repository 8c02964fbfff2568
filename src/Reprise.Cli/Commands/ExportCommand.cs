using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Cli.Rendering;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>Writes the model of a run without what only training needs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Run = Flags.Run();

    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "Folder of the model, new or empty",
        HelpName = "folder",
        Required = true,
    };

    private static readonly Option<bool> Half = Flags.Switch("--bfloat16", "Keep the upper half of each weight: half the size");

    public static RepriseCommand Create() => new(
        "export",
        "Writes the model of a run alone, to be given to others: config.json, vocabulary.txt and model.safetensors.",
        "reprise export runs/a --out models/a",
        "reprise export runs/a --out models/a --bfloat16")
    {
        Body = Export,
        Arguments = { Run },
        Options = { Out, Half },
    };

    private static int Export(Session session, ParseResult parse)
    {
        (string run, string folder) = (parse.GetRequiredValue(Run), parse.GetRequiredValue(Out));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new InputException($"{folder}: is there already and not empty; expected a new folder for the model");
        ModelFolder source = ModelFolder.Open(run);
        using ComputeDevice device = Engine.Device(session);
        using SentenceAutoencoder<float> model = source.LoadModel(device.Kernels);
        TensorType type = parse.GetValue(Half) ? TensorType.BF16 : TensorType.F32;
        try
        {
            ModelFolder.Save(folder, ConfigOf(source.Config, run), source.Vocabulary, model.Weights, type);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be written to: {e.Message}", e);
        }

        long bytes = Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length);
        if (session.Json)
            session.Object(new JsonObject { ["folder"] = folder, ["bytes"] = bytes, ["weights"] = type.ToString() });
        else
            session.Note($"{folder}: {Format.Bytes(bytes)}, in {type}; next: {Session.Program} generate {Session.Argument(folder)}");
        return ExitCode.Done;
    }

    // A model has no progress: where a target moved m, its objective has the m reached.
    private static ModelConfig ConfigOf(ModelConfig config, string run) =>
        RunFolder.ReadProgress(run)?.Control?.M is { } m && Objective.FromJson(config.Objective!, run).Kind != ObjectiveKind.MinimumRate
            ? config with { Objective = Objective.AutoGen(m).ToJson() }
            : config;
}
