namespace Reprise.Tests.Evaluation;

/// <summary>
/// The statements of docs/theory.md that hold for every model, by sums over few codes, and the models that limit them: each "not
/// always" there has its counterexample here.
/// </summary>
public sealed class TheoryCounterexampleTests
{
    private const double Exact = 1e-12; // sums of a few numbers
    private const double Step = 1e-5; // of central differences: errors of Step² and of rounding / Step
    private const double Slope = 1e-7;

    public static TheoryData<double> Ms => [-0.6, -0.25, 0, 0.5, 1, 2, 5];

    private static IEnumerable<DiscreteModel> Models => Enumerable.Range(0, 50).Select(seed => DiscreteModel.Random((ulong)seed));

    [Fact]
    public void The_entropy_of_the_tempered_posterior_may_rise_and_fall_with_m()
    {
        DiscreteModel model = new([0.99, 0.01], [0.1, 0.9]);
        DiscreteModel.Entropy(model.Tempered(1)).ShouldBe(0.287, 0.0005);
        DiscreteModel.Entropy(model.Tempered(2)).ShouldBe(0.688, 0.0005);
        DiscreteModel.Entropy(model.Tempered(3)).ShouldBe(0.366, 0.0005);
    }

    [Theory, MemberData(nameof(Ms))]
    public void Reconstruction_and_KL_of_the_tempered_posterior_rise_with_m_by_the_variance(double m)
    {
        foreach (DiscreteModel model in Models)
        {
            double variance = model.Variance(model.Tempered(1 + m));
            variance.ShouldBeGreaterThan(0);
            Derivative(a => model.LogLikelihood(model.Tempered(a)), 1 + m).ShouldBe(variance, Slope);
            Derivative(a => model.Kl(model.Tempered(a)), 1 + m).ShouldBe((1 + m) * variance, Slope);
        }
    }

    [Fact]
    public void So_they_do_for_the_optima_of_any_family_decoder_included()
    {
        DiscreteModel first = DiscreteModel.Random(0);
        (double Nll, double Kl)[] family =
        [
            .. from decoder in Models
               from seed in Enumerable.Range(0, 20)
               let q = DiscreteModel.Distribution((ulong)seed, 3)
               let model = first with { Likelihood = decoder.Likelihood }
               select (-model.LogLikelihood(q), model.Kl(q)),
        ];
        (double Nll, double Kl)[] optima = [.. Ms.Select(m => family.MinBy(pair => ((1 + m.Data) * pair.Nll) + pair.Kl))];
        optima.Distinct().Count().ShouldBeGreaterThan(2);
        optima.ShouldBe(optima.OrderByDescending(pair => pair.Nll));
        optima.ShouldBe(optima.OrderBy(pair => pair.Kl));
    }

    [Fact]
    public void The_gap_of_the_ELBO_is_half_m_squared_times_the_variance_near_0()
    {
        foreach (DiscreteModel model in Models)
        {
            foreach (double m in new[] { -1e-3, 1e-3 })
            {
                double gap = model.LogIntegral(1) - model.Bound(model.Tempered(1 + m), 1);
                gap.ShouldBe(DiscreteModel.Divergence(model.Tempered(1 + m), model.Tempered(1)), Exact);
                double half = 0.5 * model.Variance(model.Tempered(1));
                (gap / (m * m)).ShouldBe(half, 0.01 * half); // the next term is of order m
            }
        }
    }

    [Fact]
    public void A_weight_of_KL_above_1_loosens_the_bound_and_one_below_1_breaks_it()
    {
        foreach (DiscreteModel model in Models)
        {
            double log = model.LogIntegral(1);
            foreach (double beta in new[] { 1.2, 3, 10 })
                WithWeight(model.Tempered(1 / beta), beta).ShouldBeLessThan(log, "at its best q");
            foreach (double beta in new[] { 0.1, 0.5, 0.9 })
                WithWeight(model.Tempered(1 / beta), beta).ShouldBeGreaterThan(log, "at its best q");

            double WithWeight(double[] q, double beta) => model.LogLikelihood(q) - (beta * model.Kl(q));
        }
    }

    [Fact]
    public void No_weight_of_nll_above_1_breaks_the_bound_for_sentences()
    {
        foreach (DiscreteModel model in Models)
        {
            foreach (double m in new[] { 0.1, 1, 5 })
                model.LogIntegral(1 + m).ShouldBeLessThan(model.LogIntegral(1), "the integral is the bound at its best q");
        }
    }

