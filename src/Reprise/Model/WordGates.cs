using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>
/// The words' share of an LSTM's gates, embedding[word] W_ihᵀ + b. Where the back end prefers it (<see cref="IKernels{T}.SharesWords"/>),
/// it is computed once for all occurrences of a word in a batch, and its gradient is summed over them before the products.
/// </summary>
/// <param name="inputsPart">The name under which the products are timed, of <see cref="StepParts"/>.</param>
/// <param name="inputsBackwardPart">The same for their gradients.</param>
internal sealed class WordGates<T>(
    ModelOptions options, IKernels<T> kernels, Workspace<T> workspace, string inputsPart, string inputsBackwardPart)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int E = options.EmbeddingSize, H = options.HiddenSize;
    private readonly DistinctWords _distinct = new(options.VocabularySize);
    private Tensor<T> _x_UE, _gates_U4H; // embeddings of the U distinct words, and their shares of the gates
    private Tensor<T> _factors_NE;
    private bool _shares;

    /// <summary>gates[n] = embedding[words[n]] W_ihᵀ + b; -1 stands for a vector of zeros.</summary>
    /// <param name="factors_NE">Factors of each occurrence's embedding (<see cref="Dropout"/>); words then share nothing.</param>
    public void Forward(
        Tensor<T> gates_N4H, ReadOnlySpan<int> words_N, Tensor<T> embedding_VE, Tensor<T> weight_4HE, Tensor<T> bias_4H,
        Tensor<T> factors_NE = default)
    {
        kernels.Enter(StepParts.GatherWords);
        (_factors_NE, _shares) = (factors_NE, kernels.SharesWords && factors_NE.IsAbsent);
        _distinct.Find(words_N, _shares);
        int U = _distinct.Words.Length;
        _x_UE = workspace.Take(U, E);
        kernels.Gather(_x_UE, embedding_VE, _distinct.Words);
        if (!_factors_NE.IsAbsent)
            kernels.Multiply(_x_UE, _x_UE, _factors_NE);

        kernels.Enter(inputsPart);
        _gates_U4H = _shares ? workspace.Take(U, 4 * H) : gates_N4H;
        kernels.Linear(_gates_U4H, _x_UE, weight_4HE, bias_4H);

        kernels.Enter(StepParts.GatherWords);
        if (_shares)
            kernels.Gather(gates_N4H, _gates_U4H, _distinct.Places);
    }

    /// <summary>Adds the gradient of the last <see cref="Forward"/>, whose memory it reuses: once for each.</summary>
    public void Backward(
        Tensor<T> dEmbedding_VE, Tensor<T> dWeight_4HE, Tensor<T> dBias_4H, Tensor<T> dGates_N4H, Tensor<T> weight_4HE)
    {
        kernels.Enter(StepParts.ScatterWords);
        Tensor<T> dGates_U4H = dGates_N4H;
        if (_shares)
        {
            dGates_U4H = _gates_U4H; // its values were gathered in the forward pass
            kernels.Fill(dGates_U4H, T.Zero);
            kernels.ScatterAdd(dGates_U4H, dGates_N4H, _distinct.Places);
        }

        kernels.Enter(inputsBackwardPart);
        kernels.LinearBackwardWeight(dWeight_4HE, dBias_4H, dGates_U4H, _x_UE);
        Tensor<T> dx_UE = _x_UE; // the embeddings are not needed any more
        kernels.LinearBackwardInput(dx_UE, dGates_U4H, weight_4HE);

        kernels.Enter(StepParts.ScatterWords);
        if (!_factors_NE.IsAbsent)
            kernels.Multiply(dx_UE, dx_UE, _factors_NE);
        kernels.ScatterAdd(dEmbedding_VE, dx_UE, _distinct.Words);
    }
}
