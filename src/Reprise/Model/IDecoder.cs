using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The contract of a decoder: from a code to the reconstruction loss -log p(x|z) of each sentence, in nats.</summary>
internal interface IDecoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of its loss in logs and reports.</summary>
    string LossName { get; }

    /// <summary>Overwrites the loss of each sentence, [1, B] in the batch's order.</summary>
    void Forward(Batch batch, Tensor<T> z_BZ, Tensor<T> nll_B);

    /// <summary>Does what <see cref="Forward"/> does, and begins the backward pass of <paramref name="scale"/> · Σ nll.</summary>
    void ForwardWithGradient(Batch batch, Tensor<T> z_BZ, Tensor<T> nll_B, ParameterSlab<T> gradients, T scale);

    /// <summary>Ends the backward pass of <see cref="ForwardWithGradient"/>: adds to dz and to <paramref name="gradients"/>.</summary>
    void Backward(Batch batch, ParameterSlab<T> gradients, Tensor<T> dz_BZ);
}
