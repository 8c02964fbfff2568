using Reprise.Studies.Charts;
using Reprise.Tests.House;

namespace Reprise.Tests.Evaluation;

/// <summary>
/// The statements of docs/theory.md beyond <see cref="LinearGaussianTests"/>, each by numbers: integrals by the trapezoidal rule, which
/// is exact to rounding for smooth functions that vanish at both ends, and the document's figure by its formulas.
/// </summary>
public sealed class TheoryTests
{
    private const double Quadrature = 1e-10;
    private const string Figure = "docs/figures/linear-gaussian.svg";

    private static readonly ScalarGaussian Model = new(W: 1.5, NoiseVariance: 0.7, X: 1.1);

    /// <summary>A model over data of its own variance, w² + s² = 5. Means over x are values at x² = 5, as all is quadratic in x.</summary>
    private static readonly ScalarGaussian OverItsOwnData = new(W: 2, NoiseVariance: 1, X: Math.Sqrt(5));

    public static TheoryData<double> Ms => [-0.6, -0.25, 0, 0.5, 1, 2, 5];

    [Theory, MemberData(nameof(Ms))]
    public void The_integral_is_a_generation_and_m_reconstructions_of_one_code(double m)
    {
        // Eq. 8 = log p(x) + log E[p(x|z)^m] under the model's own posterior.
        double reconstructed = LogExpectation(Model.Tempered(1), z => m * Model.LogLikelihood(z));
        (Model.LogIntegral(1) + reconstructed).ShouldBe(Model.LogIntegral(1 + m), Quadrature);
        LogExpectation((0, 1), z => (1 + m) * Model.LogLikelihood(z)).ShouldBe(Model.LogIntegral(1 + m), Quadrature);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Reconstructions_through_the_encoder_are_bounded_too_but_never_tightly(double m)
    {
        foreach (double mean in new[] { -1, 0.2, 0.9 })
        {
            foreach (double variance in new[] { 0.05, 0.3, 1.4 })
            {
                double reconstruction = LogExpectation((mean, variance), Model.LogLikelihood);
                Model.Bound((mean, variance), 1 + m).ShouldBeLessThan(Model.LogIntegral(1) + (m * reconstruction));
            }
        }
    }

    [Fact]
    public void One_code_for_all_reconstructions_is_more_likely_than_one_for_each()
    {
        double one = LogExpectation(Model.Tempered(1), Model.LogLikelihood);
        LogExpectation(Model.Tempered(1), z => 3 * Model.LogLikelihood(z)).ShouldBeGreaterThan(3 * one);
        LogExpectation(Model.Tempered(1), z => 0.5 * Model.LogLikelihood(z)).ShouldBeLessThan(0.5 * one);
    }

    [Theory, MemberData(nameof(Ms))]
    public void For_sentences_the_integral_lies_between_log_p_and_1_plus_m_times_it(double m)
    {
        // p(x|z) for three sentences and four codes of probabilities p(z).
        double[] codes = [0.1, 0.2, 0.3, 0.4];
        double[][] sentences = [[0.7, 0.2, 0.05, 0.3], [0.1, 0.5, 0.05, 0.3], [0.2, 0.3, 0.9, 0.4]];
        double total = 0;
        foreach (double[] sentence in sentences)
        {
            double log = Math.Log(Integral(1));
            double integral = Math.Log(Integral(1 + m));
            integral.ShouldBeInRange(Math.Min(log, (1 + m) * log) - 1e-12, Math.Max(log, (1 + m) * log) + 1e-12);
            total += Integral(1 + m);

            double Integral(double power) => sentence.Zip(codes, (likelihood, prior) => Math.Pow(likelihood, power) * prior).Sum();
        }

        Math.Sign(Math.Round(1 - total, 12)).ShouldBe(Math.Sign(m), "only for m = 0 is it a distribution over sentences");
    }

    [Theory, MemberData(nameof(Ms))]
    public void A_nat_of_KL_buys_1_over_1_plus_m_nats_of_reconstruction(double m)
    {
        const double Step = 1e-5;
        (double Mean, double Variance) before = Model.Tempered(1 + m - Step), after = Model.Tempered(1 + m + Step);
        double slope = (Model.Nll(after) - Model.Nll(before)) / (ScalarGaussian.Kl(after) - ScalarGaussian.Kl(before));
        slope.ShouldBe(-1 / (1 + m), 1e-6 / (1 + m)); // central differences: an error of Step² and of rounding / Step
    }

    [Theory, MemberData(nameof(Ms))]
    public void The_ELBO_is_loose_by_the_divergence_of_the_tempered_from_the_true_posterior(double m)
    {
        (double Mean, double Variance) q = Model.Tempered(1 + m);
        double gap = Model.LogIntegral(1) - Model.Bound(q, 1);
        gap.ShouldBe(ScalarGaussian.Divergence(q, Model.Tempered(1)), 1e-12);
        (gap > 1e-6).ShouldBe(m != 0);
    }

    [Theory]
    [InlineData(-0.5, 1.863, 0.494, 0.133)]
    [InlineData(0, 1.419, 0.805, 0)]
    [InlineData(1, 1.172, 1.148, 0.096)]
    [InlineData(2, 1.088, 1.353, 0.217)]
    public void The_means_over_data_are_those_of_the_table(double m, double nll, double kl, double gap)
    {
        double a = 1 + m;
        const double Ratio = 4; // w = 2, s = 1
        (double Mean, double Variance) q = OverItsOwnData.Tempered(a);
        double used = a * Ratio / (1 + (a * Ratio));
        OverItsOwnData.Nll(q)
            .ShouldBe(
                (0.5 * Math.Log(2 * Math.PI)) + (0.5 * (((1 + Ratio) / Math.Pow(1 + (a * Ratio), 2)) + (Ratio / (1 + (a * Ratio))))),
                1e-12);
        ScalarGaussian.Kl(q)
            .ShouldBe(0.5 * ((1 / (1 + (a * Ratio))) + (used * used * (1 + (1 / Ratio))) - 1 + Math.Log(1 + (a * Ratio))), 1e-12);
        OverItsOwnData.Nll(q).ShouldBe(nll, 0.0006);
        ScalarGaussian.Kl(q).ShouldBe(kl, 0.0006);
        (OverItsOwnData.LogIntegral(1) - OverItsOwnData.Bound(q, 1)).ShouldBe(gap, 0.0006);
    }

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

    [Fact]
    public void A_density_that_may_learn_its_noise_is_rewarded_without_end()
    {
        // Between noise of variance s² and s²/100 the bound grows by ½ m log 100 for m > 0, at w² = 1 - s²/(1 + m).
        double before = Bound(1e-6), after = Bound(1e-8);
        (after - before).ShouldBe(0.5 * 2 * Math.Log(100), 1e-4);

        static double Bound(double noise) => new ScalarGaussian(Math.Sqrt(1 - (noise / 3)), noise, 1).LogIntegral(3);
    }

    [Fact]
    public void The_figure_equals_the_formulas()
    {
        string svg = Chart().ToSvg();
        if (Environment.GetEnvironmentVariable("REPRISE_UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Repository.PathOf(Figure))!);
            File.WriteAllText(Repository.PathOf(Figure), svg);
        }

        File.Exists(Repository.PathOf(Figure)).ShouldBeTrue($"no {Figure}; REPRISE_UPDATE_SNAPSHOTS=1 writes it");
        Repository.Read(Figure).ShouldBe(svg, $"{Figure} is not that of the formulas any more; REPRISE_UPDATE_SNAPSHOTS=1 writes it");
    }

    private static LineChart Chart()
    {
        ScalarGaussian model = OverItsOwnData;
        double[] powers = [.. Enumerable.Range(-64, 129).Select(i => Math.Pow(2, i / 16.0))];
        return new LineChart
        {
            Name = "linear-gaussian",
            Title = "What m buys: the linear-Gaussian model at its optimum",
            Description =
                "From 1 + m = 1/16 to 16: nll falls from 4.1 to 0.95 nats, the KL rises from 0.04 to 2.2, and log p(x) - ELBO is 0 at m = "
                    + "0 and grows to either side.",
            X = new Axis("1 + m = 1 / beta", "logarithmic") { Scale = AxisScale.Logarithmic },
            Y = new Axis("Mean over x", "nats") { WithZero = true },
            Series =
            [
                Curve("nll", model.Nll),
                Curve("KL", ScalarGaussian.Kl),
                Curve("log p(x) − ELBO", q => model.LogIntegral(1) - model.Bound(q, 1)),
            ],
        };

        Series Curve(string name, Func<(double Mean, double Variance), double> value) =>
            new() { Name = name, Points = [.. powers.Select(a => new ChartPoint(a, value(model.Tempered(a))))] };
    }

    /// <summary>log ∫ exp(f(z)) N(z; mean, variance) dz.</summary>
    private static double LogExpectation((double Mean, double Variance) q, Func<double, double> f)
    {
        const int Steps = 40_000;
        const double Reach = 14;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double z = Reach * ((2.0 * i / Steps) - 1);
            sum += Math.Exp(f(z) + ScalarGaussian.LogNormal(z - q.Mean, q.Variance));
        }

        return Math.Log(sum * 2 * Reach / Steps);
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
