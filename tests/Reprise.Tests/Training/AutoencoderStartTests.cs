using Reprise.Model;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>A run that begins as an autoencoder, keeps its encoder and begins its decoder anew.</summary>
public sealed class AutoencoderStartTests : IDisposable
{
    private const double Rounding = 1e-6; // of weights below 1 in float

    private readonly TempFolder _temp = new();
    private readonly ComputeDevice _device = ComputeDevice.Open("cpu", 1);

    public void Dispose()
    {
        _device.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(0, 0, new[] { 1.0, 1, 1, 1, 1 })]
    [InlineData(2, 0, new[] { 0.0, 0, 1, 1, 1 })]
    [InlineData(0, 4, new[] { 0.0, 0.25, 0.5, 0.75, 1 })]
    [InlineData(2, 2, new[] { 0.0, 0, 0, 0.5, 1 })]
    [InlineData(9, 2, new[] { 0.0, 0, 0, 0, 0 })]
    public void Kl_weighs_nothing_for_an_autoencoder_and_then_rises(long autoencoder, long warmUp, double[] expected)
    {
        TrainingOptions options = Toys.Options with { AutoencoderSteps = autoencoder, KlWarmUpSteps = warmUp };
        options = options with { Objective = Objective.BetaVae(3) };
        Enumerable.Range(0, 5).Select(step => AutoencoderStart.Weights(options, step))
            .ShouldBe(expected.Select(part => new ObjectiveWeights(1, 3 * part)));
        options = options with { Objective = Objective.AutoGen(2) };
        Enumerable.Range(0, 5).Select(step => AutoencoderStart.Weights(options, step).Reconstruction).ShouldAllBe(weight => weight == 3);
    }

    [Fact]
    public void An_annealed_objective_begins_after_the_autoencoder()
    {
        TrainingOptions options = Toys.Options with { AutoencoderSteps = 10, Objective = Objective.Annealed(AnnealingCurve.Linear, 4) };
        Enumerable.Range(8, 7).Select(step => AutoencoderStart.Weights(options, step).Kl).ShouldBe([0, 0, 0, 0.25, 0.5, 0.75, 1]);
    }

