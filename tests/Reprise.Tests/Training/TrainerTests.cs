using System.Text.Json;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingOptions Diverging = Toys.Options with { LearningRate = 1e25, ClipNorm = null, CheckpointEvery = 1 };

    private readonly TempFolder _temp = new();
    private readonly ComputeDevice _device = ComputeDevice.Open("cpu", 1);

    public void Dispose()
    {
        _device.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_run_leaves_a_model_an_optimizer_its_place_and_its_log()
    {
        TrainingResult result = Train(Toys.Options);
        result.ShouldBe(new TrainingResult(_temp["run"], false, 12, result.Seconds, result.LastEvaluation));
        TempFolder.NamesIn(_temp["run"]).Select(name => name.StartsWith("events", StringComparison.Ordinal) ? "events" : name).ShouldBe(
            ["config.json", "events", "log.jsonl", "model.safetensors", "optimizer.safetensors", "progress.json", "vocabulary.txt"]);
    }

    [Fact]
    public void The_model_of_a_run_has_the_settings_and_words_that_it_was_trained_with()
    {
        Train(Toys.Options);
        ModelFolder model = ModelFolder.Open(_temp["run"]);
        model.Config.Model.ShouldBe(Toys.Model);
        model.Config.Text.ShouldBe(new TextOptions());
        model.Vocabulary.Hash.ShouldBe(Toys.Vocabulary.Hash);
    }

    [Fact]
    public void A_run_remembers_its_options_and_its_place()
    {
        Train(Toys.Options);
        Trainer.OptionsOf(_temp["run"]).Training.ShouldBe(Toys.Options);
        RunFolder.ReadProgress(_temp["run"])!.ShouldSatisfyAllConditions(
            p => p.Step.ShouldBe(12), p => p.Epoch.ShouldBe(2), p => p.Position.ShouldBe(2), p => p.Seed.ShouldBe(7UL));
    }

    [Fact]
    public void Reports_come_at_their_steps_to_the_listener_and_to_the_log()
    {
        List<TrainingReport> reports = [];
        Train(Toys.Options with { Steps = 10 }, new Listener(reports.Add));
        reports.Select(r => $"{r.Split} {r.Step}").ShouldBe(["Train 3", "Test 4", "Train 6", "Test 8", "Train 9", "Train 10", "Test 10"]);

        string[] lines = File.ReadAllLines(_temp["run/log.jsonl"]);
        lines.Length.ShouldBe(reports.Count);
        foreach ((string line, TrainingReport report) in lines.Zip(reports))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            string[] names =
            [
                "step", "epoch", "split", "nll", "kl", "elbo", "objective", "klShare", "reconstructionWeight", "klWeight", "gradientNorm",
                "learningRate", "sentencesPerSecond", "tokensPerSecond", "seconds",
            ];
            string[] absent = report.Split == ReportSplit.Test ? ["gradientNorm", "learningRate"] : [];
            root.EnumerateObject().Select(p => p.Name).ShouldBe(names.Except(absent));
            root.GetProperty("step").GetInt64().ShouldBe(report.Step);
            root.GetProperty("elbo").GetDouble().ShouldBe(-(report.Nll + report.Kl));
            root.GetProperty("objective").GetDouble().ShouldBe((2 * report.Nll) + report.Kl, 1e-9);
            root.GetProperty("klShare").GetDouble().ShouldBe(report.Kl / ((2 * report.Nll) + report.Kl), 1e-12);
            report.TotalSteps.ShouldBe(10);
            report.Epoch.ShouldBe((report.Step / 5) + (report.Step % 5 / 5.0), 1e-12);
        }
    }

    [Fact]
    public void Steps_of_a_run_on_a_mapped_corpus_allocate_nothing_from_the_second_epoch_on()
    {
        using Corpus corpus = Corpus.Open(Toys.MakeCorpus(_temp, sentences: 120));
        ModelOptions model = Toys.Model with { VocabularySize = corpus.Vocabulary.Count };
        using TrainingRun run = TrainingRun.Open(
            TrainingData.From(corpus), model, Toys.Options with { WordDropRate = 0.5 }, _temp["run"], RunMode.New, _device.Kernels,
            TimeProvider.System, new FolderFiles());
        long epoch = (corpus.Train.Count + 7) / 8;
        for (int i = 0; i < 3 * epoch; i++)
            run.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            run.Step();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void A_report_averages_over_sentences_since_the_last_one()
    {
        List<TrainingReport> each = [], threes = [];
        Train(Toys.Options with { ReportEvery = 1, EvaluateEvery = 0, EvaluationSentences = 0 }, new Listener(each.Add), "each");
        Train(Toys.Options with { EvaluateEvery = 0, EvaluationSentences = 0 }, new Listener(threes.Add), "threes");
        SentenceOrder order = new(Toys.Data.Train, 8, 3, 7);
        int[] sizes = [.. Enumerable.Range(0, 3).Select(position => order.Batch(0, position).Length)];
        threes[0].Nll.ShouldBe(Enumerable.Range(0, 3).Sum(i => sizes[i] * each[i].Nll) / sizes.Sum(), 1e-9);
        threes[0].GradientNorm!.Value.ShouldBe(each.Take(3).Average(r => r.GradientNorm!.Value), 1e-9);
    }

    [Fact]
    public void The_held_out_sample_is_measured_without_touching_training()
    {
        List<TrainingReport> often = [];
        Train(Toys.Options with { EvaluateEvery = 1 }, new Listener(often.Add), "often");
        Train(Toys.Options with { EvaluationSentences = 0 }, name: "never");
        File.ReadAllBytes(_temp["often/model.safetensors"]).ShouldBe(File.ReadAllBytes(_temp["never/model.safetensors"]));
        often.Count(r => r.Split == ReportSplit.Test).ShouldBe(12);
    }

    [Fact]
    public void The_held_out_sample_is_chosen_by_numbers_that_are_no_noise()
    {
        using SentenceAutoencoder<float> model = new(Toys.Model, _device.Kernels);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            long first = new KeyedPermutation(Toys.Data.Test!.Count, Philox.Word(seed, RandomUse.Order, (1L << 48) - 1, 0))[0];
            using HeldOutSample one = new(_device.Kernels, Toys.Data.Test, 1, 8, Toys.Model.LatentSize, seed);
            one.Measure(model, default).Tokens.ShouldBe(Toys.Data.Test.Length(first) + 1);
        }
    }

    [Fact]
    public void Epochs_end_after_their_last_batch() =>
        Train(Toys.Options with { Steps = null, Epochs = 2 }).Step.ShouldBe(10); // 37 sentences are 5 batches of 8

    [Fact]
    public void The_first_end_that_is_reached_counts() =>
        Train(Toys.Options with { Steps = 7, Epochs = 2, Minutes = 1000 }).Step.ShouldBe(7);

    [Fact]
    public void Minutes_end_at_the_first_step_after_the_time_is_up()
    {
        List<TrainingReport> reports = [];
        using TrainingRun run = TrainingRun.Open(
            Toys.Data, Toys.Model, Toys.Options with { Steps = null, Minutes = 2, EvaluateEvery = 0 }, _temp["run"], RunMode.New,
            _device.Kernels, new ManualClock(TimeSpan.FromSeconds(1)), new FolderFiles());
        TrainingResult result = run.Train(new Listener(reports.Add), TestContext.Current.CancellationToken);
        result.Interrupted.ShouldBeFalse();
        result.Step.ShouldBeInRange(10, 60);
        result.Seconds.ShouldBeInRange(120, 140);
        reports[0].TotalSteps.ShouldBeNull();
        reports[0].TimeLeft!.Value.TotalSeconds.ShouldBeInRange(60, 120);
    }

    [Fact]
    public void An_annealed_run_logs_its_weights()
    {
        List<TrainingReport> reports = [];
        Train(
            Toys.Options with { Objective = Objective.Annealed(AnnealingCurve.Linear, 6), EvaluationSentences = 0 },
            new Listener(reports.Add));
        reports.Select(r => r.Weights.Kl).ShouldBe([2 / 6.0, 5 / 6.0, 1, 1]);
        reports[0].KlShare.ShouldBe(reports[0].Kl / (reports[0].Nll + reports[0].Kl), 1e-12);
    }

    [Fact]
    public void A_run_that_is_there_is_not_touched_unless_asked_for()
    {
        Train(Toys.Options with { Steps = 2 });
        byte[] before = File.ReadAllBytes(_temp["run/model.safetensors"]);
        Should.Throw<InputException>(() => Train(Toys.Options)).Message.ShouldContain("a run is there already");
        File.ReadAllBytes(_temp["run/model.safetensors"]).ShouldBe(before);

        Trainer.Train(
            Toys.Data, Toys.Model, Toys.Options with { Steps = 3 }, _temp["run"], RunMode.Overwrite, _device,
            cancellationToken: TestContext.Current.CancellationToken).Step.ShouldBe(3);
        RunComparison.Log(_temp["run"]).Length.ShouldBe(2);
        Directory.GetFiles(_temp["run"], "events.*").Length.ShouldBe(1);
    }

    [Fact]
    public void A_run_that_is_refused_leaves_the_one_that_it_would_replace()
    {
        Train(Toys.Options with { Steps = 2 });
        Dictionary<string, string> before = Contents();
        Refused(Toys.Data, Toys.Options with { KeepBest = true }, RunMode.Overwrite).ShouldContain("validation sentences");
        // When memory is taken already.
        Refused(Toys.Data with { Test = new Damaged() }, Toys.Options, RunMode.Overwrite).ShouldBe("damaged");
        Contents().ShouldBe(before);

        Dictionary<string, string> Contents() => Directory.GetFiles(_temp["run"])
            .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));
    }

    [Fact]
    public void A_run_that_is_refused_is_not_in_the_way_of_the_next()
    {
        Refused(Toys.Data with { Test = new Damaged() }, Toys.Options, RunMode.New).ShouldBe("damaged");
        Train(Toys.Options with { Steps = 2 }).Step.ShouldBe(2);
    }

    [Fact]
    public void A_folder_of_other_things_is_never_touched()
    {
        Directory.CreateDirectory(_temp["run"]);
        File.WriteAllText(_temp["run/thesis.txt"], "years of work");
        foreach (RunMode mode in (RunMode[])[RunMode.New, RunMode.Overwrite])
            Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Toys.Model, Toys.Options, _temp["run"], mode, _device))
                .Message.ShouldContain("thesis.txt");
        Directory.GetFileSystemEntries(_temp["run"]).ShouldBe([_temp["run/thesis.txt"]]);
    }

    [Fact]
    public void Two_processes_do_not_train_in_one_folder()
    {
        using TrainingRun first = TrainingRun.Open(
            Toys.Data, Toys.Model, Toys.Options, _temp["run"], RunMode.New, _device.Kernels, TimeProvider.System, new FolderFiles());
        Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Toys.Model, Toys.Options, _temp["run"], RunMode.Resume, _device))
            .Message.ShouldContain("another process");
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_clear_line()
    {
        File.WriteAllText(_temp["file"], "");
        Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Toys.Model, Toys.Options, _temp["file/run"], RunMode.New, _device))
            .Message.ShouldContain("cannot be written");
    }

    [Fact]
    public void Unfit_data_is_refused_before_a_folder_is_made()
    {
        Should.Throw<InputException>(
            () => Trainer.Train(
                Toys.Data with { Train = new SentenceList() }, Toys.Model, Toys.Options, _temp["run"], RunMode.New,
                _device)).Message.ShouldContain("no training sentences");
        Should.Throw<InputException>(
            () => Trainer.Train(
                Toys.Data, Toys.Model with { VocabularySize = 99 }, Toys.Options, _temp["run"], RunMode.New,
                _device)).Message.ShouldContain("99");
        Should.Throw<InputException>(() => Trainer.Train(Toys.Data, Toys.Model, new TrainingOptions(), _temp["run"], RunMode.New, _device));
        Directory.Exists(_temp["run"]).ShouldBeFalse();
    }

    [Fact]
    public void A_run_that_diverges_names_the_step_and_the_remedy()
    {
        TrainingDivergedException diverged = Should.Throw<TrainingDivergedException>(() => Train(Diverging));
        (diverged.Step, diverged.CheckpointStep).ShouldBe((2, 1));
        diverged.Parameter.ShouldNotBeNull();
        diverged.Message.ShouldContain("diverged at step 2");
        diverged.Message.ShouldContain($"the gradient of {diverged.Parameter} is not finite");
        diverged.Message.ShouldContain("the checkpoint of step 1 in ");
        diverged.Message.ShouldContain(" is whole; try a smaller learning rate");
    }

    [Fact]
    public void A_run_that_diverges_again_reports_that_its_checkpoint_may_be_damaged()
    {
        Should.Throw<TrainingDivergedException>(() => Train(Diverging));
        TrainingDivergedException diverged = Should.Throw<TrainingDivergedException>(
            () => Trainer.Train(Toys.Data, Toys.Model, Diverging, _temp["run"], RunMode.Resume, _device));
        diverged.Message.ShouldContain("it went on from the checkpoint of step 1 in ");
        diverged.Message.ShouldContain("which may be damaged"); // it was read, and not made by this process
    }

    [Fact]
    public void A_run_that_diverges_keeps_its_last_good_checkpoint()
    {
        Should.Throw<TrainingDivergedException>(() => Train(Diverging));
        RunFolder.ReadProgress(_temp["run"])!.Step.ShouldBe(1);
        ModelFolder.Open(_temp["run"]).LoadModel(_device.Kernels).Dispose(); // refuses weights that are not finite
    }

    [Fact]
    public void Weights_that_are_not_finite_are_never_saved()
    {
        // The one update overflows: the gradients were finite, the weights are not.
        TrainingDivergedException diverged = Should.Throw<TrainingDivergedException>(
            () => Train(Toys.Options with { Steps = 1, LearningRate = 1e300, EvaluationSentences = 0 }));
        diverged.CheckpointStep.ShouldBeNull();
        diverged.Message.ShouldContain("nothing was saved");
        File.Exists(_temp["run/model.safetensors"]).ShouldBeFalse();
    }

    private string Refused(TrainingData data, TrainingOptions options, RunMode mode) =>
        Should.Throw<InputException>(() => Trainer.Train(data, Toys.Model, options, _temp["run"], mode, _device)).Message;

    private TrainingResult Train(TrainingOptions options, IProgress<TrainingReport>? progress = null, string name = "run") =>
        Trainer.Train(Toys.Data, Toys.Model, options, _temp[name], RunMode.New, _device, progress);

    private sealed class Damaged : ISentences
    {
        public long Count => 9;

        public int Length(long index) => throw new InputException("damaged");

        public int Read(long index, Span<int> words) => throw new InputException("damaged");
    }
}
