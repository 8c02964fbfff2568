using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>A lagging encoder, helped up as He et al. 2019 do.</summary>
public sealed class AggressiveEncoderTests : IDisposable
{
    private readonly ComputeDevice _device = ComputeDevice.Open("cpu", 1);
    private readonly TempFolder _temp = new();

    public void Dispose()
    {
        _device.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_run_of_the_first_format_goes_on()
    {
        TrainingOptions options = Recipe.Aggressive.Options;
        Train("straight", options, RunMode.New);
        Train("former", options with { Steps = 5 }, RunMode.New);
        string path = _temp["former/config.json"];
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config["format"] = "reprise-model/1";
        config["objective"] = new JsonObject { ["kind"] = "aggressive", ["m"] = 0.0 };
        config["training"]!.AsObject().Remove("updates").ShouldBeTrue();
        File.WriteAllText(path, config.ToJsonString());

        (ModelOptions model, TrainingOptions found) = Trainer.OptionsOf(_temp["former"]);
        (model, found.Updates, found.Objective).ShouldBe((Toys.Model, UpdateOrder.AggressiveEncoder, Objective.Vae));
        Train("former", options, RunMode.Resume);
        File.ReadAllBytes(_temp["former/model.safetensors"]).ShouldBe(File.ReadAllBytes(_temp["straight/model.safetensors"]));
    }

    private void Train(string name, TrainingOptions options, RunMode mode) => Trainer.Train(
        Toys.Data, Toys.Model, options, _temp[name], mode, _device, cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public void The_encoder_is_updated_in_tens_before_each_update_of_the_decoder()
    {
        using TrainingStep step = new(Toys.Model, Recipe.Aggressive.Options, _device.Kernels);
        using AggressiveEncoder aggressive = Start(step, null);
        long before = 0;
        for (long i = 0; i < 5; i++)
        {
            aggressive.Run(0, i, i).IsFinite.ShouldBeTrue();
            long updates = aggressive.State.EncoderUpdates - before;
            updates.ShouldBeInRange(20, 100);
            (updates % 10).ShouldBe(0);
            before = aggressive.State.EncoderUpdates;
        }
    }

    [Fact]
    public void A_step_allocates_nothing_once_it_has_seen_its_batches()
    {
        using TrainingStep step = new(Toys.Model, Recipe.Aggressive.Options, _device.Kernels);
        using AggressiveEncoder aggressive = Start(step, null);
        for (long i = 0; i < 20; i++)
            aggressive.Run(0, i % 5, i);

        long before = GC.GetAllocatedBytesForCurrentThread();
        aggressive.Run(0, 3, 20);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Encoder_and_decoder_are_updated_apart_and_then_together()
    {
        using TrainingStep step = new(Toys.Model, Toys.Options, _device.Kernels);
        Changed(new Updates(1, 0))
            .ShouldBe(
                [
                    "encoder.lstm.bias", "encoder.lstm.weight_hh", "encoder.lstm.weight_ih", "posterior.log_variance.bias",
                    "posterior.log_variance.weight", "posterior.mean.bias", "posterior.mean.weight",
                ]);
        string[] ofDecoder = Changed(new Updates(0, 1));
        ofDecoder.ShouldContain("embedding.weight");
        ofDecoder.ShouldNotContain(
            name => name.StartsWith("encoder.", StringComparison.Ordinal) || name.StartsWith("posterior.", StringComparison.Ordinal));
        Changed(new Updates(2, 2)).Length.ShouldBe(step.Model.Weights.Layout.Parameters.Count);
        Changed(new Updates(9, 3)).Length.ShouldBe(step.Model.Weights.Layout.Parameters.Count);

        string[] Changed(Updates updates)
        {
            float[][] before = [.. step.Model.Weights.Layout.Parameters.Select(p => step.Model.Weights[p].Span.ToArray())];
            step.RunAndWait(Toys.Data.Train, [0, 1, 2], 0, 0, updates);
            return [
                .. step.Model.Weights.Layout.Parameters.Where((p, i) => !step.Model.Weights[p].Span.SequenceEqual(before[i]))
                    .Select(p => p.Name),
            ];
        }
    }

    [Fact]
    public void It_ends_for_good_when_the_information_no_longer_rises()
    {
        using TrainingStep step = new(Toys.Model, Toys.Options, _device.Kernels);
        using AggressiveEncoder aggressive = Start(step, null);
        aggressive.EndEpoch();
        aggressive.State.IsOver.ShouldBeFalse();
        double first = aggressive.State.MutualInformation.ShouldNotBeNull();

        using AggressiveEncoder rising = Start(step, new AggressiveProgress { MutualInformation = first - 1e-9 });
        rising.EndEpoch();
        rising.State.IsOver.ShouldBeFalse();

        aggressive.EndEpoch(); // the same weights: it has not risen
        aggressive.State.IsOver.ShouldBeTrue();
        aggressive.Run(0, 0, 0).IsFinite.ShouldBeTrue();
        aggressive.State.EncoderUpdates.ShouldBe(1); // with the decoder
    }

    [Fact]
    public void Its_state_is_kept_with_every_checkpoint()
    {
        TrainingOptions options = Recipe.Aggressive.Options;
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp["run"], device: _device, cancellationToken: TestContext.Current.CancellationToken);
        AggressiveProgress state = RunFolder.ReadProgress(_temp["run"])!.Aggressive.ShouldNotBeNull();
        state.EncoderUpdates.ShouldBeGreaterThan(12);
        state.MutualInformation.ShouldNotBeNull();

        JsonObject json = JsonNode.Parse(File.ReadAllText(_temp["run/progress.json"]))!.AsObject();
        json.Remove("sha256"); // else every change is refused for it
        string progress = json.ToJsonString(new() { WriteIndented = true });
        File.WriteAllText(_temp["run/progress.json"], progress.Replace("\"aggressive\"", "\"else\"", StringComparison.Ordinal));
        Refused().ShouldContain("\"aggressive\" is missing");
        File.WriteAllText(
            _temp["run/progress.json"], progress.Replace("\"encoderUpdates\": ", "\"encoderUpdates\": -", StringComparison.Ordinal));
        Refused().ShouldContain("aggressive.encoderUpdates is -");

        string Refused() =>
            Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Toys.Model, options, _temp["run"], RunMode.Resume, _device))
                .Message;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Test_sentences_do_not_lead_it(bool validated)
    {
        TrainingData data = validated ? Toys.Validated : Toys.Data;
        Information(data).ShouldBe(Information(data with { Test = Toys.Sentences(9, 99) }));

        double? Information(TrainingData data)
        {
            TrainingOptions options = Recipe.Aggressive.Options with { Steps = null, Epochs = 2, EvaluateEvery = 0 };
            Trainer.Train(data, Toys.Model, options, _temp["run"], RunMode.Overwrite, _device);
            return RunFolder.ReadProgress(_temp["run"])!.Aggressive!.MutualInformation;
        }
    }

    // Equal posteriors have no mutual information, whatever the samples.
    [Fact]
    public void Equal_posteriors_hold_no_information() => Information((0, 0, 1), (0, 0, -2), (0, 0, 0.5f)).ShouldBe(0, 1e-12);

    // Far apart, each of N sentences is known by its code: log N.
    [Fact]
    public void Posteriors_far_apart_hold_the_log_of_their_number() =>
        Information((-1000, 0, 0), (0, 0, -0.1f), (1000, 0, 2)).ShouldBe(Math.Log(3), 1e-12);

    // N(0, 1) at z = 0 and N(2, 4) at z = 2, each at its own mean: log q is 0 and -log 2. log q(z_1) = log of the mean of 1 and e^{-1/2} /
    // 2;
    // log q(z_2) = log of the mean of e^{-2} and 1/2.
    [Fact]
    public void Information_of_two_posteriors_is_that_of_the_formula()
    {
        double first = -Math.Log((1 + (Math.Exp(-0.5) / 2)) / 2);
        double second = -Math.Log(2) - Math.Log((Math.Exp(-2) + 0.5) / 2);
        Information((0, 0, 0), (2, MathF.Log(4), 0)).ShouldBe((first + second) / 2, 1e-6); // the log of 4 is a float
    }

    private static double Information(params (float Mean, float LogVariance, float Noise)[] sentences)
    {
        MutualInformation information = new(sentences.Length, 1);
        foreach ((float mean, float logVariance, float noise) in sentences)
            information.Add([mean], [logVariance], [noise]);
        return information.Estimate();
    }

    private static AggressiveEncoder Start(TrainingStep step, AggressiveProgress? state)
    {
        TrainingOptions options = Recipe.Aggressive.Options;
        return new AggressiveEncoder(
            Toys.Data, Toys.Model, options, step, new SentenceOrder(Toys.Data.Train, options.BatchSize, options.PoolBatches, options.Seed),
            state);
    }
}
