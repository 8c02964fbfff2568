using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Reprise.Tests.Cli;

/// <summary>Unusable input is named in one line on standard error, with exit code 2, and nothing is lost.</summary>
public sealed class BadInputTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Theory]
    [InlineData("m is -1", "--m", "-1")]
    [InlineData("m is NaN", "--m", "NaN")]
    [InlineData("m is Infinity", "--m", "Infinity")]
    [InlineData("--m two: expected a number", "--m", "two")]
    [InlineData("beta is 0", "--beta", "0")]
    [InlineData("--objective beta: expected the weight of kl", "--objective", "beta")]
    [InlineData("--m belongs to --objective autogen", "--m", "1", "--objective", "vae")]
    [InlineData("--objective elbo: expected vae, autogen, beta, annealed", "--objective", "elbo")]
    [InlineData("learningRate is NaN", "--rate", "NaN")]
    [InlineData("batchSize is 0", "--batch", "0")]
    [InlineData("hiddenSize is -3", "--hidden", "-3")]
    [InlineData("preset \"huge\" is unknown", "--preset", "huge")]
    [InlineData("choose one of the two", "--resume", "--overwrite")]
    [InlineData("--threads 0: expected 1 to 1024", "--threads", "0")]
    [InlineData("--seed -1: expected a whole number that is not negative", "--seed", "-1")]
    [InlineData("--device tpu: expected cpu or cuda", "--device", "tpu")]
    [InlineData("'--nonsense'", "--nonsense")]
    public void Training_refuses(string complaint, params string[] flags)
    {
        string run = world.PathOf("refused");
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "1", .. flags]).Complaint().ShouldContain(complaint);
        Directory.Exists(run).ShouldBeFalse();
    }

    [Theory]
    [InlineData("train", "see `reprise train --help`", "corpus", "--out", "run", "--objective")]
    [InlineData("info", "expected the folder of a corpus, a run or a model")]
    public void A_complaint_about_something_long_is_short_and_ends_with_what_to_do(string command, string advice, params string[] arguments)
    {
        foreach (string odd in (string[])["", "x"]) // one of the two would be cut in the middle of a letter
        {
            string complaint = CliRun.Of([command, .. arguments, odd + string.Concat(Enumerable.Repeat("\U0001D51E", 50_000))]).Complaint();
            complaint.Length.ShouldBeInRange(300, 700);
            complaint.ShouldContain(" … ");
            complaint.ShouldEndWith(advice);
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(complaint).ShouldBeGreaterThan(complaint.Length);
        }
    }

    [Fact]
    public void A_language_that_is_not_known_is_refused_with_those_that_are()
    {
        string folder = world.PathOf("unknown-language");
        CliRun.Of("prepare", world.PathOf("none.txt"), "--out", folder, "--language", "klingon").Complaint()
            .ShouldContain("--language klingon: expected en, de, es, fr, it, nl, pt, ru, zh, ja, other, auto");
        Directory.Exists(folder).ShouldBeFalse();
        CliRun.Of("prepare", world.Text, "--out", folder, "--language", "auto").Done().Output.ShouldContain("English");
    }

    [Fact]
    public void Training_without_an_end_is_asked_for_one() =>
        CliRun.Of("train", world.Corpus, "--out", world.PathOf("endless")).Complaint().ShouldContain("--steps, --epochs or --minutes");

    [Fact]
    public void A_run_that_is_there_is_kept_unless_it_may_be_resumed_or_overwritten()
    {
        byte[] before = File.ReadAllBytes(Path.Combine(world.Run, "model.safetensors"));
        CliRun.Of(["train", world.Corpus, "--out", world.Run, "--steps", "1", .. TinyWorld.TinySizes]).Complaint()
            .ShouldContain("a run is there already");
        File.ReadAllBytes(Path.Combine(world.Run, "model.safetensors")).ShouldBe(before);
        string other = world.PathOf("overwritten");
        CliRun.Of(["train", world.Corpus, "--out", other, "--steps", "1", .. TinyWorld.TinySizes]).Done();
        CliRun.Of(["train", world.Corpus, "--out", other, "--steps", "2", "--overwrite", .. TinyWorld.TinySizes]).Done();
    }

    [Fact]
    public void A_run_is_not_resumed_with_other_options() =>
        CliRun.Of("train", world.Corpus, "--out", world.Run, "--resume", "--hidden", "9").Complaint().ShouldContain("hiddenSize");

    [Fact]
    public void A_run_that_is_not_there_cannot_be_resumed() =>
        CliRun.Of("train", world.Corpus, "--out", world.PathOf("never"), "--resume").Complaint().ShouldContain("never");

    [Fact]
    public void A_corpus_with_another_vocabulary_is_refused()
    {
        string corpus = world.PathOf("other-corpus");
        CliRun.Of("prepare", world.OtherText(), "--format", "lines", "--out", corpus).Done();
        CliRun.Of("evaluate", world.Run, "--corpus", corpus).Complaint().ShouldContain("made with another vocabulary");
        CliRun.Of("train", corpus, "--out", world.Run, "--resume", "--steps", "9").Complaint().ShouldContain("another corpus");
    }

    [Fact]
    public void Text_that_gives_no_corpus_is_refused_and_leaves_nothing()
    {
        string file = world.PathOf("bad.txt"), corpus = world.PathOf("bad-corpus");
        foreach (byte[] content in (byte[][])[[], "one two\n"u8.ToArray(), [0x66, 0x6f, 0x6f, 0xff, 0xfe, 0x0a], [0, 1, 2, 3, 0, 0, 0, 5]])
        {
            File.WriteAllBytes(file, content);
            CliRun.Of("prepare", file, "--format", "lines", "--out", corpus).Complaint().ShouldNotBeEmpty();
            File.Exists(Path.Combine(corpus, "corpus.json")).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_csv_without_the_column_is_refused()
    {
        string file = world.PathOf("table.csv");
        File.WriteAllText(file, "id,body\n1,some words that are enough here\n");
        CliRun.Of("prepare", file, "--column", "review", "--out", world.PathOf("csv-corpus")).Complaint().ShouldContain("review");
    }

    [Theory]
    [InlineData("info", "nowhere")]
    [InlineData("score", "nowhere", "-")]
    [InlineData("generate", "nowhere")]
    [InlineData("evaluate", "nowhere")]
    [InlineData("train", "nowhere", "--out", "nowhere-run", "--steps", "1")]
    [InlineData("prepare", "nowhere.txt", "--out", "nowhere-corpus")]
    [InlineData("demo", "--input", "nowhere.txt", "--out", "nowhere-demo")]
    public void A_missing_path_is_named(string command, params string[] arguments) =>
        CliRun.Of([command, .. arguments]).Complaint().ShouldContain("nowhere");

    [Theory]
    [InlineData("score", "nowhere.txt")]
    [InlineData("encode", "nowhere.txt", "--out", "z.npy")]
    [InlineData("nearest", "a query", "--in", "nowhere.txt")]
    public void A_file_of_sentences_that_is_not_there_is_named(string command, params string[] arguments) =>
        CliRun.Of([command, world.Run, .. arguments]).Complaint().ShouldContain("nowhere.txt: no such file");

    [Fact]
    public void A_place_that_cannot_be_written_to_is_named()
    {
        string file = world.PathOf("a-file"), below = Path.Combine(file, "below");
        File.WriteAllText(file, "");
        CliRun.Of("prepare", world.Text, "--out", below).Complaint().ShouldContain("below");
        CliRun.Of(["train", world.Corpus, "--out", below, "--steps", "1", .. TinyWorld.TinySizes]).Complaint().ShouldContain("below");
        CliRun.WithInput("the fox\n", "encode", world.Run, "-", "--out", below).Complaint().ShouldContain("below");
    }

    [Fact]
    public void Codes_do_not_replace_their_sentences()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        string file = world.PathOf("kept.txt"), link = world.PathOf("link-to-kept.txt"), folder = world.PathOf("link-to-folder");
        File.WriteAllText(file, "the fox\n");
        File.CreateSymbolicLink(link, file);
        Directory.CreateSymbolicLink(folder, world.Folder);
        foreach (string output in (string[])[file, link, Path.Combine(folder, "kept.txt")])
            CliRun.Of("encode", world.Run, file, "--out", output).Complaint().ShouldContain("is the input file");
        File.ReadAllText(file).ShouldBe("the fox\n");
    }

    [Fact]
    public void Links_that_lead_in_a_circle_are_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        (string one, string other) = (world.PathOf("circle"), world.PathOf("elcric"));
        File.CreateSymbolicLink(one, other);
        File.CreateSymbolicLink(other, one);
        CliRun.Of("encode", world.Run, world.Text, "--out", one).Complaint().ShouldStartWith($"{one}: cannot be found: ");
    }

    [Theory]
    [InlineData("--out", "train", "CORPUS", "--out", "", "--steps", "1")]
    [InlineData("--out", "study", "CORPUS", "--out", "")]
    [InlineData("--out", "prepare", "TEXT", "--out", "")]
    [InlineData("--out", "demo", "--input", "TEXT", "--steps", "1", "--out", "")]
    [InlineData("--out", "encode", "RUN", "TEXT", "--out", "")]
    [InlineData("--corpus", "evaluate", "RUN", "--corpus", "")]
    [InlineData("CORPUS", "train", "", "--out", "never", "--steps", "1")]
    [InlineData("FILES", "prepare", "", "--out", "never")]
    [InlineData("RUN", "generate", "")]
    [InlineData("PATH", "info", "")]
    public void A_path_of_nothing_is_named(string name, params string[] arguments)
    {
        string[] filled =
        [
            .. arguments.Select(
                argument => argument switch { "CORPUS" => world.Corpus, "RUN" => world.Run, "TEXT" => world.Text, _ => argument }),
        ];
        CliRun.Of(filled).Complaint().ShouldBe($"{name} \"\": is empty; expected a value");
    }

    [Fact]
    public void A_file_that_is_packed_is_known_by_its_bytes_and_refused_where_it_was_cut()
    {
        string packed = world.PathOf("packed"), cut = world.PathOf("cut.gz");
        using (GZipStream gzip = new(File.Create(packed), CompressionLevel.Fastest))
            gzip.Write(File.ReadAllBytes(world.Text));
        CliRun.Of("score", world.Run, packed, "--json").Done().Objects().Count.ShouldBe(320);
        byte[] whole = File.ReadAllBytes(packed);
        foreach (int bytes in (int[])[whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(cut, whole[..bytes]);
            CliRun run = CliRun.Of("score", world.Run, cut, "--json");
            run.Code.ShouldBe(2);
            run.Error.ShouldStartWith($"reprise: {cut}: damaged gzip data near byte ");
        }

        File.WriteAllBytes(cut, [.. whole, .. "and more"u8]);
        CliRun garbage = CliRun.Of("score", world.Run, cut, "--json").Done();
        garbage.Objects().Count.ShouldBe(320);
        garbage.Error.ShouldContain($"{cut}: what follows the gzip data at byte {whole.Length} is no such data and was left out");
        File.WriteAllBytes(cut, [.. whole, .. new byte[512]]);
        CliRun.Of("score", world.Run, cut, "--json", "--quiet").Done().Objects().Count.ShouldBe(320);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("encode", "--out", "z.npy")]
    public void A_binary_file_is_refused_as_prepare_refuses_it(string command, params string[] arguments)
    {
        string binary = world.PathOf("binary.txt"), wide = world.PathOf("wide.txt");
        File.WriteAllBytes(binary, [.. "the fox\nthe "u8, 0, .. "dog\n"u8]);
        File.WriteAllBytes(wide, [0xFF, 0xFE, (byte)'a', 0]);
        string[] prepare = ["prepare", binary, "--out", world.PathOf("no-corpus")];
        foreach (string[] refused in (string[][])[[command, world.Run, binary, .. arguments], prepare])
            CliRun.Of(refused).Complaint().ShouldStartWith($"{binary}: line 2, byte 12: a zero byte; this is a binary file");
        CliRun.Of([command, world.Run, wide, .. arguments]).Complaint().ShouldBe($"{wide}: the text is UTF-16; convert it to UTF-8");
    }

    [Fact]
    public void The_format_that_was_taken_and_doubts_are_shown_by_prepare_and_info()
    {
        string text = world.PathOf("short.txt"), corpus = world.PathOf("doubtful");
        File.WriteAllLines(text, Enumerable.Range(0, 900).Select(i => i % 4 == 0 ? "The old fox sees the bird again." : "Not again"));
        CliRun prepare = CliRun.Of("prepare", text, "--out", corpus).Done();
        prepare.Error.ShouldContain("warning: 675 of 900 sentences were left out");
        foreach (CliRun run in (CliRun[])[prepare, CliRun.Of("info", corpus).Done()])
        {
            run.Output.ShouldContain("lines: 1 file (guessed)");
            run.Output.ShouldContain("--min-words");
        }

        CliRun.Of("info", world.Corpus).Done().Output.ShouldContain("lines: 1 file (given)");
        CliRun.Of("info", corpus, "--json").Done().Output
            .ShouldContain("""[{"format":"lines","decided":"guessed","files":1}],"warnings":["675 of 900""");
    }

    [Fact]
    public void The_corpus_that_a_foreign_config_names_is_not_trusted()
    {
        string model = world.PathOf("foreign");
        Directory.CreateDirectory(model);
        foreach (string name in (string[])["config.json", "vocabulary.txt", "model.safetensors"])
            File.Copy(Path.Combine(world.Run, name), Path.Combine(model, name));
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject();
        config["corpus"] = new JsonObject { ["trainSentences"] = "many", ["hash"] = 5 };
        File.WriteAllText(Path.Combine(model, "config.json"), config.ToJsonString());
        CliRun.Of("info", model).Done().Output.ShouldNotContain("sentences to train");
        CliRun.Of("evaluate", model).Complaint().ShouldContain("is not near");
        CliRun.Of("train", "--out", model, "--resume", "--steps", "9").Complaint().ShouldContain("is not near");
    }

    [Theory]
    [InlineData("score", "-")]
    [InlineData("reconstruct", "-")]
    [InlineData("encode", "-", "--out", "never.npy")]
    [InlineData("nearest", "a query", "--in", "-")]
    public void Input_without_a_sentence_is_refused(string command, params string[] arguments)
    {
        CliRun.WithInput("", [command, world.Run, .. arguments]).Complaint().ShouldContain("standard input: no sentences");
        File.Exists("never.npy").ShouldBeFalse();
    }

    [Fact]
    public void The_mean_of_the_posterior_is_not_sampled() =>
        CliRun.Of("reconstruct", world.Run, "the fox", "--posterior-mean", "--samples", "3").Complaint()
            .ShouldContain("choose one of the two");

    [Fact]
    public void A_file_in_the_place_of_a_run_is_refused_before_any_output()
    {
        string file = world.PathOf("file-for-a-run");
        File.WriteAllText(file, "");
        CliRun run = CliRun.Of("train", world.Corpus, "--out", file, "--steps", "1");
        run.Complaint().ShouldContain("is a file");
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void Lines_that_are_no_text_are_named()
    {
        string file = world.PathOf("broken.txt");
        File.WriteAllBytes(file, [.. "the fox\n"u8, 0xff, 0xfe, .. "\n"u8]);
        CliRun run = CliRun.Of("score", world.Run, file, "--json");
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("not valid UTF-8");
        File.WriteAllText(file, new string('a', 2_000_000));
        CliRun.Of("score", world.Run, file, "--json").Complaint().ShouldContain("line 1 has more than");
    }

    [Theory]
    [InlineData("--beam", "3")]
    [InlineData("--length-penalty", "1")]
    public void Searching_and_drawing_exclude_each_other(params string[] search) =>
        CliRun.Of(["generate", world.Run, .. search, "--temperature", "1"]).Complaint().ShouldContain("choose one");

    [Theory]
    [InlineData("expected demo, prepare", "frobnicate")]
    [InlineData("no command or option \"--frobnicate\"", "--frobnicate")]
    [InlineData("'--out' is required; see `reprise prepare --help`", "prepare", "text.txt")]
    [InlineData("see `reprise interpolate --help`", "interpolate", "run", "only one sentence")]
    public void A_command_line_that_makes_no_sense_is_answered_with_the_help_to_look_at(string complaint, params string[] arguments) =>
        CliRun.Of(arguments).Complaint().ShouldContain(complaint);

    [Fact]
    public void Stack_traces_are_for_those_who_ask()
    {
        CliRun run = CliRun.Of("info", "nowhere", "--verbose");
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("   at Reprise.");
    }
}
