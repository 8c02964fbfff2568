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
    private ParameterSlab<T>? _gradients;
    private EncoderParameters<T>? _encoderGradients;
    private DecoderParameters<T>? _decoderGradients;
    private bool _disposed;

    /// <summary>A model whose weights are all zero: fill them by <see cref="Initialization"/> or from a file.</summary>
    /// <param name="kernels">The back end; owned by the caller.</param>
    public SentenceAutoencoder(ModelOptions options, IKernels<T> kernels)
    {
        Options = options;
        Kernels = kernels;
        Weights = new ParameterSlab<T>(new ParameterLayout(options), kernels);
        _workspace = new Workspace<T>(kernels);
        Encoder = new Encoder<T>(options, kernels, Weights, _workspace);
        Decoder = new Decoder<T>(options, kernels, Weights, _workspace);
    }

    /// <summary>Its sizes and variations.</summary>
    public ModelOptions Options { get; }

    /// <summary>The back end, which is the caller's.</summary>
    public IKernels<T> Kernels { get; }

    /// <summary>Its parameters, to be filled and updated from outside.</summary>
    public ParameterSlab<T> Weights { get; }

    internal Encoder<T> Encoder { get; }

    internal Decoder<T> Decoder { get; }

    internal Workspace<T> Workspace => _workspace;

    /// <summary>
    /// Promises that <see cref="Weights"/> keep their values until the result is disposed of. Whatever needs no gradient then
    /// runs faster, small batches most: the back end arranges the weights once and not for every batch.
    /// </summary>
    public FrozenWeights<T> FreezeWeights() => new(this);

    /// <summary>The posterior of every sentence: mean and log variance, [B, Z] in the batch's order; of no columns without a code.</summary>
    public (Tensor<T> Mean_BZ, Tensor<T> LogVariance_BZ) Encode(Batch batch)
    {
        Begin();
        Encoder.Forward(batch);
        GC.KeepAlive(this); // views do not keep the weights alive
        return (Encoder.Mean_BZ, Encoder.LogVariance_BZ);
    }

    /// <summary>The losses of every sentence, without gradients.</summary>
    /// <param name="noise_BZ">Noise of z in the batch's order, or absent for z = mean.</param>
    /// <param name="free">The part of kl that is not counted.</param>
    public Losses<T> Forward(Batch batch, Tensor<T> noise_BZ, FreeBits free = default)
    {
        Begin();
        Encoder.Forward(batch);
        (Tensor<T> z_BZ, Tensor<T> kl_B) = Latent(batch, noise_BZ);
        (Tensor<T> counted_B, _) = Counted(kl_B, free);
        Tensor<T> nll_B = Decoder.Forward(batch, z_BZ);
        GC.KeepAlive(this);
        return new Losses<T>(nll_B, kl_B, counted_B);
    }

    /// <summary>
    /// The losses of every sentence, and the gradient of their weighted mean over the batch
    /// (<see cref="ObjectiveWeights"/>), added to <paramref name="gradients"/>.
    /// </summary>
    public Losses<T> ForwardBackward(Batch batch, Tensor<T> noise_BZ, ObjectiveWeights objective, ParameterSlab<T> gradients)
    {
        (EncoderParameters<T>? dEncoder, DecoderParameters<T> dDecoder) = PlacesIn(gradients);
        T nllScale = T.CreateChecked(objective.Reconstruction / batch.Count);
        T klScale = T.CreateChecked(objective.Kl / batch.Count);

        Begin();
        Encoder.Forward(batch);
        (Tensor<T> z_BZ, Tensor<T> kl_B) = Latent(batch, noise_BZ);
        (Tensor<T> counted_B, Tensor<T> counts_BZ) = Counted(kl_B, objective.Free);
        Tensor<T> nll_B = Decoder.ForwardWithGradient(batch, z_BZ, dDecoder, nllScale);

        Tensor<T> dz_BZ = Decoder.Backward(batch, dDecoder);
        (Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ) = LatentBackward(batch, dz_BZ, noise_BZ, counts_BZ, klScale);
        Encoder.Backward(batch, dEncoder, dMean_BZ, dLogVariance_BZ);
        GC.KeepAlive(this);
        GC.KeepAlive(gradients);
        return new Losses<T>(nll_B, kl_B, counted_B);
    }

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

    private (Tensor<T> Z_BZ, Tensor<T> Kl_B) Latent(Batch batch, Tensor<T> noise_BZ)
    {
        Tensor<T> z_BZ = _workspace.Take(batch.Count, Options.LatentSize);
        Tensor<T> kl_B = _workspace.Take(1, batch.Count);
        Kernels.Latent(z_BZ, kl_B, Encoder.Mean_BZ, Encoder.LogVariance_BZ, noise_BZ);
        return (z_BZ, kl_B);
    }

    // All of kl, where nothing is free.
    private (Tensor<T> Counted_B, Tensor<T> Counts_BZ) Counted(Tensor<T> kl_B, FreeBits free)
    {
        if (free.Nats <= 0)
            return (kl_B, default);
        Tensor<T> counted_B = _workspace.Take(1, kl_B.Columns), counts_BZ = _workspace.Take(kl_B.Columns, Options.LatentSize);
        Kernels.FreeBits(counts_BZ, counted_B, Encoder.Mean_BZ, Encoder.LogVariance_BZ, T.CreateChecked(free.Nats), free.Per == FreeBitsPer.Sentence);
        return (counted_B, counts_BZ);
    }

    private (Tensor<T> DMean_BZ, Tensor<T> DLogVariance_BZ) LatentBackward(Batch batch, Tensor<T> dz_BZ, Tensor<T> noise_BZ, Tensor<T> counts_BZ, T klScale)
    {
        Tensor<T> dMean_BZ = _workspace.Take(batch.Count, Options.LatentSize);
        Tensor<T> dLogVariance_BZ = _workspace.Take(batch.Count, Options.LatentSize);
        Kernels.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, Encoder.Mean_BZ, Encoder.LogVariance_BZ, noise_BZ, counts_BZ, klScale);
        return (dMean_BZ, dLogVariance_BZ);
    }

    private (EncoderParameters<T>? Encoder, DecoderParameters<T> Decoder) PlacesIn(ParameterSlab<T> gradients)
    {
        _ = gradients.All; // a slab disposed of throws here and not in a kernel
        if (!ReferenceEquals(gradients, _gradients))
        {
            _gradients = gradients;
            _encoderGradients = EncoderParameters<T>.In(Options, gradients);
            _decoderGradients = new DecoderParameters<T>(Options, gradients);
        }

        return (_encoderGradients, _decoderGradients!);
    }
}

/// <summary>The unweighted parts of the loss of each sentence in nats, in the batch's order.</summary>
/// <param name="Nll_B">[1, B]: -log p(x|z), over the words and EOS.</param>
/// <param name="Kl_B">[1, B]: KL(q(z|x) ‖ N(0, 1)); 0 without a code.</param>
/// <param name="CountedKl_B">[1, B]: kl as the objective counts it, where a part is free (<see cref="FreeBits"/>); else the same.</param>
internal readonly record struct Losses<T>(Tensor<T> Nll_B, Tensor<T> Kl_B, Tensor<T> CountedKl_B)
    where T : unmanaged;
