using MathNet.Numerics.LinearAlgebra;
using Reprise.Evaluation;
using Reprise.Numerics;

namespace Reprise.Tests.Evaluation;

/// <summary>
/// Rung (v), theory: on a linear-Gaussian model, p(z) = N(0, I) and p(x|z) = N(W z + b, s² I), every integral of the paper
/// is exact, so that its bound and the code that estimates it can be held against the truth.
/// </summary>
public sealed class LinearGaussianTests
{
    private const double Exact = 1e-9; // closed forms in double
    private const int X = 5, Z = 3;

    public static TheoryData<double> Ms => [-0.7, -0.25, 0, 0.5, 1, 2, 7.5];

    [Theory, MemberData(nameof(Ms))]
    public void The_bound_holds_for_any_posterior(double m)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            LinearGaussian model = new((ulong)seed);
            Gaussian q = RandomPosterior((ulong)seed);
            model.Bound(q, 1 + m, 1).ShouldBeLessThan(model.LogIntegral(1 + m), $"m = {m}, seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Ms))]
    public void The_bound_is_tight_at_the_tempered_posterior(double m)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            LinearGaussian model = new((ulong)seed);
            model.Bound(model.TemperedPosterior(1 + m), 1 + m, 1).ShouldBe(model.LogIntegral(1 + m), Exact, $"m = {m}, seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Ms))]
    public void Elsewhere_the_bound_is_loose_by_the_divergence_from_the_tempered_posterior(double m)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            LinearGaussian model = new((ulong)seed);
            Gaussian q = RandomPosterior((ulong)seed + 1000);
            double gap = model.LogIntegral(1 + m) - model.Bound(q, 1 + m, 1);
            gap.ShouldBe(Divergence(q, model.TemperedPosterior(1 + m)), Exact * Math.Max(1, gap), $"m = {m}, seed {seed}");
        }
    }

    [Theory, MemberData(nameof(Ms))]
    public void Moving_away_from_the_tempered_posterior_loosens_the_bound(double m)
    {
        LinearGaussian model = new(11);
        Gaussian best = model.TemperedPosterior(1 + m);
        double tight = model.Bound(best, 1 + m, 1);
        Vector<double> direction = Vector<double>.Build.Dense([0.6, -0.8, 0.3]);
        foreach (double step in new[] { -0.5, -1e-3, 1e-3, 0.5 })
        {
            model.Bound(best with { Mean = best.Mean + (step * direction) }, 1 + m, 1).ShouldBeLessThan(tight);
            model.Bound(best with { Covariance = best.Covariance * (1 + step) }, 1 + m, 1).ShouldBeLessThan(tight);
        }
    }

    [Theory, MemberData(nameof(Ms))]
    public void A_beta_VAE_of_beta_1_over_1_plus_m_has_the_same_optimum(double m)
    {
        double beta = 1 / (1 + m);
        LinearGaussian model = new(5);
        Gaussian best = model.TemperedPosterior(1 + m);
        double optimum = model.Bound(best, 1, beta);
        optimum.ShouldBe(beta * model.LogIntegral(1 + m), Exact); // its objective is the bound divided by 1 + m
        for (int seed = 0; seed < 50; seed++)
        {
            Gaussian q = RandomPosterior((ulong)seed);
            model.Bound(q, 1, beta).ShouldBe(beta * model.Bound(q, 1 + m, 1), 1e-9 * Math.Abs(optimum) * 100);
            model.Bound(q, 1, beta).ShouldBeLessThan(optimum);
        }
    }

    [Fact]
    public void At_m_0_the_integral_is_the_likelihood_of_the_data()
    {
        // x ~ N(b, W Wᵀ + s² I), written out independently of LogIntegral.
        LinearGaussian model = new(8);
        Matrix<double> covariance = (model.W * model.W.Transpose()) + (model.Variance * Matrix<double>.Build.DenseIdentity(X));
        Vector<double> r = model.Observed - model.B;
        double expected = -0.5 * ((X * Math.Log(2 * Math.PI)) + Math.Log(covariance.Determinant()) + (r * covariance.Inverse() * r));
        model.LogIntegral(1).ShouldBe(expected, Exact);
    }

