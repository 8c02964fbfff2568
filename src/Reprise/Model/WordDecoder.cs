using System.Numerics;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Model;

/// <summary>z → LSTM over the words so far → the next word's distribution p(x_t | x_&lt;t, z).</summary>
internal sealed class WordDecoder<T>(
    ModelOptions options, WordDecoderParameters parameters, IKernels<T> kernels, ParameterSlab<T> w, Workspace<T> workspace) : IDecoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int E = options.EmbeddingSize, H = options.HiddenSize;
    private readonly WordDecoderParameters p = parameters;
    private readonly CodeEntry<T> _code = parameters.Code.In(parameters.Lstm, options.HiddenSize, kernels, w, workspace);
    private readonly WordGates<T> _wordGates = new(options, kernels, workspace, StepParts.DecoderInputs, StepParts.DecoderInputsBackward);
    private readonly StepLayout _oneStep = new();
    private Tensor<T> _gates_N4H, _h0_BH, _c0_BH, _h_NH, _c_NH, _features_NF, _dFeatures_NF;
    private int[] _repeated = [];

    /// <inheritdoc/>
    public string LossName => LossParts.WordsName;

    /// <summary>The softmax's table [V, F]: the embeddings (F = E) when tied, else the output weights (F = H).</summary>
    public Tensor<T> OutputWeight_VF => w[p.Output_VF];

    /// <summary>The softmax's bias.</summary>
    public Tensor<T> OutputBias_V => w[p.OutputBias_V];

    /// <inheritdoc/>
    public void Forward(Batch batch, Tensor<T> z_BZ, Tensor<T> nll_B)
    {
        RunLstm(batch, z_BZ);
        kernels.Enter(StepParts.Softmax);
        Tensor<T> nll_N = workspace.Take(1, batch.DecoderSteps.Rows);
        kernels.CrossEntropy(nll_N, _features_NF, OutputWeight_VF, OutputBias_V, batch.Targets);
        SumOverWords(nll_B, nll_N, batch);
    }

    /// <inheritdoc/>
    public void ForwardWithGradient(Batch batch, Tensor<T> z_BZ, Tensor<T> nll_B, ParameterSlab<T> d, T scale)
    {
        RunLstm(batch, z_BZ);
        kernels.Enter(StepParts.Softmax);
        Tensor<T> nll_N = workspace.Take(1, batch.DecoderSteps.Rows);
        _dFeatures_NF = workspace.Take(_features_NF.Rows, _features_NF.Columns);
        kernels.CrossEntropyWithGradient(
            nll_N, _dFeatures_NF, d[p.Output_VF], d[p.OutputBias_V], _features_NF, OutputWeight_VF, OutputBias_V, batch.Targets, scale);
        SumOverWords(nll_B, nll_N, batch);
    }

    /// <inheritdoc/>
    public void Backward(Batch batch, ParameterSlab<T> d, Tensor<T> dz_BZ)
    {
        (int B, int N) = (batch.Count, batch.DecoderSteps.Rows);

        kernels.Enter(StepParts.ProjectionBackward);
        Tensor<T> dh_NH = _dFeatures_NF;
        if (p.Projection is { } projection)
        {
            dh_NH = workspace.Take(N, H);
            kernels.LinearBackwardWeight(d[projection.Weight], d[projection.Bias], _dFeatures_NF, _h_NH);
            kernels.LinearBackwardInput(dh_NH, _dFeatures_NF, w[projection.Weight]);
        }

        kernels.Enter(StepParts.DecoderStepsBackward);
        Tensor<T> dGates_N4H = _gates_N4H; // in place
        Tensor<T> dh0_BH = _h0_BH.IsAbsent ? default : workspace.Take(B, H), dc0_BH = _c0_BH.IsAbsent ? default : workspace.Take(B, H);
        kernels.LstmBackward(
            dGates_N4H, dh0_BH, dc0_BH, d[p.Lstm.HiddenWeight_4HH], dh_NH, _gates_N4H, _h_NH, _c_NH, w[p.Lstm.HiddenWeight_4HH],
            _h0_BH, _c0_BH, batch.DecoderSteps);

        int first = _code.ReplacesFirstWord ? B : 0;
        _wordGates.Backward(
            d[p.Embedding_VE], WordColumns(d), d[p.Lstm.Bias_4H], dGates_N4H.RowRange(first, N - first), WordColumns(w));
        kernels.Enter(StepParts.CodeBackward);
        _code.Backward(dz_BZ, d, dGates_N4H, dh0_BH, dc0_BH, batch.DecoderSteps);
    }

    /// <summary>The decoder's state before its first word, a row for each row of z.</summary>
    public DecoderState<T> Start(Tensor<T> z_BZ) => _code.Start(z_BZ);

    /// <summary>The inputs of the first step, [B, E]: made of z, or the embedding of BOS.</summary>
    public Tensor<T> FirstInputs(Tensor<T> z_BZ) => _code.ReplacesFirstWord
        ? _code.FirstInputs(z_BZ)
        : Inputs(Repeated(Vocabulary.BeginOfSentence, z_BZ.Rows));

    /// <summary>The embeddings of words: the inputs [N, E] of the steps that follow them.</summary>
    public Tensor<T> Inputs(ReadOnlySpan<int> words_N)
    {
        Tensor<T> x_NE = workspace.Take(words_N.Length, E);
        kernels.Gather(x_NE, w[p.Embedding_VE], words_N);
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
        kernels.Linear(gates_B4H, x_BE, WordColumns(w), w[p.Lstm.Bias_4H]);
        if (!state.LatentGates_B4H.IsAbsent)
            kernels.AddToSteps(gates_B4H, state.LatentGates_B4H, _oneStep);
        kernels.LstmForward(next.H_BH, next.C_BH, gates_B4H, w[p.Lstm.HiddenWeight_4HH], state.H_BH, state.C_BH, _oneStep);
        return Features(next.H_BH);
    }

    // From the inputs' share of the gates to the features.
    private void RunLstm(Batch batch, Tensor<T> z_BZ)
    {
        (int B, int N) = (batch.Count, batch.DecoderSteps.Rows);
        int first = _code.ReplacesFirstWord ? B : 0;
        _gates_N4H = workspace.Take(N, 4 * H);
        _wordGates.Forward(
            _gates_N4H.RowRange(first, N - first), batch.Inputs[first..], w[p.Embedding_VE], WordColumns(w), w[p.Lstm.Bias_4H]);
        kernels.Enter(StepParts.Code);
        (_h0_BH, _c0_BH) = _code.Forward(_gates_N4H, z_BZ, batch.DecoderSteps);

        kernels.Enter(StepParts.DecoderSteps);
        _h_NH = workspace.Take(N, H);
        _c_NH = workspace.Take(N, H);
        kernels.LstmForward(_h_NH, _c_NH, _gates_N4H, w[p.Lstm.HiddenWeight_4HH], _h0_BH, _c0_BH, batch.DecoderSteps);
        kernels.Enter(StepParts.Projection);
        _features_NF = Features(_h_NH);
    }

    private Tensor<T> Features(Tensor<T> h_NH)
    {
        if (p.Projection is not { } projection)
            return h_NH;
        Tensor<T> features_NE = workspace.Take(h_NH.Rows, E);
        kernels.Linear(features_NE, h_NH, w[projection.Weight], w[projection.Bias]);
        return features_NE;
    }

    // The columns [4H, E] of the LSTM's input weights that belong to the words.
    private Tensor<T> WordColumns(ParameterSlab<T> slab) => slab[p.Lstm.InputWeight_4HI].ColumnRange(0, E);

    private void SumOverWords(Tensor<T> nll_B, Tensor<T> nll_N, Batch batch) =>
        kernels.SumOverSteps(nll_B.Reshape(batch.Count, 1), nll_N.Reshape(nll_N.Columns, 1), batch.DecoderSteps);

    private Span<int> Repeated(int value, int count)
    {
        if (_repeated.Length < count)
            _repeated = new int[count];
        Span<int> repeated = _repeated.AsSpan(0, count);
        repeated.Fill(value);
        return repeated;
    }
}

