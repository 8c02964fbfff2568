using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>Words → LSTM → last hidden state → tanh layers → mean and log variance of the posterior q(z|x).</summary>
internal sealed class Encoder<T>(ModelOptions options, IKernels<T> kernels, ParameterSlab<T> weights, Workspace<T> workspace)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int H = options.HiddenSize, Z = options.LatentSize;
    private readonly EncoderParameters<T>? w = EncoderParameters<T>.In(options, weights);
    private readonly Tensor<T>[] _layers_BH = new Tensor<T>[options.PosteriorLayers + 1]; // the encoder's last state, then each layer's output
    private readonly WordGates<T> _wordGates = new(options, kernels, workspace);
    private Tensor<T> _gates_N4H, _h_NH, _c_NH;

    /// <summary>[B, Z], in the batch's order.</summary>
    public Tensor<T> Mean_BZ { get; private set; }

    /// <summary>[B, Z]: log of the variance.</summary>
    public Tensor<T> LogVariance_BZ { get; private set; }

    public void Forward(Batch batch)
    {
        (int B, int N) = (batch.Count, batch.EncoderSteps.Rows);
        Mean_BZ = workspace.Take(B, Z);
        LogVariance_BZ = workspace.Take(B, Z);
        if (w is null)
            return; // no code: Z is 0

        _gates_N4H = workspace.Take(N, 4 * H);
        _h_NH = workspace.Take(N, H);
        _c_NH = workspace.Take(N, H);
        _wordGates.Forward(_gates_N4H, batch.Words, w.Embedding_VE, w.InputWeight_4HE, w.Bias_4H);
        kernels.LstmForward(_h_NH, _c_NH, _gates_N4H, w.HiddenWeight_4HH, default, default, batch.EncoderSteps);

        _layers_BH[0] = workspace.Take(B, H);
        kernels.Gather(_layers_BH[0], _h_NH, batch.LastRows);
        for (int l = 0; l < w.Layers.Length; l++)
        {
            Tensor<T> a_BH = _layers_BH[l + 1] = workspace.Take(B, H);
            kernels.Linear(a_BH, _layers_BH[l], w.Layers[l].Weight, w.Layers[l].Bias);
            kernels.Tanh(a_BH, a_BH);
        }

        kernels.Linear(Mean_BZ, _layers_BH[^1], w.Mean.Weight, w.Mean.Bias);
        kernels.Linear(LogVariance_BZ, _layers_BH[^1], w.LogVariance.Weight, w.LogVariance.Bias);
    }

    public void Backward(Batch batch, EncoderParameters<T>? d, Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ)
    {
        if (w is null || d is null)
            return;
        (int B, int N) = (batch.Count, batch.EncoderSteps.Rows);

        Tensor<T> da_BH = workspace.Take(B, H), next_BH = workspace.Take(B, H);
        kernels.LinearBackwardWeight(d.LogVariance.Weight, d.LogVariance.Bias, dLogVariance_BZ, _layers_BH[^1]);
        kernels.LinearBackwardWeight(d.Mean.Weight, d.Mean.Bias, dMean_BZ, _layers_BH[^1]);
        kernels.LinearBackwardInput(da_BH, dLogVariance_BZ, w.LogVariance.Weight);
        kernels.LinearBackwardInput(da_BH, dMean_BZ, w.Mean.Weight, accumulate: true);

        for (int l = w.Layers.Length - 1; l >= 0; l--)
        {
            kernels.TanhBackward(da_BH, da_BH, _layers_BH[l + 1]);
            kernels.LinearBackwardWeight(d.Layers[l].Weight, d.Layers[l].Bias, da_BH, _layers_BH[l]);
            kernels.LinearBackwardInput(next_BH, da_BH, w.Layers[l].Weight);
            (da_BH, next_BH) = (next_BH, da_BH);
        }

        Tensor<T> dh_NH = workspace.Take(N, H);
        kernels.Fill(dh_NH, T.Zero);
        kernels.ScatterAdd(dh_NH, da_BH, batch.LastRows);

        Tensor<T> dGates_N4H = _gates_N4H; // in place
        kernels.LstmBackward(dGates_N4H, default, default, d.HiddenWeight_4HH, dh_NH, _gates_N4H, _h_NH, _c_NH, w.HiddenWeight_4HH, default, default, batch.EncoderSteps);
        _wordGates.Backward(d.Embedding_VE, d.InputWeight_4HE, d.Bias_4H, dGates_N4H, w.InputWeight_4HE);
    }
}

/// <summary>The encoder's places in a slab of weights or of gradients.</summary>
internal sealed class EncoderParameters<T>(ModelOptions options, ParameterSlab<T> slab)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly Tensor<T> Embedding_VE = slab[options.TieEmbeddings ? "embedding.weight" : "encoder.embedding.weight"];
    public readonly Tensor<T> InputWeight_4HE = slab["encoder.lstm.weight_ih"];
    public readonly Tensor<T> HiddenWeight_4HH = slab["encoder.lstm.weight_hh"];
    public readonly Tensor<T> Bias_4H = slab["encoder.lstm.bias"];
    public readonly Affine<T>[] Layers = [.. Enumerable.Range(0, options.PosteriorLayers).Select(l => new Affine<T>(slab, $"posterior.layers.{l}"))];
    public readonly Affine<T> Mean = new(slab, "posterior.mean");
    public readonly Affine<T> LogVariance = new(slab, "posterior.log_variance");

    /// <summary>Null for a model without a code.</summary>
    public static EncoderParameters<T>? In(ModelOptions options, ParameterSlab<T> slab) => options.HasCode ? new EncoderParameters<T>(options, slab) : null;
}

/// <summary>A weight and its bias.</summary>
internal readonly struct Affine<T>(ParameterSlab<T> slab, string name)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly Tensor<T> Weight = slab[name + ".weight"];
    public readonly Tensor<T> Bias = slab[name + ".bias"];
}
