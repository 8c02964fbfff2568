using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>Words → LSTM → last hidden state → tanh layers → mean and log variance of the posterior q(z|x).</summary>
internal sealed class WordEncoder<T>(
    ModelOptions options, WordEncoderParameters parameters, IKernels<T> kernels, ParameterSlab<T> w, Workspace<T> workspace) : IEncoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int H = options.HiddenSize;
    private readonly WordEncoderParameters p = parameters;
    private readonly Tensor<T>[] _layers_BH = new Tensor<T>[parameters.Layers.Length + 1]; // the LSTM's last state, then each layer
    private readonly WordGates<T> _wordGates = new(options, kernels, workspace, StepParts.EncoderInputs, StepParts.EncoderInputsBackward);
    private Tensor<T> _gates_N4H, _h_NH, _c_NH;

    /// <inheritdoc/>
    public void Forward(Batch batch, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ)
    {
        (int B, int N) = (batch.Count, batch.EncoderSteps.Rows);
        _gates_N4H = workspace.Take(N, 4 * H);
        _h_NH = workspace.Take(N, H);
        _c_NH = workspace.Take(N, H);
        _wordGates.Forward(_gates_N4H, batch.Words, w[p.Embedding_VE], w[p.Lstm.InputWeight_4HI], w[p.Lstm.Bias_4H]);
        kernels.Enter(StepParts.EncoderSteps);
        kernels.LstmForward(_h_NH, _c_NH, _gates_N4H, w[p.Lstm.HiddenWeight_4HH], default, default, batch.EncoderSteps);

        kernels.Enter(StepParts.Code);
        _layers_BH[0] = workspace.Take(B, H);
        kernels.Gather(_layers_BH[0], _h_NH, batch.LastRows);
        for (int l = 0; l < p.Layers.Length; l++)
        {
            Tensor<T> a_BH = _layers_BH[l + 1] = workspace.Take(B, H);
            kernels.Linear(a_BH, _layers_BH[l], w[p.Layers[l].Weight], w[p.Layers[l].Bias]);
            kernels.Tanh(a_BH, a_BH);
        }

        kernels.Linear(mean_BZ, _layers_BH[^1], w[p.Mean.Weight], w[p.Mean.Bias]);
        kernels.Linear(logVariance_BZ, _layers_BH[^1], w[p.LogVariance.Weight], w[p.LogVariance.Bias]);
    }

    /// <inheritdoc/>
    public void Backward(Batch batch, ParameterSlab<T> d, Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ)
    {
        (int B, int N) = (batch.Count, batch.EncoderSteps.Rows);

        kernels.Enter(StepParts.CodeBackward);
        Tensor<T> da_BH = workspace.Take(B, H), next_BH = workspace.Take(B, H);
        kernels.LinearBackwardWeight(d[p.LogVariance.Weight], d[p.LogVariance.Bias], dLogVariance_BZ, _layers_BH[^1]);
        kernels.LinearBackwardWeight(d[p.Mean.Weight], d[p.Mean.Bias], dMean_BZ, _layers_BH[^1]);
        kernels.LinearBackwardInput(da_BH, dLogVariance_BZ, w[p.LogVariance.Weight]);
        kernels.LinearBackwardInput(da_BH, dMean_BZ, w[p.Mean.Weight], accumulate: true);

        for (int l = p.Layers.Length - 1; l >= 0; l--)
        {
            kernels.TanhBackward(da_BH, da_BH, _layers_BH[l + 1]);
            kernels.LinearBackwardWeight(d[p.Layers[l].Weight], d[p.Layers[l].Bias], da_BH, _layers_BH[l]);
            kernels.LinearBackwardInput(next_BH, da_BH, w[p.Layers[l].Weight]);
            (da_BH, next_BH) = (next_BH, da_BH);
        }

        Tensor<T> dh_NH = workspace.Take(N, H);
        kernels.Fill(dh_NH, T.Zero);
        kernels.ScatterAdd(dh_NH, da_BH, batch.LastRows);

        kernels.Enter(StepParts.EncoderStepsBackward);
        Tensor<T> dGates_N4H = _gates_N4H; // in place
        kernels.LstmBackward(
            dGates_N4H, default, default, d[p.Lstm.HiddenWeight_4HH], dh_NH, _gates_N4H, _h_NH, _c_NH, w[p.Lstm.HiddenWeight_4HH],
            default, default, batch.EncoderSteps);
        _wordGates.Backward(
            d[p.Embedding_VE], d[p.Lstm.InputWeight_4HI], d[p.Lstm.Bias_4H], dGates_N4H, w[p.Lstm.InputWeight_4HI]);
    }
}

/// <summary>The parameters of <see cref="WordEncoder{T}"/>.</summary>
/// <param name="embedding">The table that the model shares; null for one of its own.</param>
internal sealed class WordEncoderParameters(ParameterList list, ModelOptions options, Parameter? embedding)
{
    public readonly Parameter Embedding_VE = embedding
        ?? list.Matrix("encoder.embedding.weight", options.VocabularySize, options.EmbeddingSize, ModelPart.Encoder, Initializer.Embedding);

    public readonly LstmParameters Lstm = new(list, "encoder.lstm", options.EmbeddingSize, options.HiddenSize, ModelPart.Encoder);

    public readonly AffineParameters[] Layers =
    [
        .. Enumerable.Range(0, options.PosteriorLayers)
            .Select(l => new AffineParameters(list, $"posterior.layers.{l}", options.HiddenSize, options.HiddenSize, ModelPart.Encoder)),
    ];

    public readonly AffineParameters Mean = new(list, "posterior.mean", options.LatentSize, options.HiddenSize, ModelPart.Encoder);

    public readonly AffineParameters LogVariance =
        new(list, "posterior.log_variance", options.LatentSize, options.HiddenSize, ModelPart.Encoder);
}
