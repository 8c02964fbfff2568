using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>
/// The posterior's means, normalised over the sentences of a batch (Zhu et al. 2020): γ (μ - m) / √(v + ε) + β in each dimension,
/// with a fixed γ and a learned β, the bias of the means, which before the normalisation would have no effect. In training, m and v
/// are the batch's mean and variance; otherwise their running averages.
/// </summary>
/// <remarks>A batch of one sentence has no variance: it is normalised by the running averages, and does not change them.</remarks>
internal sealed class MeanNormalization<T>(
    double gain, MeanNormalizationParameters p, IKernels<T> kernels, ParameterSlab<T> w, Workspace<T> workspace)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Kept = 0.9; // of the running averages in a step, as in PyTorch

    // PyTorch's 1e-5 is above the variance of an encoder with small first weights, whose means would shrink below it and take kl along.
    private static readonly T s_epsilon = T.CreateChecked(1e-10);

    private readonly T _gain = T.CreateChecked(gain);
    private Tensor<T> _x_BZ, _moments_3Z;
    private bool _isOfBatch;

    private Tensor<T> Mean_Z => _isOfBatch ? _moments_3Z.RowRange(0, 1) : w[p.RunningMean_Z];

    private Tensor<T> Variance_Z => _isOfBatch ? _moments_3Z.RowRange(1, 1) : w[p.RunningVariance_Z];

    /// <summary>Memory of the means μ without their bias, to be filled before <see cref="Forward"/>.</summary>
    public Tensor<T> TakeMeans(Batch batch) => _x_BZ = workspace.Take(batch.Count, w[p.Bias_Z].Columns);

    /// <summary>Normalises the means of <see cref="TakeMeans"/>.</summary>
    public void Forward(Tensor<T> mean_BZ, Batch batch)
    {
        _isOfBatch = batch.IsTraining && batch.Count > 1;
        if (_isOfBatch)
        {
            _moments_3Z = workspace.Take(3, mean_BZ.Columns);
            kernels.Moments(_moments_3Z, _x_BZ);
        }

        kernels.Normalize(mean_BZ, _x_BZ, Mean_Z, Variance_Z, w[p.Bias_Z], _gain, s_epsilon);
    }

    /// <summary>From the gradient of the normalised means to that of the means, in place; adds the gradient of the bias.</summary>
    public void Backward(Tensor<T> dMean_BZ, ParameterSlab<T> d) =>
        kernels.NormalizeBackward(dMean_BZ, d[p.Bias_Z], dMean_BZ, _x_BZ, Mean_Z, Variance_Z, _gain, s_epsilon, _isOfBatch);

    /// <inheritdoc cref="IEncoder{T}.UpdateAverages"/>
    public void UpdateAverages(Tensor<double> scale, long step)
    {
        if (!_isOfBatch)
            return;
        double share = (1 - Kept) / (1 - Math.Pow(Kept, step)); // the average begins with the first batch
        Average(w[p.RunningMean_Z], _moments_3Z.RowRange(0, 1));
        Average(w[p.RunningVariance_Z], _moments_3Z.RowRange(2, 1));

        void Average(Tensor<T> average_Z, Tensor<T> ofBatch_Z)
        {
            if (step == 1)
                kernels.Fill(average_Z, T.Zero); // 1 + (v - 1) would leave little of a small v
            kernels.Average(average_Z, ofBatch_Z, scale, share);
        }
    }
}

/// <summary>The parameters of <see cref="MeanNormalization{T}"/>. Running averages, by PyTorch's names, have no gradient.</summary>
/// <param name="bias_Z">The bias of the means.</param>
internal readonly struct MeanNormalizationParameters(ParameterList list, string name, Parameter bias_Z)
{
    public readonly Parameter Bias_Z = bias_Z;
    public readonly Parameter RunningMean_Z = list.Vector($"{name}.running_mean", bias_Z.Columns, ModelPart.Encoder);
    public readonly Parameter RunningVariance_Z = list.Vector(
        $"{name}.running_var", bias_Z.Columns, ModelPart.Encoder, Initializer.One);
}
