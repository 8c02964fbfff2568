using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>Corpora of pieces.</summary>
public sealed class PieceCorpusTests : IDisposable
{
    private static readonly TextOptions Pieces = new() { Tokenizer = TokenizerKind.Bpe, Language = TextLanguage.Other };

    private const string Long = " (twice), and again, and again";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_corpus_does_not_depend_on_threads_nor_on_memory()
    {
        PrepareOptions options = Options(Lines(3000)) with { Deduplicate = true, ValidationShare = 0.05 };
        Prepare.Corpus(options with { Threads = 1 }, _temp["one"]);
        Prepare.Corpus(options with { Threads = 3 }, _temp["three"]);
        CorpusBuilder.Build(options with { Threads = 2 }, _temp["small"], wordMemory: 1, TestContext.Current.CancellationToken);
        foreach (string name in (string[])["vocabulary.txt", .. Parts.FileNames, "corpus.json"])
        {
            byte[] bytes = File.ReadAllBytes(_temp[$"one/{name}"]);
            File.ReadAllBytes(_temp[$"three/{name}"]).ShouldBe(bytes, name);
            File.ReadAllBytes(_temp[$"small/{name}"]).ShouldBe(bytes, name);
        }
    }

    [Theory]
    [InlineData(TokenizerKind.Bpe)]
    [InlineData(TokenizerKind.Characters)]
    public void Sentences_of_a_corpus_are_the_lines_of_its_text(TokenizerKind kind)
    {
        string[] lines = Lines(400);
        PrepareOptions options = Options(lines) with { Text = Pieces with { Tokenizer = kind }, MinimumWords = 1, MaximumWords = 1000 };
        CorpusInfo info = Prepare.Corpus(options, _temp["corpus"]);
        using Corpus corpus = Corpus.Open(_temp["corpus"]);
        SentenceCodec codec = new(corpus.Vocabulary, info.Text);
        Texts(corpus.Train, codec).Concat(Texts(corpus.Test, codec)).Order(StringComparer.Ordinal)
            .ShouldBe(lines.Order(StringComparer.Ordinal));
        info.Counts.UnknownWords.ShouldBe(0);
        info.Counts.Test.ShouldBeGreaterThan(10);
        info.Text.LowerCase.ShouldBeFalse();
    }

    [Fact]
    public void Lines_of_a_page_are_joined_in_prose()
    {
        const string page = "One  sentence that is\r\n   broken over lines. Next one.\n\n漢字、\n続く。That\nends it.\n";
        string path = _temp.Write("page.txt", page);
        PrepareOptions options = Options([]) with
        {
            Inputs = [path],
            Format = TextFormat.Prose,
            TestShare = 0,
            MinimumWords = 1,
            MaximumWords = 1000,
        };
        Prepare.Corpus(options, _temp["corpus"]);
        using Corpus corpus = Corpus.Open(_temp["corpus"]);
        Texts(corpus.Train, new SentenceCodec(corpus.Vocabulary, Pieces))
            .ShouldBe(["One  sentence that is broken over lines.", "Next one.", "漢字、続く。", "That ends it."], ignoreOrder: true);
    }

    [Fact]
    public void Lengths_are_counted_in_pieces()
    {
        PrepareOptions options = Options(Lines(800)) with { MinimumWords = 6, MaximumWords = 12 };
        CorpusInfo info = Prepare.Corpus(options, _temp["corpus"]);
        using Corpus corpus = Corpus.Open(_temp["corpus"]);
        for (long i = 0; i < corpus.Train.Count; i++)
            corpus.Train.Length(i).ShouldBeInRange(6, 12);
        info.Counts.Dropped.TooFewWords.ShouldBeGreaterThan(0);
        info.Counts.Dropped.TooManyWords.ShouldBeGreaterThan(0);
        (info.Counts.Kept + info.Counts.Dropped.TooFewWords + info.Counts.Dropped.TooManyWords).ShouldBe(info.Counts.Read);
    }

    [Fact]
    public void Held_out_sentences_teach_no_piece()
    {
        string test = _temp.Write("test.txt", string.Concat(Enumerable.Repeat("xyzzyxyzzy xyzzyxyzzy\n", 50)));
        PrepareOptions options = Options(Lines(400)) with { TestInputs = [test], MinimumWords = 1, MaximumWords = 100 };
        Prepare.Corpus(options, _temp["corpus"]);
        using Corpus corpus = Corpus.Open(_temp["corpus"]);
        corpus.Vocabulary.Words.ShouldNotContain(piece => piece.Contains("xy", StringComparison.Ordinal));
        corpus.Test.Count.ShouldBe(50);
    }

    [Fact]
    public void Fewer_pieces_than_bytes_are_refused()
    {
        Prepare.Refusal(Options(Lines(10)) with { VocabularySize = 255 }, _temp).ShouldContain("a piece for each byte");
        Should.Throw<ArgumentOutOfRangeException>(() => Reprise.Training.TrainingData.From(Lines(10), Pieces, vocabularySize: 255));
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_told_in_what_they_count()
    {
        PrepareOptions options = Options(Lines(10)) with { MaximumWords = 7, MinimumWords = 7 };
        TextOptions characters = Pieces with { Tokenizer = TokenizerKind.Characters };
        Prepare.Refusal(options with { Text = characters }, _temp).ShouldContain("fewer than 7 characters");
    }

    [Fact]
    public void Sentences_in_memory_are_those_of_a_folder()
    {
        string[] lines = Lines(500);
        Prepare.Corpus(Options(lines) with { MinimumWords = 1, MaximumWords = 1000 }, _temp["corpus"]);
        using Corpus corpus = Corpus.Open(_temp["corpus"]);
        Reprise.Training.TrainingData data = Reprise.Training.TrainingData.From(lines, Pieces, vocabularySize: 400);
        data.Vocabulary.Hash.ShouldBe(corpus.Vocabulary.Hash);
        data.Train.Count.ShouldBe(corpus.Train.Count);
        data.Test!.Count.ShouldBe(corpus.Test.Count);
    }

    private PrepareOptions Options(string[] lines) => new()
    {
        Inputs = [_temp.Write("text.txt", string.Join('\n', lines))],
        Format = TextFormat.Lines,
        Text = Pieces,
        VocabularySize = 400,
        MinimumWords = 2,
        MaximumWords = 60,
    };

    private static IEnumerable<string> Texts(ISentences sentences, SentenceCodec codec)
    {
        int[] ids = new int[1000];
        for (long i = 0; i < sentences.Count; i++)
        {
            int length = sentences.Length(i);
            sentences.Read(i, ids);
            yield return codec.Decode(ids.AsSpan(0, length));
        }
    }

    private static string[] Lines(int count)
    {
        string[] subjects =
            ["the old cat", "Der große Hund", "ไม่มีใคร", "三毛猫", "Büyük köpek",
             "👩‍🚀 Anna", "var x", "고양이가"];
        string[] verbs = [" sees ", " hört ", "  ", "は見る。", "'ll not see ", " += ", "; ", " 看到了"];
        Random random = new(11);
        return [.. Enumerable.Range(0, count).Select(i =>
            $"{(i % 5 == 0 ? "\t  " : "")}{subjects[random.Next(8)]}{verbs[random.Next(8)]}{subjects[random.Next(8)]} "
                + random.Next(200) + (i % 7 == 0 ? Long : i % 11 == 0 ? ".\u3000 " : "."))];
    }
}
