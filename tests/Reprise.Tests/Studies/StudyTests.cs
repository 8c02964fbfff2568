using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Studies;

/// <summary>Several runs in one folder: the same numbers whatever happens while they are trained.</summary>
public sealed class StudyTests : IDisposable
{
    private static readonly StudyOptions Four = StudyOptions.Of(Presets.Small, Toys.Words) with
    {
        Model = Toys.Model,
        Training = Toys.Options with { EvaluateEarly = true },
    };
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    [InlineData(9, 2)]
    public void Runs_end_with_the_same_bits_however_many_are_trained_at_once(int runsAtOnce, int threads)
    {
        StudyOptions options = Four with { Runs = [.. Four.Runs.Take(3)] };
        Train("together", options, runsAtOnce, threads).ShouldBeTrue();
        foreach (StudyRun run in options.Runs)
        {
            using ComputeDevice device = ComputeDevice.Open(threads: 1);
            Trainer.Train(
                Toys.Data, options.Model, options.TrainingOf(run), _temp[$"alone/{run.Name}"], device: device,
                cancellationToken: TestContext.Current.CancellationToken);
            _temp[$"together/runs/{run.Name}"].ShouldBeTheSameRunAs(_temp[$"alone/{run.Name}"]);
        }
    }

    [Fact]
    public void Unfinished_files_of_a_killed_study_are_swept_by_the_next()
    {
        Study.Open(_temp["study"], Four, Toys.Data).Dispose();
        string[] names = ["study.json", "report.md", "figures/a.svg", "judged/vae/drawn.jsonl"];
        string[] swept = [.. names.Select(name => _temp[$"study/{name}.{Guid.Empty:N}.tmp"])];
        string kept = _temp["study/runs/vae/notes.tmp"];
        foreach (string path in swept.Append(kept))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "half");
        }

        Study.Open(_temp["study"], Four, Toys.Data).Dispose();
        swept.ShouldAllBe(path => !File.Exists(path));
        File.Exists(kept).ShouldBeTrue();
    }

    [Fact]
    public void Every_run_has_its_share_of_the_threads()
    {
        List<int> shares = [];
        using Study study = Study.Open(_temp["study"], Four, Toys.Data);
        study.Train(3, 8, threads =>
        {
            lock (shares)
                shares.Add(threads);
            return ComputeDevice.Open(threads: 1);
        }, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        shares.Order().ShouldBe([2, 3, 3]);
    }

    [Fact]
    public void Runs_of_a_seed_see_the_same_weights_batches_noise_and_dropped_words_at_every_step()
    {
        // At a rate so small that no weight moves, a step's nll and kl are functions of these four alone.
        StudyOptions still = Four with { Training = Four.Training with { LearningRate = 1e-30, ReportEvery = 1 }, Seeds = 2 };
        Train("still", still, 1, 1);
        string[] expected = Losses("vae");
        expected.Length.ShouldBe(12);
        expected.Distinct().Count().ShouldBe(12);
        Losses("vae-annealed").ShouldBe(expected);
        Losses("autogen-m1").ShouldBe(expected);
        Losses("autogen-m2").ShouldBe(expected);
        Losses("autogen-m2-seed2").ShouldBe(Losses("vae-seed2"));
        Losses("vae-seed2").Intersect(expected).ShouldBeEmpty();

        string[] Losses(string name) => [.. Lines($"still/runs/{name}", "train").Select(line => $"{line["nll"]} {line["kl"]}")];
    }

    [Fact]
    public void Runs_differ_from_the_first_update_on()
    {
        Train("study", Four with { Training = Four.Training with { ReportEvery = 1 } }, 1, 1);
        foreach (string name in (string[])["vae-annealed", "autogen-m1", "autogen-m2"])
        {
            Nll(name)[0].ShouldBe(Nll("vae")[0]);
            Nll(name)[1].ShouldNotBe(Nll("vae")[1]);
        }

        double[] Nll(string name) => [.. Lines($"study/runs/{name}", "train").Select(line => (double)line["nll"]!)];
    }

    [Fact]
    public void A_study_stopped_again_and_again_ends_as_one_that_was_not()
    {
        Train("straight", Four, 1, 1).ShouldBeTrue();
        foreach (int step in (int[])[3, 10, 16, 33])
        {
            using CancellationTokenSource source = new();
            using Study study = Study.Open(_temp["stopped"], Four, Toys.Data);
            study.Train(1, 1, progress: new Listener(p => Cancel(source, p.Step >= step)), cancellationToken: source.Token).ShouldBeFalse();
            study.Runs.Sum(run => run.Step).ShouldBeInRange(step, step + 3);
        }

        Train("stopped", Four, 2, 2).ShouldBeTrue();
        foreach (StudyRun run in Four.Runs)
            _temp[$"stopped/runs/{run.Name}"].ShouldBeTheSameRunAs(_temp[$"straight/runs/{run.Name}"]);
        File.ReadAllText(_temp["stopped/study.json"]).ShouldBe(File.ReadAllText(_temp["straight/study.json"]));
    }

    [Fact]
    public void A_failure_in_one_run_stops_the_others_and_is_reported()
    {
        using Study study = Study.Open(_temp["study"], Four with { Training = Four.Training with { Steps = 100_000 } }, Toys.Data);
        Should.Throw<NotSupportedException>(
            () => study.Train(
                2, 2, progress: new Listener(p => Fail(p.Step > 50)), cancellationToken: TestContext.Current.CancellationToken));
        study.Runs[2].Step.ShouldBe(0);

        static void Fail(bool now)
        {
            if (now)
                throw new NotSupportedException();
        }
    }

    [Fact]
    public void A_run_that_diverges_is_reported_after_the_others_have_ended()
    {
        StudyRun wild = new("wild", "wild", Objective.AutoGen(1e300), 7);
        StudyOptions options = Four with { Runs = [wild, .. Four.Runs] };
        using Study study = Study.Open(_temp["study"], options, Toys.Data);
        Should.Throw<TrainingDivergedException>(() => study.Train(1, 1, cancellationToken: TestContext.Current.CancellationToken))
            .Message.ShouldContain("wild");
        study.Runs.Select(run => run.IsFinished).ShouldBe([false, true, true, true, true]);
    }

    [Fact]
    public void Progress_is_of_all_runs()
    {
        List<StudyProgress> reports = [];
        using (Study first = Study.Open(_temp["study"], Four with { Training = Four.Training with { Steps = 6 } }, Toys.Data))
            first.Train(1, 1, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        using Study study = Study.Open(_temp["study"], Four, Toys.Data);
        study.Train(1, 1, progress: new Listener(reports.Add), cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        reports.ShouldAllBe(p => p.TotalSteps == 4 * 12 && p.TimeLeft != null);
        reports.Select(p => p.Step).ShouldBeInOrder();
        (reports[0].Step, reports[0].Run.Name).ShouldBe((4 * 6 + 2, "vae")); // 6 steps of each before; held out after 8
        reports[^1].Step.ShouldBe(4 * 12);
        reports[^1].TimeLeft.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Runs_that_are_to_end_later_go_on_from_before_their_rate_fell()
    {
        StudyOptions options = Four with { Runs = [.. Four.Runs.Take(2)], Training = Four.Training with { Steps = 6, Decay = 0.5 } };
        StudyOptions longer = options with { Training = options.Training with { Steps = 12 } };
        Train("study", options, 1, 1).ShouldBeTrue();
        using (Study study = Study.Open(_temp["study"], longer, Toys.Data))
        {
            study.Runs.Select(run => (run.Step, study.NextOf(run))).ShouldBe([(6, 4), (6, 4)]);
            List<StudyProgress> reports = [];
            study.Train(1, 1, progress: new Listener(reports.Add), cancellationToken: TestContext.Current.CancellationToken)
                .ShouldBeTrue();
            reports.ShouldAllBe(report => report.Step > 8 && report.Step <= 24);
            study.Runs.Select(study.NextOf).ShouldBe([12, 12]);
        }

        Train("straight", longer, 1, 1).ShouldBeTrue();
        foreach (StudyRun run in longer.Runs)
            _temp[$"study/runs/{run.Name}"].ShouldBeTheSameRunAs(_temp[$"straight/runs/{run.Name}"]);
    }

    [Fact]
    public void Early_steps_are_looked_at_too()
    {
        Train("study", Four with { Training = Four.Training with { EvaluateEvery = 6 }, Runs = [Four.Runs[0]] }, 1, 1);
        Lines("study/runs/vae", "test").Select(line => (long)line["step"]!).ShouldBe([1, 2, 4, 6, 12]);
    }

    [Fact]
    public void Runs_and_seeds_may_be_added_and_steps_too()
    {
        Train("study", Four with { Runs = [.. Four.Runs.Take(1)] }, 1, 1);
        StudyOptions more = Four with { Seeds = 2, Training = Four.Training with { Steps = 15, ReportEvery = 1 } };
        Train("study", more, 1, 1).ShouldBeTrue();
        Study.OptionsOf(_temp["study"])!.Runs.ShouldBe(more.Runs);
        Directory.GetDirectories(_temp["study/runs"]).Length.ShouldBe(8);
        RunFolder.ReadProgress(_temp["study/runs/vae"])!.Step.ShouldBe(15);
    }

    public static TheoryData<string, string> OtherStudies => new()
    {
        { "fewer seeds", "seeds is 2 in this study, 1 was asked for" },
        { "preset", "preset is small in this study, paper was asked for" },
        { "size", "model.hiddenSize is 13 in this study, 14 was asked for" },
        { "vocabulary", "model.vocabularySize is 21" },
        { "batch", "training.batchSize is 8 in this study, 9" },
        { "a run less", "run vae is VAE, {\"kind\":\"vae\"" },
        { "seed of a run", "with seed 8" },
        { "objective of a run", "run vae is VAE, {\"kind\":\"vae\"" },
        { "updates of a run", "VAE, aggressive encoder" },
        { "start of a run", "VAE, autoencoder start (3 steps), {\"kind\":\"vae\"" },
        { "normalisation of a run", "VAE, batch-normalised means (0.6), {\"kind\":\"vae\"" },
        { "warm-up of a run", ", kl warm-up of 3 steps, with seed" },
    };

    [Theory, MemberData(nameof(OtherStudies))]
    public void An_option_that_makes_it_another_study_is_refused_by_name(string other, string message)
    {
        StudyOptions same = Four with { Seeds = 2 };
        Study.Open(_temp["study"], same, Toys.Data).Dispose();
        StudyOptions Changed(Func<StudyRun, StudyRun> change) => same with { Runs = [change(same.Runs[0]), .. same.Runs.Skip(1)] };
        Refused(other switch
        {
            "fewer seeds" => same with { Seeds = 1 },
            "preset" => same with { Preset = "paper" },
            "size" => same with { Model = Toys.Model with { HiddenSize = 14 } },
            "vocabulary" => same with { Model = Toys.Model with { VocabularySize = 21 } },
            "batch" => same with { Training = same.Training with { BatchSize = 9 } },
            "a run less" => same with { Runs = [.. same.Runs.Skip(1)] },
            "seed of a run" => Changed(run => run with { Seed = 8 }),
            "objective of a run" => Changed(run => run with { Objective = Objective.AutoGen(3) }),
            "start of a run" => Changed(run => run with { AutoencoderSteps = 3 }),
            "normalisation of a run" => Changed(run => run with { MeanNormalization = 0.6 }),
            "warm-up of a run" => Changed(run => run with { KlWarmUpSteps = 3 }),
            _ => Changed(run => run with { Updates = UpdateOrder.AggressiveEncoder }),
        }).ShouldContain(message);
    }

    [Fact]
    public void Another_corpus_is_refused()
    {
        Study.Open(_temp["study"], Four, Toys.Data).Dispose();
        Refused(Four, Toys.Data with { Hash = "another" }).ShouldContain("made on another corpus");
    }

    [Fact]
    public void A_refusal_leaves_no_trace_in_a_study_that_was_trained()
    {
        StudyOptions same = Four with { Seeds = 2 };
        Train("study", same with { Training = same.Training with { Steps = 2 } }, 1, 1);
        string before = File.ReadAllText(_temp["study/study.json"]);
        Refused(same with { Training = same.Training with { Steps = 1 } }).ShouldContain("expected at least 2 steps");
        File.ReadAllText(_temp["study/study.json"]).ShouldBe(before);
        Train("study", same, 1, 1).ShouldBeTrue();
    }

    private string Refused(StudyOptions options, TrainingData? data = null) =>
        Should.Throw<InputException>(() => Study.Open(_temp["study"], options, data ?? Toys.Data).Dispose()).Message;

    [Fact]
    public void Another_process_and_a_folder_of_something_else_are_refused()
    {
        using (Study.Open(_temp["study"], Four, Toys.Data))
            Should.Throw<InputException>(() => Study.Open(_temp["study"], Four, Toys.Data))
                .Message.ShouldContain("another process is at work on the study");
        File.Exists(_temp["study/study.lock"]).ShouldBeFalse();
        Directory.CreateDirectory(_temp["other"]);
        File.WriteAllText(_temp["other/letter.txt"], "dear");
        Should.Throw<InputException>(() => Study.Open(_temp["other"], Four, Toys.Data))
            .Message.ShouldContain("holds letter.txt but no study.json");
        Should.Throw<InputException>(() => Study.Open(_temp["other/letter.txt"], Four, Toys.Data)).Message.ShouldContain("is a file");
        Study.OptionsOf(_temp["other"]).ShouldBeNull();
    }

    private bool Train(string name, StudyOptions options, int runsAtOnce, int threads)
    {
        using Study study = Study.Open(_temp[name], options, Toys.Data);
        return study.Train(runsAtOnce, threads, cancellationToken: TestContext.Current.CancellationToken);
    }

    private IEnumerable<JsonObject> Lines(string run, string split) =>
        File.ReadLines(_temp[$"{run}/log.jsonl"]).Select(line => JsonNode.Parse(line)!.AsObject())
            .Where(line => (string)line["split"]! == split);

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }

    private sealed class Listener(Action<StudyProgress> action) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => action(value);
    }
}
