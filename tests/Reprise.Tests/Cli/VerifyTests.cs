using System.Text.Json;
using Reprise.Tests.Text;

namespace Reprise.Tests.Cli;

/// <summary><c>info --verify</c>, and what is noticed without it.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly TinyWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Files_that_are_as_they_were_written_are_named()
    {
        CliRun.Of("info", _world.Corpus, "--verify").Done().Output.ShouldMatch(@"train\.safetensors +matches its checksum \(");
        JsonElement info = CliRun.Of("info", _world.Run, "--verify", "--json").Done().Objects()[0];
        JsonElement[] verified = [.. info.GetProperty("verified").EnumerateArray()];
        string[] checkpoint = ["model.safetensors", "optimizer.safetensors", "progress.json"];
        verified.Select(file => file.GetProperty("name").GetString())
            .ShouldBe(["vocabulary.txt", .. checkpoint, .. checkpoint.Select(name => $"before-decay/{name}")]);
        verified.ShouldAllBe(file => file.GetProperty("hasSum").GetBoolean());
        Flip(Path.Combine(_world.Run, "before-decay", "model.safetensors"), fromEnd: 3);
        CliRun.Of("info", _world.Run, "--verify").Complaint().ShouldContain("before-decay/model.safetensors: changed or damaged");
        CliRun.Interrupted("info", _world.Corpus, "--verify").Code.ShouldBe(130);
        CliRun.Of("info", _world.Corpus, "--json").Done().Objects()[0].GetProperty("verified").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("train.safetensors", true)]
    [InlineData("train.safetensors", false)]
    [InlineData("test.safetensors", false)]
    public void A_changed_bit_of_a_corpus_is_found(string name, bool hasChunks)
    {
        if (!hasChunks)
            CorpusTests.WithoutChunks(_world.Corpus);
        Flip(Path.Combine(_world.Corpus, name), fromEnd: 3);
        CliRun.Of("info", _world.Corpus, "--verify").Complaint().ShouldStartWith($"{Path.Combine(_world.Corpus, name)}: ");
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    public void A_changed_bit_of_a_run_is_found(string name)
    {
        string path = Path.Combine(_world.Run, name);
        Flip(path, fromEnd: 3);
        string complaint = CliRun.Of("info", _world.Run, "--verify").Complaint();
        complaint.ShouldStartWith($"{path}: changed or damaged since it was written");
        if (name == "model.safetensors")
            CliRun.WithInput("The old cat sees the dog.\n", "score", _world.Run, "-").Complaint().ShouldBe(complaint);
    }

    [Fact]
    public void A_changed_token_ends_training_in_one_line_and_leaves_the_run_as_it_was()
    {
        string tokens = Path.Combine(_world.Corpus, "train.safetensors");
        Flip(tokens, fromEnd: 40);
        string[] before = Contents();
        CliRun.Of("train", _world.Corpus, "--out", _world.Run, "--resume", "--steps", "9").Complaint()
            .ShouldStartWith($"{tokens}: bytes 0 to ");
        Contents().ShouldBe(before);

        string[] Contents() =>
            [.. Directory.GetFiles(_world.Run).Order().Select(path => path + Convert.ToHexString(File.ReadAllBytes(path)))];
    }

    private static void Flip(string path, int fromEnd)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^fromEnd] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
