using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Numerics.Reference;
using Reprise.Tests.Inference;
using Reprise.Tests.Model;
using Reprise.Text;

namespace Reprise.Tests.Evaluation;

/// <summary>nll by the position of the word, with the sentence's code and without.</summary>
public sealed class PositionLossTests
{
    private const double Singles = 1e-5; // sums of single-precision losses in another order

    private static readonly EvaluationOptions s_all = new() { ImportanceSamples = 0, InformationSentences = 0, PositionSentences = 1000 };

    [Fact]
    public void Positions_are_single_at_first_then_doubled_and_the_end_is_apart()
    {
        PositionTotals totals = new();
        totals.Add([.. Enumerable.Range(1, 18).Select(t => (double)t), 100], []);
        totals.Add([7, 200], []);
        IReadOnlyList<PositionLoss> losses = totals.ToList();
        losses.Select(at => at.Position).ShouldBe(["1", "2", "3", "4", "5-8", "9-16", "17-32", "EOS"]);
        losses.Select(at => at.Tokens).ShouldBe([2, 1, 1, 1, 4, 8, 2, 2]);
        losses.Select(at => at.Nll).ShouldBe([4, 2, 3, 4, 6.5, 12.5, 17.5, 150]);
        losses.ShouldAllBe(at => at.NllWithoutCode == null && at.Gain == null && at.GainStderr == null);
    }

    [Fact]
    public void The_gain_is_that_of_the_words_and_its_error_that_over_the_sentences()
    {
        PositionTotals totals = new();
        double[][] with = [[1, 1, 1, 1, 1, 2, 0], [1, 1, 1, 1, 3, 0], [1, 1, 1, 1, 0]];
        double[][] without = [[2, 1, 1, 1, 2, 2, 0], [4, 1, 1, 1, 3, 0], [3, 1, 1, 1, 1]];
        for (int i = 0; i < with.Length; i++)
            totals.Add(with[i], without[i]);
        IReadOnlyList<PositionLoss> losses = totals.ToList();
        losses[0].Gain.ShouldBe(2); // 1, 3 and 2
        losses[0].GainStderr!.Value.ShouldBe(Math.Sqrt(2.0 / 2 / 3), 1e-12); // as of the mean of three numbers
        losses[4].Position.ShouldBe("5-8");
        losses[4].Gain!.Value.ShouldBe(1.0 / 3, 1e-12); // 1 and 0 in one sentence, 0 in the other
        // Residuals of the sentences' sums, 1 - 2/3 and 0 - 1/3, by the number of words; two sentences have such words.
        losses[4].GainStderr!.Value.ShouldBe(Math.Sqrt(2.0 / 9 * 2) / 3, 1e-12);
        losses[^1].Gain!.Value.ShouldBe(1.0 / 3, 1e-12);
    }

    [Fact]
    public void A_mixture_weighs_its_draws_by_the_words_before()
    {
        // Probabilities of two words under two draws: 0.8, 0.5 and 0.2, 0.1.
        double[] nll = Evaluator.NllOfMixture([[-Math.Log(0.8), -Math.Log(0.5)], [-Math.Log(0.2), -Math.Log(0.1)]]);
        nll[0].ShouldBe(-Math.Log(0.5), 1e-12);
        nll[1].ShouldBe(-Math.Log((0.8 * 0.5) + (0.2 * 0.1)), 1e-12);
        nll.Sum().ShouldBe(-Math.Log(((0.8 * 0.5) + (0.2 * 0.1)) / 2), 1e-12); // the mean probability of the sentence
        Evaluator.NllOfMixture([[3, 1, 4]]).ShouldBe([3, 1, 4]);
    }

    [Theory]
    [InlineData("first-token-tied")]
    [InlineData("every-step-tied")]
    [InlineData("initial-state-untied")]
    public void Losses_of_all_positions_add_up_to_nll(string name)
    {
        using ForeignModel folder = ForeignModel.Write(name);
        using SentenceModel model = folder.Load();
        SentenceList sentences = Sentences();
        EvaluationReport report = model.Evaluate(sentences, s_all with { PositionDraws = 3 });
        IReadOnlyList<PositionLoss> positions = report.Positions.ShouldNotBeNull();
        positions.Sum(at => at.Nll * at.Tokens).ShouldBe(report.Nll * report.Sentences, Singles * report.Sentences);
        positions[^1].Tokens.ShouldBe(report.Sentences);
        positions.Sum(at => at.Tokens).ShouldBe(report.Words + report.Sentences);
        positions.ShouldAllBe(at => at.NllWithoutCode > 0 && at.Gain != 0);

        positions.ShouldBe(model.Evaluate(sentences, s_all with { PositionDraws = 3 }).Positions);
        model.Evaluate(sentences, s_all with { PositionSentences = 20 }).Positions.ShouldNotBeNull()[^1].Tokens.ShouldBe(20);
        model.Evaluate(sentences, s_all with { PositionSentences = 0 }).Positions.ShouldBeNull();
    }

    [Fact]
    public void A_decoder_that_ignores_its_code_gains_nothing_by_it()
    {
        using Fixture fixture = Fixture.Open("initial-state-untied");
        using ReferenceKernels<float> kernels = new();
        using SentenceAutoencoder<float> network = fixture.Model(kernels);
        kernels.Fill(network.Weights["decoder.latent.hidden.weight"], 0);
        kernels.Fill(network.Weights["decoder.latent.cell.weight"], 0);
        using Evaluator evaluator = new(network);
        evaluator.Evaluate(Sentences(), s_all).Positions!.ShouldAllBe(at => Math.Abs(at.Gain!.Value) < 1e-12);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        foreach (EvaluationOptions wrong in (EvaluationOptions[])
            [s_all with { PositionSentences = -1 }, s_all with { PositionDraws = 0 }, s_all with { PositionDraws = 1001 }])
            Should.Throw<InputException>(() => model.Evaluate(Sentences(), wrong)).Message.ShouldContain("expected");
    }

    private static SentenceList Sentences() => new(
        Enumerable.Range(0, 60).Select(i => (int[])[.. Enumerable.Range(0, 1 + (i % 7)).Select(t => 3 + ((i * (t + 1)) % 9))]));
}