/// <summary>The state of the decoder between two words, a row for each sentence.</summary>
/// <param name="LatentGates_B4H">z's share of every step's gates; absent unless z enters every step.</param>
internal readonly record struct DecoderState<T>(Tensor<T> H_BH, Tensor<T> C_BH, Tensor<T> LatentGates_B4H)
    where T : unmanaged;

/// <summary>The parameters of <see cref="WordDecoder{T}"/>.</summary>
internal sealed class WordDecoderParameters
{
    public readonly Parameter Embedding_VE, Output_VF, OutputBias_V;
    public readonly LstmParameters Lstm;
    public readonly AffineParameters? Projection;
    public readonly CodeEntry Code;

    /// <param name="embedding">The table that the model shares; null for tables of its own.</param>
    public WordDecoderParameters(ParameterList list, ModelOptions options, Parameter? embedding)
    {
        (int V, int E, int H) = (options.VocabularySize, options.EmbeddingSize, options.HiddenSize);
        Embedding_VE = embedding ?? list.Matrix("decoder.embedding.weight", V, E, ModelPart.Decoder, Initializer.Embedding);
        Output_VF = embedding ?? list.Matrix("output.weight", V, H, ModelPart.Decoder);
        OutputBias_V = list.Vector("output.bias", V, ModelPart.Decoder);
        Projection = embedding is null ? null : new AffineParameters(list, "decoder.projection", E, H, ModelPart.Decoder);
        Code = CodeEntry.Declare(list, options);
        Lstm = new LstmParameters(list, "decoder.lstm", E + Code.InputColumns, H, ModelPart.Decoder);
    }
}
