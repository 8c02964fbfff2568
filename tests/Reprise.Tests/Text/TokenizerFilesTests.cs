using System.Text.Json;
using Microsoft.ML.Tokenizers;
using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Tests.Text;

public sealed class TokenizerFilesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Pieces_come_back_from_the_files()
    {
        Vocabulary vocabulary = Learnt();
        TokenizerFiles.Save(_temp["files"], vocabulary);
        TokenizerFiles.Load(_temp["files"]).Hash.ShouldBe(vocabulary.Hash);
        string[] lines = File.ReadAllLines(_temp["files/merges.txt"]);
        lines[0].ShouldBe("#version: 0.2");
        lines.Length.ShouldBe(1 + vocabulary.Count - Vocabulary.SpecialTokens - 256);
        using JsonDocument ids = JsonDocument.Parse(File.ReadAllBytes(_temp["files/vocab.json"]));
        ids.RootElement.EnumerateObject().Select(piece => piece.Name).ShouldBe(vocabulary.Words);
        ids.RootElement.EnumerateObject().Select((piece, id) => piece.Value.GetInt32() == id).ShouldAllBe(same => same);
    }

    [Fact]
    public void A_corpus_has_the_pieces_of_the_files()
    {
        Vocabulary vocabulary = Learnt();
        TokenizerFiles.Save(_temp["files"], vocabulary);
        PrepareOptions options = new()
        {
            Inputs = [_temp.Write("text.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"the ninth cat hears dog number {i}\n")))],
            Format = TextFormat.Lines,
            Text = new TextOptions { Tokenizer = TokenizerKind.Bpe },
            TokenizerFolder = _temp["files"],
            MaximumWords = 100,
        };
        CorpusInfo info = Prepare.Corpus(options, _temp["corpus"]);
        using Corpus corpus = Corpus.Open(_temp["corpus"]);
        corpus.Vocabulary.Hash.ShouldBe(vocabulary.Hash);
        (info.Settings.VocabularySize + Vocabulary.SpecialTokens).ShouldBe(info.VocabularySize);
        (info.Counts.Train + info.Counts.Test).ShouldBe(60);
        info.Counts.Test.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Another_tool_finds_the_same_pieces_by_the_files()
    {
        Vocabulary vocabulary = Learnt();
        TokenizerFiles.Save(_temp["files"], vocabulary);
        SentenceCodec codec = new(vocabulary, new TextOptions { Tokenizer = TokenizerKind.Bpe });
        BpeTokenizer other = BpeTokenizer.Create(new BpeOptions(_temp["files/vocab.json"], _temp["files/merges.txt"])
        {
            ByteLevel = true,
            PreTokenizer = RobertaPreTokenizer.Instance,
        });
        string[] texts = ["the cat hears the other dog", "The  CAT, isn't  it?", "naïve 漢字 tea\n\n x", "a1b22 ...'s", "then"];
        foreach (string text in texts)
            codec.Encode(text).ShouldBe(other.EncodeToIds(text), text);
    }

    [Theory]
    [InlineData("Ġ t\nĠt h\nh e e\n", "line 4: \"h e e\"; expected two pieces")]
    [InlineData("t he\n", "line 2: \"t he\"; expected two pieces")]
    [InlineData("t h\nt h\n", "line 3: the piece \"th\" is there already")]
    [InlineData("a b\nb c\na bc\n", "line 4: the pairs before it never leave \"a\" beside \"bc\"")]
    [InlineData("< u\n<u n\n<un k\n<unk >\n", "line 5: the piece \"<unk>\" is there already")]
    [InlineData("漢 字\n", "line 2: \"漢 字\"; expected two pieces")]
    [InlineData("\n\n#version: 0.2\n", "line 4: \"#version: 0.2\"; expected two pieces")]
    public void Lines_that_are_no_merges_are_named(string merges, string expected)
    {
        _temp.Write("files/merges.txt", "#version: 0.2\n" + merges);
        Should.Throw<InputException>(() => TokenizerFiles.Load(_temp["files"])).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("# #\nt h\n")]
    [InlineData("\uFEFF#version: 0.2\n# #\nt h\n")]
    [InlineData("\uFEFF# #\r\nt h\r\n")]
    public void A_first_line_is_a_merge_or_the_version(string merges)
    {
        _temp.Write("files/merges.txt", merges);
        TokenizerFiles.Load(_temp["files"]).Words.TakeLast(2).ShouldBe(["##", "th"]);
    }

    [Fact]
    public void Pieces_that_grow_without_end_are_refused()
    {
        string merges = "a a\n", piece = "aa";
        for (int i = 0; i < 10; i++, piece += piece)
            merges += $"{piece} {piece}\n";
        _temp.Write("files/merges.txt", merges);
        Should.Throw<InputException>(() => TokenizerFiles.Load(_temp["files"])).Message.ShouldContain("line 8: a piece of more than 192");
    }

    [Fact]
    public void Files_that_are_none_are_refused()
    {
        Should.Throw<InputException>(() => TokenizerFiles.Load(_temp["none"])).Message.ShouldContain("merges.txt");
        _temp.Write("blank/merges.txt", "\n\r\n");
        Should.Throw<InputException>(() => TokenizerFiles.Load(_temp["blank"])).Message.ShouldContain("is empty; expected merged pairs");
        Should.Throw<InputException>(() => TokenizerFiles.Load(_temp["blank/merges.txt"])).Message.ShouldContain("is a file; expected the");
        _temp.Write("bad/merges.txt", [0xFF, 0xFE, (byte)'\n']);
        Should.Throw<InputException>(() => TokenizerFiles.Load(_temp["bad"])).Message.ShouldContain("not valid UTF-8");
        Should.Throw<InputException>(() => TokenizerFiles.Save(_temp["words"], new Vocabulary(["the", "cat"]))).Message
            .ShouldContain("no piece for byte");
    }

    private static Vocabulary Learnt()
    {
        Dictionary<string, long> counts = Reprise.Text.Tokenizer.Tokenize(
            "the cat hears the other cat, and the other cat hears the ninth dog: 漢字 漢字",
            new TextOptions { Tokenizer = TokenizerKind.Bpe })
            .CountBy(word => word).ToDictionary(word => word.Key, word => (long)word.Value);
        return new Vocabulary(BytePairLearner.Learn(counts.Select(word => new CountedWord(word.Key, word.Value)), 290));
    }
}
