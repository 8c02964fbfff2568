using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>
/// Words → LSTM of one or two directions, in one or more layers → one vector a sentence (<see cref="EncoderPooling"/>) → tanh layers
/// → mean, normalised if wanted (<see cref="MeanNormalization{T}"/>), and log variance of the posterior q(z|x).
/// </summary>
/// <remarks>
/// The second direction reads the words of each sentence from the last to the first, in the same packed rows: row t of a sentence of
/// n words holds its word n - 1 - t. <see cref="Batch.ReversedRows"/> leads from the rows of one direction to those of the other.
/// </remarks>
internal sealed class WordEncoder<T> : IEncoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int H, D; // D: directions
    private readonly EncoderPooling _pooling;
    private readonly WordEncoderParameters p;
    private readonly IKernels<T> kernels;
    private readonly ParameterSlab<T> w;
    private readonly Workspace<T> workspace;
    private readonly WordGates<T>[] _words; // of each direction
    private readonly LstmLayer<T>[][] _layers; // of each layer, of each direction
    private readonly Tensor<T>[,] _other_NH; // the other direction's states of the layer below, in this direction's rows
    private readonly Tensor<T>[] _features; // the pooled states [B, DH], then each tanh layer [B, H]
    private readonly MeanNormalization<T>? _normalization;
    private Tensor<T>[] _dStates_NH, _dBelow_NH; // gradients of each direction's states in a layer, and in the layer below

    public WordEncoder(
        ModelOptions options, WordEncoderParameters parameters, IKernels<T> kernels, ParameterSlab<T> w, Workspace<T> workspace)
    {
        (H, D, _pooling) = (options.HiddenSize, options.Directions, options.EncoderPooling);
        (p, this.kernels, this.w, this.workspace) = (parameters, kernels, w, workspace);
        _words = new WordGates<T>[D];
        for (int direction = 0; direction < D; direction++)
            _words[direction] = new(options, kernels, workspace, StepParts.EncoderInputs, StepParts.EncoderInputsBackward);
        _layers = [.. p.Lstm.Select(layer => layer.Select(lstm => new LstmLayer<T>(
            lstm, H, kernels, w, workspace, StepParts.EncoderSteps, StepParts.EncoderStepsBackward)).ToArray())];
        _other_NH = new Tensor<T>[_layers.Length, D];
        _features = new Tensor<T>[p.Layers.Length + 1];
        _normalization = p.Normalization is { } normalization
            ? new(options.MeanNormalization, normalization, kernels, w, workspace)
            : null;
        (_dStates_NH, _dBelow_NH) = (new Tensor<T>[D], new Tensor<T>[D]);
    }

    /// <inheritdoc/>
    public void Forward(Batch batch, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ)
    {
        StepLayout steps = batch.EncoderSteps;
        for (int direction = 0; direction < D; direction++)
        {
            LstmParameters lstm = p.Lstm[0][direction];
            Tensor<T> gates_N4H = _layers[0][direction].TakeGates(steps);
            ReadOnlySpan<int> words = direction == 0 ? batch.Words : batch.ReversedWords;
            _words[direction].Forward(gates_N4H, words, w[p.Embedding_VE], w[lstm.InputWeight_4HI], w[lstm.Bias_4H]);
            _layers[0][direction].Forward(default, default, steps);
        }

        for (int layer = 1; layer < _layers.Length; layer++)
        {
            for (int direction = 0; direction < D; direction++)
                ForwardUpper(layer, direction, batch);
        }

        kernels.Enter(StepParts.Code);
        _features[0] = workspace.Take(batch.Count, D * H);
        for (int direction = 0; direction < D; direction++)
            Pool(Half(_features[0], direction), _layers[^1][direction].States_NH, batch);
        for (int l = 0; l < p.Layers.Length; l++)
        {
            Tensor<T> a_BH = _features[l + 1] = workspace.Take(batch.Count, H);
            kernels.Linear(a_BH, _features[l], w[p.Layers[l].Weight], w[p.Layers[l].Bias]);
            kernels.Tanh(a_BH, a_BH);
        }

        Tensor<T> means_BZ = _normalization?.TakeMeans(batch) ?? mean_BZ;
        kernels.Linear(means_BZ, _features[^1], w[p.Mean.Weight], _normalization is null ? w[p.Mean.Bias] : default);
        _normalization?.Forward(mean_BZ, batch);
        kernels.Linear(logVariance_BZ, _features[^1], w[p.LogVariance.Weight], w[p.LogVariance.Bias]);
    }

    /// <inheritdoc/>
    public void Backward(Batch batch, ParameterSlab<T> d, Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ)
    {
        StepLayout steps = batch.EncoderSteps;
        Tensor<T> dFeatures = BackwardHeads(batch.Count, d, dMean_BZ, dLogVariance_BZ);

        for (int direction = 0; direction < D; direction++)
        {
            Tensor<T> dStates_NH = _dStates_NH[direction] = workspace.Take(steps.Rows, H);
            PoolBackward(
                dStates_NH, Half(dFeatures, direction), _layers[^1][direction].States_NH, Half(_features[0], direction), batch);
        }

        for (int layer = _layers.Length - 1; layer > 0; layer--)
            BackwardUpper(layer, batch, d);
        for (int direction = 0; direction < D; direction++)
        {
            LstmParameters lstm = p.Lstm[0][direction];
            Tensor<T> dGates_N4H = _layers[0][direction].Backward(d, _dStates_NH[direction], default, default, steps);
            _words[direction].Backward(
                d[p.Embedding_VE], d[lstm.InputWeight_4HI], d[lstm.Bias_4H], dGates_N4H, w[lstm.InputWeight_4HI]);
        }
    }

    /// <inheritdoc/>
    public void UpdateAverages(Tensor<double> scale, long step) => _normalization?.UpdateAverages(scale, step);

    // A direction's half of [B, DH] or [4H, DH].
    private Tensor<T> Half(Tensor<T> whole, int direction) => whole.ColumnRange(direction * H, H);

    private void ForwardUpper(int layer, int direction, Batch batch)
    {
        StepLayout steps = batch.EncoderSteps;
        LstmParameters lstm = p.Lstm[layer][direction];
        kernels.Enter(StepParts.EncoderInputs);
        Tensor<T> gates_N4H = _layers[layer][direction].TakeGates(steps), weight_4HI = w[lstm.InputWeight_4HI];
        kernels.Linear(gates_N4H, _layers[layer - 1][direction].States_NH, Half(weight_4HI, direction), w[lstm.Bias_4H]);
        if (D == 2)
        {
            Tensor<T> other_NH = _other_NH[layer, direction] = workspace.Take(steps.Rows, H);
            kernels.Gather(other_NH, _layers[layer - 1][1 - direction].States_NH, batch.ReversedRows);
            kernels.Linear(gates_N4H, other_NH, Half(weight_4HI, 1 - direction), default, accumulate: true);
        }

        _layers[layer][direction].Forward(default, default, steps);
    }

    // From the gradients of a layer's states to those of the layer below.
    private void BackwardUpper(int layer, Batch batch, ParameterSlab<T> d)
    {
        StepLayout steps = batch.EncoderSteps;
        for (int direction = 0; direction < D; direction++)
        {
            _dBelow_NH[direction] = workspace.Take(steps.Rows, H);
            kernels.Fill(_dBelow_NH[direction], T.Zero);
        }

        for (int direction = 0; direction < D; direction++)
        {
            LstmParameters lstm = p.Lstm[layer][direction];
            Tensor<T> dGates_N4H = _layers[layer][direction].Backward(d, _dStates_NH[direction], default, default, steps);
            kernels.Enter(StepParts.EncoderInputsBackward);
            Tensor<T> weight_4HI = w[lstm.InputWeight_4HI], dWeight_4HI = d[lstm.InputWeight_4HI];
            Tensor<T> states_NH = _layers[layer - 1][direction].States_NH;
            kernels.LinearBackwardWeight(Half(dWeight_4HI, direction), d[lstm.Bias_4H], dGates_N4H, states_NH);
            kernels.LinearBackwardInput(_dBelow_NH[direction], dGates_N4H, Half(weight_4HI, direction), accumulate: true);
            if (D == 1)
                continue;
            Tensor<T> other_NH = _other_NH[layer, direction];
            kernels.LinearBackwardWeight(Half(dWeight_4HI, 1 - direction), default, dGates_N4H, other_NH);
            kernels.LinearBackwardInput(other_NH, dGates_N4H, Half(weight_4HI, 1 - direction)); // in place: it is not needed any more
            kernels.ScatterAdd(_dBelow_NH[1 - direction], other_NH, batch.ReversedRows);
        }

        (_dStates_NH, _dBelow_NH) = (_dBelow_NH, _dStates_NH);
    }

    // Returns the gradient of the pooled states.
    private Tensor<T> BackwardHeads(int B, ParameterSlab<T> d, Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ)
    {
        kernels.Enter(StepParts.CodeBackward);
        _normalization?.Backward(dMean_BZ, d);
        Tensor<T> dFeatures = workspace.Take(B, _features[^1].Columns);
        kernels.LinearBackwardWeight(d[p.LogVariance.Weight], d[p.LogVariance.Bias], dLogVariance_BZ, _features[^1]);
        kernels.LinearBackwardWeight(d[p.Mean.Weight], _normalization is null ? d[p.Mean.Bias] : default, dMean_BZ, _features[^1]);
        kernels.LinearBackwardInput(dFeatures, dLogVariance_BZ, w[p.LogVariance.Weight]);
        kernels.LinearBackwardInput(dFeatures, dMean_BZ, w[p.Mean.Weight], accumulate: true);

        for (int l = p.Layers.Length - 1; l >= 0; l--)
        {
            Tensor<T> below = workspace.Take(B, _features[l].Columns);
            kernels.TanhBackward(dFeatures, dFeatures, _features[l + 1]);
            kernels.LinearBackwardWeight(d[p.Layers[l].Weight], d[p.Layers[l].Bias], dFeatures, _features[l]);
            kernels.LinearBackwardInput(below, dFeatures, w[p.Layers[l].Weight]);
            dFeatures = below;
        }

        return dFeatures;
    }

    private void Pool(Tensor<T> pooled_BH, Tensor<T> states_NH, Batch batch)
    {
        switch (_pooling)
        {
            case EncoderPooling.Max:
                kernels.MaxOverSteps(pooled_BH, states_NH, batch.EncoderSteps);
                break;
            case EncoderPooling.Mean:
                kernels.MeanOverSteps(pooled_BH, states_NH, batch.EncoderSteps);
                break;
            default:
                kernels.Gather(pooled_BH, states_NH, batch.LastRows);
                break;
        }
    }

    private void PoolBackward(Tensor<T> dStates_NH, Tensor<T> dPooled_BH, Tensor<T> states_NH, Tensor<T> pooled_BH, Batch batch)
    {
        switch (_pooling)
        {
            case EncoderPooling.Max:
                kernels.MaxOverStepsBackward(dStates_NH, dPooled_BH, states_NH, pooled_BH, batch.EncoderSteps);
                break;
            case EncoderPooling.Mean:
                kernels.MeanOverStepsBackward(dStates_NH, dPooled_BH, batch.EncoderSteps);
                break;
            default:
                kernels.Fill(dStates_NH, T.Zero);
                kernels.ScatterAdd(dStates_NH, dPooled_BH, batch.LastRows);
                break;
        }
    }
}

