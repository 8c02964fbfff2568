using System.Text;
using Reprise.Text;
using Reprise.Text.Sources;

namespace Reprise.Tests.Text;

public sealed class FormatGuessTests
{
    private const string Story =
        "The miller had three sons and a mill by the river. When he died, the eldest took the mill, and the second took the donkey. "
        + "The youngest was left with a cat that nobody else wanted! \"What am I to do with you?\" he asked it one morning. "
        + "The cat looked at him for a long time, as cats do, and then it asked for a pair of boots. "
        + "Nobody in the village had heard of such a thing. "
        + "He had the boots made all the same, because he was lonely and the cat was good company.";

    [Theory]
    [InlineData(400, 2)]
    [InlineData(60, 5)]
    [InlineData(1500, 700)]
    public void One_empty_line_in_a_list_of_short_lines_makes_no_prose(int lines, int place)
    {
        string[] tasks = ["close the file when the reader ends", "add a test of the empty list", "say which line was wrong"];
        Guess(Many(lines, i => $"{(i == place ? "\n" : "")}{tasks[i % 3]} ({i})\n")).ShouldBe(TextFormat.Lines);
        Guess(Many(lines, i => $"{(i == place ? "\n" : "")}The {i}th bird sat in the tall tree.\n")).ShouldBe(TextFormat.Lines);
    }

    [Theory]
    [InlineData("Старый рыбак вышел к морю и долго смотрел на серые волны у берега ", 15)]
    [InlineData("老人走到海边看着灰色的波浪一句话也没有说", 20)]
    [InlineData("ο γέρος κατέβηκε στη θάλασσα και κοίταζε τα κύματα ", 12)]
    public void Characters_count_and_not_bytes(string words, int times)
    {
        string line = string.Concat(Enumerable.Repeat(words, times)).Trim();
        Encoding.UTF8.GetByteCount(line).ShouldBeGreaterThan(1000);
        Guess(string.Concat(Enumerable.Repeat(line + "\n", 100))).ShouldBe(TextFormat.Lines);
    }

    [Theory]
    [InlineData("Мы пришли домой поздно вечером.")]
    [InlineData("今日はとても良い天気です。")]
    [InlineData("لم يكن أحد في البيت؟")]
    [InlineData("the market fell again in heavy trading on monday")]
    public void Sentences_a_line_are_lines_in_any_script(string sentence) =>
        Guess(Many(200, _ => $"{sentence}\n")).ShouldBe(TextFormat.Lines);

    [Theory]
    [InlineData(35)]
    [InlineData(65)]
    [InlineData(100)]
    public void Wrapped_text_is_prose_with_and_without_empty_lines(int width)
    {
        string paragraph = Wrapped(Story, width);
        Guess(string.Concat(Enumerable.Repeat(paragraph + "\n", 30))).ShouldBe(TextFormat.Prose);
        Guess(string.Concat(Enumerable.Repeat(paragraph, 30))).ShouldBe(TextFormat.Prose);
        Guess(string.Concat(Enumerable.Repeat(paragraph + "\n", 30)).Replace("\n", "\r\n")).ShouldBe(TextFormat.Prose);
        Guess(string.Concat(Enumerable.Repeat(paragraph + "\n", 30)).Replace('\n', '\r')).ShouldBe(TextFormat.Prose);
        Guess(paragraph).ShouldBe(TextFormat.Prose);
    }

    [Fact]
    public void Chinese_that_is_wrapped_is_prose()
    {
        string story = string.Concat(Enumerable.Repeat("老人走到海边看着灰色的波浪。他一句话也没有说，只是站在那里。第二天早上，孩子们又来了！", 20));
        Guess(string.Concat(story.Chunk(35).Select(line => $"{new string(line)}\n"))).ShouldBe(TextFormat.Prose);
    }

