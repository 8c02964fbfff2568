using System.Text.Json.Nodes;
using Reprise.Model;
using Reprise.Studies;
using Reprise.Studies.Reports;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Studies;

public sealed class StudyOptionsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_default_is_the_papers_four()
    {
        StudyOptions options = StudyOptions.Of(Presets.Paper, 20003);
        options.Runs.Select(run => (run.Name, run.Title, run.Objective)).ShouldBe(
        [
            ("vae", "VAE", Objective.Vae),
            ("vae-annealed", "VAE, KL annealed", Objective.Annealed(AnnealingCurve.Linear, 100_000)),
            ("autogen-m1", "AutoGen (m = 1)", Objective.AutoGen(1)),
            ("autogen-m2", "AutoGen (m = 2)", Objective.AutoGen(2)),
        ]);
        options.Training.Steps.ShouldBe(1_000_000);
        options.Problems().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1L, 1, 1, 200)]
    [InlineData(1000L, 5, 1, 200)]
    [InlineData(15_000L, 75, 15, 1000)]
    [InlineData(long.MaxValue, int.MaxValue, int.MaxValue / 5, 1000)]
    public void A_curve_has_about_200_points_that_cost_little(long steps, int every, int report, int sentences)
    {
        TrainingOptions training = StudyOptions.Of(Presets.Small, 100, steps).Training;
        (training.EvaluateEvery, training.ReportEvery, training.EvaluationSentences, training.EvaluateEarly)
            .ShouldBe((every, report, sentences, true));
    }

    [Theory]
    [InlineData("vae", "vae", "VAE")]
    [InlineData("autogen-m0", "vae", "VAE")]
    [InlineData("autogen-m0.50", "autogen-m0.5", "AutoGen (m = 0.5)")]
    [InlineData("autogen-m-0.5", "autogen-m-0.5", "AutoGen (m = -0.5)")]
    [InlineData("beta-vae-4", "beta-vae-4", "beta-VAE (beta = 4)")]
    [InlineData("vae-cyclical", "vae-cyclical", "VAE, KL annealed (cyclical, 15000 steps)")]
    [InlineData("free-bits-0.1", "free-bits-0.1", "VAE, free bits (0.1 nats a dimension)")]
    [InlineData("minimum-rate-5", "minimum-rate-5", "VAE, minimum rate (5 nats)")]
    [InlineData("target-kl-12", "target-kl-12", "AutoGen, m moved to kl 12")]
    [InlineData("target-accuracy-0.60", "target-accuracy-0.6", "AutoGen, m moved to 60 % of the words")]
    [InlineData("free-bits-sentence-4", "free-bits-sentence-4", "VAE, free bits (4 nats a sentence)")]
    [InlineData("aggressive", "aggressive", "VAE, aggressive encoder")]
    [InlineData(
        "autoencoder-start-0.250", "autoencoder-start-0.25", "VAE, free bits (0.25 nats a dimension), autoencoder start (3000 steps)")]
    [InlineData("bn-vae-0.60", "bn-vae-0.6", "VAE, batch-normalised means (0.6)")]
    [InlineData("language-model", "language-model", "language model")]
    public void Runs_have_usual_names(string given, string name, string objective)
    {
        StudyRun run = StudyRun.Named(given, Presets.Small, 5);
        (run.Name, run.ObjectiveName, run.Seed, run.Repeats).ShouldBe((name, objective, 5UL, name));
    }

    [Theory]
    [InlineData("gan", "run \"gan\" is unknown")]
    [InlineData("autogen-m", "run \"autogen-m\" is unknown")]
    [InlineData("autogen-mmany", "is unknown")]
    [InlineData("autogen-m-1", "expected a number above -1")]
    [InlineData("beta-vae-0", "expected a number above 0")]
    [InlineData("minimum-rate-0", "expected nats a sentence, above 0")]
    [InlineData("free-bits-0", "expected a number above 0")]
    [InlineData("autoencoder-start-0", "expected a number above 0")]
    [InlineData("autoencoder-start-many", "is unknown")]
    [InlineData("bn-vae-0", "bn-vae-0: expected a number above 0, 0.6 for example")]
    [InlineData("bn-vae-Infinity", "expected a number above 0")]
    public void An_unknown_run_is_refused(string name, string expected) =>
        Should.Throw<InputException>(() => StudyRun.Named(name, Presets.Small)).Message.ShouldContain(expected);

    [Fact]
    public void Repetitions_have_the_next_seeds_and_come_after_all_first_runs()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, 100) with { Runs = [StudyRun.OfM(0, 5), StudyRun.OfM(1, 6)], Seeds = 3 };
        options.AllRuns.Select(run => (run.Name, run.Seed, run.Repeats)).ShouldBe(
        [
            ("vae", 5UL, "vae"), ("autogen-m1", 6UL, "autogen-m1"),
            ("vae-seed6", 6UL, "vae"), ("autogen-m1-seed7", 7UL, "autogen-m1"),
            ("vae-seed7", 7UL, "vae"), ("autogen-m1-seed8", 8UL, "autogen-m1"),
        ]);
    }

    public static TheoryData<string> Problems => [.. Unsound.Keys];

    private static Dictionary<string, Func<StudyOptions, StudyRun, StudyOptions>> Unsound => new()
    {
        ["there are 0 runs; expected 1 to"] = (sound, _) => sound with { Runs = [] },
        ["seeds is 0; expected 1 to 1000"] = (sound, _) => sound with { Seeds = 0 },
        ["a study gives every run the same number of steps"] = (sound, _) =>
            sound with { Training = sound.Training with { Steps = null, Minutes = 3 } },
        ["gives every run the same number of steps"] = (sound, _) => sound with { Training = sound.Training with { Epochs = 3 } },
        ["training has patience; a study gives every run the same"] = (sound, _) =>
            sound with { Training = sound.Training with { Patience = 2 } },
        ["batchSize is 0"] = (sound, _) => sound with { Training = sound.Training with { BatchSize = 0 } },
        ["latentSize is 0"] = (sound, _) => sound with { Model = sound.Model with { LatentSize = 0 } },
        ["2 runs have the name \"vae\""] = (sound, run) => sound.With([run]) with { Runs = [run, run] },
        ["2 runs have the name \"vae-seed2\""] = (sound, run) => sound with { Runs = [run, run with { Name = "vae-seed2" }], Seeds = 2 },
        ["run vae-annealed: klWarmUpSteps is 5 with an annealed kl; leave one of the two out"] = (sound, _) =>
            sound with { Training = sound.Training with { KlWarmUpSteps = 5 } },
        ["run aggressive: autoencoderSteps is 5 with an aggressive encoder; leave one of the two out"] = (sound, _) =>
            sound.With([StudyRun.Named("aggressive", Presets.Small)]) with { Training = sound.Training with { AutoencoderSteps = 5 } },
        ["has the seed 18446744073709551615"] = (sound, run) => sound with { Runs = [run with { Seed = ulong.MaxValue }] },
    };

    [Theory, MemberData(nameof(Problems))]
    public void A_problem_is_reported(string expected) => Report(Unsound[expected]).ShouldContain(expected);

    [Fact]
    public void Problems_are_reported_together() =>
        Report((sound, _) => sound with { Training = sound.Training with { BatchSize = 0 }, Model = sound.Model with { LatentSize = 0 } })
            .ShouldSatisfyAllConditions(
                report => report.ShouldContain("batchSize is 0"), report => report.ShouldContain("latentSize is 0"));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("VAE")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("vae\n")]
    public void A_name_that_is_no_plain_folder_is_a_problem(string name) =>
        Report((sound, run) => sound with { Runs = [run with { Name = name }] }).ShouldContain($"a run has the name \"{name}\"");

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        string longest = new('a', 64), longer = longest + "a";
        Report((sound, run) => sound with { Runs = [run with { Name = longest }] }).ShouldBeEmpty();
        Report((sound, run) => sound with { Runs = [run with { Name = longer }] }).ShouldContain($"a run has the name \"{longer}\"");
    }

    [Fact]
    public void Problems_are_thrown_by_Validate() =>
        Should.Throw<InputException>((StudyOptions.Of(Presets.Small, 100) with { Seeds = 0 }).Validate).Message.ShouldContain("seeds is 0");

    private static string Report(Func<StudyOptions, StudyRun, StudyOptions> change)
    {
        StudyOptions sound = StudyOptions.Of(Presets.Small, 100);
        return string.Join("; ", change(sound, sound.Runs[0]).Problems());
    }

    [Fact]
    public void Options_come_back_from_their_file()
    {
        StudyOptions options = StudyOptions.Of(Presets.Standard, 77, 123) with
        {
            Seeds = 4,
            Claims = new ClaimOptions { List = [ClaimOptions.ElboTracks], PerplexityMargin = 0.05 },
            Runs = [StudyRun.OfM(0, ulong.MaxValue / 2), new StudyRun("mine", "A title", Objective.Annealed(AnnealingCurve.Sigmoid, 9), 3)],
        };
        new StudyFile(options, Toys.Data.ToJson()).Save(_temp["study.json"]);
        StudyOptions read = StudyOptions.Load(_temp["study.json"], 1);
        read.Runs.ShouldBe(options.Runs);
        (read with { Runs = options.Runs }).ShouldBe(options);
        string text = File.ReadAllText(_temp["study.json"]);
        new StudyFile(read, Toys.Data.ToJson()).Save(_temp["again.json"]);
        File.ReadAllText(_temp["again.json"]).ShouldBe(text);
    }

    [Fact]
    public void Options_that_are_not_written_at_their_defaults_come_back_too()
    {
        StudyOptions options = StudyOptions.Of(Presets.Standard, 77, 123);
        options = options with
        {
            Runs = [StudyRun.OfM(0, 1), StudyRun.OfM(2, 1)],
            Training = options.Training with
            {
                WarmUpSteps = 5,
                Decay = 0.3,
                DecayCurve = DecayCurve.Cosine,
                Optimizer = OptimizerKind.Sgd,
                Momentum = 0.5,
                WeightDecay = 0.1,
                AverageDecay = 0.99,
                KeepBest = true,
            },
        };
        new StudyFile(options, Toys.Data.ToJson()).Save(_temp["study.json"]);
        StudyOptions.Load(_temp["study.json"], 1).Training.ShouldBe(options.Training);
        Should.Throw<InputException>(() => Read("""{"training": {"updates": "aggressiveEncoder"}}""")).Message
            .ShouldContain("training.updates is unknown");
        Should.Throw<InputException>(() => Read("""{"training": {"targetKl": 9}}""")).Message
            .ShouldContain("training has a target for m, and the runs of a study differ in m; name a run target-kl-12");
    }

    [Fact]
    public void A_file_leaves_out_what_is_as_in_its_preset()
    {
        StudyOptions options = Read(
            """{"preset": "paper", "model": {"latentSize": 7}, "training": {"steps": 1000, "batchSize": 9, "seed": 4}, "runs": """
                + """[{"name": "a", "objective": {"kind": "autogen", "m": 3}}]}""");
        StudyOptions expected = StudyOptions.Of(Presets.Paper, 50, 1000);
        options.Model.ShouldBe(expected.Model with { LatentSize = 7 });
        options.Training.ShouldBe(expected.Training with { BatchSize = 9, Seed = 4 });
        options.Runs.ShouldBe([new StudyRun("a", "AutoGen (m = 3)", Objective.AutoGen(3), 4)]);
        Read("{}").Runs.ShouldBe(StudyRun.OfPaper(Presets.Small));
        Read("""{"training": {"steps": 1000}}""", steps: 4000)
            .Training.ShouldSatisfyAllConditions(t => t.Steps.ShouldBe(4000), t => t.EvaluateEvery.ShouldBe(20));
    }

    [Fact]
    public void A_study_of_the_first_format_keeps_its_baselines()
    {
        StudyOptions options = Read("""
            {"format": "reprise-study/1", "runs": [{"name": "a", "objective": {"kind": "aggressive", "m": 0}},
            {"name": "b", "objective": {"kind": "language-model", "m": 0}}]}
            """);
        (StudyRun aggressive, StudyRun plain) = (options.Runs[0], options.Runs[1]);
        (aggressive.Title, aggressive.HasCode, options.TrainingOf(aggressive).Updates)
            .ShouldBe(("VAE, aggressive encoder", true, UpdateOrder.AggressiveEncoder));
        (plain.Title, options.ModelOf(plain).LatentInput, options.TrainingOf(plain).Updates)
            .ShouldBe(("language model", LatentInput.None, UpdateOrder.Joint));
    }

    [Fact]
    public void A_study_of_before_has_off_what_its_file_does_not_say()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, Toys.Words) with { Model = Toys.Model, Training = Toys.Options };
        options.ShouldNotBe(StudyOptions.Of(Presets.Small, Toys.Words)); // today's preset reads both ways and has a rate that falls
        Study.Open(_temp["study"], options, Toys.Data).Dispose();
        string path = _temp["study/study.json"];
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["format"] = "reprise-study/3";
        string[] ofModel = ["encoderLayers", "bidirectionalEncoder", "encoderPooling", "decoderLayers", "meanNormalization"];
        foreach (string later in ofModel)
            json["model"]!.AsObject().Remove(later).ShouldBeTrue(later);
        foreach (string later in (string[])["decay", "decayCurve", "warmUpSteps", "averageDecay", "embeddingDropout", "outputDropout"])
            json["training"]!.AsObject().Remove(later).ShouldBeTrue(later);
        File.WriteAllText(path, json.ToJsonString());

        StudyOptions read = StudyOptions.Load(path, Toys.Words);
        (read.Model, read.Training).ShouldBe((Toys.Model, Toys.Options with { Objective = Objective.Vae }));
        Study.Open(_temp["study"], options, Toys.Data).Dispose(); // and goes on
    }

    [Fact]
    public void A_study_that_fixed_no_claims_says_so_for_ever()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, Toys.Words) with { Model = Toys.Model, Training = Toys.Options };
        using (Study first = Study.Open(_temp["study"], options, Toys.Data))
            first.Options.Claims.SetAfterTraining.ShouldBeFalse();
        string path = _temp["study/study.json"], now = File.ReadAllText(path);
        int claims = now.IndexOf("  \"claims\"", StringComparison.Ordinal);
        string former = now[..claims].TrimEnd().TrimEnd(',') + "\n}\n";
        File.WriteAllText(path, former.Replace("reprise-study/4", "reprise-study/2", StringComparison.Ordinal));
        for (int i = 0; i < 2; i++) // the second from the file that the first wrote
        {
            using Study again = Study.Open(_temp["study"], options, Toys.Data);
            again.Options.Claims.ShouldBe(new ClaimOptions { SetAfterTraining = true });
        }
    }

    [Fact]
    public void Claims_are_fixed_when_a_study_begins()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, Toys.Words) with { Model = Toys.Model, Training = Toys.Options };
        Study.Open(_temp["study"], options, Toys.Data).Dispose();
        Should.Throw<InputException>(() => Study.Open(
            _temp["study"], options with { Claims = new ClaimOptions { PerplexityMargin = 0.1 } }, Toys.Data)).Message
            .ShouldContain("claims.perplexityMargin is 0.02 in this study, 0.1 was asked for");
    }

    [Fact]
    public void Baselines_come_back_from_the_file_that_names_them()
    {
        StudyOptions options = Read("""
            {"runs": [{"name": "a", "objective": {"kind": "autogen", "m": 1}, "updates": "aggressiveEncoder"},
            {"name": "b", "objective": {"kind": "vae"}, "code": false}]}
            """);
        options.Runs.Select(run => run.ObjectiveName).ShouldBe(["AutoGen (m = 1), aggressive encoder", "language model"]);
        new StudyFile(options, null).Save(_temp["config.json"]);
        StudyOptions.Load(_temp["config.json"], 50).Runs.ShouldBe(options.Runs);
    }

    [Fact]
    public void An_autoencoder_start_takes_a_fifth_of_the_steps_and_warms_kl_up_over_a_tenth()
    {
        StudyRun start = StudyRun.Named("autoencoder-start-0.25", Presets.Small, 5, steps: 1000);
        StudyOptions options = StudyOptions.Of(Presets.Small, 50, 1000) with { Runs = [StudyRun.OfM(0), start] };
        TrainingOptions training = options.TrainingOf(start);
        (training.AutoencoderSteps, training.KlWarmUpSteps, training.Objective).ShouldBe((200, 100, Objective.FreeBits(0.25)));
        options.TrainingOf(options.Runs[0]).AutoencoderSteps.ShouldBe(0);
        new StudyFile(options, null).Save(_temp["config.json"]);
        StudyOptions.Load(_temp["config.json"], 50).Runs.ShouldBe(options.Runs);
    }

    [Fact]
    public void Means_are_normalised_in_the_run_or_in_all_runs_with_a_code()
    {
        StudyRun own = StudyRun.Named("bn-vae-0.6", Presets.Small, 5);
        own.M.ShouldBeNull();
        StudyOptions options = StudyOptions.Of(Presets.Small, 50) with { Runs = [StudyRun.OfM(0), own] };
        options = options.With([StudyRun.Named("language-model", Presets.Small)]);
        options.Runs.Select(run => options.ModelOf(run).MeanNormalization).ShouldBe([0, 0.6, 0]);
        new StudyFile(options, null).Save(_temp["config.json"]);
        StudyOptions.Load(_temp["config.json"], 50).Runs.ShouldBe(options.Runs);
        options = options with { Model = options.Model with { MeanNormalization = 0.5 } };
        options.Runs.Select(run => options.ModelOf(run).MeanNormalization).ShouldBe([0.5, 0.6, 0]);
        options.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void Runs_have_the_start_of_the_study_unless_they_have_their_own_or_no_code()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, 50) with
        {
            Runs = [StudyRun.OfM(0), StudyRun.OfM(1) with { AutoencoderSteps = 0 }, StudyRun.Named("language-model", Presets.Small)],
        };
        options = options with { Training = options.Training with { AutoencoderSteps = 7, KlWarmUpSteps = 3 } };
        options.Problems().ShouldBeEmpty();
        options.Runs.Select(run => (options.TrainingOf(run).AutoencoderSteps, options.TrainingOf(run).KlWarmUpSteps))
            .ShouldBe([(7, 3), (0, 3), (0, 0)]);
    }

    [Fact]
    public void A_model_that_starts_otherwise_is_no_value_of_m()
    {
        StudyRun.OfM(1).M.ShouldBe(1);
        (StudyRun.OfM(1) with { AutoencoderSteps = 9 }).M.ShouldBeNull();
        (StudyRun.OfM(0) with { KlWarmUpSteps = 9 }).M.ShouldBeNull();
    }

    [Theory]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("""{"runes": []}""", "runes is unknown; expected format, corpus, preset")]
    [InlineData("""{"format": "reprise-study/5"}""", "expected the format \"reprise-study/4\", found \"reprise-study/5\"")]
    [InlineData("""{"preset": "huge"}""", "preset \"huge\" is unknown")]
    [InlineData("""{"preset": 3}""", "preset: expected text, found 3")]
    [InlineData("""{"model": {"latentsize": 3}}""", "model.latentsize is unknown")]
    [InlineData("""{"model": {"latentSize": "many"}}""", "model.latentSize: expected a whole number, found \"many\"")]
    [InlineData("""{"training": {"step": 3}}""", "training.step is unknown")]
    [InlineData("""{"training": {"steps": "all"}}""", "training.steps: expected a whole number, found \"all\"")]
    [InlineData("""{"training": {"batchSize": -1}}""", "batchSize is -1")]
    [InlineData("""{"training": 3}""", "training: expected an object, found 3")]
    [InlineData("""{"seeds": 0}""", "seeds is 0")]
    [InlineData("""{"claims": {"list": ["elbo-tracks", "all-is-well"]}}""", "claims.list[1] is \"all-is-well\"; expected one of kl")]
    [InlineData("""{"claims": {"list": [null]}}""", "claims.list[0] is \"null\"")]
    [InlineData("""{"claims": {"list": ["elbo-tracks", "elbo-tracks"]}}""", "claims.list has a claim twice")]
    [InlineData("""{"claims": {"perplexityMargin": 0}}""", "claims.perplexityMargin is 0; expected a number above 0")]
    [InlineData("""{"claims": {"naturalMargin": 1}}""", "claims.naturalMargin is 1; expected a number above 0 and below 1")]
    [InlineData("""{"claims": {"significance": "NaN"}}""", "claims.significance is NaN")]
    [InlineData("""{"claims": {"margin": 1}}""", "claims.margin is unknown")]
    [InlineData("""{"runs": {}}""", "runs: expected an array of objects")]
    [InlineData("""{"runs": [3]}""", "runs: expected an array of objects")]
    [InlineData("""{"runs": []}""", "there are 0 runs")]
    [InlineData("""{"runs": [{"name": "a"}]}""", "run a has no objective")]
    [InlineData("""{"runs": [{"objective": {"kind": "vae"}}]}""", "runs[0].name is missing")]
    [InlineData("""{"runs": [{"name": "a", "objective": {"kind": "gan"}}]}""", "objective.kind is \"gan\"")]
    [InlineData(
        """{"runs": [{"name": "a", "objective": {"kind": "vae"}, "seed": -1}]}""",
        "runs[0].seed: expected a whole number that is not negative, found -1")]
    [InlineData("""{"runs": [{"name": "a", "objective": {"kind": "vae"}, "m": 1}]}""", "runs[].m is unknown")]
    [InlineData(
        """{"runs": [{"name": "a", "objective": {"kind": "vae"}, "updates": "late"}]}""",
        "runs[0].updates is \"late\"; expected joint, aggressiveEncoder")]
    [InlineData(
        """{"runs": [{"name": "a", "objective": {"kind": "vae"}, "autoencoderSteps": "all"}]}""",
        "runs[0].autoencoderSteps: expected a whole number, found \"all\"")]
    [InlineData(
        """{"runs": [{"name": "a", "objective": {"kind": "vae"}, "klWarmUpSteps": -1}]}""",
        "run a: klWarmUpSteps is -1; expected at least 0")]
    [InlineData(
        """{"runs": [{"name": "a", "objective": {"kind": "vae"}, "meanNormalization": -1}]}""", "run a: meanNormalization is -1; expected")]
    [InlineData("""{"runs": [{"name": "a/b", "objective": {"kind": "vae"}}]}""", "a run has the name \"a/b\"")]
    public void An_unsound_file_is_refused_with_the_field(string json, string expected) =>
        Should.Throw<InputException>(() => Read(json)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain(expected),
            message => message.ShouldStartWith(_temp["config.json"]),
            message => message.ShouldNotContain("\n"));

    private StudyOptions Read(string json, long? steps = null)
    {
        File.WriteAllText(_temp["config.json"], json);
        return StudyOptions.Load(_temp["config.json"], 50, steps);
    }
}
