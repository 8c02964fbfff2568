using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Training;

public sealed class TrainingDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static string[] Sentences { get; } =
        [.. Enumerable.Range(0, 300).Select(i => $"Number {i % 40} of the {(i * 7) % 90} isn't larger than word{i % 150}.")];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sentences_in_memory_become_what_a_corpus_of_them_holds()
    {
        string text = _folder["text.txt"];
        File.WriteAllLines(text, Sentences);
        PrepareOptions options = new()
        {
            Inputs = [text],
            Format = TextFormat.Lines,
            Text = new TextOptions { Language = TextLanguage.English },
            VocabularySize = 100,
            MaximumUnknownShare = 1,
            TestShare = 0.2,
            ValidationShare = 0.1,
        };
        CorpusBuilder.Build(options, _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);

        TrainingData data = TrainingData.From(Sentences, options.Text, vocabularySize: 100, testShare: 0.2, validationShare: 0.1);
        data.Vocabulary.Words.ShouldBe(corpus.Vocabulary.Words);
        ContentsOf(data.Train).ShouldBe(ContentsOf(corpus.Train));
        ContentsOf(data.Test.ShouldNotBeNull()).ShouldBe(ContentsOf(corpus.Test));
        data.Test.Count.ShouldBeInRange(20, 100);
        ContentsOf(data.Validation.ShouldNotBeNull()).ShouldBe(ContentsOf(corpus.Validation.ShouldNotBeNull()));
        data.Validation.Count.ShouldBeInRange(3, 60);
    }

    [Fact]
    public void Texts_without_words_are_left_out() =>
        TrainingData.From(["", "one word", "  "], testShare: 0).Train.Count.ShouldBe(1);

    [Fact]
    public void A_null_among_sentences_is_named() =>
        Should.Throw<InputException>(() => TrainingData.From(["a word", null!])).Message.ShouldContain("sentences[1]");

    [Fact]
    public void Nothing_to_train_on_is_refused() =>
        Should.Throw<InputException>(() => TrainingData.From([])).Message.ShouldContain("none of them left for training");

    [Fact]
    public void Shares_that_leave_nothing_to_train_on_are_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => TrainingData.From(Sentences, testShare: 0.5, validationShare: 0.5))
            .ParamName.ShouldBe("validationShare");

    private static string[] ContentsOf(ISentences sentences)
    {
        List<string> all = [];
        for (long i = 0; i < sentences.Count; i++)
            all.Add(string.Join(' ', sentences.WordsAt(i)));
        return [.. all];
    }
}
