using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>Trains models: a run is a folder, and can be stopped and continued at any time.</summary>
public static class Trainer
{
    /// <summary>Trains on the training part of a corpus, with reports on its test part.</summary>
    /// <inheritdoc cref="Train(TrainingData, ModelOptions, TrainingOptions, string, RunMode, ComputeDevice, IProgress{TrainingReport}, CancellationToken)"/>
    public static TrainingResult Train(
        Corpus corpus,
        ModelOptions model,
        TrainingOptions options,
        string folder,
        RunMode mode = RunMode.New,
        ComputeDevice? device = null,
        IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default) =>
        Train(TrainingData.From(corpus), model, options, folder, mode, device, progress, cancellationToken);

    /// <summary>Trains until the steps, epochs or minutes of <paramref name="options"/> are over, or until it is cancelled.</summary>
    /// <param name="model">For example <c>Presets.Small.Model(vocabulary.Count)</c>.</param>
    /// <param name="options">For example <c>Presets.Small.Training with { Steps = 1000 }</c>.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="mode">A resumed run refuses other options than its own, but for when it ends and what it reports.</param>
    /// <param name="device">The device, which stays the caller's; null for the processor, or what the environment names.</param>
    /// <param name="progress">Called by the training thread, between steps.</param>
    /// <param name="cancellationToken">Finishes the step in hand, saves a checkpoint and returns.</param>
    /// <exception cref="InputException">Options, data or folder cannot be used, or the disk is full; the last checkpoint is whole.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite; the last checkpoint stays.</exception>
    public static TrainingResult Train(
        TrainingData data,
        ModelOptions model,
        TrainingOptions options,
        string folder,
        RunMode mode = RunMode.New,
        ComputeDevice? device = null,
        IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(folder);
        using ComputeDevice? own = device is null ? ComputeDevice.Open() : null;
        IKernels<float> kernels = (device ?? own!).Kernels;
        using TrainingRun run = TrainingRun.Open(data, model, options, folder, mode, kernels, TimeProvider.System, new FolderFiles());
        return run.Train(progress, cancellationToken);
    }

    /// <summary>The options that a run was trained by, to continue it with the same ones or for longer.</summary>
    /// <exception cref="InputException">There is no run, or its config.json is unsound.</exception>
    public static (ModelOptions Model, TrainingOptions Training) OptionsOf(string folder)
    {
        string path = Path.Combine(folder, ModelFolder.ConfigName);
        ModelConfig config = ModelConfig.Load(path);
        if (config.Training is null || config.Objective is null)
            throw new InputException($"{path}: \"{(config.Training is null ? "training" : "objective")}\" is missing; this is a model, not a run that could be continued");
        return (config.Model, TrainingOptions.FromJson(config.Training, Objective.FromJson(config.Objective, path), path));
    }
}
