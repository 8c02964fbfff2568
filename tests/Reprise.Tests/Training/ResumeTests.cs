using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Rung iv: a run that was interrupted is the run that was not, to the last bit.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    public void A_run_killed_after_its_checkpoint_ends_as_the_run_that_was_not(string backend)
    {
        using IKernels<float> kernels = ComputeDevice.Open(backend, 2).Kernels;
        TrainingOptions options = Toys.Options with { CheckpointEvery = 5 }; // between two reports and within an epoch
        Train("straight", options, kernels);
        Should.Throw<KilledException>(() => Train("killed", options, kernels, progress: KilledAtStep(9)));
        RunFolder.ReadProgress(_temp["killed"])!.Step.ShouldBe(5);
        Train("killed", options, kernels, RunMode.Resume).Step.ShouldBe(12);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_checkpoint_of_before_losses_had_names_is_resumed()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        TrainingOptions options = Toys.Options with { CheckpointEvery = 5 }; // the sums of two steps are in it
        Train("straight", options, kernels);
        Should.Throw<KilledException>(() => Train("former", options, kernels, progress: KilledAtStep(9)));
        string path = _temp["former/progress.json"];
        JsonObject progress = JsonNode.Parse(File.ReadAllText(path))!.AsObject(), sums = progress["sinceReport"]!.AsObject();
        sums.Remove("losses", out JsonNode? losses).ShouldBeTrue();
        sums["nll"] = losses!["nll"]!.DeepClone();
        sums["kl"] = losses["kl"]!.DeepClone();
        progress.Remove("sha256");
        File.WriteAllText(path, progress.ToJsonString());

        Train("former", options, kernels, RunMode.Resume);
        _temp["former"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_run_whose_config_lacks_later_options_is_resumed()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        TrainingOptions options = Toys.Options with { CheckpointEvery = 5 };
        Train("straight", options, kernels);
        Should.Throw<KilledException>(() => Train("former", options, kernels, progress: KilledAtStep(9)));
        string path = _temp["former/config.json"];
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (string name in (string[])["encoderLayers", "bidirectionalEncoder", "encoderPooling", "decoderLayers", "meanNormalization"])
            config["model"]!.AsObject().Remove(name).ShouldBeTrue();
        foreach (string name in (string[])["encoderWordDropRate", "embeddingDropout", "outputDropout", "codeDropout", "variationalDropout",
            "autoencoderSteps", "klWarmUpSteps"])
            config["training"]!.AsObject().Remove(name).ShouldBeTrue();
        File.WriteAllText(path, config.ToJsonString());

        Train("former", options, kernels, RunMode.Resume);
        _temp["former"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_run_cancelled_at_any_step_ends_as_the_run_that_was_not()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        TrainingOptions options = Toys.Options with { ReportEvery = 1 };
        Train("straight", options, kernels);
        for (int step = 1; step < 12; step += 2)
        {
            string name = $"cancelled-{step}";
            using CancellationTokenSource source = new();
            TrainingResult interrupted = Train(
                name, options, kernels, progress: new Listener(r => Cancel(source, r.Step == step)), source: source);
            interrupted.Interrupted.ShouldBeTrue();
            interrupted.Step.ShouldBe(step);
            Train(name, options, kernels, RunMode.Resume).Interrupted.ShouldBeFalse();
            _temp[name].ShouldBeTheSameRunAs(_temp["straight"]);
        }
    }

    public static TheoryData<Recipe> Baselines =>
    [
        Recipe.Cyclical, Recipe.FreeBits, Recipe.FreeBitsPerSentence, Recipe.Aggressive, Recipe.AggressiveAutoGen, Recipe.LanguageModel,
        Recipe.Deep, Recipe.AutoencoderStart, Recipe.Normalized,
    ];

    [Theory, MemberData(nameof(Baselines))]
    public void A_run_of_every_objective_ends_as_if_it_had_never_stopped(Recipe recipe)
    {
        (ModelOptions model, TrainingOptions options) = (recipe.Model, recipe.Options with { ReportEvery = 1 });
        using IKernels<float> one = ComputeDevice.Open("cpu", 1).Kernels, two = ComputeDevice.Open("cpu", 2).Kernels;
        Run("straight", one, step: 99, RunMode.New);
        Run("stopped", two, step: 3, RunMode.New).Step.ShouldBe(3);
        Run("stopped", one, step: 7, RunMode.Resume).Step.ShouldBe(7); // an epoch has five
        Run("stopped", two, step: 99, RunMode.Resume).Step.ShouldBe(12);
        _temp["stopped"].ShouldBeTheSameRunAs(_temp["straight"]);

        TrainingResult Run(string name, IKernels<float> kernels, long step, RunMode mode)
        {
            using CancellationTokenSource source = new();
            return Trainer.Train(
                Toys.Data, model, options, _temp[name], mode, new ComputeDevice(kernels), new Listener(r => Cancel(source, r.Step == step)),
                source.Token);
        }
    }

    [Fact]
    public void A_run_killed_before_its_first_checkpoint_starts_again()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("straight", Toys.Options, kernels);
        Should.Throw<KilledException>(() => Train("killed", Toys.Options, kernels, progress: KilledAtStep(6)));
        Train("killed", Toys.Options, kernels, RunMode.Resume);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_run_ends_where_it_ended_with_any_number_of_threads()
    {
        ModelOptions model = Toys.Model with { EmbeddingSize = 33, HiddenSize = 65, LatentSize = 17, PosteriorLayers = 1 };
        foreach (int threads in (int[])[1, 2, 3])
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            Trainer.Train(
                Toys.Data, model, Toys.Options, _temp[$"{threads}"], device: device,
                cancellationToken: TestContext.Current.CancellationToken);
        }

        _temp["2"].ShouldBeTheSameRunAs(_temp["1"]);
        _temp["3"].ShouldBeTheSameRunAs(_temp["1"]);
    }

    [Fact]
    public void A_finished_run_can_go_on_for_longer()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("straight", Toys.Options, kernels);
        Train("longer", Toys.Options with { Steps = 6 }, kernels);
        Train("longer", Toys.Options with { ReportEvery = 4 }, kernels, RunMode.Resume).Step.ShouldBe(12);
        File.ReadAllBytes(_temp["longer/model.safetensors"]).ShouldBe(File.ReadAllBytes(_temp["straight/model.safetensors"]));
        File.ReadAllBytes(_temp["longer/optimizer.safetensors"]).ShouldBe(File.ReadAllBytes(_temp["straight/optimizer.safetensors"]));
        Trainer.OptionsOf(_temp["longer"]).Training.Steps.ShouldBe(12);
    }

    [Fact]
    public void Resuming_a_finished_run_changes_nothing()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("run", Toys.Options, kernels);
        string[] log = File.ReadAllLines(_temp["run/log.jsonl"]);
        Train("run", Toys.Options, kernels, RunMode.Resume).Step.ShouldBe(12);
        File.ReadAllLines(_temp["run/log.jsonl"]).ShouldBe(log);
    }

    [Fact]
    public void Steps_reported_at_the_end_of_a_run_are_not_reported_again()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        using CancellationTokenSource source = new();
        Train("run", Toys.Options, kernels, progress: new Listener(r => Cancel(source, r.Step == 4)), source: source)
            .Interrupted.ShouldBeTrue();
        Train("run", Toys.Options with { Steps = 4 }, kernels, RunMode.Resume).Step.ShouldBe(4);
        RunFolder.ReadProgress(_temp["run"])!.SinceReport.Steps.ShouldBe(0);
        string[] log = File.ReadAllLines(_temp["run/log.jsonl"]);
        log.Length.ShouldBe(3); // training to step 3, held out at 4, training from 3 to 4
        Train("run", Toys.Options with { Steps = 4 }, kernels, RunMode.Resume);
        File.ReadAllLines(_temp["run/log.jsonl"]).ShouldBe(log);
    }

    [Theory]
    [InlineData("seed", 8, "seed is 8, but config.json has 7")]
    [InlineData("epoch", 1, "step is 4, which is not 1 epochs of 5 batches and 4")]
    [InlineData("epoch", 1L << 53, "step is 4, which is not")]
    [InlineData("position", 3, "step is 4, which is not")]
    [InlineData("position", 5, "position is 5, but an epoch has 5 batches")]
    public void A_place_that_no_run_can_be_at_is_named(string field, long value, string expected)
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("run", Toys.Options with { Steps = 4 }, kernels);
        JsonObject progress = JsonNode.Parse(File.ReadAllText(_temp["run/progress.json"]))!.AsObject();
        progress[field] = value;
        progress.Remove("sha256");
        File.WriteAllText(_temp["run/progress.json"], progress.ToJsonString());
        Should.Throw<InputException>(() => Train("run", Toys.Options, kernels, RunMode.Resume))
            .Message.ShouldContain($"progress.json: {expected}");
    }

    public static TheoryData<string, string> OtherRuns => new()
    {
        { "batch", "training.batchSize is 8 in this run, 9 was asked for" },
        { "seed", "training.seed" },
        { "clipping", "training.clipNorm" },
        { "objective", "objective.m" },
        { "updates", "objective is AutoGen (m = 1) in this run, AutoGen (m = 1), aggressive encoder was asked for" },
        { "size", "model.hiddenSize" },
        { "encoder", "model.bidirectionalEncoder is false in this run, true was asked for" },
        { "normalisation", "model.meanNormalization is 0 in this run, 0.6 was asked for" },
        { "dropout", "training.outputDropout is 0 in this run, 0.5 was asked for" },
        { "autoencoder", "training.autoencoderSteps is 0 in this run, 5 was asked for" },
        { "kl warm-up", "training.klWarmUpSteps is 0 in this run, 5 was asked for" },
        { "corpus", "another corpus" },
        { "text", "text.lowerCase" },
        { "vocabulary", "another vocabulary" },
    };

    [Theory, MemberData(nameof(OtherRuns))]
    public void An_option_that_makes_it_another_run_is_refused_by_name(string other, string message)
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("run", Toys.Options with { Steps = 2 }, kernels);
        (TrainingData data, ModelOptions model, TrainingOptions options) = (Toys.Data, Toys.Model, Toys.Options);
        Vocabulary others = new(Enumerable.Range(0, 17).Select(i => $"other{i}"));
        (data, model, options) = other switch
        {
            "batch" => (data, model, options with { BatchSize = 9 }),
            "seed" => (data, model, options with { Seed = 8 }),
            "clipping" => (data, model, options with { ClipNorm = null }),
            "objective" => (data, model, options with { Objective = Objective.AutoGen(2) }),
            "updates" => (data, model, options with { Updates = UpdateOrder.AggressiveEncoder }),
            "size" => (data, model with { HiddenSize = 14 }, options),
            "encoder" => (data, model with { BidirectionalEncoder = true }, options),
            "normalisation" => (data, model with { MeanNormalization = 0.6 }, options),
            "dropout" => (data, model, options with { OutputDropout = 0.5 }),
            "autoencoder" => (data, model, options with { AutoencoderSteps = 5 }),
            "kl warm-up" => (data, model, options with { KlWarmUpSteps = 5 }),
            "corpus" => (data with { Hash = "another" }, model, options),
            "text" => (data with { Text = new TextOptions { LowerCase = false } }, model, options),
            _ => (data with { Vocabulary = others }, model, options),
        };
        ComputeDevice device = new(kernels);
        Should.Throw<InputException>(() => Trainer.Train(data, model, options, _temp["run"], RunMode.Resume, device))
            .Message.ShouldContain(message);
    }

    [Fact]
    public void Sizes_that_a_config_states_are_held_against_the_checkpoint_before_memory_is_taken()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("run", Toys.Options with { Steps = 2 }, kernels);
        JsonObject config = JsonNode.Parse(File.ReadAllText(_temp["run/config.json"]))!.AsObject();
        config["model"]!["hiddenSize"] = 16000;
        File.WriteAllText(_temp["run/config.json"], config.ToJsonString());
        // No memory for weights is allocated yet.
        Should.Throw<InputException>(() => RunFolder.Resume(_temp["run"])).Message.ShouldContain("expected F32 [16000], found F32 [13]");
    }

    [Fact]
    public void There_must_be_a_run_to_resume()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Should.Throw<InputException>(() => Train("nowhere", Toys.Options, kernels, RunMode.Resume))
            .Message.ShouldContain("no run to resume");
        Directory.Exists(_temp["nowhere"]).ShouldBeFalse();
    }

    [Fact]
    public void A_half_written_line_of_the_log_is_cut_off()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        TrainingOptions options = Toys.Options with { CheckpointEvery = 5 };
        Train("straight", options, kernels);
        Should.Throw<KilledException>(() => Train("killed", options, kernels, progress: KilledAtStep(6)));
        string[] lines = File.ReadAllLines(_temp["killed/log.jsonl"]);
        File.WriteAllText(_temp["killed/log.jsonl"], string.Join('\n', lines) + "\n{\"step\": 4, \"ep");
        Train("killed", options, kernels, RunMode.Resume);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_log_with_the_names_of_before_is_renamed_once_and_goes_on()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        TrainingOptions options = Toys.Options with { CheckpointEvery = 5 };
        Train("straight", options, kernels);
        Should.Throw<KilledException>(() => Train("killed", options, kernels, progress: KilledAtStep(6)));
        string before = File.ReadAllText(_temp["killed/log.jsonl"]);
        string old = Regex.Replace(before, "(?<=[a-z])[A-Z](?=[a-z])", match => "_" + match.Value.ToLowerInvariant());
        old.ShouldContain("\"kl_share\":");
        File.WriteAllText(_temp["killed/log.jsonl"], old);
        LogFile.Last(_temp["killed"])!.KlShare.ShouldBe(LogFile.Read(_temp["killed"]).Last().KlShare);
        Train("killed", options, kernels, RunMode.Resume);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
        before.ShouldStartWith(File.ReadLines(_temp["killed/log.jsonl"]).First());
    }

    [Fact]
    public void A_line_with_both_names_of_a_number_is_refused()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("run", Toys.Options with { Steps = 3 }, kernels);
        string path = _temp["run/log.jsonl"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"klShare\":", "\"kl_share\":0,\"klShare\":", StringComparison.Ordinal));
        Should.Throw<InputException>(() => Train("run", Toys.Options, kernels, RunMode.Resume))
            .Message.ShouldContain("line 1 is no report of training: \"klShare\" stands twice");
    }

    [Fact]
    public void Files_of_two_checkpoints_are_distinguished()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        Train("a", Toys.Options with { Steps = 2 }, kernels);
        Train("b", Toys.Options with { Steps = 4 }, kernels);
        File.Copy(_temp["b/optimizer.safetensors"], _temp["a/optimizer.safetensors"], overwrite: true);
        Should.Throw<InputException>(() => Train("a", Toys.Options, kernels, RunMode.Resume)).Message
            .ShouldContain("optimizer.safetensors: expected the checkpoint of step 2 that progress.json names, found step 4");
    }

    private TrainingResult Train(
        string name, TrainingOptions options, IKernels<float> kernels, RunMode mode = RunMode.New,
        IProgress<TrainingReport>? progress = null, CancellationTokenSource? source = null) =>
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp[name], mode, new ComputeDevice(kernels), progress,
            (source?.Token) ?? TestContext.Current.CancellationToken);

    private static Listener KilledAtStep(long step) => new(report =>
    {
        if (report.Step >= step)
            throw new KilledException();
    });

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }
}

/// <summary>Stands for the end of the process: nothing of the library catches it.</summary>
internal sealed class KilledException : Exception;
