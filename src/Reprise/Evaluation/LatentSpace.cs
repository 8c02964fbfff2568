using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>What the codes of many sentences say of a latent space. Times are quadratic in the number of sentences, memory is linear.</summary>
internal static class LatentSpace
{
    /// <summary>Variance over sentences above which a dimension's mean counts as active (Burda et al. 2016).</summary>
    public const double ActiveVariance = 0.01;

    /// <summary>Dimensions whose posterior mean varies over the sentences by more than <see cref="ActiveVariance"/>.</summary>
    public static int ActiveUnits(IReadOnlyList<Code> codes)
    {
        RunningMoments[] means_Z = new RunningMoments[codes[0].Mean.Length];
        foreach (Code code in codes)
        {
            for (int k = 0; k < means_Z.Length; k++)
                means_Z[k].Add(code.Mean[k]);
        }

        return means_Z.Count(moments => moments.Variance > ActiveVariance);
    }

    /// <summary>KL(q(z_k|x) ‖ N(0, 1)) of each dimension, the mean over the sentences, in nats: what each dimension carries. They sum to kl.</summary>
    public static double[] KlPerDimension(IReadOnlyList<Code> codes)
    {
        double[] kl_Z = new double[codes[0].Mean.Length];
        foreach (Code code in codes)
        {
            for (int k = 0; k < kl_Z.Length; k++)
                kl_Z[k] += (Math.Exp(code.LogVariance[k]) + ((double)code.Mean[k] * code.Mean[k]) - 1 - code.LogVariance[k]) / 2 / codes.Count;
        }

        return kl_Z;
    }

    /// <summary>
    /// How far the aggregate posterior, of which <paramref name="x"/> are draws, is from the prior, of which <paramref name="y"/> are: the
    /// squared maximum mean discrepancy, without bias and so at times below zero (Gretton et al. 2012, Eq. 3), with the kernel
    /// C / (C + |a - b|²), C = 2 Z (Tolstikhin et al. 2018). 0 for the same distribution.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer than two draws of one of them.</exception>
    public static double SquaredDiscrepancy(IReadOnlyList<float[]> x, IReadOnlyList<float[]> y)
    {
        if (x.Count < 2 || y.Count < 2)
            throw new ArgumentException($"{Math.Min(x.Count, y.Count)} draws; the discrepancy needs two or more", nameof(x));
        return MeanKernel(x) + MeanKernel(y) - (2 * MeanKernel(x, y));
    }

    /// <summary>
    /// For each sentence how near its own code is to that of what was said of it, among the codes of all: 1 where no other sentence's code is
    /// as near, by Euclidean distance; of those as near half are counted, so that equal codes tell nothing apart. Semantic closeness as the
    /// model itself sees it.
    /// </summary>
    /// <param name="codes">Of the sentences.</param>
    /// <param name="said">Of what was said of each; null where nothing was, which counts as the farthest.</param>
    public static double[] Ranks(IReadOnlyList<float[]> codes, IReadOnlyList<float[]?> said)
    {
        double[] ranks = new double[said.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            if (said[i] is not { } again)
            {
                ranks[i] = codes.Count;
                continue;
            }

            double own = SquaredDistance(codes[i], again);
            int nearer = 0, asNear = 0;
            for (int other = 0; other < codes.Count; other++)
            {
                double distance = SquaredDistance(codes[other], again);
                nearer += distance < own ? 1 : 0;
                asNear += distance == own && other != i ? 1 : 0;
            }

            ranks[i] = 1 + nearer + (asNear / 2.0);
        }

        return ranks;
    }

    private static double MeanKernel(IReadOnlyList<float[]> x)
    {
        double sum = 0;
        for (int i = 1; i < x.Count; i++)
        {
            for (int j = 0; j < i; j++)
                sum += Kernel(x[i], x[j]);
        }

        return sum / (x.Count * (x.Count - 1.0) / 2);
    }

    private static double MeanKernel(IReadOnlyList<float[]> x, IReadOnlyList<float[]> y) =>
        x.Sum(a => y.Sum(b => Kernel(a, b))) / ((double)x.Count * y.Count);

    private static double Kernel(float[] a, float[] b)
    {
        double scale = 2.0 * a.Length;
        return scale / (scale + SquaredDistance(a, b));
    }

    private static double SquaredDistance(float[] a, float[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
            sum += ((double)a[k] - b[k]) * ((double)a[k] - b[k]);
        return sum;
    }
}
