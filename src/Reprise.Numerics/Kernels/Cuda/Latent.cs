namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int LatentThreads = 64; // a code is short

    /// <inheritdoc/>
    public void Latent(Tensor<float> z_BZ, Tensor<float> kl_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ)
    {
        Shapes.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        if (kl_B.Length == 0)
            return;
        _queue.Launch(CudaFunction.latent, mean_BZ.Rows, 1, LatentThreads, new LatentArguments
        {
            Z = At(z_BZ), Kl = At(kl_B), Mean = At(mean_BZ), LogVariance = At(logVariance_BZ), Noise = At(noise_BZ),
            Dimensions = mean_BZ.Columns, ZStride = z_BZ.Stride, MeanStride = mean_BZ.Stride,
            LogVarianceStride = logVariance_BZ.Stride, NoiseStride = noise_BZ.Stride,
        });
    }

    /// <inheritdoc/>
    public void LatentBackward(
        Tensor<float> dMean_BZ, Tensor<float> dLogVariance_BZ, Tensor<float> dz_BZ, Tensor<float> mean_BZ,
        Tensor<float> logVariance_BZ, Tensor<float> noise_BZ, Tensor<float> counts_BZ, float klScale)
    {
        Shapes.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, counts_BZ);
        (int B, int Z) = (mean_BZ.Rows, mean_BZ.Columns);
        if (mean_BZ.Length == 0)
            return;
        _queue.Reserve(sizeof(float));
        _queue.Launch(CudaFunction.latent_backward, Pieces(mean_BZ.Length, BlockThreads), 1, BlockThreads, new LatentBackwardArguments
        {
            DMean = At(dMean_BZ), DLogVariance = At(dLogVariance_BZ), DZ = At(dz_BZ), Mean = At(mean_BZ),
            LogVariance = At(logVariance_BZ), Noise = At(noise_BZ), Counts = At(counts_BZ), KlScale = (nint)Stage(klScale),
            B = B, Z = Z, DMeanStride = dMean_BZ.Stride, DLogVarianceStride = dLogVariance_BZ.Stride,
            DZStride = dz_BZ.Stride, MeanStride = mean_BZ.Stride, LogVarianceStride = logVariance_BZ.Stride,
            NoiseStride = noise_BZ.Stride, CountsStride = counts_BZ.Stride,
        });
    }

    /// <inheritdoc/>
    public void FreeBits(
        Tensor<float> counts_BZ, Tensor<float> counted_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, float nats, bool perSentence)
    {
        Shapes.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ);
        if (counted_B.Length == 0)
            return;
        FreeBitsArguments arguments = new()
        {
            Counts = At(counts_BZ), Counted = At(counted_B), Mean = At(mean_BZ), LogVariance = At(logVariance_BZ),
            B = mean_BZ.Rows, Z = mean_BZ.Columns, CountsStride = counts_BZ.Stride,
            MeanStride = mean_BZ.Stride, LogVarianceStride = logVariance_BZ.Stride, Nats = nats,
        };
        if (perSentence)
            _queue.Launch(CudaFunction.free_bits_of_sentences, mean_BZ.Rows, 1, LatentThreads, arguments);
        else
            _queue.Launch(CudaFunction.free_bits_of_dimensions, 1, 1, BlockThreads, arguments);
    }

    private struct LatentArguments
    {
        public nint Z, Kl, Mean, LogVariance, Noise;
        public int Dimensions, ZStride, MeanStride, LogVarianceStride, NoiseStride, Unused;
    }

    private struct LatentBackwardArguments
    {
        public nint DMean, DLogVariance, DZ, Mean, LogVariance, Noise, Counts, KlScale;
        public int B, Z, DMeanStride, DLogVarianceStride, DZStride, MeanStride, LogVarianceStride, NoiseStride, CountsStride, Unused;
    }

    private struct FreeBitsArguments
    {
        public nint Counts, Counted, Mean, LogVariance;
        public int B, Z, CountsStride, MeanStride, LogVarianceStride;
        public float Nats;
    }
}
