using System.Numerics;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Model;

/// <summary>z → LSTM over the words so far → the next word's distribution p(x_t | x_&lt;t, z).</summary>
internal sealed class Decoder<T>(ModelOptions options, IKernels<T> kernels, ParameterSlab<T> weights, Workspace<T> workspace)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int E = options.EmbeddingSize, H = options.HiddenSize, Z = options.LatentSize;
    private readonly bool _everyStep = options.LatentInput == LatentInput.EveryStep;
    private readonly bool _firstToken = options.LatentInput == LatentInput.FirstToken;
    private readonly bool _initialState = options.LatentInput is LatentInput.InitialState or LatentInput.EveryStep;
    private readonly DecoderParameters<T> w = new(options, weights);
    private readonly StepLayout _oneStep = new();
    private readonly WordGates<T> _wordGates = new(options, kernels, workspace);
    private Tensor<T> _z_BZ, _first_BE, _gates_N4H, _h0_BH, _c0_BH, _h_NH, _c_NH, _features_NF, _dFeatures_NF;
    private int[] _repeated = [];

    /// <summary>The softmax's table [V, F]: the embeddings (F = E) when tied, else the output weights (F = H).</summary>
    public Tensor<T> OutputWeight_VF => w.Output_VF;

    /// <summary>The softmax's bias.</summary>
    public Tensor<T> OutputBias_V => w.OutputBias_V;

    /// <summary>-log p(x|z) of each sentence in nats, [1, B] in the batch's order.</summary>
    public Tensor<T> Forward(Batch batch, Tensor<T> z_BZ)
    {
        RunLstm(batch, z_BZ);
        Tensor<T> nll_N = workspace.Take(1, batch.DecoderSteps.Rows);
        kernels.CrossEntropy(nll_N, _features_NF, w.Output_VF, w.OutputBias_V, batch.Targets);
        return SumOverWords(nll_N, batch);
    }

    /// <summary>As <see cref="Forward"/>, and begins the backward pass of the loss <paramref name="scale"/> · Σ nll where it is cheapest.</summary>
    public Tensor<T> ForwardWithGradient(Batch batch, Tensor<T> z_BZ, DecoderParameters<T> d, T scale)
    {
        RunLstm(batch, z_BZ);
        Tensor<T> nll_N = workspace.Take(1, batch.DecoderSteps.Rows);
        _dFeatures_NF = workspace.Take(_features_NF.Rows, _features_NF.Columns);
        kernels.CrossEntropyWithGradient(nll_N, _dFeatures_NF, d.Output_VF, d.OutputBias_V, _features_NF, w.Output_VF, w.OutputBias_V, batch.Targets, scale);
        return SumOverWords(nll_N, batch);
    }

    /// <summary>Ends the backward pass begun by <see cref="ForwardWithGradient"/>.</summary>
    /// <returns>dz, [B, Z].</returns>
    public Tensor<T> Backward(Batch batch, DecoderParameters<T> d)
    {
        (int B, int N) = (batch.Count, batch.DecoderSteps.Rows);

        Tensor<T> dh_NH = _dFeatures_NF;
        if (options.TieEmbeddings)
        {
            dh_NH = workspace.Take(N, H);
            kernels.LinearBackwardWeight(d.Projection.Weight, d.Projection.Bias, _dFeatures_NF, _h_NH);
            kernels.LinearBackwardInput(dh_NH, _dFeatures_NF, w.Projection.Weight);
        }

        Tensor<T> dGates_N4H = _gates_N4H; // in place
        Tensor<T> dh0_BH = _initialState ? workspace.Take(B, H) : default, dc0_BH = _initialState ? workspace.Take(B, H) : default;
        kernels.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, d.HiddenWeight_4HH, dh_NH, _gates_N4H, _h_NH, _c_NH, w.HiddenWeight_4HH, _h0_BH, _c0_BH, batch.DecoderSteps);
        int first = _firstToken ? B : 0;
        _wordGates.Backward(d.Embedding_VE, d.InputWeight_4HE, d.Bias_4H, dGates_N4H.RowRange(first, N - first), w.InputWeight_4HE);

        Tensor<T> dz_BZ = workspace.Take(B, Z);
        if (_firstToken)
        {
            Tensor<T> dGates_B4H = dGates_N4H.RowRange(0, B), dFirst_BE = _first_BE; // in place: the first inputs are not needed any more
            kernels.LinearBackwardWeight(d.InputWeight_4HE, d.Bias_4H, dGates_B4H, _first_BE);
            kernels.LinearBackwardInput(dFirst_BE, dGates_B4H, w.InputWeight_4HE);
            kernels.LinearBackwardWeight(d.FirstToken_EZ, default, dFirst_BE, _z_BZ);
            kernels.LinearBackwardInput(dz_BZ, dFirst_BE, w.FirstToken_EZ);
            return dz_BZ;
        }

        if (!_initialState)
            return dz_BZ;
        kernels.TanhBackward(dh0_BH, dh0_BH, _h0_BH);
        kernels.LinearBackwardWeight(d.Hidden.Weight, d.Hidden.Bias, dh0_BH, _z_BZ);
        kernels.LinearBackwardWeight(d.Cell.Weight, d.Cell.Bias, dc0_BH, _z_BZ);
        kernels.LinearBackwardInput(dz_BZ, dh0_BH, w.Hidden.Weight);
        kernels.LinearBackwardInput(dz_BZ, dc0_BH, w.Cell.Weight, accumulate: true);
        if (_everyStep)
        {
            Tensor<T> dLatentGates_B4H = workspace.Take(B, 4 * H);
            kernels.SumOverSteps(dLatentGates_B4H, dGates_N4H, batch.DecoderSteps);
            kernels.LinearBackwardWeight(d.LatentWeight_4HZ, default, dLatentGates_B4H, _z_BZ);
            kernels.LinearBackwardInput(dz_BZ, dLatentGates_B4H, w.LatentWeight_4HZ, accumulate: true);
        }

        return dz_BZ;
    }

    /// <summary>The decoder before its first word, for each row of z.</summary>
    public DecoderState<T> Start(Tensor<T> z_BZ)
    {
        int B = z_BZ.Rows;
        DecoderState<T> state = new(workspace.Take(B, H), workspace.Take(B, H), _everyStep ? workspace.Take(B, 4 * H) : default);
        if (!_initialState)
        {
            kernels.Fill(state.H_BH, T.Zero);
            kernels.Fill(state.C_BH, T.Zero);
            return state;
        }

        StartFrom(z_BZ, state.H_BH, state.C_BH);
        if (_everyStep)
            kernels.Linear(state.LatentGates_B4H, z_BZ, w.LatentWeight_4HZ, default);
        return state;
    }

    /// <summary>The inputs of the first step, [B, E]: W z, or the embedding of BOS.</summary>
    public Tensor<T> FirstInputs(Tensor<T> z_BZ)
    {
        Tensor<T> x_BE = workspace.Take(z_BZ.Rows, E);
        if (_firstToken)
        {
            kernels.Linear(x_BE, z_BZ, w.FirstToken_EZ, default);
        }
        else
        {
            kernels.Gather(x_BE, w.Embedding_VE, Repeated(Vocabulary.BeginOfSentence, z_BZ.Rows));
        }

        return x_BE;
    }

    /// <summary>The embeddings of words: the inputs [N, E] of the steps that follow them.</summary>
    public Tensor<T> Inputs(ReadOnlySpan<int> words_N)
    {
        Tensor<T> x_NE = workspace.Take(words_N.Length, E);
        kernels.Gather(x_NE, w.Embedding_VE, words_N);
        return x_NE;
    }

    /// <summary>
    /// One step: overwrites <paramref name="next"/>'s h and c, and returns the features [B, F] whose product with
    /// <see cref="OutputWeight_VF"/> is the next word's logits.
    /// </summary>
    public Tensor<T> Step(DecoderState<T> next, DecoderState<T> state, Tensor<T> x_BE)
    {
        int B = x_BE.Rows;
        _oneStep.Set(Repeated(1, B));
        Tensor<T> gates_B4H = workspace.Take(B, 4 * H);
        kernels.Linear(gates_B4H, x_BE, w.InputWeight_4HE, w.Bias_4H);
        if (_everyStep)
            kernels.AddToSteps(gates_B4H, state.LatentGates_B4H, _oneStep);
        kernels.LstmForward(next.H_BH, next.C_BH, gates_B4H, w.HiddenWeight_4HH, state.H_BH, state.C_BH, _oneStep);
        return Features(next.H_BH);
    }

    // From the inputs' share of the gates to the features.
    private void RunLstm(Batch batch, Tensor<T> z_BZ)
    {
        (int B, int N) = (batch.Count, batch.DecoderSteps.Rows);
        int first = _firstToken ? B : 0;
        _z_BZ = z_BZ;
        _gates_N4H = workspace.Take(N, 4 * H);
        _wordGates.Forward(_gates_N4H.RowRange(first, N - first), batch.Inputs[first..], w.Embedding_VE, w.InputWeight_4HE, w.Bias_4H);
        if (_firstToken)
        {
            _first_BE = FirstInputs(z_BZ);
            kernels.Linear(_gates_N4H.RowRange(0, B), _first_BE, w.InputWeight_4HE, w.Bias_4H);
        }

        if (_initialState)
        {
            _h0_BH = workspace.Take(B, H);
            _c0_BH = workspace.Take(B, H);
            StartFrom(z_BZ, _h0_BH, _c0_BH);
        }

        if (_everyStep)
        {
            Tensor<T> latentGates_B4H = workspace.Take(B, 4 * H);
            kernels.Linear(latentGates_B4H, z_BZ, w.LatentWeight_4HZ, default);
            kernels.AddToSteps(_gates_N4H, latentGates_B4H, batch.DecoderSteps);
        }

        _h_NH = workspace.Take(N, H);
        _c_NH = workspace.Take(N, H);
        kernels.LstmForward(_h_NH, _c_NH, _gates_N4H, w.HiddenWeight_4HH, _h0_BH, _c0_BH, batch.DecoderSteps);
        _features_NF = Features(_h_NH);
    }

    private void StartFrom(Tensor<T> z_BZ, Tensor<T> h0_BH, Tensor<T> c0_BH)
    {
        kernels.Linear(h0_BH, z_BZ, w.Hidden.Weight, w.Hidden.Bias);
        kernels.Tanh(h0_BH, h0_BH);
        kernels.Linear(c0_BH, z_BZ, w.Cell.Weight, w.Cell.Bias);
    }

    private Span<int> Repeated(int value, int count)
    {
        if (_repeated.Length < count)
            _repeated = new int[count];
        Span<int> repeated = _repeated.AsSpan(0, count);
        repeated.Fill(value);
        return repeated;
    }

    private Tensor<T> Features(Tensor<T> h_NH)
    {
        if (!options.TieEmbeddings)
            return h_NH;
        Tensor<T> features_NE = workspace.Take(h_NH.Rows, E);
        kernels.Linear(features_NE, h_NH, w.Projection.Weight, w.Projection.Bias);
        return features_NE;
    }

    private Tensor<T> SumOverWords(Tensor<T> nll_N, Batch batch)
    {
        Tensor<T> nll_B = workspace.Take(1, batch.Count);
        kernels.SumOverSteps(nll_B.Reshape(batch.Count, 1), nll_N.Reshape(nll_N.Columns, 1), batch.DecoderSteps);
        return nll_B;
    }
}

