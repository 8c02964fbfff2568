using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>What one step measured: sums over its sentences, in nats.</summary>
/// <param name="Tokens">Words and EOS.</param>
/// <param name="GradientNorm">Of the batch's mean loss, before clipping.</param>
internal readonly record struct StepResult(int Sentences, int Tokens, double Nll, double Kl, double Objective, double GradientNorm)
{
    public bool IsFinite => double.IsFinite(Objective) && double.IsFinite(GradientNorm);
}

/// <summary>How often the encoder's and the decoder's parameters have been updated with a step: Adam's t. A part with 0 stays as it is.</summary>
internal readonly record struct Updates(long Encoder, long Decoder);

/// <summary>
/// One optimiser step, and everything that lives through a run: the model's weights, their gradients and Adam's two moments.
/// Allocates nothing once it has seen its largest batch.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Buffer<float> _noise;
    private readonly Batch _batch = new();
    private readonly bool[] _ofEncoder; // by parameter; tied embeddings are the decoder's

    /// <summary>A model with its first weights, a function of the seed.</summary>
    public TrainingStep(ModelOptions model, TrainingOptions options, IKernels<float> kernels)
    {
        _options = options;
        Model = new SentenceAutoencoder<float>(model, kernels);
        Gradients = new ParameterSlab<float>(Model.Weights.Layout);
        Mean = new ParameterSlab<float>(Model.Weights.Layout);
        Variance = new ParameterSlab<float>(Model.Weights.Layout);
        _noise = new Buffer<float>((long)options.BatchSize * model.LatentSize);
        _ofEncoder = [.. Model.Weights.Layout.Parameters.Select(p => p.Name.StartsWith("encoder.", StringComparison.Ordinal) || p.Name.StartsWith("posterior.", StringComparison.Ordinal))];
        Initialization.Fill(Model.Weights, options.Seed);
    }

    public SentenceAutoencoder<float> Model { get; }

    public ParameterSlab<float> Gradients { get; }

    /// <summary>Adam's first moment.</summary>
    public ParameterSlab<float> Mean { get; }

    /// <summary>Adam's second moment.</summary>
    public ParameterSlab<float> Variance { get; }

    /// <summary>Learns from one batch. Where loss or gradient are not finite, nothing is changed.</summary>
    /// <param name="step">Steps finished before this one; keys noise and dropped words.</param>
    public StepResult Run(ISentences sentences, ReadOnlySpan<long> indices, long step) =>
        Run(sentences, indices, step, step, new Updates(step + 1, step + 1));

    /// <param name="key">Keys noise and dropped words.</param>
    /// <param name="updates">Of the parts that learn, this one included.</param>
    /// <inheritdoc cref="Run(ISentences, ReadOnlySpan{long}, long)"/>
    public StepResult Run(ISentences sentences, ReadOnlySpan<long> indices, long step, long key, Updates updates)
    {
        IKernels<float> kernels = Model.Kernels;
        _batch.Clear();
        foreach (long index in indices)
            _batch.Add(sentences, index);
        _batch.Pack(Model.Options.LatentInput);
        WordDrop.Apply(_batch, _options.WordDropRate, _options.WordDropKind, _options.Seed, key);
        Tensor<float> noise_BZ = _noise.View(0, _batch.Count, Model.Options.LatentSize);
        for (int b = 0; b < _batch.Count; b++)
            Philox.Normal(noise_BZ.Row(b), _options.Seed, RandomUse.Posterior, key, _batch.Sentences[b]);

        ObjectiveWeights objective = _options.Objective.At(step);
        kernels.Fill(Gradients.All, 0);
        Losses<float> losses = Model.ForwardBackward(_batch, noise_BZ, objective, Gradients);
        (double nll, double kl, double counted) = (Sum(losses.Nll_B.Span), Sum(losses.Kl_B.Span), Sum(losses.CountedKl_B.Span));
        double norm = Math.Sqrt(kernels.SumOfSquares(Gradients.All));
        StepResult result = new(_batch.Count, _batch.DecoderSteps.Rows, nll, kl, (objective.Reconstruction * nll) + (objective.Kl * counted), norm);
        if (result.IsFinite)
        {
            double scale = norm > _options.ClipNorm ? _options.ClipNorm.Value / norm : 1;
            Update(updates, scale);
        }

        return result;
    }

    /// <summary>The first parameter, in the order of names, whose gradient is not finite; null if all are.</summary>
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
    }

    private void Update(Updates updates, double gradientScale)
    {
        IKernels<float> kernels = Model.Kernels;
        if (updates.Encoder == updates.Decoder)
        {
            kernels.Adam(Model.Weights.All, Mean.All, Variance.All, Gradients.All, new AdamStep(updates.Decoder, _options.LearningRate, gradientScale));
            return;
        }

        for (int p = 0; p < _ofEncoder.Length; p++)
        {
            Parameter parameter = Gradients.Layout.Parameters[p];
            long count = _ofEncoder[p] ? updates.Encoder : updates.Decoder;
            if (count > 0)
                kernels.Adam(Model.Weights[parameter], Mean[parameter], Variance[parameter], Gradients[parameter], new AdamStep(count, _options.LearningRate, gradientScale));
        }
    }

    private NotFinite? FirstBad(ParameterSlab<float> slab, string what)
    {
        if (double.IsFinite(Model.Kernels.SumOfSquares(slab.All)))
            return null;
        Parameter parameter = slab.Layout.Parameters.First(p => !double.IsFinite(Model.Kernels.SumOfSquares(slab[p])));
        return new NotFinite(what, parameter.Name);
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }
}