/// <summary>The parameters of <see cref="WordEncoder{T}"/>.</summary>
internal sealed class WordEncoderParameters
{
    public readonly Parameter Embedding_VE;

    /// <summary>LSTMs of each layer, of each direction. A layer above the first reads the states of all directions below it.</summary>
    public readonly LstmParameters[][] Lstm;

    public readonly AffineParameters[] Layers;
    public readonly AffineParameters Mean, LogVariance;
    public readonly MeanNormalizationParameters? Normalization;

    /// <param name="embedding">The table that the model shares; null for one of its own.</param>
    public WordEncoderParameters(ParameterList list, ModelOptions options, Parameter? embedding)
    {
        (int V, int E, int H, int Z) = (options.VocabularySize, options.EmbeddingSize, options.HiddenSize, options.LatentSize);
        int pooled = options.Directions * H;
        Embedding_VE = embedding ?? list.Matrix("encoder.embedding.weight", V, E, ModelPart.Encoder, Initializer.Embedding);
        Lstm = [.. Enumerable.Range(0, options.EncoderLayers).Select(layer => Enumerable.Range(0, options.Directions)
            .Select(direction => new LstmParameters(list, NameOf(layer, direction), layer == 0 ? E : pooled, H, ModelPart.Encoder))
            .ToArray())];
        Layers = [.. Enumerable.Range(0, options.PosteriorLayers)
            .Select(l => new AffineParameters(list, $"posterior.layers.{l}", H, l == 0 ? pooled : H, ModelPart.Encoder))];
        int features = options.PosteriorLayers == 0 ? pooled : H;
        Mean = new AffineParameters(list, "posterior.mean", Z, features, ModelPart.Encoder);
        LogVariance = new AffineParameters(list, "posterior.log_variance", Z, features, ModelPart.Encoder);
        Normalization = options.MeanNormalization > 0 ? new MeanNormalizationParameters(list, "posterior.mean", Mean.Bias) : null;
    }

    private static string NameOf(int layer, int direction) =>
        $"encoder.lstm{(layer == 0 ? "" : $".{layer}")}{(direction == 0 ? "" : ".reverse")}";
}