    [Theory, MemberData(nameof(Ms))]
    public void The_importance_estimate_converges_to_the_integral(double m)
    {
        LinearGaussian model = new(21);
        Gaussian tempered = model.TemperedPosterior(1 + m);
        // A diagonal posterior beside the optimum and a little wider, as an encoder would give.
        double[] mean = [.. tempered.Mean.Add(0.1)];
        double[] logVariance = [.. tempered.Covariance.Diagonal().Select(v => Math.Log(1.5 * v))];
        double few = Error(50), many = Error(100_000);
        many.ShouldBeLessThan(0.02);
        many.ShouldBeLessThanOrEqualTo(few + 0.001);

        double Error(int samples) => Math.Abs(Estimate(model, mean, logVariance, samples, 1 + m) - model.LogIntegral(1 + m));
    }

    [Fact]
    public void At_the_exact_posterior_one_draw_is_enough()
    {
        LinearGaussian model = new(4, orthogonal: true); // its posterior is diagonal
        foreach (double power in new[] { 0.3, 1, 2, 4.5 })
        {
            Gaussian exact = model.TemperedPosterior(power);
            double[] logVariance = [.. exact.Covariance.Diagonal().Select(v => Math.Log(v))];
            Estimate(model, [.. exact.Mean], logVariance, samples: 1, power).ShouldBe(model.LogIntegral(power), Exact);
        }
    }

    [Fact]
    public void The_mean_of_exponentials_neither_overflows_nor_vanishes()
    {
        ImportanceSampling.LogMeanExp([1000, 1000]).ShouldBe(1000);
        ImportanceSampling.LogMeanExp([-2000, double.NegativeInfinity]).ShouldBe(-2000 - Math.Log(2), Exact);
        ImportanceSampling.LogMeanExp([0, Math.Log(3)]).ShouldBe(Math.Log(2), Exact);
        ImportanceSampling.LogMeanExp([double.NegativeInfinity]).ShouldBe(double.NegativeInfinity);
    }

    [Fact]
    public void The_rise_is_from_the_mean_of_both_halves_to_all_draws()
    {
        double[] logWeights = [Math.Log(1), Math.Log(3), Math.Log(7), Math.Log(5)]; // halves: 2 and 6; all: 4
        ImportanceSampling.Rise(logWeights)!.Value.ShouldBe(Math.Log(4) - (Math.Log(12) / 2), Exact);
        double[] odd = [.. logWeights, Math.Log(9)]; // the fifth is in neither half
        ImportanceSampling.Rise(odd)!.Value.ShouldBe(Math.Log(5) - (Math.Log(12) / 2), Exact);
        ImportanceSampling.Rise([2]).ShouldBeNull();
        ImportanceSampling.Rise([3, 3, 3, 3])!.Value.ShouldBe(0, Exact);
        ImportanceSampling.Rise([0, double.NegativeInfinity]).ShouldBe(double.PositiveInfinity);
    }

    [Fact]
    public void The_rise_is_what_an_estimate_lacks_where_weights_have_a_variance()
    {
        // Weights exp(s e - s²/2) with e ~ N(0, 1) have mean 1: the log of it is 0, and low by (exp(s²) - 1) / (2 S) to first order.
        const int S = 100, times = 20_000;
        const double variance = 0.5;
        double lacking = (Math.Exp(variance) - 1) / (2 * S);
        RunningMoments estimates = default, rises = default;
        float[] noise = new float[S];
        for (int i = 0; i < times; i++)
        {
            Philox.Normal(noise, 3, RandomUse.Evaluation, 0, i);
            double[] logWeights = [.. noise.Select(e => (Math.Sqrt(variance) * e) - (variance / 2))];
            estimates.Add(ImportanceSampling.LogMeanExp(logWeights));
            rises.Add(ImportanceSampling.Rise(logWeights)!.Value);
        }

        estimates.Mean.ShouldBe(-lacking, 4 * estimates.StandardError);
        rises.Mean.ShouldBe(lacking, (0.05 * lacking) + (4 * rises.StandardError)); // of the second order: 1 / S of it
    }

    private static double Estimate(LinearGaussian model, double[] mean, double[] logVariance, int samples, double power)
    {
        double[] logLikelihoods = new double[samples], logRatios = new double[samples];
        float[] drawn = new float[Z];
        for (int s = 0; s < samples; s++)
        {
            Philox.Normal(drawn, 17, RandomUse.Evaluation, s, 0);
            double[] noise = [.. drawn.Select(e => (double)e)];
            double[] z = [.. noise.Select((e, k) => mean[k] + (Math.Exp(logVariance[k] / 2) * e))];
            logLikelihoods[s] = model.LogLikelihood(Vector<double>.Build.Dense(z));
            logRatios[s] = ImportanceSampling.LogPriorOverPosterior<double>(z, logVariance, noise);
        }

        return ImportanceSampling.LogIntegral(logLikelihoods, logRatios, power);
    }

