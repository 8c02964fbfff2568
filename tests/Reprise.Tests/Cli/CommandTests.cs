using System.Text.Json;
using Reprise.Tests.Inference;
using Reprise.Tests.Model;

namespace Reprise.Tests.Cli;

/// <summary>Every command does its work: results on standard output, everything else on standard error.</summary>
public sealed class CommandTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private const string Sentence = "the old cat sees the dog in the garden.";

    [Fact]
    public void Prepare_counts_what_it_read_and_kept()
    {
        JsonElement corpus = CliRun.Of("prepare", world.Text, "--format", "lines", "--out", world.PathOf("counted"), "--json").Done()
            .Objects().ShouldHaveSingleItem();
        corpus.GetProperty("kind").GetString().ShouldBe("corpus");
        JsonElement counts = corpus.GetProperty("counts");
        counts.GetProperty("read").GetInt64().ShouldBe(320);
        counts.GetProperty("kept").GetInt64().ShouldBe(320);
        (counts.GetProperty("train").GetInt64() + counts.GetProperty("test").GetInt64()).ShouldBe(320);
    }

    [Fact]
    public void Prepare_maps_every_flag()
    {
        JsonElement corpus = CliRun.WithInput(
            string.Concat(Enumerable.Range(0, 40).Select(i => $"{{\"body\": \"A Small Text of number {i} .\"}}\n")),
            "prepare", "-", "--format", "jsonl", "--column", "body", "--min-words", "3", "--max-words", "12", "--vocabulary", "20",
            "--max-unknown", "0.5",
            "--test", "0.2", "--validation", "0.1", "--deduplicate", "--keep-case", "--tokenizer", "whitespace", "--out",
            world.PathOf("flags"), "--json").Done().Objects()[0];
        JsonElement settings = corpus.GetProperty("settings");
        settings.GetProperty("minimumWords").GetInt32().ShouldBe(3);
        settings.GetProperty("maximumWords").GetInt32().ShouldBe(12);
        settings.GetProperty("vocabularySize").GetInt32().ShouldBe(20);
        settings.GetProperty("maximumUnknownShare").GetDouble().ShouldBe(0.5);
        settings.GetProperty("testShare").GetDouble().ShouldBe(0.2);
        settings.GetProperty("validationShare").GetDouble().ShouldBe(0.1);
        settings.GetProperty("deduplicate").GetBoolean().ShouldBeTrue();
        corpus.GetProperty("text").GetRawText().ShouldBe("""{"lowerCase":false,"tokenizer":"whitespace","language":"en"}""");
    }

    [Fact]
    public void Prepare_takes_a_share_or_files_as_a_part()
    {
        string test = world.OtherText(), validation = world.OtherText();
        string[] command = ["prepare", world.Text, "--format", "lines", "--max-unknown", "1"];
        CliRun run = CliRun.Of([.. command, "--test", test, "--validation", validation, "--out", world.PathOf("given")]).Done();
        run.Output.ShouldMatch(@"held out to test +320\s+\(");
        run.Output.ShouldMatch(@"held out to validate +320\s+\(");
        run.Output.ShouldContain("in the training text too");
        CliRun.Of([.. command, "--test", test, "--test", validation, "--out", world.PathOf("two"), "--json"]).Done().Objects()[0]
            .GetProperty("counts").GetProperty("test").GetInt64().ShouldBe(640);
        CliRun.Of([.. command, "--out", world.PathOf("expanded"), "--json", "--test", test, validation]).Done().Objects()[0]
            .GetProperty("counts").GetProperty("test").GetInt64().ShouldBe(640); // as a shell gives --test held/*.txt
        CliRun.Of([.. command, "--out", world.PathOf("signs"), "--json", $"--test={test}", validation]).Done().Objects()[0]
            .GetProperty("counts").GetProperty("test").GetInt64().ShouldBe(640);
        CliRun.Of("prepare", "--out", world.PathOf("behind"), "--format", "lines", "--test", test, "--", world.Text).Done();
        CliRun.Of("prepare", "--out", world.PathOf("share"), "--json", "--test", "0", world.Text, "--format", "lines").Done();
        CliRun.Of("prepare", "--out", world.PathOf("none"), "--test", test, world.Text).Complaint()
            .ShouldContain("no text to train on: the files after --test are of that part; put the text to train on first");
        CliRun.Of([.. command, "--test", "0.1", "--test", test, "--out", world.PathOf("mixed")]).Complaint()
            .ShouldContain("expected one share, or files alone (./0.1 for a file of that name)");
        CliRun.Of([.. command, "--test", "half", "--out", world.PathOf("half")]).Complaint()
            .ShouldContain("half: no such file or folder; a part is a share, such as 0.1, or files");
    }

    [Fact]
    public void Prepare_skips_bad_records_on_request_and_names_them()
    {
        const string Table = "1|The cat sat on the mat.\n2|one|two\n3|A dog ran over the hill.\n";
        string[] command = ["prepare", "-", "--format", "csv", "--delimiter", "|", "--test", "0", "--out", world.PathOf("skipped")];
        CliRun.WithInput($"id|text\n{Table}", command).Complaint().ShouldContain("standard input: line 3, byte 34: 3 fields; expected 2");
        CliRun run = CliRun.WithInput($"id|text\n{Table}", [.. command, "--skip-bad"]).Done();
        run.Output.ShouldMatch(@"bad records +- 1 \(could not be read\)");
        run.Error.ShouldContain("  standard input: line 3, byte 34: 3 fields");
        CliRun.Of("info", world.PathOf("skipped")).Done().Output.ShouldContain("bad records");
        string[] tabs = [.. command[..5], "tab", "--out", world.PathOf("tabs")];
        CliRun.WithInput("a\ttext\n", tabs).Complaint().ShouldContain("no record holds text");
        CliRun.Of("prepare", world.Text, "--delimiter", "||", "--out", "x").Complaint()
            .ShouldContain("--delimiter ||: expected one character, or tab");
    }

    [Fact]
    public void Train_writes_its_result_as_json()
    {
        JsonElement result = CliRun.Of(
            ["train", world.Corpus, "--out", world.PathOf("run-of-json"), "--steps", "2", "--json", .. TinyWorld.TinySizes])
            .Done().Objects().ShouldHaveSingleItem();
        result.Names().ShouldBe(["folder", "interrupted", "step", "seconds", "test", "m", "bestStep", "ranOutOfPatience"]);
        result.GetProperty("test").Names().ShouldBe(["nll", "kl", "elbo", "objective", "klShare"]);
    }

    [Fact]
    public void Train_maps_every_flag()
    {
        string run = world.PathOf("run-of-flags");
        CliRun.Of(
            "train", world.Corpus, "--out", run, "--preset", "standard", "--steps", "2", "--quiet",
            "--objective", "annealed", "--anneal", "cyclical", "--anneal-steps", "40",
            "--embedding", "5", "--hidden", "7", "--latent", "3", "--untied", "--posterior-layers", "1", "--latent-input", "initial-state",
            "--encoder-layers", "2", "--bidirectional", "on", "--pooling", "max", "--decoder-layers", "3", "--encoder-word-drop", "0.1",
            "--embedding-dropout", "0.2", "--output-dropout", "0.3", "--code-dropout", "0.4", "--variational-dropout", "on",
            "--drop-whole-words", "on",
            "--batch", "9", "--rate", "0.5", "--clip", "0", "--word-drop", "0.25", "--word-drop-as", "zero", "--pool", "3", "--seed", "11",
            "--report-every", "1", "--evaluate-every", "2", "--evaluate-on", "10", "--checkpoint-every", "2", "--checkpoint-minutes",
            "0").Done();

        JsonElement info = CliRun.Of("info", run, "--json").Done().Objects().ShouldHaveSingleItem();
        Values(info, "kind", "step").ShouldBe("kind=run step=2");
        info.GetProperty("objective").GetRawText().ShouldBe("""{"kind":"annealed","curve":"cyclical","steps":40,"m":0}""");
        Values(info.GetProperty("model"), "embeddingSize", "hiddenSize", "latentSize", "tieEmbeddings", "posteriorLayers", "latentInput")
            .ShouldBe("embeddingSize=5 hiddenSize=7 latentSize=3 tieEmbeddings=False posteriorLayers=1 latentInput=initialState");
        Values(info.GetProperty("model"), "encoderLayers", "bidirectionalEncoder", "encoderPooling", "decoderLayers")
            .ShouldBe("encoderLayers=2 bidirectionalEncoder=True encoderPooling=max decoderLayers=3");
        string[] dropped =
            ["encoderWordDropRate", "embeddingDropout", "outputDropout", "codeDropout", "variationalDropout", "dropWholeWords"];
        Values(info.GetProperty("training"), dropped).ShouldBe(
            "encoderWordDropRate=0.1 embeddingDropout=0.2 outputDropout=0.3 codeDropout=0.4 variationalDropout=True dropWholeWords=True");
        Values(info.GetProperty("training"), "batchSize", "learningRate", "clipNorm", "wordDropRate", "wordDropKind", "poolBatches", "seed")
            .ShouldBe("batchSize=9 learningRate=0.5 clipNorm= wordDropRate=0.25 wordDropKind=zero poolBatches=3 seed=11");

        static string Values(JsonElement of, params string[] names) =>
            string.Join(' ', names.Select(name => $"{name}={of.GetProperty(name)}"));
    }

    [Fact]
    public void A_language_model_scores_and_generates_and_refuses_the_rest_in_one_line()
    {
        string run = world.PathOf("language-model"), codes = world.PathOf("no-codes.npy");
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "3", "--objective", "language-model", .. TinyWorld.TinySizes]).Done();
        CliRun.Of("score", run, world.Text, "--json").Done().Objects().ShouldAllBe(score => score.GetProperty("kl").GetDouble() == 0);
        CliRun.Of("generate", run, "-n", "3", "--temperature", "1", "--json").Done().Objects().Count.ShouldBe(3);
        CliRun.Of("evaluate", run, "--json").Done().Objects()[0].GetProperty("exactMatch").ValueKind.ShouldBe(JsonValueKind.Null);
        CliRun.Of("info", run).Done().Output.ShouldContain("none: a language model");
        foreach (string[] refused in (string[][])
        [
            ["encode", run, world.Text, "--out", codes], ["reconstruct", run, Sentence], ["interpolate", run, Sentence, Sentence],
            ["nearest", run, Sentence, "--in", world.Text],
        ])
        {
            CliRun.Of(refused).Complaint().ShouldContain("a language model without a code: it can score and generate, but not ");
        }

        File.Exists(codes).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"kind":"vae","m":0}""", "--objective", "vae")]
    [InlineData("""{"kind":"autogen","m":1}""", "--objective", "autogen")]
    [InlineData("""{"kind":"autogen","m":-0.5}""", "--m", "-0.5")]
    [InlineData("""{"kind":"beta","beta":0.5,"m":1}""", "--beta", "0.5")]
    [InlineData("""{"kind":"annealed","curve":"linear","steps":2000,"m":0}""", "--objective", "annealed")]
    [InlineData("""{"kind":"annealed","curve":"sigmoid","steps":2000,"m":0}""", "--anneal", "sigmoid")]
    [InlineData("""{"kind":"free-bits","nats":0.1,"per":"dimension","m":0}""", "--objective", "free-bits", "--free-bits", "0.1")]
    [InlineData("""{"kind":"minimum-rate","nats":5,"m":0}""", "--minimum-rate", "5")]
    [InlineData("""{"kind":"free-bits","nats":4,"per":"sentence","m":0}""", "--free-bits", "4", "--per", "sentence")]
    [InlineData("""{"kind":"vae","m":0}""", "--objective", "aggressive")]
    [InlineData("""{"kind":"vae","m":0}""", "--objective", "language-model")]
    public void Every_objective_can_be_asked_for(string expected, params string[] flags)
    {
        string run = world.PathOf("objective" + string.Concat(flags));
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "1", .. TinyWorld.TinySizes, .. flags]).Done();
        CliRun.Of("info", run, "--json").Done().Objects()[0].GetProperty("objective").GetRawText().ShouldBe(expected);
    }

    [Fact]
    public void A_language_model_is_resumed_by_no_other_objective()
    {
        string run = world.PathOf("plain");
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "1", "--objective", "language-model", .. TinyWorld.TinySizes]).Done();
        CliRun refused = CliRun.Of("train", "--out", run, "--resume", "--steps", "2", "--objective", "vae");
        refused.Code.ShouldBe(2);
        refused.Error.ShouldContain("the run is a language model");
        CliRun.Of("train", "--out", run, "--resume", "--steps", "2").Done();
    }

    [Fact]
    public void A_run_is_resumed_for_longer_with_its_own_options_and_finds_its_corpus()
    {
        string run = world.PathOf("resumed");
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "3", "--m", "2", .. TinyWorld.TinySizes]).Done();
        CliRun.Of("train", "--out", run, "--resume", "--steps", "5", "--json").Done().Objects()[0].GetProperty("step").GetInt64()
            .ShouldBe(5);
        CliRun.Of("info", run, "--json").Objects()[0].GetProperty("objective").GetProperty("m").GetDouble().ShouldBe(2);
    }

    [Fact]
    public void Score_gives_one_object_a_line_in_order()
    {
        CliRun run = CliRun.WithInput($"{Sentence}\nthe fox\n", "score", world.Run, "--posterior-mean", "--json").Done();
        run.Objects().Select(o => o.GetProperty("words").GetInt32()).ShouldBe([10, 2]);
        run.Objects()[0].Names().ShouldBe(["index", "text", "nll", "kl", "elbo", "words", "unknownWords"]);
        string file = world.PathOf("score.txt");
        File.WriteAllText(file, Sentence);
        CliRun.Of("score", world.Run, file, "--posterior-mean", "--json").Done().Objects()[0].GetRawText()
            .ShouldBe(run.Objects()[0].GetRawText());
    }

    [Fact]
    public void Reconstruct_takes_arguments_and_lines_and_gives_the_fields_of_the_design()
    {
        CliRun run = CliRun.Of("reconstruct", world.Run, Sentence, "the fox", "--posterior-mean", "--beam", "2", "--json").Done();
        run.Objects().Select(o => o.GetProperty("input").GetString()).ShouldBe([Sentence, "the fox"]);
        run.Objects()[0].Names().ShouldBe(["index", "input", "output", "logProbability", "nll", "kl", "words", "unknownWords"]);
        CliRun lines = CliRun.WithInput(
            $"{Sentence}\nthe fox\n", "reconstruct", world.Run, "-", "--posterior-mean", "--beam", "2", "--json").Done();
        lines.Output.ShouldBe(run.Output);
        JsonElement beams = CliRun.Of("reconstruct", world.Run, Sentence, "--beam", "3", "--beams", "--json").Done().Objects()[0]
            .GetProperty("beams");
        beams.EnumerateArray().ShouldAllBe(beam => beam.GetProperty("logProbability").GetDouble() <= 0);
        CliRun.Of("reconstruct", world.Run, Sentence, "--samples", "3", "--json").Done().Objects()
            .Select(o => o.GetProperty("sample").GetInt32()).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Generate_depends_on_the_seed_and_on_nothing_else()
    {
        string[] draw = ["generate", world.Run, "-n", "4", "--temperature", "1", "--top-k", "20", "--top-p", "0.9", "--json"];
        CliRun first = CliRun.Of([.. draw, "--seed", "3"]).Done();
        first.Objects().Count.ShouldBe(4);
        first.Objects()[0].Names().ShouldBe(["text", "logProbability"]);
        CliRun.Of([.. draw, "--seed", "3", "--threads", "2"]).Output.ShouldBe(first.Output);
        CliRun.Of([.. draw, "--seed", "4"]).Output.ShouldNotBe(first.Output);
    }

    [Fact]
    public void Interpolate_walks_in_as_many_steps_as_asked()
    {
        CliRun run = CliRun.Of("interpolate", world.Run, Sentence, "the fox", "--steps", "4", "--path", "spherical", "--json").Done();
        run.Objects().Select(o => o.GetProperty("step").GetInt32()).ShouldBe([0, 1, 2, 3]);
        run.Objects()[0].Names().ShouldBe(["step", "text"]);
    }

    [Fact]
    public void Encode_writes_one_row_a_sentence()
    {
        string file = world.PathOf("z.npy");
        CliRun.WithInput($"{Sentence}\nthe fox\nthe dog\n", "encode", world.Run, "-", "--out", file).Done();
        byte[] bytes = File.ReadAllBytes(file);
        System.Text.Encoding.ASCII.GetString(bytes, 10, 100).ShouldContain("'shape': (3, 4)");
        bytes.Length.ShouldBe(128 + (3 * 4 * sizeof(float)));
    }

    [Fact]
    public void Nearest_finds_the_sentence_itself_first()
    {
        CliRun run = CliRun.WithInput($"the fox\n{Sentence}\nthe dog\n", "nearest", world.Run, Sentence, "--in", "-", "-k", "2", "--json")
            .Done();
        run.Objects().Count.ShouldBe(2);
        run.Objects()[0].Names().ShouldBe(["index", "text", "distance", "words", "unknownWords", "queryWords", "queryUnknownWords"]);
        run.Objects()[0].GetProperty("text").GetString().ShouldBe(Sentence);
        run.Objects()[0].GetProperty("distance").GetDouble().ShouldBe(0, 1e-4);
    }

    [Fact]
    public void Info_distinguishes_a_corpus_a_run_and_a_model()
    {
        string model = world.PathOf("only-a-model");
        Directory.CreateDirectory(model);
        foreach (string name in (string[])["config.json", "vocabulary.txt", "model.safetensors"])
            File.Copy(Path.Combine(world.Run, name), Path.Combine(model, name));
        Kind(world.Corpus).ShouldBe("corpus");
        Kind(world.Run).ShouldBe("run");
        Kind(model).ShouldBe("model");
        string facts = CliRun.Of("info", world.Run).Done().Output;
        facts.ShouldContain("encoder.lstm.weight_ih");
        facts.ShouldContain("AutoGen (m = 1)");

        static string? Kind(string path) => CliRun.Of("info", path, "--json").Done().Objects()[0].GetProperty("kind").GetString();
    }

    [Fact]
    public void Results_are_the_only_output_of_a_quiet_command()
    {
        CliRun run = CliRun.Of(["train", world.Corpus, "--out", world.PathOf("quiet"), "--steps", "2", "--quiet", .. TinyWorld.TinySizes])
            .Done();
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain("steps");
        CliRun.Of(["train", world.Corpus, "--out", world.PathOf("loud"), "--steps", "2", .. TinyWorld.TinySizes]).Done()
            .Error.ShouldContain("AutoGen (m = 1)");
    }

    [Fact]
    public void An_interrupted_training_saves_and_ends_with_130()
    {
        string run = world.PathOf("interrupted  twice");
        CliRun stopped = CliRun.Interrupted(["train", world.Corpus, "--out", run, "--steps", "5", "--m", "1", .. TinyWorld.TinySizes]);
        stopped.Code.ShouldBe(130);
        stopped.Error.ShouldContain($" train {world.Corpus} --out '{run}' --resume{Environment.NewLine}");
        CliRun.Interrupted("train", "--out", run, "--resume").Error.ShouldContain($" train --out '{run}' --resume{Environment.NewLine}");
        CliRun.Of("train", world.Corpus, "--out", run, "--resume", "--json").Done().Objects()[0].GetProperty("step").GetInt64().ShouldBe(5);
    }

    [Theory]
    [InlineData("combine", Sentence)]
    [InlineData("decode", "codes")]
    [InlineData("encode", "text", "--out", "interrupted.npy")]
    [InlineData("evaluate")]
    [InlineData("generate")]
    [InlineData("interpolate", Sentence, Sentence)]
    [InlineData("nearest", Sentence, "--in", "text")]
    [InlineData("reconstruct", Sentence)]
    [InlineData("score", "text")]
    [InlineData("vary", Sentence)]
    public void A_command_that_uses_a_model_ends_with_130_when_it_is_interrupted(string command, params string[] arguments)
    {
        IEnumerable<string> paths = arguments.Select(
            word => word == "text" ? world.Text : word == "codes" ? world.Codes() : word.EndsWith(".npy") ? world.PathOf(word) : word);
        CliRun stopped = CliRun.Interrupted([command, world.Run, .. paths]);
        stopped.ShouldBe(new CliRun(130, "", ""));
    }

    [Fact]
    public void A_run_that_is_over_is_reported_with_its_result()
    {
        CliRun run = CliRun.Of("train", world.Corpus, "--out", world.Run, "--resume", "--steps", "6").Done();
        run.Error.ShouldContain($"nothing to do: {world.Run} is at step 6 of 6; give more --steps");
        run.Error.ShouldNotContain("saved in");
        run.Output.ShouldContain("test: nll");
    }

    [Fact]
    public void A_sentence_of_no_words_is_shown_to_people_as_nothing()
    {
        using ForeignModel model = ForeignModel.Write("first-token-tied", addedToEndOfSentence: 1000);
        CliRun.Of("generate", model.FolderPath, "-n", "2").Done().Output.ShouldBe("(nothing)\n(nothing)\n".ReplaceLineEndings());
        CliRun.Of("reconstruct", model.FolderPath, "w3 w4").Done().Output.ShouldContain("  -> (nothing)");
        CliRun.Of("interpolate", model.FolderPath, "w3 w4", "w5", "--steps", "2").Done().Output.ShouldContain("   0  (nothing)");
        CliRun.Of("generate", model.FolderPath, "-n", "1", "--json").Done().Objects()[0].GetProperty("text").GetString().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(SentenceModelTests.FixtureNames), MemberType = typeof(SentenceModelTests))]
    public void Score_of_a_foreign_model_agrees_with_its_own_numbers(string name)
    {
        using ForeignModel model = ForeignModel.Write(name);
        using Fixture fixture = Fixture.Open(name);
        string file = world.PathOf(name + ".txt");
        File.WriteAllLines(file, ForeignModel.Texts(name));
        IReadOnlyList<JsonElement> scores = CliRun.Of("score", model.FolderPath, file, "--posterior-mean", "--json").Done().Objects();
        double[] nll = fixture.Read<double[]>("nll_at_mean_no_drop"), kl = fixture.Read<double[]>("kl");
        scores.Count.ShouldBe(nll.Length);
        for (int s = 0; s < nll.Length; s++)
        {
            scores[s].GetProperty("nll").GetDouble().ShouldBe(nll[s], 1e-4);
            scores[s].GetProperty("kl").GetDouble().ShouldBe(kl[s], 1e-4);
        }
    }

    [Fact]
    public void A_training_that_diverges_ends_with_1_and_names_the_step()
    {
        CliRun run = CliRun.Of(
            [
                "train", world.Corpus, "--out", world.PathOf("diverged"), "--steps", "50", "--rate", "1e38", "--clip", "0", "--quiet",
                .. TinyWorld.TinySizes,
            ]);
        run.Code.ShouldBe(1);
        run.Error.TrimEnd().ShouldStartWith("reprise: training diverged at step ");
        run.Error.TrimEnd().ShouldNotContain('\n');
    }
}
