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
    public void It_is_the_decoder_of_a_model_whose_code_has_no_effect()
    {
        using ReferenceKernels<double> kernels = new();
        using SentenceAutoencoder<double> plain = new(Plain, kernels), full = new(
            Toys.Model with { LatentInput = LatentInput.InitialState }, kernels);
        Initialization.Fill(full.Weights, 5);
        foreach (Parameter parameter
            in full.Weights.Layout.Parameters.Where(p => p.Name.StartsWith("decoder.latent.", StringComparison.Ordinal)))
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
            [
                "decoder.lstm.bias", "decoder.lstm.weight_hh", "decoder.lstm.weight_ih", "decoder.projection.bias",
                "decoder.projection.weight", "embedding.weight", "output.bias",
            ]);
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