    [Fact]
    public void The_log_has_the_weight_of_each_step()
    {
        Train("run", Toys.Options with { AutoencoderSteps = 3, KlWarmUpSteps = 4, ReportEvery = 1 });
        LogFile.Read(_temp["run"]).Where(line => line.Split == ReportSplit.Train).Select(line => line.KlWeight).ToArray()
            .ShouldBe([0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_decoder_has_its_first_weights_again_and_the_rest_stays(bool tied)
    {
        using TrainingStep first = new(Toys.Model with { TieEmbeddings = tied }, Toys.Options, _device.Kernels);
        using TrainingStep step = Started(tied, out float[][] before);
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 3, 3, new Updates(4, 0)); // an update of the encoder alone
        IReadOnlyList<Parameter> parameters = step.Model.Weights.Layout.Parameters;
        for (int p = 0; p < parameters.Count; p++)
        {
            string name = parameters[p].Name;
            bool isReset = name.StartsWith("decoder.") || name.StartsWith("output."), isShared = name == "embedding.weight";
            float[] firsts = first.Model.Weights[parameters[p]].Span.ToArray(), now = step.Model.Weights[parameters[p]].Span.ToArray();
            before[p].ShouldNotBe(firsts, name);
            now.SequenceEqual(firsts).ShouldBe(isReset, name);
            now.SequenceEqual(before[p]).ShouldBe(isShared, name);
            step.Optimizer.First[parameters[p]].Span.ContainsAnyExcept(0f).ShouldBe(!isReset, name);
            step.Optimizer.Second![parameters[p]].Span.ContainsAnyExcept(0f).ShouldBe(!isReset, name);
        }

        parameters.Select(p => p.Name).Contains("embedding.weight").ShouldBe(tied);
    }

    [Fact]
    public void The_decoders_updates_are_counted_anew()
    {
        AutoencoderStart.Updates(Toys.Options with { AutoencoderSteps = 3 }, 2).ShouldBe(new Updates(3, 3, 3));
        AutoencoderStart.Updates(Toys.Options with { AutoencoderSteps = 3 }, 3).ShouldBe(new Updates(4, 1, 4));
        AutoencoderStart.Updates(Toys.Options, 3).ShouldBe(new Updates(4, 4, 4));

        using TrainingStep first = new(Toys.Model, Toys.Options, _device.Kernels);
        using TrainingStep step = Started(tied: true, out _);
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 3);
        Parameter bias = step.Model.Weights.Layout["output.bias"];
        (float[] from, float[] to) = (first.Model.Weights[bias].Span.ToArray(), step.Model.Weights[bias].Span.ToArray());
        ReadOnlySpan<float> gradient = step.Gradients[bias].Span;
        for (int i = 0; i < from.Length; i++)
        {
            if (Math.Abs(gradient[i]) > 1e-3) // far above Adam's epsilon: its first step is the rate
                ((double)(from[i] - to[i])).ShouldBe(Math.Sign(gradient[i]) * Toys.Options.LearningRate, Rounding);
        }

        gradient.ToArray().Count(g => Math.Abs(g) > 1e-3).ShouldBeGreaterThan(3);
    }

    [Fact]
    public void The_average_of_the_weights_begins_anew()
    {
        using TrainingStep step = Started(tied: true, out _);
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 3);
        float[] average = step.Evaluated.Weights.All.Span.ToArray(), weights = step.Model.Weights.All.Span.ToArray();
        for (int i = 0; i < weights.Length; i++)
            ((double)average[i]).ShouldBe(weights[i], Rounding);
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 4);
        step.Evaluated.Weights.All.Span.SequenceEqual(step.Model.Weights.All.Span).ShouldBeFalse();
    }

    [Fact]
    public void A_run_of_only_an_autoencoder_has_less_nll_and_more_kl()
    {
        TrainingOptions options = Toys.Options with { Steps = 60, Objective = Objective.Vae };
        TrainingResult plain = Train("plain", options), autoencoder = Train("autoencoder", options with { AutoencoderSteps = 60 });
        autoencoder.LastEvaluation!.Losses["nll"].ShouldBeLessThan(plain.LastEvaluation!.Losses["nll"]);
        autoencoder.LastEvaluation.Losses["kl"].ShouldBeGreaterThan(plain.LastEvaluation.Losses["kl"]);
        autoencoder.LastEvaluation.Objective.ShouldBe(autoencoder.LastEvaluation.Losses["nll"]);
    }

    [Theory]
    [InlineData(-1, 0, "autoencoderSteps is -1; expected at least 0")]
    [InlineData(0, -1, "klWarmUpSteps is -1; expected at least 0")]
    public void An_impossible_start_is_refused(long autoencoder, long warmUp, string expected) =>
        Should.Throw<InputException>((Toys.Options with { AutoencoderSteps = autoencoder, KlWarmUpSteps = warmUp }).Validate)
            .Message.ShouldContain(expected);

    [Theory]
    [InlineData(5, 0, "training.autoencoderSteps needs a code")]
    [InlineData(0, 5, "training.klWarmUpSteps needs a code")]
    public void A_language_model_has_no_autoencoder(long autoencoder, long warmUp, string expected)
    {
        TrainingOptions options = Recipe.LanguageModel.Options with { AutoencoderSteps = autoencoder, KlWarmUpSteps = warmUp };
        Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Recipe.LanguageModel.Model, options, _temp["run"], device: _device))
            .Message.ShouldContain(expected);
    }

    // A model after three steps as an autoencoder.
    private TrainingStep Started(bool tied, out float[][] weights)
    {
        TrainingOptions options = Toys.Options with { AutoencoderSteps = 3, AverageDecay = 0.9 };
        TrainingStep step = new(Toys.Model with { TieEmbeddings = tied }, options, _device.Kernels);
        for (long i = 0; i < 3; i++)
            step.RunAndWait(Toys.Data.Train, [i, i + 1, i + 2], i);
        weights = [.. step.Model.Weights.Layout.Parameters.Select(p => step.Model.Weights[p].Span.ToArray())];
        return step;
    }

    private TrainingResult Train(string name, TrainingOptions options) =>
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp[name], device: _device, cancellationToken: TestContext.Current.CancellationToken);
}
