using System.IO.Compression;
using System.Text;
using Reprise.Model;
using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Tests.Text;

public sealed class BytePairsTests
{
    private static readonly TextOptions Pieces = new() { Tokenizer = TokenizerKind.Bpe };

    private const string English = """
        The old cat sees the dog in the garden, and the dog doesn't see the cat. They're older than the oldest tree: it'll be a hundred
        years old on 24 December 2031. Banana bandana; a man, a plan, a canal.  Two  spaces, three   of them. aaaa aaaaaaaa aaa aa
        """;

    private const string Mixed = """
        Der Hund hört die Vögel über dem größten Fluß. Çok güzel bir gün, değil mi?
        Это старый дом, а это новый дом. 漢字と仮名の文です。
        ไม่เป็นไร สวัสดีครับ कुत्ता बगीचे में है।
        القط في الحديقة 고양이가 정원에 있다 👩‍👩‍👧 👍🏽 🇨🇭 e\u0301 é
        """;

    private const string Code = """
        for (int i = 0; i < count; i++) { sum += values[i]; } // the sum
        2031-12-24T10:30:59.123Z ERROR [worker-7] job=42 took 1234ms at http://example.org/a/b?c=d&e=f
        """;

    public static TheoryData<string> Texts => [English, Mixed, Code];

    [Theory, MemberData(nameof(Texts))]
    public void Pieces_are_those_of_the_definition(string text)
    {
        Dictionary<string, long> counts = Counts(text);
        NaiveBytePairs naive = new(counts, 400, new string(ByteCharacters.All));
        IReadOnlyList<string> pieces = BytePairLearner.Learn(Counted(counts), 400);
        pieces.ShouldBe(naive.Pieces);
        pieces.Count.ShouldBeGreaterThan(260);
        BytePairs pairs = new(new Vocabulary(pieces));
        for (int merge = 0; merge < naive.Merges.Count; merge++)
            pairs.PairOf(Vocabulary.SpecialTokens + ByteCharacters.Count + merge).ShouldBe(naive.Merges[merge]);
    }

    [Theory, MemberData(nameof(Texts))]
    public void Words_are_merged_as_by_the_list_of_pairs(string text)
    {
        Dictionary<string, long> counts = Counts(text);
        Vocabulary vocabulary = new(BytePairLearner.Learn(Counted(counts), 330));
        NaiveBytePairs naive = new(counts, 330, new string(ByteCharacters.All));
        BytePairs pairs = new(vocabulary);
        foreach (string word in Counts(English + Mixed + Code).Keys)
        {
            int[] ids = new int[BytePairs.MostPieces(word.Length)];
            ids = ids[..pairs.Encode(word, ids)];
            ids.Select(id => vocabulary[id]).ShouldBe(naive.Encode(InCharacters(word)), word);
        }
    }

    public static TheoryData<TokenizerKind> Kinds => [TokenizerKind.Bpe, TokenizerKind.Characters];

    [Theory, MemberData(nameof(Kinds))]
    public void Any_text_comes_back_byte_for_byte(TokenizerKind kind)
    {
        TextOptions options = new() { Tokenizer = kind };
        Dictionary<string, long> counts = Counts(English + Mixed + Code, options);
        SentenceCodec codec = new(new Vocabulary(BytePairLearner.Learn(Counted(counts), 500)), options);
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomText(random);
            int[] ids = codec.Encode(text);
            codec.Decode(ids).ShouldBe(text);
            ids.ShouldAllBe(id => id >= Vocabulary.SpecialTokens);
            string.Concat(Tokenizer.Tokenize(text, options)).ShouldBe(text);
        }

