using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>Parts that are files of their own, and vocabularies that count training text alone.</summary>
public sealed class GivenPartsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(96 << 20)]
    [InlineData(40_000)] // counts go to disk, several times
    public void The_vocabulary_counts_the_words_of_training_sentences(long wordMemory)
    {
        string text = _folder.Write("a.txt", Lines(40_000, 900));
        PrepareOptions options = new()
        {
            Inputs = [text], Format = TextFormat.Lines, MinimumWords = 1, VocabularySize = 600, MaximumUnknownShare = 1, TestShare = 0.3,
            ValidationShare = 0.2, Threads = 2,
        };
        CorpusInfo info = CorpusBuilder.Build(options, _folder["corpus"], wordMemory, TestContext.Current.CancellationToken);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);

        // The sentences keep the order of the text, so the words of the training ones are known, unknown words too.
        long[] counts = new long[corpus.Vocabulary.Count];
        for (long i = 0; i < corpus.Train.Count; i++)
        {
            foreach (int id in corpus.Train.WordsAt(i))
                counts[id]++;
        }

        corpus.Vocabulary.Count.ShouldBe(603);
        counts.Skip(3).ShouldBe(counts.Skip(3).OrderDescending(), "the most frequent words of the training part come first");
        counts[^1].ShouldBeGreaterThan(0);
        info.Counts.DifferentWords.ShouldBeGreaterThan(600);
        info.Counts.Test.ShouldBeInRange(8_000, 16_000);
    }

    [Fact]
    public void A_word_of_held_out_sentences_alone_is_unknown()
    {
        string text = _folder.Write("a.txt", string.Concat(Enumerable.Range(0, 400).Select(i => $"the cat sees word{i} here\n")));
        CorpusInfo info = Prepare.Corpus(
            new PrepareOptions { Inputs = [text], Format = TextFormat.Lines, TestShare = 0.3, MaximumUnknownShare = 0.3 },
            _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Test.Count.ShouldBeInRange(80, 160);
        corpus.Vocabulary.Count.ShouldBe(3 + 4 + (int)corpus.Train.Count);
        CorpusTests.Sentences(corpus.Test, corpus.Vocabulary).ShouldAllBe(sentence => sentence == "the cat sees <unk> here");
        (info.Counts.DifferentWords, info.Counts.UnknownWords).ShouldBe((4 + corpus.Train.Count, corpus.Test.Count));
    }

    [Fact]
    public void Sentences_that_differ_in_rare_words_alone_are_in_one_part()
    {
        string[] frames = [.. Enumerable.Range(0, 40).Select(i => $"w{i % 8} w{i / 8} said")];
        string text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"{frames[i % 40]} rare{i} then left\n"));
        PrepareOptions options = new()
        {
            Inputs = [_folder.Write("a.txt", text)], Format = TextFormat.Lines, VocabularySize = 11, TestShare = 0.4,
        };
        Prepare.Corpus(options, _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        HashSet<string> train = [.. CorpusTests.Sentences(corpus.Train, corpus.Vocabulary)];
        HashSet<string> test = [.. CorpusTests.Sentences(corpus.Test, corpus.Vocabulary)];
        (train.Count + test.Count).ShouldBe(40);
        test.Count.ShouldBeInRange(5, 30);
    }

    [Fact]
    public void A_given_part_is_the_file_in_its_order()
    {
        Prepare.Corpus(Given(), _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        CorpusTests.Sentences(corpus.Train, corpus.Vocabulary).ShouldBe(["a cat sees a dog", "a dog sees a cat", "a cat sees a dog"]);
        CorpusTests.Sentences(corpus.Test, corpus.Vocabulary).ShouldBe(["a cat sees a dog", "a <unk> sees a <unk>", "a cat sees a dog"]);
        CorpusTests.Sentences(corpus.Validation!, corpus.Vocabulary).ShouldBe(["a dog sees a <unk>"]);
        corpus.Vocabulary.Words.Skip(3).ShouldBe(["a", "cat", "dog", "sees"]); // "wolf" and "fox" stand in given parts alone
    }

    [Fact]
    public void A_corpus_says_which_files_gave_its_parts()
    {
        PrepareOptions options = Given();
        CorpusInfo info = Prepare.Corpus(options, _folder["corpus"]);
        info.Settings.TestInputs.ShouldBe(options.TestInputs);
        info.Settings.ValidationInputs.ShouldBe(options.ValidationInputs);
        (info.Settings.TestShare, info.Settings.ValidationShare).ShouldBe((0, 0));
        info.Inputs.Select(input => (input.Files, input.Part)).ShouldBe([(1, null), (1, "test"), (1, "validation")]);
        CorpusInfo loaded = CorpusInfo.Load(_folder["corpus"]);
        (loaded.Settings.TestInputs!.Count, loaded.Counts.TestInTraining).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData(false, 3, 7, 0)]
    [InlineData(true, 1, 5, 2)]
    public void Sentences_of_a_given_part_that_stand_in_the_training_text_are_counted_and_left_out_there(
        bool deduplicate, long train, long kept, long dropped)
    {
        CorpusInfo info = Prepare.Corpus(Given() with { Deduplicate = deduplicate }, _folder["corpus"]);
        CorpusCounts counts = info.Counts;
        (counts.TestInTraining, counts.ValidationInTraining).ShouldBe((2, 0)); // one sentence, which stands twice in the part
        (counts.Train, counts.Test, counts.Validation).ShouldBe((train, 3, 1), "a given part stays whole");
        (counts.Kept, counts.Dropped.Duplicates, counts.Distinct).ShouldBe((kept, dropped, 4));
        counts.Read.ShouldBe(counts.Kept + counts.Dropped.Total);
    }

    [Fact]
    public void A_corpus_of_given_parts_does_not_depend_on_threads()
    {
        PrepareOptions options = new()
        {
            Inputs = [_folder.Write("a.txt", Lines(9_000, 300))], TestInputs = [_folder.Write("b.txt", Lines(3_000, 350))],
            Format = TextFormat.Lines, MinimumWords = 1, MaximumUnknownShare = 1, VocabularySize = 200, ValidationShare = 0.1,
            Deduplicate = true,
        };
        CorpusInfo one = Prepare.Corpus(options with { Threads = 1 }, _folder["1"]);
        CorpusInfo three = CorpusBuilder.Build(
            options with { Threads = 3 }, _folder["3"], wordMemory: 30_000, TestContext.Current.CancellationToken);
        three.Hash.ShouldBe(one.Hash);
        three.Counts.ShouldBe(one.Counts);
        one.Counts.TestInTraining!.Value.ShouldBeInRange(10, 2_990);
        using Corpus corpus = Corpus.Open(_folder["1"]);
        HashSet<string> train = [.. CorpusTests.Sentences(corpus.Train, corpus.Vocabulary).Where(s => !s.Contains("<unk>"))];
        train.Overlaps(CorpusTests.Sentences(corpus.Test, corpus.Vocabulary)).ShouldBeFalse();
        corpus.Test.Count.ShouldBe(3_000);
    }

    [Fact]
    public void A_given_file_in_a_folder_of_text_is_not_read_there()
    {
        _folder.Write("data/train.txt", "the cat sat on the mat\n");
        string test = _folder.Write("data/test.txt", "the dog sat on the mat\n");
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [_folder["data"]], TestInputs = [test] }, _folder["corpus"]);
        (info.Counts.Read, info.Counts.Train, info.Counts.Test).ShouldBe((2, 1, 1));
    }

    [Fact]
    public void What_cannot_be_a_given_part_is_refused()
    {
        PrepareOptions options = Given();
        Refusal(options with { TestInputs = options.Inputs }).ShouldContain("train.txt: named as the test part and as text to train on");
        Refusal(options with { TestInputs = options.ValidationInputs })
            .ShouldContain("valid.txt: named as the test part and as the validation part");
        Refusal(options with { TestInputs = [_folder["none.txt"]] }).ShouldContain("none.txt: no such file or folder; a part is a share");
        Refusal(options with { TestInputs = [_folder.Write("empty.txt", "")] }).ShouldContain("empty.txt: the file is empty");
        Refusal(options with { TestInputs = [null!] }).ShouldContain("null");
        Refusal(options with { TestInputs = [_folder.Write("short.txt", "too short\n")] })
            .ShouldContain("the given test part is not whole: 1 of 1 sentences were left out");
        Refusal(options with { TestInputs = ["-"], Inputs = ["-"], StandardInput = new MemoryStream("a b c d e\n"u8.ToArray()) })
            .ShouldContain("standard input: named as the test part and as text to train on");
        Refusal(options with { Inputs = [_folder.Write("only/a.txt", "a b c d e\n")], TestInputs = [_folder["only"]] })
            .ShouldContain("a.txt: named as the test part and as text to train on");

        string Refusal(PrepareOptions refused) => Prepare.Refusal(refused, _folder);
    }

    [Fact]
    public void A_given_part_that_filters_make_smaller_is_warned_about()
    {
        PrepareOptions options = Given();
        string test = _folder.Write("more.txt", "a cat sees a dog\nno\na lynx met no owl\n");
        CorpusInfo info = Prepare.Corpus(options with { TestInputs = [test] }, _folder["corpus"]);
        info.Warnings.ShouldContain(warning => warning.StartsWith("the given test part is not whole: 2 of 3 sentences were left out"));
        info.Warnings.ShouldNotContain(warning => warning.StartsWith("the given validation part"));
    }

    [Fact]
    public void The_Penn_Treebank_has_its_published_numbers()
    {
        string? corpora = Environment.GetEnvironmentVariable("REPRISE_CORPORA");
        string ptb = Path.Combine(corpora ?? "", "ptb");
        Assert.SkipUnless(corpora is not null && Directory.Exists(ptb), "REPRISE_CORPORA is not set to a folder with ptb");
        PrepareOptions options = new()
        {
            Inputs = [Path.Combine(ptb, "ptb.train.txt.gz")],
            TestInputs = [Path.Combine(ptb, "ptb.test.txt.gz")],
            ValidationInputs = [Path.Combine(ptb, "ptb.valid.txt.gz")],
            Text = new TextOptions { LowerCase = false, Tokenizer = TokenizerKind.Whitespace },
            MinimumWords = 1,
            MaximumWords = 100,
            MaximumUnknownShare = 1,
        };
        CorpusInfo info = Prepare.Corpus(options, _folder["corpus"]);
        (info.Counts.Train, info.Counts.Test, info.Counts.Validation, info.Counts.Dropped.Total).ShouldBe((42_068, 3_761, 3_370, 0));
        info.Warnings.ShouldBeEmpty();
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        (WordsOf(corpus.Train), WordsOf(corpus.Test), WordsOf(corpus.Validation!)).ShouldBe((887_521, 78_669, 70_390));
        Enumerable.Range(0, 42_068).Max(i => corpus.Train.Length(i)).ShouldBe(82);

        // The 10,000 words of the field are 9,998 words, <unk>, which the text spells, and <eos>. <bos>, an id too, is never predicted.
        (corpus.Vocabulary.Count, info.Counts.DifferentWords).ShouldBe((10_001, 9_999));
        corpus.Vocabulary.Words.Count(word => word == "<unk>").ShouldBe(1);
        info.Counts.UnknownWords.ShouldBe(45_020 + 3_485 + 4_794);

        static long WordsOf(ISentences sentences)
        {
            long words = 0;
            for (long i = 0; i < sentences.Count; i++)
                words += sentences.Length(i);
            return words;
        }
    }

    private PrepareOptions Given() => new()
    {
        Inputs = [_folder.Write("train.txt", "a cat sees a dog\na dog sees a cat\na cat sees a dog\n")],
        TestInputs = [_folder.Write("test.txt", "a cat sees a dog\na wolf sees a fox\na cat sees a dog\n")],
        ValidationInputs = [_folder.Write("valid.txt", "a dog sees a wolf\n")],
        Format = TextFormat.Lines,
    };

    /// <summary>Lines of 1 to 9 words, a few frequent and many rare; some lines occur twice.</summary>
    private static string Lines(int count, int words)
    {
        Random random = new(11);
        return string.Concat(Enumerable.Range(0, count).Select(_ => string.Join(
            ' ', Enumerable.Range(0, 1 + random.Next(9)).Select(_ => $"w{(int)(words * Math.Pow(random.NextDouble(), 3))}")) + "\n"));
    }
}
