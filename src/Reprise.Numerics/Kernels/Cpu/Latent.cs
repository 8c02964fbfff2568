using System.Numerics;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Latent(Tensor<float> z_BZ, Tensor<float> kl_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ)
    {
        Shapes.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        LatentJob job = new() { Z = z_BZ, Kl = kl_B.Pointer, Mean = mean_BZ, LogVariance = logVariance_BZ, Noise = noise_BZ };
        Run(ref job, z_BZ.Length);
    }

    /// <inheritdoc/>
    public void LatentBackward(Tensor<float> dMean_BZ, Tensor<float> dLogVariance_BZ, Tensor<float> dz_BZ, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ, float klScale)
    {
        Shapes.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ);
        LatentBackwardJob job = new()
        {
            DMean = dMean_BZ, DLogVariance = dLogVariance_BZ, DZ = dz_BZ, Mean = mean_BZ, LogVariance = logVariance_BZ, Noise = noise_BZ, KlScale = klScale,
        };
        Run(ref job, dz_BZ.Length);
    }

    private struct LatentJob : ITeamJob
    {
        public Tensor<float> Z, Mean, LogVariance, Noise;
        public float* Kl;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Mean.Rows, worker, workers);
            int Z_ = Mean.Columns;
            for (int b = start; b < end; b++)
            {
                float* z = RowOf(Z, b), mean = RowOf(Mean, b), logVariance = RowOf(LogVariance, b);
                float* noise = Noise.IsAbsent ? null : RowOf(Noise, b);
                Vector<float> sum = Vector<float>.Zero;
                for (int k = 0; k < Z_; k += Vector<float>.Count)
                {
                    int rest = Z_ - k;
                    Vector<float> m = Load(mean + k, rest);
                    Vector<float> lv = Load(logVariance + k, rest);
                    Vector<float> deviation = Exp(lv * 0.5f);
                    Vector<float> eps = noise == null ? Vector<float>.Zero : Load(noise + k, rest);
                    Store(z + k, Vector.MultiplyAddEstimate(deviation, eps, m), rest);

                    // Beyond the last column mean and log variance are loaded as zeros, and the term is 0.
                    sum += (deviation * deviation) + (m * m) - Vector<float>.One - lv;
                }

                Kl[b] = 0.5f * Vector.Sum(sum);
            }
        }
    }

    private struct LatentBackwardJob : ITeamJob
    {
        public Tensor<float> DMean, DLogVariance, DZ, Mean, LogVariance, Noise;
        public float KlScale;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Mean.Rows, worker, workers);
            int Z_ = Mean.Columns;
            for (int b = start; b < end; b++)
            {
                float* dMean = RowOf(DMean, b), dLogVariance = RowOf(DLogVariance, b);
                float* dz = RowOf(DZ, b), mean = RowOf(Mean, b), logVariance = RowOf(LogVariance, b);
                float* noise = Noise.IsAbsent ? null : RowOf(Noise, b);
                for (int k = 0; k < Z_; k += Vector<float>.Count)
                {
                    int rest = Z_ - k;
                    Vector<float> d = Load(dz + k, rest);
                    Vector<float> deviation = Exp(Load(logVariance + k, rest) * 0.5f);
                    Vector<float> eps = noise == null ? Vector<float>.Zero : Load(noise + k, rest);
                    Store(dMean + k, d + (KlScale * Load(mean + k, rest)), rest);
                    Store(dLogVariance + k, 0.5f * ((d * eps * deviation) + (KlScale * ((deviation * deviation) - Vector<float>.One))), rest);
                }
            }
        }
    }
}
