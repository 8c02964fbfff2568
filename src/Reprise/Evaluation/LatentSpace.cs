using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>Measures of a latent space by the codes of many sentences. Time is quadratic in their number, memory linear.</summary>
internal static class LatentSpace
{
    /// <summary>The variance of the posterior mean above which a dimension counts as active (Burda et al. 2016).</summary>
    public const double ActiveVariance = 0.01;

    /// <summary>
    /// Dimensions whose posterior mean has a variance over the sentences above <see cref="ActiveVariance"/>. A model whose KL is near zero
    /// can have many, because the threshold is absolute.
    /// </summary>
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

    /// <summary>KL(q(z_k|x) ‖ N(0, 1)) of each dimension, the mean over the sentences, in nats. The dimensions sum to kl.</summary>
    public static double[] KlPerDimension(IReadOnlyList<Code> codes)
    {
        double[] kl_Z = new double[codes[0].Mean.Length];
        foreach (Code code in codes)
        {
            for (int k = 0; k < kl_Z.Length; k++)
            {
                (double mean, float logVariance) = (code.Mean[k], code.LogVariance[k]);
                kl_Z[k] += (Math.Exp(logVariance) + (mean * mean) - 1 - logVariance) / 2 / codes.Count;
            }
        }

        return kl_Z;
    }

    /// <summary>
    /// The squared maximum mean discrepancy of the aggregate posterior, with draws <paramref name="x"/>, and the prior, with draws
    /// <paramref name="y"/>: unbiased and so at times below zero (Gretton et al. 2012, Eq. 3), with the kernel C / (C + |a - b|²), C = 2 Z
    /// (Tolstikhin et al. 2018). 0 in expectation for equal distributions.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer than two draws of one of them.</exception>
    public static double SquaredDiscrepancy(IReadOnlyList<float[]> x, IReadOnlyList<float[]> y)
    {
        if (x.Count < 2 || y.Count < 2)
            throw new ArgumentException($"{Math.Min(x.Count, y.Count)} draws; the discrepancy needs two or more", nameof(x));
        return MeanKernel(x) + MeanKernel(y) - (2 * MeanKernel(x, y));
    }

    /// <summary>
    /// The standard deviation of <see cref="SquaredDiscrepancy"/> where both sets are draws of the prior, n and m of them; null for fewer
    /// than four draws of the prior. Then the discrepancy is a degenerate U-statistic, whose terms of different pairs are uncorrelated:
    /// √(ζ (2 / (n (n - 1)) + 2 / (m (m - 1)) + 4 / (n m))), ζ the mean square of the doubly centred kernel of two draws (Gretton et
    /// al. 2012). ζ is estimated without bias from the prior's draws (U-centred: Székely and Rizzo 2014).
    /// </summary>
    /// <param name="x">n, the number of draws compared with the prior's.</param>
    /// <param name="y">The draws of the prior.</param>
    public static double? NullDeviation(int x, IReadOnlyList<float[]> y)
    {
        if (x < 2 || y.Count < 4)
            return null;
        double n = x, m = y.Count;
        return Math.Sqrt(MeanSquareOfCentredKernel(y) * ((2 / (n * (n - 1))) + (2 / (m * (m - 1))) + (4 / (n * m))));
    }

    /// <summary>
    /// The rank of each sentence's code among the codes of all, by Euclidean distance from the code of its reconstruction: 1 where no other
    /// code is as near. A code just as near counts half, so that equal codes rank in the middle. A measure of meaning by the model itself.
    /// </summary>
    /// <param name="codes">The codes of the sentences.</param>
    /// <param name="reconstructed">The codes of their reconstructions; null for an empty one, which ranks last.</param>
    public static double[] Ranks(IReadOnlyList<float[]> codes, IReadOnlyList<float[]?> reconstructed)
    {
        double[] ranks = new double[reconstructed.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            if (reconstructed[i] is not { } found)
            {
                ranks[i] = codes.Count;
                continue;
            }

            double own = SquaredDistance(codes[i], found);
            int nearer = 0, asNear = 0;
            for (int other = 0; other < codes.Count; other++)
            {
                double distance = SquaredDistance(codes[other], found);
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

    // Each kernel is computed twice, so that memory stays linear.
    private static double MeanSquareOfCentredKernel(IReadOnlyList<float[]> x)
    {
        int n = x.Count;
        double[] sums = new double[n];
        for (int i = 1; i < n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double kernel = Kernel(x[i], x[j]);
                (sums[i], sums[j]) = (sums[i] + kernel, sums[j] + kernel);
            }
        }

        double all = sums.Sum() / ((n - 1.0) * (n - 2)), squares = 0;
        for (int i = 1; i < n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double centred = Kernel(x[i], x[j]) - ((sums[i] + sums[j]) / (n - 2)) + all;
                squares += 2 * centred * centred;
            }
        }

        return squares / (n * (n - 3.0));
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
