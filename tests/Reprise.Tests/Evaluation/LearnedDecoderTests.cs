using MathNet.Numerics.LinearAlgebra;
using Reprise.Numerics;

namespace Reprise.Tests.Evaluation;

/// <summary>
/// The linear-Gaussian model of docs/theory.md whose decoder is learned too: the weights alone, and weights and noise. The bound at
/// its best q is the integral, and its mean over data depends on their covariance only.
/// </summary>
public sealed class LearnedDecoderTests
{
    private const double Located = 1e-3; // of a maximum found by golden sections, which are flat there
    private const int X = 4, Z = 2;

    public static TheoryData<double> Ms => [-0.6, -0.25, 0, 0.5, 1, 2, 5];

    [Theory, MemberData(nameof(Ms))]
    public void A_learned_decoder_generates_too_widely_for_m_above_0_and_gives_up_weak_signals_below(double m)
    {
        const double Noise = 0.7;
        foreach (double dataVariance in new[] { 0.3, 0.8, 2.5 })
        {
            double expected = Math.Max(0, dataVariance - (Noise / (1 + m)));
            // Expectations over the data replace x² by its mean, for everything is quadratic in x.
            double best = Maximise(signal => Bound(Math.Sqrt(signal)), 0, 6);
            best.ShouldBe(expected, 1e-4);

            double Bound(double w)
            {
                ScalarGaussian model = new(w, Noise, Math.Sqrt(dataVariance));
                return model.Bound(model.Tempered(1 + m), 1 + m);
            }
        }
    }

    [Theory]
    [InlineData(-0.2, 1.0)] // λ_Z = 2 > s² / (1 + m) = 1.25
    [InlineData(0, 0.75)] // the mean of the discarded eigenvalues
    [InlineData(1, 0.5)]
    [InlineData(2, 0.45)]
    [InlineData(50, 0.37871)] // R / X = 0.375 in the limit
    public void The_learned_noise_is_that_of_the_discarded_directions(double m, double expected)
    {
        double[] eigenvalues = [5, 2, 1, 0.5];
        double discarded = eigenvalues[Z..].Sum();
        ((1 + m) * discarded / (((1 + m) * X) - Z)).ShouldBe(expected, 1e-5, "(1 + m) R / ((1 + m) X - Z)");
        // Without the formulas for w: nested searches, one for the noise and one for the weight of each direction.
        Math.Exp(Maximise(log => Best(Math.Exp(log)), Math.Log(0.05), Math.Log(4))).ShouldBe(expected, Located);

        double Best(double noise) => eigenvalues.Index().Sum(direction =>
        {
            return Integral(direction.Index < Z ? Maximise(Integral, 0, 6) : 0);

            double Integral(double signal) =>
                new ScalarGaussian(Math.Sqrt(signal), noise, Math.Sqrt(direction.Item)).LogIntegral(1 + m);
        });
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void No_other_weights_and_noise_have_a_larger_integral(double m)
    {
        // Data of any covariance, weights in any direction.
        double a = 1 + m;
        Matrix<double> root = Random(X, X, 0);
        Matrix<double> data = (root * root.Transpose()) + (0.2 * Matrix<double>.Build.DenseIdentity(X));
        (double[] eigenvalues, Matrix<double> directions) = Spectrum(data);
        double noise = a * eigenvalues[Z..].Sum() / ((a * X) - Z);
        eigenvalues[Z - 1].ShouldBeGreaterThan(noise / a, "all of the code is used");
        double[] lengths = [.. eigenvalues[..Z].Select(eigenvalue => Math.Sqrt(eigenvalue - (noise / a)))];
        Matrix<double> weights = directions.SubMatrix(0, X, 0, Z) * Matrix<double>.Build.DenseOfDiagonalArray(lengths);
        double best = MeanIntegral(weights, noise, data, a);
        for (int i = 1; i <= 100; i++)
        {
            foreach (double step in new[] { 0.01, 0.3, 3 })
            {
                double other = noise * Math.Exp(step * Random(1, 1, 1000 + i)[0, 0]);
                MeanIntegral(weights + (step * Random(X, Z, i)), other, data, a).ShouldBeLessThan(best);
            }
        }
    }

    [Fact]
    public void A_code_as_long_as_the_data_lets_the_noise_vanish_and_the_bound_grow_without_end()
    {
        // Between noise of variance s² and s²/100 the bound grows by ½ m log 100 a dimension for m > 0, at w² = 1 - s²/(1 + m).
        double before = Bound(1e-6), after = Bound(1e-8);
        (after - before).ShouldBe(0.5 * 2 * Math.Log(100), 1e-4);

        static double Bound(double noise) => new ScalarGaussian(Math.Sqrt(1 - (noise / 3)), noise, 1).LogIntegral(3);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.15)] // v - s² / (1 + m)
    public void With_the_best_encoder_before_every_step_of_the_decoder_the_VAE_collapses_all_the_same(double m, double signal)
    {
        // The limit of aggressive updates, on data that vary less than the model's noise.
        const double DataVariance = 0.5, Noise = 0.7, Step = 1e-4;
        double w = 1;
        for (int i = 0; i < 4000; i++)
            w += 0.05 * (Integral(w + Step) - Integral(w - Step)) / (2 * Step);
        (w * w).ShouldBe(signal, Located);

        double Integral(double weight) => new ScalarGaussian(weight, Noise, Math.Sqrt(DataVariance)).LogIntegral(1 + m);
    }

    /// <summary>The mean of log ∫ p(x|z)^a p(z) dz over data of mean b and this covariance.</summary>
    private static double MeanIntegral(Matrix<double> weights, double noise, Matrix<double> data, double a)
    {
        Matrix<double> covariance = (weights * weights.Transpose()) + (noise / a * Matrix<double>.Build.DenseIdentity(X));
        double spread = (covariance.Inverse() * data).Trace();
        double marginal = -0.5 * ((X * Math.Log(2 * Math.PI)) + Math.Log(covariance.Determinant()) + spread);
        return marginal + (0.5 * X * Math.Log(2 * Math.PI * noise / a)) - (0.5 * a * X * Math.Log(2 * Math.PI * noise));
    }

    /// <summary>Eigenvalues, largest first, and their vectors in columns.</summary>
    private static (double[] Eigenvalues, Matrix<double> Directions) Spectrum(Matrix<double> symmetric)
    {
        var parts = symmetric.Evd(Symmetricity.Symmetric);
        int[] order = [.. Enumerable.Range(0, X).OrderByDescending(k => parts.EigenValues[k].Real)];
        return (
            [.. order.Select(k => parts.EigenValues[k].Real)],
            Matrix<double>.Build.DenseOfColumnVectors(order.Select(k => parts.EigenVectors.Column(k))));
    }

    private static Matrix<double> Random(int rows, int columns, long index)
    {
        float[] values = new float[rows * columns];
        Philox.Normal(values, 31, RandomUse.Weights, 0, index);
        return Matrix<double>.Build.DenseOfColumnMajor(rows, columns, [.. values.Select(v => (double)v)]);
    }

    /// <summary>The maximum of a function that has one, by golden sections.</summary>
    private static double Maximise(Func<double, double> f, double low, double high)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        while (high - low > 1e-6)
        {
            (double left, double right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            (low, high) = f(left) < f(right) ? (left, high) : (low, right);
        }

        return (low + high) / 2;
    }
}
