using Reprise.Numerics;

namespace Reprise.Tests.Evaluation;

/// <summary>
/// A model of docs/theory.md with finitely many codes: p(z), and p(x|z) of one observed x. Integrals are sums; a = 1 + m.
/// </summary>
internal sealed record DiscreteModel(double[] Prior, double[] Likelihood)
{
    /// <summary>Five codes with probabilities between 0.02 and 0.98 before normalisation; the same for the same seed.</summary>
    public static DiscreteModel Random(ulong seed) => new(Distribution(seed, 0), Uniform(seed, 1));

    /// <summary>A distribution over the five codes of <see cref="Random"/>.</summary>
    public static double[] Distribution(ulong seed, long index) => Normalise(Uniform(seed, index));

    /// <summary>log ∫ p(x|z)^a p(z) dz.</summary>
    public double LogIntegral(double a) => Math.Log(Powers(a).Sum());

    /// <summary>q(z) ∝ p(x|z)^a p(z).</summary>
    public double[] Tempered(double a) => Normalise(Powers(a));

    /// <summary>E_q log p(x|z); codes outside q do not count.</summary>
    public double LogLikelihood(double[] q) => Mean(q, u => u);

    /// <summary>The variance of log p(x|z) under q.</summary>
    public double Variance(double[] q)
    {
        double mean = LogLikelihood(q);
        return Mean(q, u => (u - mean) * (u - mean));
    }

    /// <summary>log ∫ p(x|z) q(z) dz.</summary>
    public double LogReconstruction(double[] q) => Math.Log(q.Zip(Likelihood, (weight, p) => weight * p).Sum());

    public double Kl(double[] q) => Divergence(q, Prior);

    /// <summary>a E_q log p(x|z) - KL(q ‖ p(z)).</summary>
    public double Bound(double[] q, double a) => (a * LogLikelihood(q)) - Kl(q);

    /// <summary>KL(q ‖ p).</summary>
    public static double Divergence(double[] q, double[] p) => q.Zip(p, (a, b) => a == 0 ? 0 : a * Math.Log(a / b)).Sum();

    public static double Entropy(double[] q) => -q.Sum(p => p == 0 ? 0 : p * Math.Log(p));

    private IEnumerable<double> Powers(double a) => Prior.Zip(Likelihood, (prior, p) => prior * Math.Pow(p, a));

    private double Mean(double[] q, Func<double, double> f) =>
        q.Zip(Likelihood, (weight, p) => weight == 0 ? 0 : weight * f(Math.Log(p))).Sum();

    private static double[] Normalise(IEnumerable<double> weights)
    {
        double[] all = [.. weights];
        double sum = all.Sum();
        return [.. all.Select(w => w / sum)];
    }

    private static double[] Uniform(ulong seed, long index)
    {
        float[] values = new float[5];
        Philox.Uniform(values, seed, RandomUse.Weights, 0, index);
        return [.. values.Select(u => 0.02 + (0.96 * u))];
    }
}
