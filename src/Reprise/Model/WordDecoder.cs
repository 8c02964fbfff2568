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
    private readonly CodeEntry<T> _code = parameters.Code.In(parameters.Lstm[0], kernels, w, workspace);
    private readonly WordGates<T> _wordGates = new(options, kernels, workspace, StepParts.DecoderInputs, StepParts.DecoderInputsBackward);
    private readonly LstmLayer<T>[] _layers = [.. parameters.Lstm.Select(lstm => new LstmLayer<T>(
        lstm, options.HiddenSize, kernels, w, workspace, StepParts.DecoderSteps, StepParts.DecoderStepsBackward))];

    private readonly Tensor<T>[] _factors_NH = new Tensor<T>[parameters.Lstm.Length]; // of the states that leave each layer (Dropout)
    private readonly Tensor<T>[] _outputs_NH = new Tensor<T>[parameters.Lstm.Length]; // those states, times their factors
    private readonly StepLayout _oneStep = new();
    private Tensor<T> _z_BZ, _h0_BS, _c0_BS, _features_NF, _dFeatures_NF; // S = LH: the states of all layers side by side
    private int[] _repeated = [], _rows = [];

    /// <inheritdoc/>
    public string LossName => LossParts.WordsName;

    /// <summary>The softmax's table [V, F]: the embeddings (F = E) when tied, else the output weights (F = H).</summary>
    public Tensor<T> OutputWeight_VF => w[p.Output_VF];

    /// <summary>The softmax's bias.</summary>
    public Tensor<T> OutputBias_V => w[p.OutputBias_V];

    /// <inheritdoc/>
    public void Forward(Batch batch, Tensor<T> z_BZ, Tensor<T> nll_B) => SumOverWords(nll_B, ForwardWords(batch, z_BZ), batch);

    /// <summary>-log p(x_t | x_&lt;t, z) of every word and EOS, [1, N] in the decoder's rows.</summary>
    public Tensor<T> ForwardWords(Batch batch, Tensor<T> z_BZ)
    {
        RunLstm(batch, z_BZ);
        kernels.Enter(StepParts.Softmax);
        Tensor<T> nll_N = workspace.Take(1, batch.DecoderSteps.Rows);
        kernels.CrossEntropy(nll_N, _features_NF, OutputWeight_VF, OutputBias_V, batch.Targets);
        return nll_N;
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
        if (p.Code.Softmax_FZ is { } softmax)
        {
            Tensor<T> dFeatures_BF = workspace.Take(B, softmax.Rows);
            kernels.SumOverSteps(dFeatures_BF, _dFeatures_NF, batch.DecoderSteps);
            kernels.LinearBackwardWeight(d[softmax], default, dFeatures_BF, _z_BZ);
            kernels.LinearBackwardInput(dz_BZ, dFeatures_BF, w[softmax], accumulate: true);
        }

        Tensor<T> dh_NH = _dFeatures_NF;
        if (p.Projection is { } projection)
        {
            dh_NH = workspace.Take(N, H);
            kernels.LinearBackwardWeight(d[projection.Weight], d[projection.Bias], _dFeatures_NF, _outputs_NH[^1]);
            kernels.LinearBackwardInput(dh_NH, _dFeatures_NF, w[projection.Weight]);
        }

        Tensor<T> dh0_BS = _h0_BS.IsAbsent ? default : workspace.Take(B, options.StateSize);
        Tensor<T> dc0_BS = _c0_BS.IsAbsent ? default : workspace.Take(B, options.StateSize);
        Tensor<T> dGates_N4H = BackwardLayer(_layers.Length - 1, d, dh_NH, dh0_BS, dc0_BS, batch);
        for (int l = _layers.Length - 1; l > 0; l--)
        {
            kernels.Enter(StepParts.DecoderInputsBackward);
            Tensor<T> weight_4HH = w[p.Lstm[l].InputWeight_4HI], dBelow_NH = workspace.Take(N, H);
            kernels.LinearBackwardWeight(d[p.Lstm[l].InputWeight_4HI], d[p.Lstm[l].Bias_4H], dGates_N4H, _outputs_NH[l - 1]);
            kernels.LinearBackwardInput(dBelow_NH, dGates_N4H, weight_4HH);
            dGates_N4H = BackwardLayer(l - 1, d, dBelow_NH, dh0_BS, dc0_BS, batch);
        }

        int first = _code.ReplacesFirstWord ? B : 0;
        _wordGates.Backward(
            d[p.Embedding_VE], WordColumns(d), d[p.Lstm[0].Bias_4H], dGates_N4H.RowRange(first, N - first), WordColumns(w));
        kernels.Enter(StepParts.CodeBackward);
        _code.Backward(dz_BZ, d, dGates_N4H, dh0_BS, dc0_BS, batch.DecoderSteps);
    }

    /// <summary>The decoder's state before its first word, a row for each row of z.</summary>
    public DecoderState<T> Start(Tensor<T> z_BZ) => _code.Start(z_BZ) with { LatentFeatures_BF = LatentFeatures(z_BZ) };

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
        for (int l = 0; l < _layers.Length; l++)
        {
            LstmParameters lstm = p.Lstm[l];
            Tensor<T> gates_B4H = workspace.Take(B, 4 * H);
            if (l == 0)
            {
                kernels.Linear(gates_B4H, x_BE, WordColumns(w), w[lstm.Bias_4H]);
                if (!state.LatentGates_B4H.IsAbsent)
                    kernels.AddToSteps(gates_B4H, state.LatentGates_B4H, _oneStep);
            }
            else
            {
                kernels.Linear(gates_B4H, Layer(next.H_BS, l - 1), w[lstm.InputWeight_4HI], w[lstm.Bias_4H]);
            }

            kernels.LstmForward(
                Layer(next.H_BS, l), Layer(next.C_BS, l), gates_B4H, w[lstm.HiddenWeight_4HH], Layer(state.H_BS, l), Layer(state.C_BS, l),
                _oneStep);
        }

        return Features(Layer(next.H_BS, _layers.Length - 1), state.LatentFeatures_BF, _oneStep);
    }

    // From the inputs' share of the gates to the features.
    private void RunLstm(Batch batch, Tensor<T> z_BZ)
    {
        (StepLayout steps, int B, int N, Dropout dropout) = (batch.DecoderSteps, batch.Count, batch.DecoderSteps.Rows, batch.Dropout);
        int first = _code.ReplacesFirstWord ? B : 0;
        StepLayout words = first == 0 ? steps : batch.EncoderSteps; // without their first step, the decoder's rows are the encoder's
        Tensor<T> factors_NE = dropout.Factors(dropout.Embedding, RandomUse.EmbeddingDropout, 0, words, E, kernels, workspace);
        Tensor<T> gates_N4H = _layers[0].TakeGates(steps);
        _wordGates.Forward(
            gates_N4H.RowRange(first, N - first), batch.Inputs[first..], w[p.Embedding_VE], WordColumns(w), w[p.Lstm[0].Bias_4H],
            factors_NE);
        kernels.Enter(StepParts.Code);
        (_h0_BS, _c0_BS) = _code.Forward(gates_N4H, z_BZ, steps);
        for (int l = 0; l < _layers.Length; l++)
        {
            if (l > 0)
            {
                kernels.Enter(StepParts.DecoderInputs);
                kernels.Linear(_layers[l].TakeGates(steps), _outputs_NH[l - 1], w[p.Lstm[l].InputWeight_4HI], w[p.Lstm[l].Bias_4H]);
            }

            _layers[l].Forward(Layer(_h0_BS, l), Layer(_c0_BS, l), steps);
            Tensor<T> output_NH = _layers[l].States_NH;
            Tensor<T> factors_NH = dropout.Factors(dropout.Output, RandomUse.OutputDropout, l, steps, H, kernels, workspace);
            if (!factors_NH.IsAbsent)
            {
                output_NH = workspace.Take(N, H);
                kernels.Multiply(output_NH, _layers[l].States_NH, factors_NH);
            }

            (_factors_NH[l], _outputs_NH[l]) = (factors_NH, output_NH);
        }

        kernels.Enter(StepParts.Projection);
        _z_BZ = z_BZ;
        _features_NF = Features(_outputs_NH[^1], LatentFeatures(z_BZ), steps);
    }

    // From the gradient of the states that leave a layer to that of its gates.
    private Tensor<T> BackwardLayer(int l, ParameterSlab<T> d, Tensor<T> dh_NH, Tensor<T> dh0_BS, Tensor<T> dc0_BS, Batch batch)
    {
        if (!_factors_NH[l].IsAbsent)
            kernels.Multiply(dh_NH, dh_NH, _factors_NH[l]);
        return _layers[l].Backward(d, dh_NH, Layer(dh0_BS, l), Layer(dc0_BS, l), batch.DecoderSteps);
    }

    // A layer's columns of a state of all layers; absent where the state is.
    private Tensor<T> Layer(Tensor<T> state_BS, int layer) => state_BS.IsAbsent ? default : state_BS.ColumnRange(layer * H, H);

    // z's share of the softmax's input, the same at every step; absent where it has none.
    private Tensor<T> LatentFeatures(Tensor<T> z_BZ)
    {
        if (p.Code.Softmax_FZ is not { } softmax)
            return default;
        Tensor<T> features_BF = workspace.Take(z_BZ.Rows, softmax.Rows);
        kernels.Linear(features_BF, z_BZ, w[softmax], default);
        return features_BF;
    }

    // The softmax's input. The states stay as they are.
    private Tensor<T> Features(Tensor<T> h_NH, Tensor<T> latentFeatures_BF, StepLayout steps)
    {
        Tensor<T> features_NF = h_NH;
        if (p.Projection is { } projection)
        {
            features_NF = workspace.Take(h_NH.Rows, E);
            kernels.Linear(features_NF, h_NH, w[projection.Weight], w[projection.Bias]);
        }

        if (latentFeatures_BF.IsAbsent)
            return features_NF;
        if (p.Projection is null)
        {
            features_NF = workspace.Take(h_NH.Rows, H);
            kernels.Gather(features_NF, h_NH, AllRows(h_NH.Rows));
        }

        kernels.AddToSteps(features_NF, latentFeatures_BF, steps);
        return features_NF;
    }

    // The columns [4H, E] of the LSTM's input weights that belong to the words.
    private Tensor<T> WordColumns(ParameterSlab<T> slab) => slab[p.Lstm[0].InputWeight_4HI].ColumnRange(0, E);

    private void SumOverWords(Tensor<T> nll_B, Tensor<T> nll_N, Batch batch) =>
        kernels.SumOverSteps(nll_B.Reshape(batch.Count, 1), nll_N.Reshape(nll_N.Columns, 1), batch.DecoderSteps);

    private ReadOnlySpan<int> AllRows(int count)
    {
        int known = _rows.Length;
        if (known < count)
        {
            Array.Resize(ref _rows, Math.Max(count, 2 * known));
            for (int row = known; row < _rows.Length; row++)
                _rows[row] = row;
        }

        return _rows.AsSpan(0, count);
    }

    private Span<int> Repeated(int value, int count)
    {
        if (_repeated.Length < count)
            _repeated = new int[count];
        Span<int> repeated = _repeated.AsSpan(0, count);
        repeated.Fill(value);
        return repeated;
    }
}

/// <summary>The state of the decoder between two words, a row for each sentence, the layers of its LSTM side by side (S = LH).</summary>
/// <param name="LatentGates_B4H">z's share of every step's gates; absent unless z enters every step.</param>
/// <param name="LatentFeatures_BF">z's share of every softmax's input; absent unless z enters it.</param>
internal readonly record struct DecoderState<T>(
    Tensor<T> H_BS, Tensor<T> C_BS, Tensor<T> LatentGates_B4H, Tensor<T> LatentFeatures_BF = default)
    where T : unmanaged;

/// <summary>The parameters of <see cref="WordDecoder{T}"/>.</summary>
internal sealed class WordDecoderParameters
{
    public readonly Parameter Embedding_VE, Output_VF, OutputBias_V;
    public readonly LstmParameters[] Lstm;
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
        Lstm = [.. Enumerable.Range(0, options.DecoderLayers).Select(l => new LstmParameters(
            list, l == 0 ? "decoder.lstm" : $"decoder.lstm.{l}", l == 0 ? E + Code.InputColumns : H, H, ModelPart.Decoder))];
    }
}
