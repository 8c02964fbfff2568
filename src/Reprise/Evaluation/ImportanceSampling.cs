using System.Numerics;

namespace Reprise.Evaluation;

/// <summary>Importance-weighted estimates of integrals over the code, in log space and in double.</summary>
internal static class ImportanceSampling
{
    /// <summary>
    /// log ∫ p(x|z)^power p(z) dz, estimated by log 1/S Σ p(x|z_s)^power p(z_s) / q(z_s|x) with z_s ~ q (Burda et al. 2016;
    /// for power = 1 + m Mansbridge et al. 2019, Eq. 8). The mean of the ratio is exact; its log is low on average.
    /// </summary>
    /// <param name="logLikelihoods_S">log p(x|z_s).</param>
    /// <param name="logRatios_S">log p(z_s) - log q(z_s|x).</param>
    public static double LogIntegral(ReadOnlySpan<double> logLikelihoods_S, ReadOnlySpan<double> logRatios_S, double power) =>
        LogMeanExp(LogWeights(logLikelihoods_S, logRatios_S, power));

    /// <summary><see cref="LogIntegral"/> with its rise (<see cref="Rise"/>).</summary>
    public static (double Estimate, double? Rise) LogIntegralAndRise(
        ReadOnlySpan<double> logLikelihoods_S, ReadOnlySpan<double> logRatios_S, double power)
    {
        double[] logWeights_S = LogWeights(logLikelihoods_S, logRatios_S, power);
        return (LogMeanExp(logWeights_S), Rise(logWeights_S));
    }

    /// <summary>
    /// The rise of <see cref="LogMeanExp"/> from half of the draws, the mean over both halves, to all of them; null for one draw. Where the
    /// ratios have a variance, the estimate is low by c / S on average; then the halves are low by 2 c / S and the rise is c / S, which is
    /// what the estimate still lacks. Where they have none, it lacks more.
    /// </summary>
    /// <remarks>Of an odd number the last draw is in neither half.</remarks>
    public static double? Rise(ReadOnlySpan<double> logWeights_S)
    {
        int half = logWeights_S.Length / 2;
        if (half == 0)
            return null;
        double halves = (LogMeanExp(logWeights_S[..half]) + LogMeanExp(logWeights_S.Slice(half, half))) / 2;
        return LogMeanExp(logWeights_S) - halves;
    }

    /// <summary>log p(z) - log q(z|x) for p = N(0, 1) and z = mean + exp(logVariance / 2) ∘ noise: ½ Σ_k (noise² + lv - z²).</summary>
    public static double LogPriorOverPosterior<T>(ReadOnlySpan<T> z_Z, ReadOnlySpan<T> logVariance_Z, ReadOnlySpan<T> noise_Z)
        where T : INumberBase<T>
    {
        double sum = 0;
        for (int k = 0; k < z_Z.Length; k++)
        {
            double z = double.CreateChecked(z_Z[k]), noise = double.CreateChecked(noise_Z[k]);
            double logVariance = double.CreateChecked(logVariance_Z[k]);
            sum += (noise * noise) + logVariance - (z * z);
        }

        return sum / 2;
    }

    /// <summary>log of the mean of exp(x), without overflow.</summary>
    public static double LogMeanExp(ReadOnlySpan<double> x)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double value in x)
            largest = Math.Max(largest, value);
        if (!double.IsFinite(largest))
            return largest;
        foreach (double value in x)
            sum += Math.Exp(value - largest);
        return largest + Math.Log(sum / x.Length);
    }

    private static double[] LogWeights(ReadOnlySpan<double> logLikelihoods_S, ReadOnlySpan<double> logRatios_S, double power)
    {
        double[] logWeights_S = new double[logLikelihoods_S.Length];
        for (int s = 0; s < logWeights_S.Length; s++)
            logWeights_S[s] = (power * logLikelihoods_S[s]) + logRatios_S[s];
        return logWeights_S;
    }
}
