using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The contract of an encoder: from a batch to the Gaussian posterior q(z|x) of each sentence.</summary>
internal interface IEncoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Overwrites the mean and the log variance of each sentence, in the batch's order.</summary>
    void Forward(Batch batch, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ);

    /// <summary>The gradient of the last <see cref="Forward"/>, added to <paramref name="gradients"/>.</summary>
    /// <param name="dMean_BZ">The gradient of the means; scratch afterwards.</param>
    void Backward(Batch batch, ParameterSlab<T> gradients, Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ);

    /// <summary>Updates the running averages of a normalisation by the batch of the last <see cref="Forward"/> in training.</summary>
    /// <param name="scale">[1, 1], that of <see cref="IKernels{T}.Measure"/>; 0 changes nothing.</param>
    /// <param name="step">Steps of training, this one included.</param>
    void UpdateAverages(Tensor<double> scale, long step);
}