    [Fact]
    public void Reconstruction_by_the_encoder_is_bounded_tightly_at_m_0_only()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            DiscreteModel model = DiscreteModel.Random(seed);
            double[] posterior = model.Tempered(1);
            model.Bound(posterior, 1).ShouldBe(model.LogIntegral(1), Exact, "the ELBO");
            foreach (double m in new[] { 0.5, 1, 2 })
            {
                foreach (double[] q in new[] { posterior, model.Tempered(1 + m), model.Prior, DiscreteModel.Distribution(seed, 7) })
                {
                    double slack = model.LogIntegral(1) + (m * model.LogReconstruction(q)) - model.Bound(q, 1 + m);
                    double spread = model.LogReconstruction(q) - model.LogLikelihood(q);
                    slack.ShouldBe(DiscreteModel.Divergence(q, posterior) + (m * spread), Exact);
                    spread.ShouldBeGreaterThan(1e-4, "p(x|z) differs among the codes of q");
                }
            }
        }
    }

    [Fact]
    public void For_a_code_that_the_decoder_ignores_that_bound_is_tight_at_the_prior()
    {
        DiscreteModel collapsed = new([0.2, 0.3, 0.5], [0.4, 0.4, 0.4]);
        Slack(collapsed, collapsed.Prior).ShouldBe(0, Exact);
        Slack(collapsed, [0.5, 0.3, 0.2]).ShouldBeGreaterThan(0.01);
        // Where p(x|z) may be 0, the constant need hold on the posterior's codes only. A softmax is never 0.
        Slack(new DiscreteModel([0.5, 0.5], [0.4, 0]), [1, 0]).ShouldBe(0, Exact);

        static double Slack(DiscreteModel model, double[] q) =>
            model.LogIntegral(1) + (2 * model.LogReconstruction(q)) - model.Bound(q, 3);
    }

    [Fact]
    public void With_a_code_for_each_of_two_reconstructions_the_objective_is_no_bound()
    {
        DiscreteModel model = new([0.5, 0.5], [0.05, 0.6]);
        double[] posterior = model.Tempered(1), best = model.Tempered(3);
        double ownCodes = model.LogIntegral(1) + (2 * model.LogReconstruction(posterior));
        ownCodes.ShouldBe(-2.292, 0.0005);
        model.Bound(best, 3).ShouldBe(-2.225, 0.0005);
        foreach (DiscreteModel other in Models)
        {
            double reconstruction = other.LogReconstruction(other.Tempered(1));
            other.LogIntegral(3).ShouldBeGreaterThan(other.LogIntegral(1) + (2 * reconstruction), "always above, at the best q");
            other.LogIntegral(2).ShouldBe(other.LogIntegral(1) + reconstruction, Exact, "m = 1 is the same in both readings");
            other.LogIntegral(1.5).ShouldBeLessThan(other.LogIntegral(1) + (0.5 * reconstruction));
        }
    }

    [Fact]
    public void A_reconstruction_through_the_model_s_own_posterior_is_not_bounded_by_E_q_log_p()
    {
        // At m = 1 alone, without the generation: a q on the best code claims more than the posterior's mean.
        foreach (DiscreteModel model in Models)
        {
            double reconstruction = model.LogReconstruction(model.Tempered(1));
            int best = Array.IndexOf(model.Likelihood, model.Likelihood.Max());
            double[] q = [.. model.Likelihood.Select((_, z) => z == best ? 1.0 : 0)];
            model.LogLikelihood(q).ShouldBeGreaterThan(reconstruction);
            model.Bound(q, 2).ShouldBeLessThan(model.LogIntegral(1) + reconstruction, "with the generation it is one");
        }
    }

    [Fact]
    public void The_sum_of_the_integral_over_x_is_the_probability_that_all_sentences_of_a_code_are_the_same()
    {
        double[] codes = [0.1, 0.2, 0.3, 0.4];
        double[][] sentences = [[0.7, 0.2, 0.05, 0.3], [0.1, 0.5, 0.05, 0.3], [0.2, 0.3, 0.9, 0.4]];
        double same = 0;
        for (int z = 0; z < codes.Length; z++)
        {
            foreach (double[] first in sentences)
            {
                foreach (double[] second in sentences)
                {
                    foreach (double[] third in sentences)
                        same += first == second && second == third ? codes[z] * first[z] * second[z] * third[z] : 0;
                }
            }
        }

        sentences.Sum(p => Math.Exp(new DiscreteModel(codes, p).LogIntegral(3))).ShouldBe(same, Exact); // m = 2
    }

    [Theory, MemberData(nameof(Ms))]
    public void Observations_may_be_reconstructed_different_numbers_of_times(double m)
    {
        // Two modalities of one thing: log ∫ Π p(x_i|z)^(1 + m_i) p(z) dz, for m_1 = m and m_2 = 2.
        for (ulong seed = 0; seed < 50; seed++)
        {
            DiscreteModel first = DiscreteModel.Random(seed), second = DiscreteModel.Random(seed + 100) with { Prior = first.Prior };
            double[] q = DiscreteModel.Distribution(seed, 9);
            DiscreteModel both = first with
            {
                Likelihood = [.. first.Likelihood.Zip(second.Likelihood, (a, b) => Math.Pow(a, 1 + m) * Math.Pow(b, 3))],
            };
            double bound = ((1 + m) * first.LogLikelihood(q)) + (3 * second.LogLikelihood(q)) - first.Kl(q);
            bound.ShouldBe(both.LogIntegral(1) - DiscreteModel.Divergence(q, both.Tempered(1)), 1e-11);
            DiscreteModel data = first with { Likelihood = [.. first.Likelihood.Zip(second.Likelihood, (a, b) => a * b)] };
            double[] posterior = data.Tempered(1);
            double reconstructed = posterior
                .Select((p, z) => p * Math.Pow(first.Likelihood[z], m) * Math.Pow(second.Likelihood[z], 2)).Sum();
            both.LogIntegral(1).ShouldBe(data.LogIntegral(1) + Math.Log(reconstructed), 1e-11);
        }
    }

    private static double Derivative(Func<double, double> f, double at) => (f(at + Step) - f(at - Step)) / (2 * Step);
}
