using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Inference;

/// <summary>A model without a code: its nll is the sentence's own.</summary>
public sealed class LanguageModelTests : IDisposable
{
    private static readonly ModelOptions Plain = Toys.Model.WithoutCode();
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void It_is_the_decoder_of_a_model_whose_code_says_nothing()
    {
        using ReferenceKernels<double> kernels = new();
        using SentenceAutoencoder<double> plain = new(Plain, kernels), full = new(Toys.Model with { LatentInput = LatentInput.InitialState }, kernels);
        Initialization.Fill(full.Weights, 5);
        foreach (Parameter parameter in full.Weights.Layout.Parameters.Where(p => p.Name.StartsWith("decoder.latent.", StringComparison.Ordinal)))
            full.Weights[parameter].Span.Clear(); // h0 = tanh(0), c0 = 0
        foreach (Parameter parameter in plain.Weights.Layout.Parameters)
            full.Weights[parameter.Name].Span.CopyTo(plain.Weights[parameter].Span);
        Batch batch = new();
        for (int i = 0; i < 5; i++)
            batch.Add(Toys.Data.Train, i);
        batch.Pack();

        Losses<double> found = plain.Forward(batch, default);
        double[] expected = full.Forward(batch, default).Nll_B.Row(0).ToArray();
        found.Nll_B.Row(0).ToArray().ShouldBe(expected);
        found.Kl_B.Row(0).ToArray().ShouldBe(new double[5]);
        plain.Weights.Layout.Parameters.Select(p => p.Name).ShouldBe(
            ["decoder.lstm.bias", "decoder.lstm.weight_hh", "decoder.lstm.weight_ih", "decoder.projection.bias", "decoder.projection.weight", "embedding.weight", "output.bias"]);
    }

    [Fact]
    public void It_scores_and_generates_and_refuses_what_needs_a_code()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        TrainingOptions options = Toys.Options with { Objective = Objective.Vae };
        TrainingResult result = Trainer.Train(Toys.Data, Plain, options, _temp["run"], device: device, cancellationToken: TestContext.Current.CancellationToken);
        result.Test!.Kl.ShouldBe(0);
        result.Test.Objective.ShouldBe(result.Test.Nll);
        result.Test.KlShare.ShouldBe(0);

        using SentenceModel model = SentenceModel.Load(_temp["run"]);
        SentenceScore score = model.Score(["word1 word2 word3"]).Single();
        (score.Kl, score.Elbo).ShouldBe((0, -score.Nll));
        score.Nll.ShouldBeGreaterThan(0);
        EvaluationReport report = model.Evaluate(Toys.Data.Test!, new EvaluationOptions { ImportanceSamples = 3 });
        (report.Kl, report.ActiveUnits).ShouldBe((0, 0));
        report.LogLikelihood.ShouldNotBeNull().ShouldBe(-report.Nll, 1e-5); // a code of no dimensions leaves nothing to integrate over

        Hypothesis[] said = [.. model.Generate(6, new GenerateOptions { Decoding = new DecodingOptions { Sampling = new SamplingOptions() } })];
        said.Select(s => s.Text).Distinct().Count().ShouldBeGreaterThan(1);
        foreach (Hypothesis one in said.Where(s => s.Text.Length > 0))
            model.Score([one.Text]).Single().Nll.ShouldBe(-one.LogProbability, 1e-3);

        const string Message = "this is a language model without a code: it can score and generate, but not ";
        Should.Throw<InputException>(() => model.Encode("word1")).Message.ShouldStartWith(Message + "encode");
        Should.Throw<InputException>(() => model.Encode(["word1"])).Message.ShouldStartWith(Message + "encode");
        Should.Throw<InputException>(() => model.Reconstruct("word1")).Message.ShouldStartWith(Message + "reconstruct");
        Should.Throw<InputException>(() => model.Reconstruct(["word1"])).Message.ShouldStartWith(Message + "reconstruct");
        Should.Throw<InputException>(() => model.Interpolate("word1", "word2")).Message.ShouldStartWith(Message);
        Should.Throw<InputException>(() => model.Nearest("word1", ["word2"])).Message.ShouldStartWith(Message);
        Should.Throw<InputException>(() => model.MeasureReconstruction(Toys.Data.Test!)).Message.ShouldStartWith(Message);
    }

    [Fact]
    public void Objective_and_model_fit_together()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        const string NeedsCode = "needs a code, and model.latentInput is none";
        Refused(Toys.Options with { Objective = Objective.AutoGen(1) }).ShouldContain($"the objective AutoGen (m = 1) {NeedsCode}");
        Refused(Recipe.Aggressive.Options).ShouldContain($"the objective VAE, aggressive encoder {NeedsCode}");
        (Plain with { LatentSize = 3 }).Problems().Single().ShouldContain("latentSize is 3; expected 0");
        (Plain with { PosteriorLayers = 1 }).Problems().Single().ShouldContain("posteriorLayers is 1; expected 0");
        (Toys.Model with { LatentSize = 0 }).Problems().Single().ShouldContain("latentSize is 0; expected 1 to");

        string Refused(TrainingOptions options) =>
            Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Plain, options, _temp["refused"], device: device)).Message;
    }
}
