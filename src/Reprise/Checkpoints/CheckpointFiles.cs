using Reprise.Formats;
using Reprise.Model;

namespace Reprise.Checkpoints;

/// <summary>The numbers of a checkpoint.</summary>
/// <param name="Model">The weights of model.safetensors.</param>
/// <param name="State">The slabs of optimizer.safetensors, each with the prefix of its tensors' names.</param>
internal sealed record CheckpointSlabs(ParameterSlab<float> Model, params (string Prefix, ParameterSlab<float> Slab)[] State)
{
    /// <summary>Prefixes of Adam's moments, of the velocity of gradient descent, and of weights that are not the model's.</summary>
    public const string Mean = "mean.", Variance = "variance.", Velocity = "velocity.", Raw = "raw.", Average = "average.";

    /// <summary>All prefixes.</summary>
    public static readonly string[] Prefixes = [Average, Mean, Raw, Variance, Velocity];
}

/// <summary>The three files of a checkpoint in one folder.</summary>
internal static class CheckpointFiles
{
    /// <summary>The files in the order in which they go to their places.</summary>
    public static readonly IReadOnlyList<string> Names = [ModelFolder.WeightsName, RunFolder.OptimizerName, RunFolder.ProgressName];

    /// <summary>Writes the files into an empty folder and flushes them.</summary>
    public static ProgressFile Write(string folder, FolderFiles files, Progress progress, CheckpointSlabs slabs)
    {
        string weightsSum = "", optimizerSum = "";
        files.WriteInPlace(
            Path.Combine(folder, ModelFolder.WeightsName),
            stream => weightsSum = WeightsFile.Write(stream, progress.Step, ("", slabs.Model)));
        files.WriteInPlace(
            Path.Combine(folder, RunFolder.OptimizerName),
            stream => optimizerSum = WeightsFile.Write(
                stream, progress.Step, [.. slabs.State.OrderBy(state => state.Prefix, StringComparer.Ordinal)]));
        ProgressFile saved = new(progress, weightsSum, optimizerSum);
        files.WriteInPlace(Path.Combine(folder, RunFolder.ProgressName), saved.Write);
        return saved;
    }

    /// <summary>Checks names, types and shapes of the tensors, before memory is allocated by the sizes of config.json.</summary>
    /// <exception cref="InputException">A file is missing, unsound, or of another checkpoint.</exception>
    public static void Check(string folder, ProgressFile checkpoint, ParameterLayout layout) =>
        Open(folder, checkpoint, layout, prefixes: null, (_, _) => { });

    /// <summary>Fills the slabs.</summary>
    /// <exception cref="InputException">A file is missing, unsound, or of another checkpoint.</exception>
    public static void Read(string folder, ProgressFile checkpoint, CheckpointSlabs slabs) =>
        Open(folder, checkpoint, slabs.Model.Layout, [.. slabs.State.Select(state => state.Prefix)], (model, optimizer) =>
        {
            model.CheckSum();
            optimizer.CheckSum();
            WeightsFile.Read(model, "", slabs.Model);
            foreach ((string prefix, ParameterSlab<float> slab) in slabs.State)
                WeightsFile.Read(optimizer, prefix, slab);
        });

    /// <param name="prefixes">The prefixes of the optimiser's tensors; null for those in the file.</param>
    private static void Open(
        string folder, ProgressFile checkpoint, ParameterLayout layout, string[]? prefixes, Action<SafeTensors, SafeTensors> use)
    {
        using SafeTensors model = SafeTensors.Open(Path.Combine(folder, ModelFolder.WeightsName));
        using SafeTensors optimizer = SafeTensors.Open(Path.Combine(folder, RunFolder.OptimizerName));
        foreach (SafeTensors file in (SafeTensors[])[model, optimizer])
        {
            WeightsFile.CheckStep(file, checkpoint.Progress.Step);
            checkpoint.CheckSum(file);
        }

        WeightsFile.Check(model, layout, "");
        prefixes ??=
            [.. CheckpointSlabs.Prefixes.Where(prefix => optimizer.Names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))];
        WeightsFile.Check(optimizer, layout, prefixes);
        use(model, optimizer);
    }
}