        string[] special = ["", " ", "\0", "\r\n", "<unk>", "<bos> <eos>", "\uFEFFa", new string('x', 1000), English, Mixed, Code];
        foreach (string text in special)
            codec.Decode(codec.Encode(text)).ShouldBe(text);
    }

    [Theory]
    [InlineData("novels")]
    [InlineData("ptb")]
    [InlineData("multi30k")]
    public void Every_line_of_the_corpora_comes_back_byte_for_byte(string corpus)
    {
        string? corpora = Environment.GetEnvironmentVariable("REPRISE_CORPORA");
        string folder = Path.Combine(corpora ?? "", corpus);
        Assert.SkipUnless(corpora is not null && Directory.Exists(folder), $"REPRISE_CORPORA is not set to a folder with {corpus}");
        SentenceCodec codec = new(new Vocabulary(BytePairLearner.Learn(Counted(Counts(English + Mixed)), 500)), Pieces);
        string[] files = Directory.GetFiles(folder, "*.gz");
        files.ShouldNotBeEmpty();
        Parallel.ForEach(files, file =>
        {
            using StreamReader reader = new(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                if (codec.Decode(codec.Encode(line)) != line)
                    Assert.Fail($"{file}: {line}");
            }
        });
    }

    [Fact]
    public void A_lone_surrogate_is_no_text_and_becomes_the_replacement_character()
    {
        SentenceCodec codec = new(new Vocabulary(BytePairLearner.Learn([], 256)), Pieces);
        codec.Decode(codec.Encode("a\uD83Db\uDE00")).ShouldBe("a\uFFFDb\uFFFD");
    }

    [Theory]
    [InlineData("the cat's 42 dogs...", "the| cat|'s| 42| dogs|...")]
    [InlineData("it'll  do,  they've", "it|'ll| | do|,| | they|'ve")]
    [InlineData("a\n\n b\t", "a|\n\n| b|\t")]
    [InlineData("  x  ", " | x|  ")]
    [InlineData("e\u0301te\u0301 कुत्ता ไม่", "e\u0301te\u0301| कुत्ता| ไม่")]
    [InlineData("𝒜𝒷 🙂🙂a", "𝒜𝒷| 🙂🙂|a")]
    [InlineData("<a href=\"b\">", "<|a| href|=\"|b|\">")]
    public void Text_is_cut_as_GPT_2_cuts_it_but_for_marks(string text, string expected) =>
        Tokenizer.Tokenize(text, Pieces).ShouldBe(expected.Split('|'));

    [Fact]
    public void A_long_run_is_cut_after_64_characters()
    {
        Tokenizer.Tokenize(new string('a', 130), Pieces).Select(part => part.Length).ShouldBe([64, 64, 2]);
        Tokenizer.Tokenize(string.Concat(Enumerable.Repeat("𝒜", 70)), Pieces).Select(part => part.Length).ShouldBe([64, 64, 12]);
    }

    [Fact]
    public void Letters_are_lower_case_only_if_that_is_asked_for()
    {
        Pieces.LowerCase.ShouldBeFalse();
        new TextOptions().LowerCase.ShouldBeTrue();
        Tokenizer.Tokenize("The ÄÖÜ Σ", Pieces with { LowerCase = true }).ShouldBe(["the", " äöü", " σ"]);
    }

    [Fact]
    public void Words_of_pieces_are_dropped_whole()
    {
        Vocabulary vocabulary = new(BytePairLearner.Learn([], 256));
        SentenceCodec codec = new(vocabulary, Pieces);
        WordBorders borders = new(vocabulary);
        Batch batch = new();
        const string text = "one two, naïve 42 three";
        for (int sentence = 0; sentence < 200; sentence++)
            batch.Add(codec.Encode(text), sentence);
        batch.Pack();
        WordDrop.Apply(batch, 0.5, WordDropKind.Unknown, seed: 3, step: 0, borders);
        (int Start, int Length)[] words = [(0, 3), (4, 3), (9, 6), (16, 2), (19, 5)];
        int dropped = 0;
        for (int b = 0; b < batch.Count; b++)
        {
            foreach ((int start, int length) in words)
            {
                bool[] drops = [.. Enumerable.Range(start, length).Select(t => Input(b, t) == Vocabulary.Unknown)];
                drops.Distinct().Count().ShouldBe(1);
                dropped += drops[0] ? 1 : 0;
            }
        }

        (dropped / 1000.0).ShouldBe(0.5, 0.05);

        int Input(int b, int t) => batch.Inputs[batch.DecoderSteps.Start(t + 1) + b];
    }

    [Fact]
    public void A_text_that_spells_a_special_token_does_not_make_a_piece_of_it()
    {
        Dictionary<string, long> counts = new() { ["<unk>"] = 100, ["<eos>"] = 100 };
        IReadOnlyList<string> pieces = BytePairLearner.Learn(Counted(counts), 300);
        pieces.ShouldNotContain("<unk>");
        SentenceCodec codec = new(new Vocabulary(pieces), Pieces);
        codec.Decode(codec.Encode("a<unk>b<eos>c")).ShouldBe("a<unk>b<eos>c");
    }

    [Fact]
    public void A_vocabulary_that_lacks_a_byte_or_has_a_foreign_piece_is_refused()
    {
        Should.Throw<InputException>(() => new SentenceCodec(new Vocabulary(["the", "cat"]), Pieces)).Message
            .ShouldContain("no piece for byte 0");
        Vocabulary foreign = new([.. BytePairLearner.Learn([], 256), "漢"]);
        Should.Throw<InputException>(() => new SentenceCodec(foreign, Pieces)).Message.ShouldContain("\"漢\" has a character");
    }

    internal static string RandomText(Random random)
    {
        StringBuilder text = new();
        for (int length = random.Next(1, 40); length > 0; length--)
        {
            int value = random.Next(6) switch
            {
                0 => random.Next(0x20, 0x7F),
                1 => random.Next(0, 0x20),
                2 => " \t\n\r\u0085\u00A0\u2028\u3000'"[random.Next(9)],
                3 => random.Next(0x80, 0x800),
                4 => random.Next(0x800, 0x10000),
                _ => random.Next(0x10000, 0x110000),
            };
            if (Rune.IsValid(value))
                text.Append(new Rune(value));
        }

        return text.ToString();
    }

    private static Dictionary<string, long> Counts(string text, TextOptions? options = null) =>
        Tokenizer.Tokenize(text, options ?? Pieces).CountBy(word => word).ToDictionary(word => word.Key, word => (long)word.Value);

    private static IEnumerable<CountedWord> Counted(Dictionary<string, long> counts) =>
        counts.Select(word => new CountedWord(word.Key, word.Value)).Order(Comparer<CountedWord>.Create(CountedWord.MostFrequentFirst));

    private static string InCharacters(string word) =>
        string.Concat(Encoding.UTF8.GetBytes(word).Select(ByteCharacters.Of));
}
