using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>Warnings where much is lost, and nowhere else.</summary>
public sealed class TextWarningsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_that_are_read_as_prose_have_a_warning()
    {
        string text = Many(
            4000, i => (i % 1000 == 1 ? "\nThe short one stands here.\n\n" : "") + $"mend the reader of numbered lists {i % 90}\n");
        CorpusInfo info = Read(text, new PrepareOptions { Inputs = [], Format = TextFormat.Prose });
        info.Warnings.ShouldHaveSingleItem()
            .ShouldContain("of the text was left out: what was taken for a sentence has more than 30 words; try --format lines");
        info.Inputs.ShouldBe([new CorpusInput(TextFormat.Prose, FormatChoice.Given, 1)]);
        CorpusInfo guessed = Read(text, new PrepareOptions { Inputs = [] });
        (guessed.Counts.Kept, guessed.Warnings.Count).ShouldBe((4004, 0));
        guessed.Inputs.ShouldBe([new CorpusInput(TextFormat.Lines, FormatChoice.Guessed, 1)]);
    }

    [Fact]
    public void Sentences_that_are_too_short_have_a_warning()
    {
        string text = Many(1000, i => i % 3 == 0 ? "The boat came home in the evening.\n" : "Come home\n");
        Read(text, new PrepareOptions { Inputs = [] }).Warnings.ShouldHaveSingleItem()
            .ShouldBe("666 of 1,000 sentences were left out: most of them have fewer than 5 words; try a smaller --min-words");
    }

    [Theory]
    [InlineData("老人走到海边看着灰色的波浪，他今天一句话也没有说，孩子们都站在他的身边，风很大，天也黑了，没有人回家。")]
    [InlineData("きょうはとてもよい天気です、みんなで山へ行きました、空は青く、鳥が鳴き、風が吹いていました。")]
    [InlineData("วันนี้อากาศดีมาก, เราไปที่ภูเขาด้วยกัน, ท้องฟ้าสีฟ้า, นกร้องเพลง, ลมพัดเบาๆ")]
    public void Words_without_spaces_between_them_have_a_warning(string sentence)
    {
        string text = Many(200, _ => $"{sentence}\n");
        foreach (int least in (int[])[1, 5])
            Read(text, new PrepareOptions { Inputs = [], MinimumWords = least }).Warnings[0].ShouldContain("no spaces stand between words");
        Read($"{sentence}\n", new PrepareOptions { Inputs = [], MinimumWords = 1 }).Warnings.ShouldHaveSingleItem()
            .ShouldContain("no spaces stand between words");
    }

    [Fact]
    public void They_have_a_warning_too_where_no_sentence_is_left()
    {
        List<string> warnings = [];
        PrepareOptions options = new() { Inputs = [_folder.Write("a.txt", "今天天气很好。\n")], Warnings = new Warnings(warnings) };
        Should.Throw<InputException>(() => CorpusBuilder.Build(options, _folder["none"]));
        warnings.ShouldHaveSingleItem().ShouldContain("no spaces stand between words");
    }

    [Theory]
    [InlineData("老人 走 到 海边 看着 灰色 的 波浪 ， 他 一 句 话 也 没有 说 。")]
    [InlineData("The word for cat is 猫, and the word for dog is 犬, as everybody here knows.")]
    [InlineData("“It’s late,” she said — and it was late…")]
    [InlineData("오늘은 날씨가 아주 좋아서 우리는 함께 산에 갔습니다 .")]
    public void Text_with_spaces_between_its_words_has_no_warning(string sentence)
    {
        PrepareOptions options = new() { Inputs = [], Text = new TextOptions { Tokenizer = TokenizerKind.Whitespace } };
        Read(Many(300, _ => $"{sentence}\n"), options).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Words_that_hardly_repeat_have_a_warning()
    {
        string text = Many(3000, i => $"key{i}a key{i}b key{i}c key{i}d key{i}e the\n");
        Read(text, new PrepareOptions { Inputs = [], MaximumUnknownShare = 1 }).Warnings.ShouldHaveSingleItem()
            .ShouldStartWith("words hardly repeat: 15,001 different ones among 18,000");
    }

    [Fact]
    public void A_small_but_normal_text_has_no_warning()
    {
        Read("The cat sat on the mat.\nYes.\nNo.\nMaybe.\n", new PrepareOptions { Inputs = [] }).Warnings.ShouldBeEmpty();
        Read(CorpusTests.Book(300, 250), new PrepareOptions { Inputs = [], Format = TextFormat.Prose }).Warnings.ShouldBeEmpty();
    }

    private sealed class Warnings(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }

    private static string Many(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    private CorpusInfo Read(string text, PrepareOptions options) =>
        Prepare.Corpus(options with { Inputs = [_folder.Write("a.txt", text)], TestShare = 0, Overwrite = true }, _folder["corpus"]);
}