    private static Gaussian RandomPosterior(ulong seed)
    {
        Matrix<double> root = Matrix<double>.Build.DenseOfColumnMajor(Z, Z, Normal(Z * Z, seed, 4));
        return new Gaussian(
            Vector<double>.Build.Dense(Normal(Z, seed, 5)), (root * root.Transpose()) + (0.01 * Matrix<double>.Build.DenseIdentity(Z)));
    }

    /// <summary>KL(q ‖ p) = ½ (tr(P⁻¹ Q) + (p - q)ᵀ P⁻¹ (p - q) - Z + log det P - log det Q).</summary>
    private static double Divergence(Gaussian q, Gaussian p)
    {
        Matrix<double> inverse = p.Covariance.Inverse();
        Vector<double> apart = p.Mean - q.Mean;
        return 0.5 * (
            (inverse * q.Covariance).Trace() + (apart * inverse * apart) - Z
                + Math.Log(p.Covariance.Determinant() / q.Covariance.Determinant()));
    }

    private static double[] Normal(int count, ulong seed, long index)
    {
        float[] values = new float[count];
        Philox.Normal(values, seed, RandomUse.Weights, 0, index);
        return [.. values.Select(v => (double)v)];
    }

    private sealed record Gaussian(Vector<double> Mean, Matrix<double> Covariance);

    private sealed class LinearGaussian
    {
        public LinearGaussian(ulong seed, bool orthogonal = false)
        {
            W = Matrix<double>.Build.DenseOfColumnMajor(X, Z, Normal(X * Z, seed, 0));
            if (orthogonal)
                W = W.QR().Q.SubMatrix(0, X, 0, Z) * Matrix<double>.Build.DenseOfDiagonalArray([0.5, 1, 2]);
            B = Vector<double>.Build.Dense(Normal(X, seed, 1));
            Observed = Vector<double>.Build.Dense(Normal(X, seed, 2));
            Variance = 0.2 + Math.Abs(Normal(1, seed, 3)[0]);
        }

        public Matrix<double> W { get; }

        public Vector<double> B { get; }

        /// <summary>x.</summary>
        public Vector<double> Observed { get; }

        /// <summary>s².</summary>
        public double Variance { get; }

        public double LogLikelihood(Vector<double> z)
        {
            Vector<double> r = Observed - (W * z) - B;
            return -0.5 * ((X * Math.Log(2 * Math.PI * Variance)) + ((r * r) / Variance));
        }

        /// <summary>
        /// log ∫ p(x|z)^a p(z) dz. p(x|z)^a = N(x; Wz + b, s²/a I) · (2π s²)^(-aX/2) · (2π s²/a)^(X/2), and the integral of
        /// the first factor is N(x; b, W Wᵀ + s²/a I).
        /// </summary>
        public double LogIntegral(double a)
        {
            double v = Variance / a;
            Matrix<double> covariance = (W * W.Transpose()) + (v * Matrix<double>.Build.DenseIdentity(X));
            Vector<double> r = Observed - B;
            double marginal = -0.5 * ((X * Math.Log(2 * Math.PI)) + Math.Log(covariance.Determinant()) + (r * covariance.Inverse() * r));
            return marginal - (0.5 * a * X * Math.Log(2 * Math.PI * Variance)) + (0.5 * X * Math.Log(2 * Math.PI * v));
        }

        /// <summary>reconstructionWeight · E_q[log p(x|z)] - klWeight · KL(q ‖ N(0, I)).</summary>
        public double Bound(Gaussian q, double reconstructionWeight, double klWeight)
        {
            double spread = (W * q.Covariance * W.Transpose()).Trace() / (2 * Variance);
            double kl = 0.5 * (q.Covariance.Trace() + (q.Mean * q.Mean) - Z - Math.Log(q.Covariance.Determinant()));
            return (reconstructionWeight * (LogLikelihood(q.Mean) - spread)) - (klWeight * kl);
        }

        /// <summary>q(z) ∝ p(x|z)^a p(z).</summary>
        public Gaussian TemperedPosterior(double a)
        {
            Matrix<double> covariance = (Matrix<double>.Build.DenseIdentity(Z) + (a / Variance * W.Transpose() * W)).Inverse();
            return new Gaussian(covariance * W.Transpose() * (Observed - B) * (a / Variance), covariance);
        }
    }
}
