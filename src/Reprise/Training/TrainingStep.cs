using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>
/// One optimiser step, gradient and then update, and everything that lives through a run: the model's weights, their gradients, the
/// optimiser's moments and the average of the weights. Allocates nothing once it has seen its largest batch.
/// </summary>
/// <remarks>
/// The host does not wait for a step: the back end measures loss and gradient and by them scales or skips the update. Results are taken
/// later, in the order of the steps.
/// </remarks>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Buffer<float> _noise;
    private readonly float[] _noiseValues;
    private readonly PendingSteps _pending;
    private readonly Batch _batch = new();
    private readonly SentenceAutoencoder<float>? _averaged;
    private readonly ParameterSlab<float>? _best;
    private (long Step, double Rate, ObjectiveWeights Weights) _latest = (-1, 0, default);

    /// <summary>A model with its first weights, a function of the seed.</summary>
    public TrainingStep(ModelOptions model, TrainingOptions options, IKernels<float> kernels)
    {
        _options = options;
        Model = new SentenceAutoencoder<float>(model, kernels);
        Gradients = new ParameterSlab<float>(Model.Weights.Layout, kernels);
        Optimizer = new Optimizer(options, Model.Weights);
        _averaged = options.AverageDecay > 0 ? new SentenceAutoencoder<float>(model, kernels) : null;
        _noise = kernels.Allocate((long)options.BatchSize * model.LatentSize, zeroed: false);
        _noiseValues = new float[options.BatchSize * model.LatentSize];
        _best = options.KeepBest ? new ParameterSlab<float>(Model.Weights.Layout, kernels) : null;
        Slabs = SlabsOf();
        _pending = new PendingSteps(kernels);
        Initialization.Fill(Model.Weights, options.Seed);
        if (_averaged is not null)
            Initialization.Fill(_averaged.Weights, options.Seed); // for a run that is stopped before its first step
    }

    /// <summary>The model that is trained.</summary>
    public SentenceAutoencoder<float> Model { get; }

    /// <summary>The model that is evaluated and saved: that of the averaged weights, if they are averaged.</summary>
    public SentenceAutoencoder<float> Evaluated => _averaged ?? Model;

    public ParameterSlab<float> Gradients { get; }

    public Optimizer Optimizer { get; }

    /// <summary>The numbers of a checkpoint.</summary>
    public CheckpointSlabs Slabs { get; }

    /// <summary>True while there are results to take, now or later.</summary>
    public bool IsPending => _pending.Any;

    /// <summary>The end of the run, by which the rate falls; null for none.</summary>
    public RunSchedule? Schedule { get; set; }

    /// <summary>The evaluations by which the rate is halved; null for none.</summary>
    public ValidationWatch? Watch { get; set; }

    /// <summary>The control of m; null for none.</summary>
    public TargetControl? Control { get; set; }

    /// <summary>The borders of words that are dropped whole; null to drop ids one by one.</summary>
    public WordBorders? Borders { get; set; }

    /// <summary>The weights in the step after <paramref name="step"/> finished ones; of the latest step, the weights that it had.</summary>
    public ObjectiveWeights Weights(long step)
    {
        if (step == _latest.Step)
            return _latest.Weights;
        ObjectiveWeights weights = AutoencoderStart.Weights(_options, step);
        return Control?.Weights(weights, step) ?? weights;
    }

    /// <summary>The rate in the step after <paramref name="step"/> finished ones; of the latest step, the rate that it had.</summary>
    public double LearningRate(long step) => step == _latest.Step
        ? _latest.Rate
        : _options.LearningRate * RateCurve.Factor(_options, step, Schedule?.DoneAt(step) ?? 0) * (Watch?.RateFactor ?? 1);

    /// <summary>Trains on one batch. If loss or gradient are not finite, neither this step nor a later one changes anything.</summary>
    /// <param name="step">Steps before this one; keys noise and dropped words.</param>
    public void Run(ISentences sentences, ReadOnlySpan<long> indices, long step) =>
        Run(sentences, indices, step, step, AutoencoderStart.Updates(_options, step));

    /// <param name="key">The key of noise and dropped words.</param>
    /// <param name="updates">The updates of each part, this one included.</param>
    /// <inheritdoc cref="Run(ISentences, ReadOnlySpan{long}, long)"/>
    public void Run(ISentences sentences, ReadOnlySpan<long> indices, long step, long key, Updates updates)
    {
        Pack(sentences, indices, key);
        if (AutoencoderStart.EndsAt(_options, step))
            RestartDecoder();
        ObjectiveWeights objective = Weights(step);
        Losses<float> losses = Gradient(key, objective);
        // Machines that share a step would add up their losses and gradients here.
        Tensor<double> scale = Measure(losses);
        _latest = (step, LearningRate(step), objective);
        Model.Kernels.Enter(StepParts.Adam);
        Model.UpdateAverages(scale, step + 1);
        Optimizer.Update(Gradients, updates, scale, _latest.Rate);
        if (updates.Decoder > 0)
            Average(updates.Decoder, scale);
        _pending.Add(step, _batch.Count, _batch.DecoderSteps.Rows, losses.Parts, objective);
    }

    /// <summary>Runs a step and waits for its result, when no older result is pending.</summary>
    public StepResult RunAndWait(ISentences sentences, ReadOnlySpan<long> indices, long step) =>
        RunAndWait(sentences, indices, step, step, AutoencoderStart.Updates(_options, step));

    /// <inheritdoc cref="RunAndWait(ISentences, ReadOnlySpan{long}, long)"/>
    public StepResult RunAndWait(ISentences sentences, ReadOnlySpan<long> indices, long step, long key, Updates updates)
    {
        if (IsPending)
            throw new InvalidOperationException("results of older steps are still to be taken");
        Run(sentences, indices, step, key, updates);
        Finish();
        TryTake(out StepResult result);
        return result;
    }

    /// <summary>The oldest result that was not taken yet, if its step is done.</summary>
    public bool TryTake(out StepResult result) => _pending.TryTake(out result);

    /// <summary>Takes the evaluated weights as the best, where the best are kept.</summary>
    public void TakeBest()
    {
        if (_best is null)
            return;
        Model.Kernels.Fill(_best.All, 0);
        Model.Kernels.Average(_best.All, Evaluated.Weights.All, scale: default, share: 1); // 0 + (w - 0)
    }

    /// <summary>Waits for all steps: their results can be taken.</summary>
    public void Finish() => _pending.Finish();

    /// <summary>The first parameter, in the order of names, whose gradient in the latest step is not finite; null if all are.</summary>
    public NotFinite? FirstBadGradient() => FirstBad(Gradients, "gradient");

    /// <summary>The first parameter whose value or moment is not finite; null if all are.</summary>
    public NotFinite? FirstBadParameter() =>
        FirstBad(Model.Weights, "value") ?? FirstBad(Optimizer.First, "first moment")
        ?? FirstBad(Optimizer.Second, "second moment") ?? FirstBad(_averaged?.Weights, "average");

    public void Dispose()
    {
        Model.Dispose();
        Gradients.Dispose();
        Optimizer.Dispose();
        _averaged?.Dispose();
        _best?.Dispose();
        _noise.Dispose();
        _pending.Dispose();
    }

    private CheckpointSlabs SlabsOf()
    {
        List<(string, ParameterSlab<float>)> state = [.. Optimizer.Slabs];
        ParameterSlab<float> saved = _best ?? Evaluated.Weights;
        if (_averaged is not null && saved != _averaged.Weights)
            state.Add((CheckpointSlabs.Average, _averaged.Weights));
        if (saved != Model.Weights)
            state.Add((CheckpointSlabs.Raw, Model.Weights));
        return new CheckpointSlabs(saved, [.. state]);
    }

    private void Pack(ISentences sentences, ReadOnlySpan<long> indices, long key)
    {
        _batch.Clear();
        foreach (long index in indices)
            _batch.Add(sentences, index);
        _batch.Pack();
        WordDrop.Apply(_batch, _options.WordDropRate, _options.WordDropKind, _options.Seed, key, Borders);
        WordDrop.ApplyToEncoder(_batch, _options.EncoderWordDropRate, _options.WordDropKind, _options.Seed, key, Borders);
        _batch.Dropout = new Dropout(
            _options.EmbeddingDropout, _options.OutputDropout, Model.Options.HasCode ? _options.CodeDropout : 0,
            _options.VariationalDropout, _options.Seed, key);
        _batch.IsTraining = true;
    }

    /// <summary>The losses of the packed batch, and the gradient of their mean in <see cref="Gradients"/>.</summary>
    private Losses<float> Gradient(long key, ObjectiveWeights objective)
    {
        Tensor<float> noise_BZ = Noise(key);
        Model.Kernels.Enter(StepParts.ClearGradients);
        Model.Kernels.Fill(Gradients.All, 0);
        return Model.ForwardBackward(_batch, noise_BZ, objective, Gradients);
    }

    // The count of its updates begins anew too, and with it the average of the weights.
    private void RestartDecoder()
    {
        Initialization.Fill(Model.Weights, _options.Seed, ModelPart.Decoder);
        Optimizer.Forget(ModelPart.Decoder);
    }

    private Tensor<float> Noise(long key)
    {
        int Z = Model.Options.LatentSize;
        Tensor<float> noise_BZ = _noise.View(0, _batch.Count, Z);
        for (int b = 0; b < _batch.Count; b++)
            Philox.Normal(_noiseValues.AsSpan(b * Z, Z), _options.Seed, RandomUse.Posterior, key, _batch.Sentences[b]);
        Model.Kernels.Write(noise_BZ, _noiseValues.AsSpan(0, _batch.Count * Z));
        return noise_BZ;
    }

    /// <summary>Measures losses and gradient into a pending row; returns the factor of the gradient after clipping, [1, 1].</summary>
    private Tensor<double> Measure(Losses<float> losses)
    {
        Model.Kernels.Enter(StepParts.GradientNorm);
        (Tensor<double> measured, Tensor<double> before) = _pending.Next(losses.Parts.Count);
        Model.Kernels.Measure(measured, before, losses.Values_PB, Gradients.All, _options.ClipNorm ?? double.PositiveInfinity);
        return measured.ColumnRange(Measured.Scale, 1);
    }

    /// <summary>Adds the weights to their average, which the first step's weights are in whole.</summary>
    private void Average(long count, Tensor<double> scale)
    {
        if (_averaged is null)
            return;
        double decay = _options.AverageDecay, share = (1 - decay) / (1 - Math.Pow(decay, count));
        Model.Kernels.Average(_averaged.Weights.All, Model.Weights.All, scale, share);
    }

    private NotFinite? FirstBad(ParameterSlab<float>? slab, string what)
    {
        if (slab is null || double.IsFinite(Model.Kernels.SumOfSquares(slab.All)))
            return null;
        Parameter parameter = slab.Layout.Parameters.First(p => !double.IsFinite(Model.Kernels.SumOfSquares(slab[p])));
        return new NotFinite(what, parameter.Name);
    }
}