/// <summary>What the decoder carries from one word to the next, a row for each sentence.</summary>
/// <param name="LatentGates_B4H">z's share of every step's gates; absent unless z enters every step.</param>
internal readonly record struct DecoderState<T>(Tensor<T> H_BH, Tensor<T> C_BH, Tensor<T> LatentGates_B4H)
    where T : unmanaged;

/// <summary>The decoder's places in a slab of weights or of gradients.</summary>
internal sealed class DecoderParameters<T>(ModelOptions options, ParameterSlab<T> slab)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _inputWeight = slab["decoder.lstm.weight_ih"]; // embedding first, then z

    public readonly Tensor<T> Embedding_VE = slab[options.TieEmbeddings ? "embedding.weight" : "decoder.embedding.weight"];
    public readonly Tensor<T> HiddenWeight_4HH = slab["decoder.lstm.weight_hh"];
    public readonly Tensor<T> Bias_4H = slab["decoder.lstm.bias"];
    public readonly Tensor<T> FirstToken_EZ = options.LatentInput == LatentInput.FirstToken ? slab["decoder.latent.first_token.weight"] : default;
    public readonly Affine<T> Hidden = options.LatentInput is LatentInput.FirstToken or LatentInput.None ? default : new(slab, "decoder.latent.hidden");
    public readonly Affine<T> Cell = options.LatentInput is LatentInput.FirstToken or LatentInput.None ? default : new(slab, "decoder.latent.cell");
    public readonly Affine<T> Projection = options.TieEmbeddings ? new(slab, "decoder.projection") : default;
    public readonly Tensor<T> Output_VF = slab[options.TieEmbeddings ? "embedding.weight" : "output.weight"];
    public readonly Tensor<T> OutputBias_V = slab["output.bias"];

    public Tensor<T> InputWeight_4HE => _inputWeight.ColumnRange(0, options.EmbeddingSize);

    public Tensor<T> LatentWeight_4HZ => _inputWeight.ColumnRange(options.EmbeddingSize, _inputWeight.Columns - options.EmbeddingSize);
}
