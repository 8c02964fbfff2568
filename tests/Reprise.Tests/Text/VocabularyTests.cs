using System.Text;
using Reprise.Text;

namespace Reprise.Tests.Text;

public sealed class VocabularyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_has_the_special_tokens_and_then_a_word_a_line()
    {
        new Vocabulary(["the", "café", "."]).Save(_folder["vocabulary.txt"]);
        File.ReadAllBytes(_folder["vocabulary.txt"]).ShouldBe("<unk>\n<bos>\n<eos>\nthe\ncafé\n.\n"u8.ToArray());
    }

    [Fact]
    public void A_vocabulary_comes_back_from_its_file()
    {
        Vocabulary vocabulary = new(["the", "café", "."]);
        vocabulary.Save(_folder["vocabulary.txt"]);
        Vocabulary loaded = Vocabulary.Load(_folder["vocabulary.txt"]);
        loaded.Words.ShouldBe(vocabulary.Words);
        loaded.Hash.ShouldBe(vocabulary.Hash);
    }

    [Fact]
    public void Words_have_the_numbers_of_their_lines()
    {
        Vocabulary vocabulary = new(["the", "café", "."]);
        vocabulary.Count.ShouldBe(6);
        vocabulary.IdOf("café").ShouldBe(4);
        vocabulary[4].ShouldBe("café");
        vocabulary.IdOf("tea").ShouldBe(Vocabulary.Unknown);
        vocabulary.TryGetId("the", out int id).ShouldBeTrue();
        id.ShouldBe(3);
    }

    [Theory]
    [InlineData("<unk>")]
    [InlineData("<bos>")]
    [InlineData("<eos>")]
    public void Text_that_spells_a_special_token_is_an_unknown_word(string word) =>
        new Vocabulary(["a"]).IdOf(word).ShouldBe(Vocabulary.Unknown);

    [Fact]
    public void Looking_up_allocates_nothing_and_finds_every_word()
    {
        string[] words = Enumerable.Range(0, 5000).Select(i => $"w{i * 7919}").ToArray();
        Vocabulary vocabulary = new(words);
        vocabulary.IdOf("warm");
        long before = GC.GetAllocatedBytesForCurrentThread();
        int wrong = 0;
        for (int i = 0; i < words.Length; i++)
            wrong += vocabulary.IdOf(words[i]) == i + 3 ? 0 : 1;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        wrong.ShouldBe(0);
    }

    [Theory]
    [InlineData("<unk>\n<bos>\nthe\n", "line 3: expected <eos>, found \"the\"")]
    [InlineData("<unk>\n<bos>\n", "2 lines; expected <unk>, <bos>, <eos>")]
    [InlineData("", "0 lines")]
    [InlineData("\uFEFF<unk>\n<bos>\n<eos>\n", "byte order mark")]
    [InlineData("<unk>\n<bos>\n<eos>\na\nb\na\n", "line 6: \"a\" stands twice; first in line 4")]
    [InlineData("<unk>\n<bos>\n<eos>\na\n<bos>\n", "line 5: \"<bos>\" stands twice; first in line 2")]
    [InlineData("<unk>\n<bos>\n<eos>\na\n\nb\n", "line 5 is empty")]
    public void A_file_that_is_no_vocabulary_is_refused_with_its_line(string text, string message)
    {
        string path = _folder.Write("vocabulary.txt", text);
        InputException refusal = Should.Throw<InputException>(() => Vocabulary.Load(path));
        refusal.Message.ShouldContain(message);
        refusal.Message.ShouldStartWith(path);
    }

    [Fact]
    public void A_file_of_blank_lines_is_refused_at_the_first()
    {
        string path = _folder.Write("vocabulary.txt", [.. "<unk>\n<bos>\n<eos>\n"u8, .. Enumerable.Repeat((byte)'\n', 1_000_000)]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<InputException>(() => Vocabulary.Load(path)).Message.ShouldBe($"{path}: line 4 is empty; expected one word a line");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_vocabulary_takes_a_few_times_the_memory_of_its_file()
    {
        string words = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"word{i}\n"));
        byte[] text = Encoding.UTF8.GetBytes("<unk>\n<bos>\n<eos>\n" + words);
        string path = _folder.Write("vocabulary.txt", text);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Vocabulary vocabulary = Vocabulary.Load(path);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(5 * text.Length);
        vocabulary.IdOf("word199999").ShouldBe(200_002);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Lines_end_as_on_any_system(string end) =>
        Vocabulary.Load(_folder.Write("v.txt", $"<unk>{end}<bos>{end}<eos>{end}the{end}cat")).Words
            .ShouldBe(["<unk>", "<bos>", "<eos>", "the", "cat"]);

    [Fact]
    public void A_word_longer_than_any_line_of_text_is_refused()
    {
        string path = _folder.Write("v.txt", "<unk>\n<bos>\n<eos>\n" + new string('x', (1 << 21) + 1) + "\n");
        Should.Throw<InputException>(() => Vocabulary.Load(path)).Message.ShouldStartWith($"{path}: line 4 is longer than 1048576 bytes");
    }

    [Fact]
    public void More_words_than_a_vocabulary_may_have_are_refused_before_they_are_read()
    {
        byte[] words = new byte[32_000_002];
        for (int i = 0; i < words.Length; i++)
            words[i] = i % 2 == 0 ? (byte)'a' : (byte)'\n';
        string path = _folder.Write("v.txt", [.. "<unk>\n<bos>\n<eos>\n"u8, .. words]);
        Should.Throw<InputException>(() => Vocabulary.Load(path)).Message
            .ShouldBe($"{path}: more than 16000000 words; a vocabulary has at most that many, one a line");
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Should.Throw<InputException>(() => Vocabulary.Load(_folder.Write("v.txt", [.. "<unk>\n<bos>\n<eos>\n"u8, 0xE9, (byte)'\n'])))
            .Message.ShouldContain("not valid UTF-8");

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<InputException>(() => Vocabulary.Load(_folder["none.txt"])).Message.ShouldContain("no such file");

    [Fact]
    public void A_codec_goes_to_ids_and_back()
    {
        SentenceCodec codec = new(new Vocabulary(["i", "could", "n't", "see", "."]), new TextOptions());
        codec.Encode("I couldn't see it.").ShouldBe([3, 4, 5, 6, 0, 7]);
        codec.Decode([1, 3, 4, 5, 6, 0, 7, 2, 3]).ShouldBe("i couldn't see <unk>.");
        codec.Encode("  ").ShouldBeEmpty();
    }
}
