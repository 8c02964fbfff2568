using System.Text.RegularExpressions;
using System.Xml.Linq;
using Reprise.Studies.Charts;
using Reprise.Tests.House;

namespace Reprise.Tests.Evaluation;

/// <summary>
/// The statements of docs/theory.md on its scalar model, each by numbers: integrals by the trapezoidal rule, which is exact to
/// rounding for smooth functions that vanish at both ends, and the document's figure by its formulas. The others are those of
/// <see cref="TheoryCounterexampleTests"/>, <see cref="LearnedDecoderTests"/> and <see cref="LinearGaussianTests"/>.
/// </summary>
public sealed partial class TheoryTests
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
    public void So_it_does_along_the_optima_of_a_smaller_family(double m)
    {
        // Encoders of one fixed variance: the best mean is where the objective's derivative, (1 + m) nll' + kl', is 0.
        const double Step = 1e-5;
        (double Mean, double Variance) before = Best(1 + m - Step), after = Best(1 + m + Step);
        Objective(Best(1 + m).Mean).ShouldBeLessThan(Math.Min(Objective(Best(1 + m).Mean + 0.01), Objective(Best(1 + m).Mean - 0.01)));
        double slope = (Model.Nll(after) - Model.Nll(before)) / (ScalarGaussian.Kl(after) - ScalarGaussian.Kl(before));
        slope.ShouldBe(-1 / (1 + m), 1e-6 / (1 + m));

        double Objective(double mean) => -Model.Bound((mean, 0.4), 1 + m);

        static (double Mean, double Variance) Best(double a) =>
            (a * Model.W * Model.X / (Model.NoiseVariance + (a * Model.W * Model.W)), 0.4);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(3)]
    public void Free_bits_set_the_KL_and_let_m_follow_for_each_sentence(double x)
    {
        // nll + max(F, kl) is least at the tempered posterior of KL F, or at the true one where its KL is above F.
        const double Free = 1;
        ScalarGaussian model = Model with { X = x };
        double own = Math.Max(0, MOf(model, Free));
        (double Mean, double Variance) best = model.Tempered(1 + own);
        for (double mean = -2; mean <= 3; mean += 0.05)
        {
            for (double variance = 0.02; variance < 2; variance *= 1.1)
                Loss((mean, variance)).ShouldBeGreaterThanOrEqualTo(Loss(best) - 1e-9);
        }

        own.ShouldBe(x switch { 0.5 => 4.031, 1.5 => 1.247, _ => 0 }, 0.001);

        double Loss((double Mean, double Variance) q) => model.Nll(q) + Math.Max(Free, ScalarGaussian.Kl(q));
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

    [Theory]
    [InlineData(0, 0.362)]
    [InlineData(1, 0.329)]
    [InlineData(2, 0.293)]
    public void The_share_of_KL_falls_with_m_in_the_model_of_the_table(double m, double expected)
    {
        Share(m).ShouldBe(expected, 0.0005);
        // It rises where (1 + m) V ((1 + m) nll + kl) > nll kl, with V the variance of log p(x|z) under q_m.
        (double nll, double kl) = (OverItsOwnData.Nll(OverItsOwnData.Tempered(1 + m)), ScalarGaussian.Kl(OverItsOwnData.Tempered(1 + m)));
        double variance = (ScalarGaussian.Kl(OverItsOwnData.Tempered(1 + m + 1e-6)) - kl) / (1e-6 * (1 + m));
        ((1 + m) * variance * (((1 + m) * nll) + kl)).ShouldBeLessThan(nll * kl);
        Share(m + 0.01).ShouldBeLessThan(Share(m));
        Share(-0.9).ShouldBeLessThan(Share(-0.7), "and rises at a small 1 + m");

        static double Share(double m)
        {
            (double Mean, double Variance) q = OverItsOwnData.Tempered(1 + m);
            return ScalarGaussian.Kl(q) / (((1 + m) * OverItsOwnData.Nll(q)) + ScalarGaussian.Kl(q));
        }
    }

    [Theory]
    [InlineData(1e-4, 0.240)] // half the variance of log p(x|z) under q_0
    [InlineData(1, 0.096)]
    [InlineData(2, 0.054)]
    public void The_gap_of_the_ELBO_is_quadratic_in_m_near_0_only(double m, double expected)
    {
        double gap = OverItsOwnData.LogIntegral(1) - OverItsOwnData.Bound(OverItsOwnData.Tempered(1 + m), 1);
        (gap / (m * m)).ShouldBe(expected, 0.0005);
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

    [Fact]
    public void The_figures_of_the_page_have_a_title_a_description_and_colours_for_dark_screens()
    {
        string[] figures = [.. FigureLink().Matches(Repository.Read("docs/theory.md")).Select(link => link.Groups[1].Value)];
        figures.ShouldBe(["figures/graphical-models.svg", "figures/linear-gaussian.svg"]);
        foreach (string figure in figures)
        {
            XElement svg = XElement.Parse(Repository.Read("docs/" + figure));
            XNamespace names = svg.Name.Namespace;
            svg.Element(names + "title")!.Value.ShouldNotBeEmpty();
            svg.Element(names + "desc")!.Value.ShouldNotBeEmpty();
            svg.Element(names + "style")!.Value.ShouldContain("prefers-color-scheme:dark");
        }
    }

    [GeneratedRegex(@"\]\((figures/[\w-]+\.svg)\)")]
    private static partial Regex FigureLink();

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

    /// <summary>The m whose tempered posterior has this KL, by halving.</summary>
    private static double MOf(ScalarGaussian model, double kl)
    {
        double low = -1, high = 1000;
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            (low, high) = ScalarGaussian.Kl(model.Tempered(1 + middle)) < kl ? (middle, high) : (low, middle);
        }

        return low;
    }
}
