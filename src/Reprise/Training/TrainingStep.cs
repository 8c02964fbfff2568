using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>How often the encoder's and the decoder's parameters have been updated with a step: Adam's t. A part with 0 stays as it is.</summary>
internal readonly record struct Updates(long Encoder, long Decoder);

/// <summary>
/// One optimiser step, and everything that lives through a run: the model's weights, their gradients and Adam's two moments.
/// Allocates nothing once it has seen its largest batch.
/// </summary>
/// <remarks>
/// A step is asked of the back end and not waited for: the back end itself decides by what it measured whether and how far to learn. Results
/// are taken later, in the order of the steps.
/// </remarks>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Buffer<float> _noise;
    private readonly float[] _noiseValues;
    private readonly PendingSteps _pending;
    private readonly Batch _batch = new();
    private readonly bool[] _ofEncoder; // by parameter; tied embeddings are the decoder's

    /// <summary>A model with its first weights, a function of the seed.</summary>
    public TrainingStep(ModelOptions model, TrainingOptions options, IKernels<float> kernels)
    {
        _options = options;
        Model = new SentenceAutoencoder<float>(model, kernels);
        Gradients = new ParameterSlab<float>(Model.Weights.Layout, kernels);
        Mean = new ParameterSlab<float>(Model.Weights.Layout, kernels);
        Variance = new ParameterSlab<float>(Model.Weights.Layout, kernels);
        _noise = kernels.Allocate((long)options.BatchSize * model.LatentSize, zeroed: false);
        _noiseValues = new float[options.BatchSize * model.LatentSize];
        _pending = new PendingSteps(kernels);
        _ofEncoder = [.. Model.Weights.Layout.Parameters.Select(p => p.Name.StartsWith("encoder.", StringComparison.Ordinal) || p.Name.StartsWith("posterior.", StringComparison.Ordinal))];
        Initialization.Fill(Model.Weights, options.Seed);
    }

    public SentenceAutoencoder<float> Model { get; }

    public ParameterSlab<float> Gradients { get; }

    /// <summary>Adam's first moment.</summary>
    public ParameterSlab<float> Mean { get; }

    /// <summary>Adam's second moment.</summary>
    public ParameterSlab<float> Variance { get; }

    /// <summary>Whether results of steps can still be taken, now or later.</summary>
    public bool IsPending => _pending.Any;

    /// <summary>Learns from one batch. Where loss or gradient are not finite, nothing is changed, nor by any step after it.</summary>
    /// <param name="step">Steps asked for before this one; keys noise and dropped words.</param>
    public void Run(ISentences sentences, ReadOnlySpan<long> indices, long step) =>
        Run(sentences, indices, step, step, new Updates(step + 1, step + 1));

    /// <param name="key">Keys noise and dropped words.</param>
    /// <param name="updates">Of the parts that learn, this one included.</param>
    /// <inheritdoc cref="Run(ISentences, ReadOnlySpan{long}, long)"/>
    public void Run(ISentences sentences, ReadOnlySpan<long> indices, long step, long key, Updates updates)
    {
        IKernels<float> kernels = Model.Kernels;
        _batch.Clear();
        foreach (long index in indices)
            _batch.Add(sentences, index);
        _batch.Pack(Model.Options.LatentInput);
        WordDrop.Apply(_batch, _options.WordDropRate, _options.WordDropKind, _options.Seed, key);
        int Z = Model.Options.LatentSize;
        Tensor<float> noise_BZ = _noise.View(0, _batch.Count, Z);
        for (int b = 0; b < _batch.Count; b++)
            Philox.Normal(_noiseValues.AsSpan(b * Z, Z), _options.Seed, RandomUse.Posterior, key, _batch.Sentences[b]);
        kernels.Write(noise_BZ, _noiseValues.AsSpan(0, _batch.Count * Z));

        ObjectiveWeights objective = _options.Objective.At(step);
        kernels.Fill(Gradients.All, 0);
        Losses<float> losses = Model.ForwardBackward(_batch, noise_BZ, objective, Gradients);
        (Tensor<double> measured, Tensor<double> before) = _pending.Next();
        kernels.Measure(measured, before, losses.Nll_B, losses.Kl_B, losses.CountedKl_B, Gradients.All, _options.ClipNorm ?? double.PositiveInfinity);
        Update(updates, measured.ColumnRange(Measured.Scale, 1));
        _pending.Add(step, _batch.Count, _batch.DecoderSteps.Rows, objective);
    }

    /// <summary>As <see cref="Run(ISentences, ReadOnlySpan{long}, long)"/>, and waits for the result; there may be no older one to take.</summary>
    public StepResult RunAndWait(ISentences sentences, ReadOnlySpan<long> indices, long step) =>
        RunAndWait(sentences, indices, step, step, new Updates(step + 1, step + 1));

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

    /// <summary>Waits for all steps: their results can be taken.</summary>
    public void Finish() => _pending.Finish();

    /// <summary>The first parameter, in the order of names, whose gradient in the latest step is not finite; null if all are.</summary>
    public NotFinite? FirstBadGradient() => FirstBad(Gradients, "gradient");

    /// <summary>The first parameter whose value or moment is not finite; null if all are.</summary>
    public NotFinite? FirstBadParameter() =>
        FirstBad(Model.Weights, "value") ?? FirstBad(Mean, "first moment") ?? FirstBad(Variance, "second moment");

    public void Dispose()
    {
        Model.Dispose();
        Gradients.Dispose();
        Mean.Dispose();
        Variance.Dispose();
        _noise.Dispose();
        _pending.Dispose();
    }

    private void Update(Updates updates, Tensor<double> scale)
    {
        IKernels<float> kernels = Model.Kernels;
        if (updates.Encoder == updates.Decoder)
        {
            kernels.Adam(Model.Weights.All, Mean.All, Variance.All, Gradients.All, scale, new AdamStep(updates.Decoder, _options.LearningRate));
            return;
        }

        for (int p = 0; p < _ofEncoder.Length; p++)
        {
            Parameter parameter = Gradients.Layout.Parameters[p];
            long count = _ofEncoder[p] ? updates.Encoder : updates.Decoder;
            if (count > 0)
                kernels.Adam(Model.Weights[parameter], Mean[parameter], Variance[parameter], Gradients[parameter], scale, new AdamStep(count, _options.LearningRate));
        }
    }

    private NotFinite? FirstBad(ParameterSlab<float> slab, string what)
    {
        if (double.IsFinite(Model.Kernels.SumOfSquares(slab.All)))
            return null;
        Parameter parameter = slab.Layout.Parameters.First(p => !double.IsFinite(Model.Kernels.SumOfSquares(slab[p])));
        return new NotFinite(what, parameter.Name);
    }
}
