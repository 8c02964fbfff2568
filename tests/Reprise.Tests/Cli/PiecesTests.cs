using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary>Commands on a vocabulary of pieces, and models that are given to others.</summary>
public sealed class PiecesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Every_command_takes_a_model_of_pieces()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => $"Ein Hund hört 漢字 {i % 17}, nicht {i}!")];
        string text = _temp.Write("text.txt", string.Join('\n', lines));
        string corpus = _temp["corpus"], run = _temp["run"];
        string[] prepare = ["prepare", text, "--format", "lines", "--tokenizer", "bpe", "--vocabulary", "300", "--max-words", "80"];
        CliRun prepared = CliRun.Of([.. prepare, "--out", corpus]).Done();
        prepared.Output.ShouldMatch(@"vocabulary +300 pieces, in the text \d+ different stretches of text");
        prepared.Output.ShouldMatch(@"they are +as written, pieces of words, by byte pairs");
        CliRun.Of(["train", corpus, "--out", run, "--steps", "20", .. TinyWorld.TinySizes]).Done();

        CliRun.Of("evaluate", run).Done().Output.ShouldMatch(@"a word +[\d,.]+, at most\s+nats a byte +\d");
        JsonElement measured = CliRun.Of("evaluate", run, "--json").Done().Objects()[0];
        measured.GetProperty("wordPerplexity").GetDouble().ShouldBeGreaterThan(measured.GetProperty("perplexity").GetDouble());
        const string sentence = "Ölß  🙂 <unk>";
        JsonElement scored = CliRun.Of("score", run, _temp.Write("one.txt", sentence + "\n"), "--json").Done().Objects()[0];
        scored.GetProperty("unknownWords").GetInt32().ShouldBe(0);
        CliRun.Of("reconstruct", run, sentence).Done().Output.ShouldContain(sentence);
        CliRun.Of("generate", run, "-n", "2").Done();
        CliRun.Of("generate", run, "-n", "2", "--beam", "3", "--max-words", "9").Done();
        CliRun.Of("generate", run, "-n", "2", "--temperature", "0.7", "--top-k", "20").Done();
        CliRun.Of("interpolate", run, "Ein Hund", "漢字").Done();
        CliRun.Of("vary", run, sentence, "-n", "2").Done();
        CliRun.Of("combine", run, sentence, "-", "漢字", "+", "Ein Hund").Done();
        CliRun.Of("nearest", run, sentence, "--in", text, "-k", "2").Done();

        string files = _temp["files"], again = _temp["again"];
        foreach (string folder in (string[])[corpus, run])
            CliRun.Of("tokenizer", folder, "--out", files).Done().Error.ShouldContain("300 pieces");
        CliRun.Of("prepare", text, "--format", "lines", "--tokenizer-files", files, "--max-words", "80", "--out", again).Done();
        File.ReadAllBytes(Path.Combine(again, "vocabulary.txt")).ShouldBe(File.ReadAllBytes(Path.Combine(corpus, "vocabulary.txt")));
        CliRun.Of("prepare", text, "--tokenizer-files", files, "--vocabulary", "300", "--out", _temp["no"]).Complaint()
            .ShouldContain("leave one out");
        CliRun.Of("prepare", text, "--tokenizer-files", files, "--tokenizer", "penn", "--out", _temp["no"]).Complaint()
            .ShouldContain("expected --tokenizer bpe");
        CliRun.Of("prepare", text, "--keep-case", "--lower-case", "--out", _temp["no"]).Complaint().ShouldContain("choose one of the two");
    }

    [Fact]
    public void A_study_of_pieces_is_reported_and_compared()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => $"Ein Hund hört 漢字 {i % 17}, nicht {i}!")];
        string text = _temp.Write("text.txt", string.Join('\n', lines)), corpus = _temp["corpus"], study = _temp["study"];
        CliRun.Of("prepare", text, "--format", "lines", "--tokenizer", "bpe", "--vocabulary", "300", "--max-words", "80", "--out", corpus)
            .Done();
        CliRun.Of(["study", corpus, "--out", study, "--runs", "vae,autogen-m1", "--steps", "3", "--judge", "10", .. TinyWorld.TinySizes])
            .Done();
        File.ReadAllText(Path.Combine(study, "report.md")).ShouldContain("at most 200 pieces");
        File.ReadAllText(Path.Combine(study, "report.md")).ShouldMatch(@"a word, at most \| Nats a byte \|");
        string table = CliRun.Of("compare", study).Done().Output;
        table.ShouldContain("m = 1");
        table.ShouldMatch(@"a word, at most \| nats a byte \|");
    }

    [Fact]
    public void A_model_is_exported_without_what_training_needs()
    {
        using TinyWorld world = new();
        string half = _temp["half"], whole = _temp["whole"];
        CliRun.Of("export", world.Run, "--out", half, "--bfloat16").Done().Error.ShouldContain("in BF16");
        CliRun.Of("export", world.Run, "--out", whole, "--json").Done().Objects()[0].GetProperty("weights").GetString().ShouldBe("F32");
        foreach (string folder in (string[])[half, whole])
        {
            TempFolder.NamesIn(folder).ShouldBe(["config.json", "model.safetensors", "vocabulary.txt"]);
            CliRun.Of("generate", folder, "-n", "3").Done();
            CliRun.Of("info", folder, "--verify").Done().Output.ShouldContain("matches its checksum");
        }

        CliRun.Of("generate", whole, "-n", "3").Done().Output.ShouldBe(CliRun.Of("generate", world.Run, "-n", "3").Done().Output);
        CliRun.Of("export", world.Run, "--out", half).Complaint().ShouldContain("is there already and not empty");
        CliRun.Of("tokenizer", world.Run, "--out", _temp["files"]).Complaint().ShouldContain("has Penn Treebank style; expected pieces");
    }
}
