using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Reprise.Formats;
using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Tests.Text;

public sealed class CorpusTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_corpus_holds_the_sentences_of_its_text()
    {
        CorpusInfo info = CatsAndDogs();
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Vocabulary.Words.ShouldBe(["<unk>", "<bos>", "<eos>", "the", ".", "mat", "on", "sat", "cat", "dog"]);
        Sentences(corpus.Train, corpus.Vocabulary)
            .ShouldBe(["the cat sat on the mat .", "the dog sat on the mat .", "the cat sat on the mat ."]);
        (info.Counts.Read, info.Counts.Kept, info.Counts.Distinct, info.Counts.Dropped.TooFewWords).ShouldBe((4, 3, 2, 1));
    }

    [Fact]
    public void A_corpus_that_holds_nothing_out_has_no_test_sentence_and_no_validation()
    {
        CatsAndDogs();
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Test.Count.ShouldBe(0);
        corpus.Validation.ShouldBeNull();
    }

    [Fact]
    public void A_corpus_describes_its_making_and_its_files()
    {
        CorpusInfo info = CatsAndDogs();
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Info.Hash.ShouldBe(info.Hash);
        corpus.Info.Text.ShouldBe(new TextOptions { Language = TextLanguage.English });
        foreach (CorpusFile file in info.Files)
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[$"corpus/{file.Name}"]))).ShouldBe(file.Sha256);
    }

    [Fact]
    public void Nothing_temporary_is_left_beside_a_corpus()
    {
        CatsAndDogs();
        TempFolder.NamesIn(_folder["corpus"]).ShouldBe(["corpus.json", "test.safetensors", "train.safetensors", "vocabulary.txt"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_bytes_do_not_depend_on_threads_nor_on_memory(bool deduplicate)
    {
        string text = _folder.Write("a.txt", Book(sentences: 60_000, words: 4000));
        PrepareOptions options = new()
        {
            Inputs = [text], Format = TextFormat.Prose, VocabularySize = 1500, ValidationShare = 0.05, Deduplicate = deduplicate,
        };
        CorpusInfo one = Prepare.Corpus(options with { Threads = 1 }, _folder["1"]);
        CorpusInfo two = Prepare.Corpus(options with { Threads = 2 }, _folder["2"]);
        // Counts go to disk.
        CorpusInfo three = CorpusBuilder.Build(
            options with { Threads = 3 }, _folder["3"], wordMemory: 3 * 60_000, TestContext.Current.CancellationToken);
        foreach (string name in one.Files.Select(f => f.Name).Append("corpus.json"))
        {
            File.ReadAllBytes(_folder[$"2/{name}"]).ShouldBe(File.ReadAllBytes(_folder[$"1/{name}"]), name);
            File.ReadAllBytes(_folder[$"3/{name}"]).ShouldBe(File.ReadAllBytes(_folder[$"1/{name}"]), name);
        }

        (two.Hash, three.Hash).ShouldBe((one.Hash, one.Hash));
    }

    [Fact]
    public void Wide_ids_are_used_for_a_large_vocabulary()
    {
        StringBuilder text = new();
        for (int i = 0; i < 70_000; i += 5)
            text.Append($"w{i} w{i + 1} w{i + 2} w{i + 3} w{i + 4}\n");
        Prepare.Corpus(
            new PrepareOptions { Inputs = [_folder.Write("a.txt", text.ToString())], VocabularySize = 100_000, TestShare = 0 },
            _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Vocabulary.Count.ShouldBe(70_003);
        using (SafeTensors file = SafeTensors.Open(_folder["corpus/train.safetensors"]))
            file["tokens"].Type.ShouldBe(TensorType.U32);
        Sentences(corpus.Train, corpus.Vocabulary).Count().ShouldBe(14_000);
        Sentences(corpus.Train, corpus.Vocabulary).ShouldAllBe(s => s.Split(' ').Length == 5);
    }

    [Theory]
    [InlineData(7, 1, 300)]
    [InlineData(1000, 1, 100)]
    [InlineData(1000, 3, 100)]
    [InlineData(1000, 3, 6400)]
    public void Copies_are_found_in_shards_as_in_one(int distinct, int threads, int atOnce)
    {
        IEnumerable<ulong> numbers = Enumerable.Range(0, 3000).Select(i => (ulong)(i * 31 % distinct));
        SentenceHash[] hashes = [.. numbers.Select(i => new SentenceHash(i, SplitHash.Combine(1, i)))];
        using SafeFileHandle file = File.OpenHandle(_folder.Write("hashes", MemoryMarshal.AsBytes<SentenceHash>(hashes).ToArray()));
        Duplicates found = Duplicates.Find(
            new Duplicates.HashFile(file, hashes.Length), [], threads, TestContext.Current.CancellationToken, atOnce);
        HashSet<SentenceHash> seen = [];
        for (int i = 0; i < hashes.Length; i++)
            found.Contains(i).ShouldBe(!seen.Add(hashes[i]), $"entry {i}");
        found.Count.ShouldBe(hashes.Length - distinct);
    }

    [Fact]
    public void A_corpus_that_was_tampered_with_is_refused()
    {
        string text = _folder.Write("a.txt", Book(sentences: 200, words: 50));
        PrepareOptions options = new() { Inputs = [text], Format = TextFormat.Prose };
        string corpus = _folder["corpus"];
        Damaged(
            "vocabulary.txt", bytes => bytes.AsSpan().Replace((byte)'w', (byte)'W'),
            "is not the vocabulary that this corpus was made with");
        Damaged("train.safetensors", bytes => Array.Resize(ref bytes, bytes.Length - 1), "expected", resize: true);
        Damaged("corpus.json", bytes => bytes[0] = (byte)'x', "not sound JSON");
        Damaged("corpus.json", bytes => bytes.AsSpan().Replace((byte)'/', (byte)'!'), "/3\", found \"reprise-corpus!3\"");
        Damaged("train.safetensors", bytes => bytes[^1] ^= 1, "train.safetensors: bytes 0 to ");
        Damaged("train.safetensors", bytes => bytes[200] ^= 1, "changed or damaged since it was written (SHA-256 expected ");
        Damaged("train.safetensors", bytes => bytes.AsSpan(bytes.Length - 2).Fill(0xFF), "holds the id 65535", withSums: false);
        Damaged("train.safetensors", bytes => (bytes[^2], bytes[^1]) = (2, 0), "holds the id 2, which stands at the ends", withSums: false);
        Damaged("train.safetensors", bytes => (bytes[^2], bytes[^1]) = (1, 0), "holds the id 1, which", withSums: false);

        void Damaged(string name, Action<byte[]> damage, string message, bool resize = false, bool withSums = true)
        {
            Prepare.Corpus(options with { Overwrite = true }, corpus);
            if (!withSums)
                WithoutChunks(corpus);
            byte[] bytes = File.ReadAllBytes(Path.Combine(corpus, name));
            damage(bytes);
            File.WriteAllBytes(Path.Combine(corpus, name), resize ? bytes[..^1] : bytes);
            Should.Throw<InputException>(() =>
            {
                using Corpus opened = Corpus.Open(corpus);
                _ = Sentences(opened.Train, opened.Vocabulary).Count();
            }).Message.ShouldContain(message);
        }
    }

    [Theory]
    [InlineData("\"train\": ", "\"train\": -", "counts.train is negative")]
    [InlineData("\"tooLong\": ", "\"tooLong\": -1", "counts.dropped.tooLong is negative")]
    [InlineData("\"files\": [", "\"files\": [null, ", "files[0] is null")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"0", "sha256 is \"0")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"0a\", \"was\": \"", "sha256 is \"0a\"; expected 64 hexadecimal digits")]
    [InlineData(
        "\"train.safetensors\"",
        "\"../train.safetensors\"",
        "name is \"../train.safetensors\"; expected vocabulary.txt, train.safetensors")]
    [InlineData("\"warnings\": []", "\"warnings\": [null]", "inputs or warnings hold null")]
    [InlineData("\"decided\": \"given\"", "\"decided\": 1", "not sound JSON")]
    [InlineData("\"tokenizer\": \"penn\"", "\"tokenizer\": 7", "not sound JSON")]
    [InlineData("\"reprise-corpus/3\"", "\"\\ud800\"", "not sound JSON")]
    public void An_unsound_corpus_json_is_one_clear_line(string part, string instead, string message)
    {
        Prepare.Corpus(
            new PrepareOptions { Inputs = [_folder.Write("a.txt", Book(100, 50))], Format = TextFormat.Prose }, _folder["corpus"]);
        string text = File.ReadAllText(_folder["corpus/corpus.json"]);
        text.ShouldContain(part);
        File.WriteAllText(_folder["corpus/corpus.json"], text.Replace(part, instead));
        string error = Should.Throw<InputException>(() => Corpus.Open(_folder["corpus"])).Message;
        error.ShouldStartWith(_folder["corpus/corpus.json"]);
        error.ShouldContain(message);
        error.ShouldNotContain('\n');
    }

    [Fact]
    public void A_corpus_of_version_2_is_read()
    {
        string text = _folder.Write("a.txt", Book(100, 50));
        Prepare.Corpus(new PrepareOptions { Inputs = [text], Format = TextFormat.Prose }, _folder["corpus"]);
        string path = _folder["corpus/corpus.json"], json = File.ReadAllText(path);
        json.ShouldNotContain("InTraining"); // nor any other field that version 2 lacks
        json.ShouldNotContain("testInputs");
        File.WriteAllText(path, json.Replace("reprise-corpus/3", "reprise-corpus/2"));
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        (corpus.Info.Format, corpus.Info.Settings.TestInputs, corpus.Info.Counts.TestInTraining).ShouldBe(("reprise-corpus/2", null, null));
    }

    [Fact]
    public void A_corpus_of_version_1_is_read()
    {
        string text = _folder.Write("a.txt", Book(100, 50));
        Prepare.Corpus(new PrepareOptions { Inputs = [text], Format = TextFormat.Prose }, _folder["corpus"]);
        JsonObject json = JsonNode.Parse(File.ReadAllText(_folder["corpus/corpus.json"]))!.AsObject();
        json["inputs"]!.ToJsonString().ShouldBe("""[{"format":"prose","decided":"given","files":1}]""");
        json.Remove("inputs");
        json.Remove("warnings");
        json["format"] = "reprise-corpus/1";
        File.WriteAllText(_folder["corpus/corpus.json"], json.ToJsonString());
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        (corpus.Info.Format, corpus.Info.Inputs.Count, corpus.Info.Warnings.Count).ShouldBe(("reprise-corpus/1", 0, 0));
    }

    [Fact]
    public void Missing_parts_are_named()
    {
        Should.Throw<InputException>(() => Corpus.Open(_folder["none"])).Message.ShouldContain("no such folder");
        Should.Throw<InputException>(() => Corpus.Open(_folder.Path)).Message.ShouldContain("corpus.json is missing");
        Prepare.Corpus(
            new PrepareOptions { Inputs = [_folder.Write("a.txt", Book(100, 50))], Format = TextFormat.Prose }, _folder["corpus"]);
        File.Delete(_folder["corpus/test.safetensors"]);
        Should.Throw<InputException>(() => Corpus.Open(_folder["corpus"])).Message.ShouldContain("test.safetensors is missing");
    }

    [Fact]
    public void Sentences_in_memory_read_like_those_on_disk()
    {
        SentenceList list = new([[3, 4], [5]]);
        list.Add(6, 7, 8);
        int[] words = new int[3];
        (list.Count, list.Length(2), list.Read(0, words)).ShouldBe((3, 3, 2));
        words[..2].ShouldBe([3, 4]);
        Should.Throw<ArgumentException>(() => list.Add());
    }

    /// <summary>Makes a corpus one of those that were written before chunks had checksums.</summary>
    internal static void WithoutChunks(string corpus)
    {
        string path = Path.Combine(corpus, "corpus.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        foreach (JsonNode? file in json["files"]!.AsArray())
            file!.AsObject().Remove("chunks");
        File.WriteAllText(path, json.ToJsonString());
    }

    internal static IEnumerable<string> Sentences(ISentences sentences, Vocabulary vocabulary)
    {
        int[] words = new int[1000];
        for (long i = 0; i < sentences.Count; i++)
        {
            int length = sentences.Read(i, words);
            length.ShouldBe(sentences.Length(i));
            yield return string.Join(' ', words[..length].Select(w => vocabulary[w]));
        }
    }

    /// <summary>Paragraphs of made-up sentences with a few frequent words and many rare ones, some short, some long, some copies.</summary>
    private CorpusInfo CatsAndDogs()
    {
        string text = _folder.Write("a.txt", "The cat sat on the mat .\nToo short\nThe dog sat on the mat .\nThe cat sat on the mat .\n");
        return Prepare.Corpus(new PrepareOptions { Inputs = [text], TestShare = 0 }, _folder["corpus"]);
    }

    internal static string Book(int sentences, int words)
    {
        Random random = new(5);
        StringBuilder book = new();
        string previous = "";
        for (int i = 0; i < sentences; i++)
        {
            if (i % 17 != 3)
                previous = "The " + string.Join(
                    ' ', Enumerable.Range(0, 2 + random.Next(14)).Select(_ => $"w{(int)(words * Math.Pow(random.NextDouble(), 3))}")) + ".";
            book.Append(previous).Append(i % 5 == 4 ? "\n\n" : i % 3 == 0 ? "\n" : " ");
        }

        return book.ToString();
    }
}
