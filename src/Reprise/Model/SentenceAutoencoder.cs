using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>
/// The model: encoder, Gaussian posterior, decoder, with their weights and the memory for one batch. Forward is a list of
/// calls and backward the same list reversed; there is no graph.
/// </summary>
/// <remarks>Not thread-safe. Results of a call are views that the next call overwrites.</remarks>
internal sealed class SentenceAutoencoder<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Workspace<T> _workspace;
    private readonly LossParts _lossParts;
    private bool _disposed;

    /// <summary>A model whose weights are all zero: fill them by <see cref="Initialization"/> or from a file.</summary>
    /// <param name="kernels">The back end; owned by the caller.</param>
    public SentenceAutoencoder(ModelOptions options, IKernels<T> kernels)
    {
        Options = options;
        Kernels = kernels;
        Weights = new ParameterSlab<T>(new ParameterLayout(options), kernels);
        _workspace = new Workspace<T>(kernels);
        Encoder = Weights.Layout.Encoder is { } encoder ? new WordEncoder<T>(options, encoder, kernels, Weights, _workspace) : null;
        Decoder = new WordDecoder<T>(options, Weights.Layout.Decoder, kernels, Weights, _workspace);
        _lossParts = new LossParts(Decoder.LossName);
    }

    /// <summary>Its sizes and variations.</summary>
    public ModelOptions Options { get; }

    /// <summary>The back end, owned by the caller.</summary>
    public IKernels<T> Kernels { get; }

    /// <summary>Its parameters, to be filled and updated from outside.</summary>
    public ParameterSlab<T> Weights { get; }

    /// <summary>The encoder; null without a code.</summary>
    internal IEncoder<T>? Encoder { get; }

    internal WordDecoder<T> Decoder { get; }

    internal Workspace<T> Workspace => _workspace;

    /// <summary>The parts of the loss, of which some kl may be free.</summary>
    public IReadOnlyList<LossPart> LossPartsOf(FreeBits free) => _lossParts.Of(free);

    /// <summary>
    /// Promises that <see cref="Weights"/> keep their values until the result is disposed of. Calls without gradients then run faster,
    /// small batches most: the back end packs the weights once, not for every batch.
    /// </summary>
    public FrozenWeights<T> FreezeWeights() => new(this);

    /// <summary>The posterior of every sentence: mean and log variance, [B, Z] in the batch's order; no columns without a code.</summary>
    public (Tensor<T> Mean_BZ, Tensor<T> LogVariance_BZ) Encode(Batch batch)
    {
        Begin();
        (Tensor<T> mean_BZ, Tensor<T> logVariance_BZ) = Posterior(batch);
        GC.KeepAlive(this); // views do not keep the weights alive
        return (mean_BZ, logVariance_BZ);
    }

    /// <summary>The losses of every sentence, without gradients.</summary>
    /// <param name="noise_BZ">Noise of z in the batch's order, or absent for z = mean.</param>
    /// <param name="free">The part of kl that is not counted.</param>
    public Losses<T> Forward(Batch batch, Tensor<T> noise_BZ, FreeBits free = default)
    {
        Begin();
        Losses<T> losses = TakeLosses(batch, free);
        (Tensor<T> mean_BZ, Tensor<T> logVariance_BZ) = Posterior(batch);
        (Tensor<T> z_BZ, _) = Latent(losses, mean_BZ, logVariance_BZ, noise_BZ, free);
        DropCode(z_BZ, batch);
        Decoder.Forward(batch, z_BZ, losses.Nll_B);
        GC.KeepAlive(this);
        return losses;
    }

    /// <summary>-log p(x|z) of every sentence in nats, [1, B], for given codes.</summary>
    internal Tensor<T> Reconstruct(Batch batch, Tensor<T> z_BZ)
    {
        Tensor<T> nll_B = _workspace.Take(1, batch.Count);
        Decoder.Forward(batch, z_BZ, nll_B);
        return nll_B;
    }

    /// <summary>
    /// The losses of every sentence, and the gradient of their weighted mean over the batch
    /// (<see cref="ObjectiveWeights"/>), added to <paramref name="gradients"/>.
    /// </summary>
    public Losses<T> ForwardBackward(Batch batch, Tensor<T> noise_BZ, ObjectiveWeights objective, ParameterSlab<T> gradients)
    {
        _ = gradients.All; // a slab disposed of throws here and not in a kernel
        T nllScale = T.CreateChecked(objective.Reconstruction / batch.Count);
        T klScale = T.CreateChecked(objective.Kl / batch.Count);

        Begin();
        Losses<T> losses = TakeLosses(batch, objective.Free);
        (Tensor<T> mean_BZ, Tensor<T> logVariance_BZ) = Posterior(batch);
        (Tensor<T> z_BZ, Tensor<T> counts_BZ) = Latent(losses, mean_BZ, logVariance_BZ, noise_BZ, objective.Free);
        Tensor<T> factors_BZ = DropCode(z_BZ, batch);
        Decoder.ForwardWithGradient(batch, z_BZ, losses.Nll_B, gradients, nllScale);

        Tensor<T> dz_BZ = _workspace.Take(batch.Count, Options.LatentSize);
        Kernels.Enter(StepParts.CodeBackward);
        Kernels.Fill(dz_BZ, T.Zero);
        Decoder.Backward(batch, gradients, dz_BZ);
        if (Encoder is not null)
        {
            Kernels.Enter(StepParts.CodeBackward);
            if (!factors_BZ.IsAbsent)
                Kernels.Multiply(dz_BZ, dz_BZ, factors_BZ);
            Tensor<T> dMean_BZ = _workspace.Take(batch.Count, Options.LatentSize);
            Tensor<T> dLogVariance_BZ = _workspace.Take(batch.Count, Options.LatentSize);
            Kernels.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, counts_BZ, klScale);
            Encoder.Backward(batch, gradients, dMean_BZ, dLogVariance_BZ);
        }

        GC.KeepAlive(this);
        GC.KeepAlive(gradients);
        return losses;
    }

    /// <summary>Updates running averages by the batch of the last <see cref="ForwardBackward"/>.</summary>
    /// <inheritdoc cref="IEncoder{T}.UpdateAverages"/>
    public void UpdateAverages(Tensor<double> scale, long step) => Encoder?.UpdateAverages(scale, step);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Weights.Dispose();
        _workspace.Dispose();
    }

    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _workspace.Reset();
    }

    private Losses<T> TakeLosses(Batch batch, FreeBits free)
    {
        IReadOnlyList<LossPart> parts = LossPartsOf(free);
        return new Losses<T>(parts, _workspace.Take(parts.Count, batch.Count));
    }

    private (Tensor<T> Mean_BZ, Tensor<T> LogVariance_BZ) Posterior(Batch batch)
    {
        Tensor<T> mean_BZ = _workspace.Take(batch.Count, Options.LatentSize);
        Tensor<T> logVariance_BZ = _workspace.Take(batch.Count, Options.LatentSize);
        Encoder?.Forward(batch, mean_BZ, logVariance_BZ);
        return (mean_BZ, logVariance_BZ);
    }

    // z and kl; and, where some of kl is free, the counted kl with the terms that have a gradient.
    private (Tensor<T> Z_BZ, Tensor<T> Counts_BZ) Latent(
        Losses<T> losses, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, Tensor<T> noise_BZ, FreeBits free)
    {
        Kernels.Enter(StepParts.Code);
        Tensor<T> z_BZ = _workspace.Take(mean_BZ.Rows, mean_BZ.Columns);
        Kernels.Latent(z_BZ, losses.Kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        if (free.Nats <= 0)
            return (z_BZ, default);
        Tensor<T> counts_BZ = _workspace.Take(mean_BZ.Rows, mean_BZ.Columns);
        bool perSentence = free.Per == FreeBitsPer.Sentence;
        Kernels.FreeBits(counts_BZ, losses.CountedKl_B, mean_BZ, logVariance_BZ, T.CreateChecked(free.Nats), perSentence);
        return (z_BZ, counts_BZ);
    }

    // Drops elements of z in place, as the batch asks; returns the factors, absent where nothing is dropped.
    private Tensor<T> DropCode(Tensor<T> z_BZ, Batch batch)
    {
        Tensor<T> factors_BZ = batch.Dropout.CodeFactors(z_BZ.Rows, z_BZ.Columns, Kernels, _workspace);
        if (!factors_BZ.IsAbsent)
            Kernels.Multiply(z_BZ, z_BZ, factors_BZ);
        return factors_BZ;
    }
}
