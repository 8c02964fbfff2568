using System.Numerics;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Latent(Tensor<float> z_BZ, Tensor<float> kl_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, Tensor<float> noise_BZ)
    {
        Shapes.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
        LatentJob job = new() { Z = z_BZ, Kl = kl_B.Pointer, Mean = mean_BZ, LogVariance = logVariance_BZ, Noise = noise_BZ };
        Run(ref job, z_BZ.Length);
    }

    /// <inheritdoc/>
    public void LatentBackward(
        Tensor<float> dMean_BZ, Tensor<float> dLogVariance_BZ, Tensor<float> dz_BZ, Tensor<float> mean_BZ,
        Tensor<float> logVariance_BZ, Tensor<float> noise_BZ, Tensor<float> counts_BZ, float klScale)
    {
        Shapes.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, counts_BZ);
        LatentBackwardJob job = new()
        {
            DMean = dMean_BZ, DLogVariance = dLogVariance_BZ, DZ = dz_BZ, Mean = mean_BZ,
            LogVariance = logVariance_BZ, Noise = noise_BZ, Counts = counts_BZ, KlScale = klScale,
        };
        Run(ref job, dz_BZ.Length);
    }

    /// <inheritdoc/>
    public void FreeBits(
        Tensor<float> counts_BZ, Tensor<float> counted_B, Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, float nats, bool perSentence)
    {
        Shapes.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ);
        (int B, int Z) = (mean_BZ.Rows, mean_BZ.Columns);
        if (perSentence)
        {
            for (int b = 0; b < B; b++)
            {
                Vector<float> sum = Vector<float>.Zero;
                for (int k = 0; k < Z; k += Vector<float>.Count)
                    sum += KlTerms(mean_BZ, logVariance_BZ, b, k);
                float kl = 0.5f * Vector.Sum(sum);
                counted_B[0, b] = Math.Max(nats, kl);
                counts_BZ.Row(b).Fill(kl > nats ? 1 : 0);
            }

            return;
        }

        float counted = 0;
        for (int k = 0; k < Z; k += Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int b = 0; b < B; b++)
                sum += KlTerms(mean_BZ, logVariance_BZ, b, k);
            Vector<float> kl = sum * (0.5f / B);
            Vector<float> counts = Vector.ConditionalSelect(
                Vector.GreaterThan(kl, new Vector<float>(nats)), Vector<float>.One, Vector<float>.Zero);
            for (int b = 0; b < B; b++)
                Store(RowOf(counts_BZ, b) + k, counts, Z - k);
            for (int j = 0; j < Math.Min(Vector<float>.Count, Z - k); j++)
                counted += Math.Max(nats, kl[j]);
        }

        counted_B.Row(0).Fill(counted);
        GC.KeepAlive(this);
    }

    // Twice the kl of the dimensions from k on; 0 beyond the last one.
    private static Vector<float> KlTerms(Tensor<float> mean_BZ, Tensor<float> logVariance_BZ, int b, int k)
    {
        Vector<float> mean = Load(RowOf(mean_BZ, b) + k, mean_BZ.Columns - k),
            logVariance = Load(RowOf(logVariance_BZ, b) + k, mean_BZ.Columns - k);
        return Exp(logVariance) + (mean * mean) - Vector<float>.One - logVariance;
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
        public Tensor<float> DMean, DLogVariance, DZ, Mean, LogVariance, Noise, Counts;
        public float KlScale;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Mean.Rows, worker, workers);
            int Z_ = Mean.Columns;
            for (int b = start; b < end; b++)
            {
                float* dMean = RowOf(DMean, b), dLogVariance = RowOf(DLogVariance, b);
                float* dz = RowOf(DZ, b), mean = RowOf(Mean, b), logVariance = RowOf(LogVariance, b);
                float* noise = Noise.IsAbsent ? null : RowOf(Noise, b), counts = Counts.IsAbsent ? null : RowOf(Counts, b);
                for (int k = 0; k < Z_; k += Vector<float>.Count)
                {
                    int rest = Z_ - k;
                    Vector<float> scale = counts == null ? new Vector<float>(KlScale) : KlScale * Load(counts + k, rest);
                    Vector<float> d = Load(dz + k, rest);
                    Vector<float> deviation = Exp(Load(logVariance + k, rest) * 0.5f);
                    Vector<float> eps = noise == null ? Vector<float>.Zero : Load(noise + k, rest);
                    Store(dMean + k, d + (scale * Load(mean + k, rest)), rest);
                    Store(dLogVariance + k, 0.5f * ((d * eps * deviation) + (scale * ((deviation * deviation) - Vector<float>.One))), rest);
                }
            }
        }
    }
}
