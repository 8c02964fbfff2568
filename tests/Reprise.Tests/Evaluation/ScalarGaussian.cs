namespace Reprise.Tests.Evaluation;

/// <summary>
/// The smallest model of docs/theory.md: z ~ N(0, 1), x ~ N(w z, s²), both scalars, and one observed x. Formulas as they stand there;
/// a = 1 + m.
/// </summary>
internal sealed record ScalarGaussian(double W, double NoiseVariance, double X)
{
    /// <summary>Signal against noise, w² / s².</summary>
    private double Ratio => W * W / NoiseVariance;

    public double LogLikelihood(double z) => LogNormal(X - (W * z), NoiseVariance);

    /// <summary>log ∫ p(x|z)^a p(z) dz.</summary>
    public double LogIntegral(double a) =>
        LogNormal(X, (W * W) + (NoiseVariance / a)) + (0.5 * Math.Log(2 * Math.PI * NoiseVariance / a))
            - (0.5 * a * Math.Log(2 * Math.PI * NoiseVariance));

    /// <summary>Mean and variance of q(z) ∝ p(x|z)^a p(z).</summary>
    public (double Mean, double Variance) Tempered(double a)
    {
        double variance = 1 / (1 + (a * Ratio));
        return (a * W * X / NoiseVariance * variance, variance);
    }

    /// <summary>-E_q log p(x|z).</summary>
    public double Nll((double Mean, double Variance) q) => -LogLikelihood(q.Mean) + (0.5 * Ratio * q.Variance);

    /// <summary>KL(q ‖ N(0, 1)).</summary>
    public static double Kl((double Mean, double Variance) q) => 0.5 * (q.Variance + (q.Mean * q.Mean) - 1 - Math.Log(q.Variance));

    /// <summary>KL(q ‖ p).</summary>
    public static double Divergence((double Mean, double Variance) q, (double Mean, double Variance) p) =>
        0.5 * (((q.Variance + ((p.Mean - q.Mean) * (p.Mean - q.Mean))) / p.Variance) - 1 + Math.Log(p.Variance / q.Variance));

    /// <summary>(1 + m) E_q log p(x|z) - KL(q ‖ p(z)).</summary>
    public double Bound((double Mean, double Variance) q, double a) => -(a * Nll(q)) - Kl(q);

    /// <summary>log N(x; 0, variance).</summary>
    public static double LogNormal(double x, double variance) => -0.5 * (Math.Log(2 * Math.PI * variance) + (x * x / variance));
}
