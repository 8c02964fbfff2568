using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>Trains models: a run is a folder, and can be stopped and continued at any time.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains on the training part of a corpus, with reports on its validation part, or on its test part where it has no other.
    /// </summary>
    /// <inheritdoc cref="Train(TrainingData, ModelOptions, TrainingOptions, string, RunMode, ComputeDevice, IProgress{TrainingReport},
    /// CancellationToken)"/>
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
    /// <param name="mode">The kind of run. A resumed run may change only its end, patience, reports and checkpoints.</param>
    /// <param name="device">The device, owned by the caller; null for the processor or the environment's.</param>
    /// <param name="progress">The receiver of reports, called by the training thread between steps.</param>
    /// <param name="cancellationToken">Cancellation finishes the current step, saves a checkpoint and returns.</param>
    /// <exception cref="InputException">Options, data or folder are unusable, or the disk is full: the last checkpoint stays.</exception>
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
        {
            string section = config.Training is null ? "training" : "objective";
            throw new InputException($"{path}: \"{section}\" is missing; this is a model, not a run that could be continued");
        }

        return (config.Model, TrainingOptions.FromJson(config.Training, Objective.FromJson(config.Objective, path), path));
    }
}
