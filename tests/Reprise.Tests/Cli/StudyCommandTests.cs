using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary><c>reprise study</c>: training, output and continuation.</summary>
public sealed class StudyCommandTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void A_study_trains_the_papers_four_and_prints_their_state()
    {
        CliRun run = Study("four", "--steps", "4").Done();
        run.Output.ShouldContain("vae-annealed");
        run.Error.ShouldContain("4 runs of 4 steps");
        foreach (string name in (string[])["vae", "vae-annealed", "autogen-m1", "autogen-m2"])
            File.Exists(world.PathOf($"four/runs/{name}/model.safetensors")).ShouldBeTrue(name);
        CliRun again = CliRun.Of("study", world.Corpus, "--out", world.PathOf("four")).Done();
        again.Error.ShouldNotContain("measuring");
        again.Error.ShouldContain("all 4 runs are trained");
        again.Output.ShouldBe(run.Output);
    }

    [Fact]
    public void Every_flag_is_mapped()
    {
        JsonElement result = Study(
            "flags", "--preset", "standard", "--steps", "3", "--runs", "vae-cyclical,beta-vae-0.5", "--sweep-m", "0,0.25", "--seeds", "2",
            "--seed", "11", "--runs-at-once", "2",
            "--rate", "0.5", "--word-drop", "0.25", "--evaluate-every", "2", "--evaluate-on", "10", "--report-every", "3", "--train-only",
            "--json").Done().Objects().ShouldHaveSingleItem();
        result.Names().ShouldBe(["folder", "interrupted", "runs"]);
        JsonElement[] runs = [.. result.GetProperty("runs").EnumerateArray()];
        runs.Select(run => run.GetProperty("name").GetString()).ShouldBe(
            [
                "vae-cyclical", "beta-vae-0.5", "vae", "autogen-m0.25", "vae-cyclical-seed12", "beta-vae-0.5-seed12", "vae-seed12",
                "autogen-m0.25-seed12",
            ]);
        runs[0].Names().ShouldBe(["name", "title", "objective", "objectiveName", "seed", "folder", "step", "finished", "test"]);
        runs.ShouldAllBe(run => run.GetProperty("finished").GetBoolean() && run.GetProperty("test").GetProperty("step").GetInt64() == 3);
        runs[0].GetProperty("objective").GetRawText().ShouldBe("""{"kind":"annealed","curve":"cyclical","steps":3,"m":0}""");

        JsonElement info = CliRun.Of("info", runs[7].GetProperty("folder").GetString()!, "--json").Done().Objects()[0];
        JsonElement training = info.GetProperty("training");
        (
            training.GetProperty("learningRate").GetDouble(), training.GetProperty("wordDropRate").GetDouble(),
            training.GetProperty("seed").GetInt64()).ShouldBe((0.5, 0.25, 12));
        (
            training.GetProperty("evaluateEvery").GetInt32(), training.GetProperty("evaluationSentences").GetInt32(),
            training.GetProperty("reportEvery").GetInt32()).ShouldBe((2, 10, 3));
        info.GetProperty("model").GetProperty("hiddenSize").GetInt32().ShouldBe(8);
    }

    [Fact]
    public void The_margin_is_fixed_when_the_study_begins()
    {
        string[] margin = ["--steps", "2", "--runs", "vae", "--train-only", "--perplexity-margin", "0.05"];
        Study("margin", margin).Done();
        JsonElement claims = JsonDocument.Parse(File.ReadAllText(world.PathOf("margin/study.json"))).RootElement.GetProperty("claims");
        (claims.GetProperty("perplexityMargin").GetDouble(), claims.GetProperty("list").GetArrayLength()).ShouldBe((0.05, 11));
        CliRun.Of("study", world.Corpus, "--out", world.PathOf("margin"), "--perplexity-margin", "0.02").Complaint()
            .ShouldContain("claims.perplexityMargin is 0.05 in this study, 0.02 was asked for");
        CliRun.Of("study", world.Corpus, "--out", world.PathOf("margin"), "--train-only").Done();
        Study("no-margin", "--perplexity-margin", "0").Complaint().ShouldContain("claims.perplexityMargin is 0; expected a number above 0");
    }

    [Fact]
    public void The_baselines_of_the_field_are_trained_alike()
    {
        CliRun study = Study(
            "baselines", "--steps", "3", "--runs", "free-bits-0.1,free-bits-sentence-4,aggressive,language-model", "--json").Done();
        study.Error.ShouldContain("an aggressive encoder is updated up to 100 times before each step");
        JsonElement[] runs = [.. study.Objects()[0].GetProperty("runs").EnumerateArray()];
        runs.Select(run => run.GetProperty("objective").GetProperty("kind").GetString()).ShouldBe(["free-bits", "free-bits", "vae", "vae"]);
        runs.Select(run => run.GetProperty("objectiveName").GetString()).Skip(2).ShouldBe(["VAE, aggressive encoder", "language model"]);
        runs.ShouldAllBe(run => run.GetProperty("finished").GetBoolean());
        runs[3].GetProperty("test").GetProperty("kl").GetDouble().ShouldBe(0);
        CliRun.Of("info", runs[3].GetProperty("folder").GetString()!, "--json").Done().Objects()[0].GetProperty("model")
            .GetProperty("latentInput").GetString().ShouldBe("none");
    }

    [Fact]
    public void A_file_of_options_is_the_same_as_flags()
    {
        Study("by-flags", "--steps", "3", "--runs", "vae,autogen-m3").Done();
        CliRun.Of(
            "study", world.Corpus, "--out", world.PathOf("by-file"), "--config", world.PathOf("by-flags/study.json"), "--threads",
            "1").Done();
        foreach (string file in (string[])["study.json", "runs/vae/model.safetensors", "runs/autogen-m3/model.safetensors"])
            File.ReadAllBytes(world.PathOf($"by-file/{file}")).ShouldBe(File.ReadAllBytes(world.PathOf($"by-flags/{file}")));
    }

    [Fact]
    public void Studies_are_compared_in_one_table()
    {
        Study("one", "--steps", "3", "--runs", "vae,language-model", "--seeds", "2").Done();
        Study("two", "--steps", "4", "--runs", "autogen-m1").Done();
        (string one, string two) = (world.PathOf("one"), world.PathOf("two"));
        string[] lines = CliRun.Of("compare", one, two).Done().Output.TrimEnd().Split(Environment.NewLine);
        lines.Length.ShouldBe(5);
        lines[0].ShouldStartWith("| study | run | seeds | steps | minutes | nll | KL | ELBO | objective | exact | words | BLEU-4 |");
        lines[2].ShouldStartWith("| one | VAE | 2 | 3 ± 0 | ");
        lines[3].ShouldStartWith("| one | language model | 2 | 3 ± 0 | ");
        lines[4].ShouldStartWith("| two | AutoGen (m = 1) | 1 | 4 | ");

        JsonElement[] runs = [.. CliRun.Of("compare", one, two, "--json").Done().Objects()];
        runs.Select(run => run.GetProperty("steps").GetRawText()).ShouldBe(["[3,3]", "[3,3]", "[4]"]);
        runs[1].GetProperty("exact").ValueKind.ShouldBe(JsonValueKind.Null); // it has no code
        double nll = runs[2].GetProperty("nll")[0].GetDouble(), kl = runs[2].GetProperty("KL")[0].GetDouble();
        runs[2].GetProperty("objective")[0].GetDouble().ShouldBe((2 * nll) + kl, 1e-9);
        CliRun.Of("compare", world.Corpus).Complaint().ShouldContain("study.json is not there; expected the folder of a study");
        Study("unmeasured", "--steps", "3", "--runs", "vae", "--train-only").Done();
        CliRun.Of("compare", world.PathOf("unmeasured")).Complaint().ShouldContain("no run is trained and measured yet");
    }

    [Fact]
    public void A_study_that_is_interrupted_prints_how_it_is_continued()
    {
        string folder = world.PathOf("stopped in  between");
        CliRun stopped = CliRun.Interrupted(
            [
                "study", world.Corpus, "--out", folder, "--steps", "3", "--runs", "vae", "--runs-at-once", "2", "--train-only",
                .. TinyWorld.TinySizes,
            ]);
        stopped.Code.ShouldBe(130);
        stopped.Output.ShouldNotContain("NaN");
        stopped.Error.ShouldContain("interrupted; all work is saved; continue with: ");
        stopped.Error.ShouldContain($" study {world.Corpus} --out '{folder}' --runs-at-once 2 --train-only{Environment.NewLine}");
        Study("begun", "--steps", "3", "--runs", "vae").Done();
        CliRun more = CliRun.Of("study", world.Corpus, "--out", world.PathOf("begun"), "--steps", "5", "--sweep-m", "1", "--threads", "1")
            .Done();
        more.Error.ShouldMatch("continuing: vae at step 3, its rate rising again from 0.* to 0.*, autogen-m1 not started");
        more.Error.ShouldContain("100 %  autogen-m1: step 5  test: ");
    }

    [Fact]
    public void A_study_ends_with_a_report_and_questionnaires()
    {
        CliRun run = CliRun.Of(
            [
                "study", world.Corpus, "--out", world.PathOf("reported"), "--steps", "4", "--runs", "vae,autogen-m1", "--judge", "20",
                .. TinyWorld.TinySizes,
            ]).Done();
        run.Error.ShouldContain("measuring: the corpus");
        run.Error.ShouldContain("measuring autogen-m1 (2 of 2): paths");
        run.Error.ShouldContain($"report: {world.PathOf("reported/report.html")}");
        File.ReadAllText(world.PathOf("reported/report.html")).ShouldContain("20 samples by beam search");
        File.ReadAllText(world.PathOf("reported/report.md")).ShouldContain("20 reconstructions, 20 samples of each kind, 20 paths");
    }

    [Fact]
    public void An_option_that_would_spoil_the_report_is_refused_before_training()
    {
        string file = world.PathOf("published.csv");
        File.WriteAllText(file, "step,elbo\n1,2\n");
        Study("published", "--published", file).Complaint().ShouldStartWith($"{file}, line 1: expected the columns iteration");
        File.WriteAllText(file, "\u001b[31mred,elbo\n");
        Study("published", "--published", file).Complaint().ShouldNotContain("\u001b");
        Study("published", "--published", world.PathOf("nowhere.csv")).Complaint().ShouldContain("no such file");
        Study("published", "--published", world.Folder).Complaint().ShouldStartWith($"{world.Folder}: is a folder; expected a file");
        Directory.Exists(world.PathOf("published")).ShouldBeFalse();

        CliRun.Of("prepare", world.Text, "--format", "lines", "--out", world.PathOf("untested"), "--test", "0").Done();
        CliRun study = CliRun.Of(
            ["study", world.PathOf("untested"), "--out", world.PathOf("nothing"), "--steps", "2", .. TinyWorld.TinySizes]);
        study.Complaint().ShouldContain("no held-out sentences");
        Directory.Exists(world.PathOf("nothing/runs")).ShouldBeFalse();
        CliRun.Of(
            [
                "study", world.PathOf("untested"), "--out", world.PathOf("trained"), "--steps", "2", "--runs", "vae", "--train-only",
                .. TinyWorld.TinySizes,
            ]).Done();
    }

    [Fact]
    public void A_run_that_diverges_is_named_at_the_end_and_the_others_are_measured()
    {
        const string Wild = """{"name": "wild", "objective": {"kind": "autogen", "m": 1e300}}""";
        const string Tame = """{"name": "tame", "objective": {"kind": "vae"}}""";
        CliRun run = Of("diverged", $"{Wild}, {Tame}");
        run.Code.ShouldBe(1, run.Error);
        run.Error.ShouldContain("not finished, and not in the report: wild");
        string last = run.Error.TrimEnd().Split('\n')[^1];
        last.ShouldStartWith("reprise: training diverged at step ");
        last.ShouldContain(world.PathOf("diverged/runs/wild"));
        run.Output.ShouldContain("tame");
        File.ReadAllText(world.PathOf("diverged/report.md")).ShouldContain("tame");

        CliRun none = Of("all-diverged", Wild);
        (none.Code, none.Output).ShouldBe((1, ""));

        CliRun Of(string name, string runs)
        {
            string file = world.PathOf($"{name}.json");
            File.WriteAllText(file, $$"""{"runs": [{{runs}}]}""");
            return Study(name, "--config", file, "--steps", "4");
        }
    }

    [Fact]
    public void A_second_look_with_more_sentences_is_no_smaller_for_the_first()
    {
        Study("looked", "--steps", "2", "--runs", "vae", "--train-only").Done(); // measures 10
        CliRun.Of(["study", world.Corpus, "--out", world.PathOf("looked"), "--train-only", "--judge", "10000", "--threads", "1"]).Done();
        JsonElement judges = JsonDocument.Parse(File.ReadAllText(world.PathOf("looked/study.json"))).RootElement.GetProperty("judges");
        (judges.GetProperty("samples").GetInt32(), judges.GetProperty("latentSentences").GetInt32()).ShouldBe((10000, 2000));
        (judges.GetProperty("paths").GetInt32(), judges.GetProperty("importanceSentences").GetInt32()).ShouldBe((200, 100));
    }

    [Fact]
    public void Published_curves_are_laid_under_those_of_the_study()
    {
        string file = world.PathOf("curve.csv");
        File.WriteAllText(file, "iteration,other_elbo,other_reconstruction,other_kl,other_kl_share\n1,-30,-29,1,0.1\n4,-20,-18,2,0.2\n");
        Study("overlaid", "--steps", "4", "--runs", "vae", "--published", file).Done();
        File.ReadAllText(world.PathOf("overlaid/figures/fig2-elbo.svg")).ShouldContain("other");
    }

    [Fact]
    public void An_interruption_while_measuring_ends_with_130_and_the_study_goes_on()
    {
        CliRun stopped = CliRun.InterruptedAt(
            "measuring autogen-m1 (2 of 2): samples", [
                "study", world.Corpus, "--out", world.PathOf("judging"), "--steps", "3", "--runs", "vae,autogen-m1", "--judge", "10",
                .. TinyWorld.TinySizes,
            ]);
        stopped.Code.ShouldBe(130, stopped.Error);
        stopped.Error.ShouldContain("interrupted; all work is saved");
        File.Exists(world.PathOf("judging/judged/vae.json")).ShouldBeTrue();
        File.Exists(world.PathOf("judging/judged/autogen-m1.json")).ShouldBeFalse();
        CliRun more = CliRun.Of("study", world.Corpus, "--out", world.PathOf("judging"), "--threads", "1").Done();
        more.Error.ShouldContain("measuring autogen-m1 (1 of 1): samples");
        more.Error.ShouldNotContain("measuring vae ");
        File.Exists(world.PathOf("judging/report.html")).ShouldBeTrue();
    }

    [Fact]
    public void On_a_terminal_every_run_has_a_line()
    {
        CliRun run = CliRun.OnTerminal(
            ["study", world.Corpus, "--out", world.PathOf("terminal"), "--steps", "3", "--train-only", .. TinyWorld.TinySizes]).Done();
        run.Error.ShouldContain("of 12");
        run.Error.ShouldContain("autogen-m2");
    }

    [Theory]
    [InlineData("run \"gan\" is unknown; expected vae", "--runs", "vae,gan")]
    [InlineData("--runs \"vae,\": expected items with commas between them", "--runs", "vae,")]
    [InlineData("\"one\" is no number", "--sweep-m", "0,one")]
    [InlineData("m is -2; expected a number above -1", "--sweep-m", "-2")]
    [InlineData("seeds is 0", "--seeds", "0")]
    [InlineData("--runs-at-once 0: expected 1 to 64", "--runs-at-once", "0")]
    public void A_bad_flag_is_one_clear_line(string message, params string[] flags) =>
        Study("bad", flags).Complaint().ShouldContain(message);

    [Fact]
    public void Settings_that_are_not_there_or_given_twice_are_one_clear_line()
    {
        Study("bad", "--config", world.PathOf("nowhere.json")).Complaint().ShouldContain("no such file");
        Study("bad", "--config", world.Text, "--preset", "small").Complaint().ShouldContain("--config and --preset");
    }

    [Fact]
    public void Folders_that_hold_something_else_are_one_clear_line()
    {
        CliRun.Of("study", world.Run, "--out", world.PathOf("bad")).Complaint().ShouldContain("corpus.json");
        CliRun.Of("study", world.Corpus, "--out", world.Run, "--steps", "3").Complaint().ShouldContain("but no study.json");
    }

    private CliRun Study(string name, params string[] flags) =>
        CliRun.Of(["study", world.Corpus, "--out", world.PathOf(name), "--judge", "10", .. flags, .. TinyWorld.TinySizes]);
}
