namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
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
    public void LatentBackward(
        Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ, Tensor<T> dz_BZ, Tensor<T> mean_BZ,
        Tensor<T> logVariance_BZ, Tensor<T> noise_BZ, Tensor<T> counts_BZ, T klScale)
    {
        Shapes.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, counts_BZ);
        for (int b = 0; b < dz_BZ.Rows; b++)
        {
            for (int k = 0; k < dz_BZ.Columns; k++)
            {
                (T mean, T logVariance, T dz) = (mean_BZ[b, k], logVariance_BZ[b, k], dz_BZ[b, k]);
                T noise = noise_BZ.IsAbsent ? T.Zero : noise_BZ[b, k];
                T scale = counts_BZ.IsAbsent ? klScale : klScale * counts_BZ[b, k];
                dMean_BZ[b, k] = dz + (scale * mean);
                dLogVariance_BZ[b, k] = (Half * dz * noise * T.Exp(logVariance * Half)) + (Half * scale * (T.Exp(logVariance) - T.One));
            }
        }
    }

    /// <inheritdoc/>
    public void FreeBits(Tensor<T> counts_BZ, Tensor<T> counted_B, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, T nats, bool perSentence)
    {
        Shapes.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ);
        (int B, int Z) = (mean_BZ.Rows, mean_BZ.Columns);
        if (perSentence)
        {
            for (int b = 0; b < B; b++)
            {
                T kl = T.Zero;
                for (int k = 0; k < Z; k++)
                    kl += Kl(b, k);
                counted_B[0, b] = T.Max(nats, kl);
                counts_BZ.Row(b).Fill(kl > nats ? T.One : T.Zero);
            }

            return;
        }

        T counted = T.Zero;
        for (int k = 0; k < Z; k++)
        {
            T kl = T.Zero;
            for (int b = 0; b < B; b++)
                kl += Kl(b, k);
            kl /= T.CreateChecked(B);
            counted += T.Max(nats, kl);
            for (int b = 0; b < B; b++)
                counts_BZ[b, k] = kl > nats ? T.One : T.Zero;
        }

        counted_B.Row(0).Fill(counted);

        T Kl(int b, int k) => Half * (T.Exp(logVariance_BZ[b, k]) + (mean_BZ[b, k] * mean_BZ[b, k]) - T.One - logVariance_BZ[b, k]);
    }
}
