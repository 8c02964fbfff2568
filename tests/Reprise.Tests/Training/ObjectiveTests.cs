using System.Text.Json.Nodes;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Tests.Training;

public sealed class ObjectiveTests
{
    [Fact]
    public void The_weights_are_those_of_the_formula()
    {
        Objective.Vae.At(5).ShouldBe(new ObjectiveWeights(1, 1));
        Objective.AutoGen(2.5).At(5).ShouldBe(new ObjectiveWeights(3.5, 1));
        Objective.AutoGen(-0.5).At(5).ShouldBe(new ObjectiveWeights(0.5, 1));
        Objective.BetaVae(4).At(5).ShouldBe(new ObjectiveWeights(1, 4));
        Objective.BetaVae(4).M.ShouldBe(-0.75);
        Objective.Annealed(AnnealingCurve.Linear, 10).At(5).ShouldBe(new ObjectiveWeights(1, 0.5));
        Objective.FreeBits(0.1).At(5).ShouldBe(new ObjectiveWeights(1, 1, new FreeBits(0.1, FreeBitsPer.Dimension)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void M_must_be_a_number_above_minus_one(double m) =>
        Should.Throw<InputException>(() => Objective.AutoGen(m)).Message.ShouldContain("expected a number above -1");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.Epsilon)]
    public void Beta_must_be_a_number_above_zero(double beta) =>
        Should.Throw<InputException>(() => Objective.BetaVae(beta)).Message.ShouldContain("expected a number above 0");

    [Fact]
    public void Annealing_needs_a_step_at_least() =>
        Should.Throw<InputException>(() => Objective.Annealed(AnnealingCurve.Linear, 0));

    [Theory]
    [InlineData(AnnealingCurve.Linear)]
    [InlineData(AnnealingCurve.Sigmoid)]
    [InlineData(AnnealingCurve.Cyclical)]
    public void An_annealed_weight_rises_from_nothing_to_one_and_stays(AnnealingCurve curve)
    {
        Objective objective = Objective.Annealed(curve, 1000);
        double[] weights = [.. Enumerable.Range(0, 1100).Select(step => objective.At(step).Kl)];
        weights[0].ShouldBe(0);
        weights.ShouldAllBe(w => w >= 0 && w <= 1);
        weights[1000..].ShouldAllBe(w => w == 1);
        weights[999].ShouldBe(1, 0.01);
        int falls = weights.Zip(weights.Skip(1)).Count(pair => pair.Second < pair.First);
        falls.ShouldBe(curve == AnnealingCurve.Cyclical ? 3 : 0);
    }

    // Fu et al. 2019 with M = 4 and R = 0.5: of T = 40 steps a cycle has ten, tau of its third step is 0.2, f(tau) = tau / R.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.2)]
    [InlineData(2, 0.4)]
    [InlineData(4, 0.8)]
    [InlineData(5, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    [InlineData(32, 0.4)]
    [InlineData(39, 1)]
    [InlineData(40, 1)]
    public void A_cycle_is_that_of_the_paper(long step, double weight) =>
        Objective.Annealed(AnnealingCurve.Cyclical, 40).At(step).Kl.ShouldBe(weight, 1e-12);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Free_bits_are_a_number_above_zero(double nats) =>
        Should.Throw<InputException>(() => Objective.FreeBits(nats)).Message.ShouldContain("expected a number above 0");

    [Fact]
    public void A_model_without_a_code_has_neither_posterior_nor_entry()
    {
        ModelOptions model = Toys.Model with { PosteriorLayers = 2 };
        model.WithoutCode().ShouldBe(model with { LatentInput = LatentInput.None, LatentSize = 0, PosteriorLayers = 0 });
    }

    [Theory]
    [InlineData(UpdateOrder.Joint, true, "AutoGen (m = 1)")]
    [InlineData(UpdateOrder.AggressiveEncoder, true, "AutoGen (m = 1), aggressive encoder")]
    [InlineData(UpdateOrder.Joint, false, "language model")]
    public void A_name_holds_the_order_of_updates_and_a_missing_code(UpdateOrder updates, bool hasCode, string name) =>
        Objective.AutoGen(1).NameWith(updates, hasCode).ShouldBe(name);

    [Fact]
    public void A_name_holds_a_start_as_an_autoencoder() =>
        Objective.AutoGen(1).NameWith(UpdateOrder.Joint, hasCode: true, 9).ShouldBe("AutoGen (m = 1), autoencoder start (9 steps)");

    [Fact]
    public void A_name_holds_normalised_means()
    {
        Objective.Vae.NameWith(UpdateOrder.AggressiveEncoder, hasCode: true, meanNormalization: 0.6)
            .ShouldBe("VAE, aggressive encoder, batch-normalised means (0.6)");
        Objective.Vae.NameWith(UpdateOrder.Joint, hasCode: false, meanNormalization: 0.6).ShouldBe("language model");
    }

    [Fact]
    public void A_sigmoid_passes_one_half_at_half_of_its_steps() =>
        Objective.Annealed(AnnealingCurve.Sigmoid, 1000).At(500).Kl.ShouldBe(0.5, 1e-12);

    [Fact]
    public void The_share_of_kl_leaves_the_annealing_weight_out()
    {
        Objective.Vae.KlShare(60, 20).ShouldBe(0.25);
        Objective.AutoGen(1).KlShare(60, 20).ShouldBe(20 / 140.0);
        Objective.Annealed(AnnealingCurve.Linear, 10).KlShare(60, 20).ShouldBe(0.25);
        Objective.BetaVae(0.5).KlShare(60, 20).ShouldBe(20 / 140.0);
        Objective.Vae.KlShare(0, 0).ShouldBe(0);
    }

    public static TheoryData<Objective> All =>
    [
        Objective.Vae,
        Objective.AutoGen(0.1),
        Objective.AutoGen(-0.3),
        Objective.BetaVae(3),
        Objective.Annealed(AnnealingCurve.Sigmoid, 1234),
        Objective.FreeBits(0.25),
        Objective.MinimumRate(5),
        Objective.FreeBits(3, FreeBitsPer.Sentence),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void An_objective_comes_back_from_its_json(Objective objective) =>
        Objective.FromJson(JsonNode.Parse(objective.ToJson().ToJsonString())!.AsObject(), "here").ShouldBe(objective);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"kind": "gan"}""")]
    [InlineData("""{"kind": "autogen"}""")]
    [InlineData("""{"kind": "autogen", "m": "one"}""")]
    [InlineData("""{"kind": 3}""")]
    [InlineData("""{"kind": "free-bits", "nats": 1}""")]
    [InlineData("""{"kind": "minimum-rate", "nats": -1}""")]
    [InlineData("""{"kind": "free-bits", "nats": 0, "per": "sentence"}""")]
    [InlineData("""{"kind": "annealed", "curve": "steep", "steps": 3}""")]
    public void Unsound_json_is_refused_with_its_place(string json) =>
        Should.Throw<InputException>(() => Objective.FromJson(JsonNode.Parse(json)!.AsObject(), "a/config.json"))
            .Message.ShouldContain("a/config.json");

    [Fact]
    public void Names_are_for_people()
    {
        Objective.AutoGen(1).Name.ShouldBe("AutoGen (m = 1)");
        Objective.FreeBits(0.1).Name.ShouldBe("VAE, free bits (0.1 nats a dimension)");
        Objective.Annealed(AnnealingCurve.Linear, 2000).Name.ShouldBe("VAE, KL annealed (linear, 2000 steps)");
    }
}
