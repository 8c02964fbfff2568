namespace Reprise.Numerics.Reference;

public sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Latent(Tensor<T> z_BZ, Tensor<T> kl_B, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, Tensor<T> noise_BZ)
    {
        Shapes.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        for (int b = 0; b < z_BZ.Rows; b++)
        {
            T sum = T.Zero;
            for (int k = 0; k < z_BZ.Columns; k++)
            {
                (T mean, T logVariance) = (mean_BZ[b, k], logVariance_BZ[b, k]);
                T noise = noise_BZ.IsAbsent ? T.Zero : noise_BZ[b, k];
                z_BZ[b, k] = mean + (T.Exp(logVariance * Half) * noise);
                sum += T.Exp(logVariance) + (mean * mean) - T.One - logVariance;
            }

            kl_B[0, b] = Half * sum;
        }
    }

    /// <inheritdoc/>
    public void LatentBackward(Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ, Tensor<T> dz_BZ, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, Tensor<T> noise_BZ, T klScale)
    {
        Shapes.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ);
        for (int b = 0; b < dz_BZ.Rows; b++)
        {
            for (int k = 0; k < dz_BZ.Columns; k++)
            {
                (T mean, T logVariance, T dz) = (mean_BZ[b, k], logVariance_BZ[b, k], dz_BZ[b, k]);
                T noise = noise_BZ.IsAbsent ? T.Zero : noise_BZ[b, k];
                dMean_BZ[b, k] = dz + (klScale * mean);
                dLogVariance_BZ[b, k] = (Half * dz * noise * T.Exp(logVariance * Half)) + (Half * klScale * (T.Exp(logVariance) - T.One));
            }
        }
    }
}