    [Theory]
    [InlineData("A Title\n\n", 200)]
    [InlineData("Chapter 1\nBy Someone\n", 200)]
    [InlineData("\n\n\n", 200)]
    [InlineData("One line.\nAnother.\nA third.\nA fourth.\nA fifth.\n\n", 2000)]
    public void A_book_in_one_line_is_prose_behind_headings_too(string headings, int times) =>
        Guess(headings + string.Concat(Enumerable.Repeat(Story + " ", times)) + "\n\nThe end\n").ShouldBe(TextFormat.Prose);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void Paragraphs_between_headings_are_prose_by_their_share_of_the_text(int before, int after)
    {
        string heading = string.Concat(Enumerable.Repeat("The Title of It\n", before));
        string end = string.Concat(Enumerable.Repeat("Read more\n", after));
        Guess(string.Concat(Enumerable.Repeat($"{heading}{Story}\n{end}", 20))).ShouldBe(TextFormat.Prose);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Lines_in_blocks_stay_lines(int block)
    {
        string[] tasks =
        [
            "Close the file", "mm: add a test of the empty list and of the list that has one element", "Say which line was wrong",
            "Drop old names",
        ];
        Guess(Many(400, i => $"{tasks[i % 4]}\n{(i % block == 0 ? "\n" : "")}")).ShouldBe(TextFormat.Lines);
        Guess(Many(400, i => $"{tasks[i % 4]}.\n{(i % block == 0 ? "\n" : "")}")).ShouldBe(TextFormat.Lines);
        Guess("\n" + Many(300, _ => "أين الباب الكبير؟ هنا، شكرا\n")).ShouldBe(TextFormat.Lines);
    }

    [Fact]
    public void Objects_a_line_are_json_whatever_the_name_of_the_file()
    {
        Guess(Many(100, i => $"{{\"text\": \"The cat sat on mat {i}.\"}}\n")).ShouldBe(TextFormat.Json);
        Guess(Many(100, i => $"{{the set of {i}}}\n")).ShouldBe(TextFormat.Lines);
    }

    [Fact]
    public void A_paragraph_a_line_is_prose_with_and_without_empty_lines()
    {
        Guess(string.Concat(Enumerable.Repeat(Story + "\n\n", 20))).ShouldBe(TextFormat.Prose);
        Guess(string.Concat(Enumerable.Repeat(Story + "\n", 20))).ShouldBe(TextFormat.Prose);
    }

    [Fact]
    public void A_book_in_one_line_is_prose() =>
        FormatGuess.Of(string.Concat(Enumerable.Repeat(Story + " ", 100)).ToCharArray(), isWhole: false).ShouldBe(TextFormat.Prose);

    [Fact]
    public void Lines_that_happen_to_be_equally_long_are_lines()
    {
        Guess(Many(500, i => $"the old cat number {i + 1000} sees the dog in the garden .\n")).ShouldBe(TextFormat.Lines);
        Guess(Many(500, i => $"item {i + 1000} of the long list of things to be done soon\n")).ShouldBe(TextFormat.Lines);
    }

    [Fact]
    public void Nothing_is_lines() => Guess("\n\n  \n").ShouldBe(TextFormat.Lines);

    [Fact]
    public void Novels_are_prose_and_sentences_a_line_are_lines()
    {
        string? corpora = Environment.GetEnvironmentVariable("REPRISE_CORPORA");
        Assert.SkipWhen(corpora is null, "REPRISE_CORPORA is not set to a folder of corpora");
        OfAll("novels").ShouldBe([TextFormat.Prose]);
        OfAll("multi30k").ShouldBe([TextFormat.Lines]);
        OfAll("ptb").ShouldBe([TextFormat.Lines]);

        IEnumerable<TextFormat> OfAll(string folder)
        {
            using TempFolder scratch = new();
            PrepareOptions options = new() { Inputs = [Path.Combine(corpora, folder, "*.gz")] };
            InputFiles files = new(options, scratch.Path, scratch["corpus"], TestContext.Current.CancellationToken);
            return [.. files.Resolve().Select(file => file.Format).Distinct()];
        }
    }

    private static string Many(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    private static TextFormat Guess(string text) => FormatGuess.Of(text.ToCharArray(), isWhole: true);

    private static string Wrapped(string text, int width)
    {
        StringBuilder wrapped = new();
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            bool fits = column + 1 + word.Length <= width;
            wrapped.Append(column == 0 ? "" : fits ? " " : "\n").Append(word);
            column = column == 0 || !fits ? word.Length : column + 1 + word.Length;
        }

        return wrapped.Append('\n').ToString();
    }
}
