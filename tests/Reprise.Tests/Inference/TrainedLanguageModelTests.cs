using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Numerics;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Inference;

/// <summary>The use of a trained language model: it scores and generates, and refuses operations that need a code.</summary>
public sealed class TrainedLanguageModelTests(TrainedLanguageModelTests.Trained trained) : IClassFixture<TrainedLanguageModelTests.Trained>
{
    [Fact]
    public void It_is_trained_on_nll_alone()
    {
        TrainingReport test = trained.Result.LastEvaluation!;
        test.Kl.ShouldBe(0);
        test.KlShare.ShouldBe(0);
        test.Objective.ShouldBe(test.Nll);
    }

    [Fact]
    public void A_score_is_its_nll()
    {
        SentenceScore score = trained.Model.Score(["word1 word2 word3"]).Single();
        (score.Kl, score.Elbo).ShouldBe((0, -score.Nll));
        score.Nll.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_elbo_is_the_log_likelihood()
    {
        EvaluationReport report = trained.Model.Evaluate(Toys.Data.Test!, new EvaluationOptions { ImportanceSamples = 3 });
        (report.Kl, report.ActiveUnits).ShouldBe((0, 0));
        report.LogLikelihood.ShouldNotBeNull().ShouldBe(-report.Nll, 1e-5); // a code of no dimensions leaves nothing to integrate over
    }

    [Fact]
    public void It_generates_different_sentences_with_the_log_probabilities_that_it_scores()
    {
        GenerateOptions sampling = new() { Decoding = new DecodingOptions { Sampling = new SamplingOptions() } };
        Hypothesis[] generated = [.. trained.Model.Generate(6, sampling)];
        generated.Select(one => one.Text).Distinct().Count().ShouldBeGreaterThan(1);
        foreach (Hypothesis one in generated.Where(one => one.Text.Length > 0))
            trained.Model.Score([one.Text]).Single().Nll.ShouldBe(-one.LogProbability, 1e-3);
    }

    [Fact]
    public void It_does_not_encode()
    {
        Refusal(() => trained.Model.Encode("word1")).ShouldStartWith("encode");
        Refusal(() => trained.Model.Encode(["word1"])).ShouldStartWith("encode");
    }

    [Fact]
    public void It_does_not_reconstruct()
    {
        Refusal(() => trained.Model.Reconstruct("word1")).ShouldStartWith("reconstruct");
        Refusal(() => trained.Model.Reconstruct(["word1"])).ShouldStartWith("reconstruct");
        Refusal(() => trained.Model.MeasureReconstruction(Toys.Data.Test!)).ShouldNotBeEmpty();
    }

    [Fact]
    public void It_neither_interpolates_nor_finds_neighbours()
    {
        Refusal(() => trained.Model.Interpolate("word1", "word2")).ShouldNotBeEmpty();
        Refusal(() => trained.Model.Nearest("word1", ["word2"])).ShouldNotBeEmpty();
    }

    /// <summary>The operation that the message names.</summary>
    private static string Refusal(Action call)
    {
        const string Start = "this is a language model without a code: it can score and generate, but not ";
        string message = Should.Throw<InputException>(call).Message;
        message.ShouldStartWith(Start);
        return message[Start.Length..];
    }

    /// <summary>A model that is trained once.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly TempFolder _temp = new();

        public Trained()
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", 1);
            TrainingOptions options = Toys.Options with { Objective = Objective.Vae };
            Result = Trainer.Train(Toys.Data, Toys.Model.WithoutCode(), options, _temp["run"], device: device);
            Model = SentenceModel.Load(_temp["run"]);
        }

        public TrainingResult Result { get; }

        public SentenceModel Model { get; }

        public void Dispose()
        {
            Model.Dispose();
            _temp.Dispose();
        }
    }
}
