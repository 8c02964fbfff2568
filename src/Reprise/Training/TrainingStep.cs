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

/// <summary>
/// One optimiser step, and everything that lives through a run: the model's weights, their gradients and Adam's two moments.
/// Allocates nothing once it has seen its largest batch.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Buffer<float> _noise;
    private readonly Batch _batch = new();

    /// <summary>A model with its first weights, a function of the seed.</summary>
    public TrainingStep(ModelOptions model, TrainingOptions options, IKernels<float> kernels)
    {
        _options = options;
        Model = new SentenceAutoencoder<float>(model, kernels);
        Gradients = new ParameterSlab<float>(Model.Weights.Layout);
        Mean = new ParameterSlab<float>(Model.Weights.Layout);
        Variance = new ParameterSlab<float>(Model.Weights.Layout);
        _noise = new Buffer<float>((long)options.BatchSize * model.LatentSize);
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
    public StepResult Run(ISentences sentences, ReadOnlySpan<long> indices, long step)
    {
        IKernels<float> kernels = Model.Kernels;
        _batch.Clear();
        foreach (long index in indices)
            _batch.Add(sentences, index);
        _batch.Pack(Model.Options.LatentInput);
        WordDrop.Apply(_batch, _options.WordDropRate, _options.WordDropKind, _options.Seed, step);
        Tensor<float> noise_BZ = _noise.View(0, _batch.Count, Model.Options.LatentSize);
        for (int b = 0; b < _batch.Count; b++)
            Philox.Normal(noise_BZ.Row(b), _options.Seed, RandomUse.Posterior, step, _batch.Sentences[b]);

        ObjectiveWeights objective = _options.Objective.At(step);
        kernels.Fill(Gradients.All, 0);
        Losses<float> losses = Model.ForwardBackward(_batch, noise_BZ, objective, Gradients);
        (double nll, double kl) = (Sum(losses.Nll_B.Span), Sum(losses.Kl_B.Span));
        double norm = Math.Sqrt(kernels.SumOfSquares(Gradients.All));
        StepResult result = new(_batch.Count, _batch.DecoderSteps.Rows, nll, kl, (objective.Reconstruction * nll) + (objective.Kl * kl), norm);
        if (result.IsFinite)
        {
            double scale = norm > _options.ClipNorm ? _options.ClipNorm.Value / norm : 1;
            kernels.Adam(Model.Weights.All, Mean.All, Variance.All, Gradients.All, new AdamStep(step + 1, _options.LearningRate, scale));
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
