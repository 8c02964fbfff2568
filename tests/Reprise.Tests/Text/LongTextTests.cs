using System.Text;
using Reprise.Text;
using Reprise.Text.Sources;

namespace Reprise.Tests.Text;

/// <summary>Lines, records and fields of a book's size, and line ends of all kinds.</summary>
public sealed class LongTextTests : IDisposable
{
    private const int Sentences = 60_000;

    // 1.9 MB
    private static readonly string Book = string.Concat(Enumerable.Range(0, Sentences).Select(i => $"On page {i} Mr. Tom met a fox. "));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.txt", "{0}\n")]
    [InlineData("a.csv", "id,text\n1,\"{0}\"\n2,\n")]
    [InlineData("a.csv", "id,text\n1,{0}\n2,\n")]
    [InlineData("a.tsv", "id\ttext\n1\t{0}\n2\t")]
    [InlineData("a.jsonl", "{\"text\":null}\n{\"text\":\"{0}\"}\n{\"text\":null}\n")]
    [InlineData("a.json", "{\"text\":\"{0}\"}\n{\"text\":null}\n")]
    [InlineData("a.json", "[{\"text\":\"{0}\"},{\"text\":null}]")]
    public void A_book_in_one_line_or_record_is_cut_into_sentences(string name, string frame)
    {
        CorpusInfo info = Info(_folder.Write(name, frame.Replace("{0}", Book)));
        (info.Counts.Read, info.Counts.Kept, info.Counts.Dropped.Total).ShouldBe((Sentences, Sentences, 0));
    }

    [Fact]
    public void A_book_without_an_end_of_paragraph_is_cut_where_its_sentences_end()
    {
        string path = _folder.Write("a.txt", Book.Replace("Tom met", "Tom\nmet")); // every line ends within a sentence
        PrepareOptions options = new() { Inputs = [path], Format = TextFormat.Prose, TestShare = 0, VocabularySize = 100_000 };
        CorpusInfo info = Prepare.Corpus(options, _folder["out"]);
        (info.Counts.Read, info.Counts.Kept, info.Counts.Distinct).ShouldBe((Sentences, Sentences, Sentences));
    }

    [Fact]
    public void A_book_of_tokenised_text_is_cut_at_points_that_stand_alone()
    {
        string book = string.Concat(Enumerable.Range(0, Sentences).Select(i => $"the old fox of page {i} sees a dog . ")); // 2 MB
        Info(_folder.Write("a.txt", book)).Counts.Kept.ShouldBe(Sentences);
    }

    [Theory]
    [InlineData(TextFormat.Lines, "one two three four five\rsix seven eight nine ten\r", 2)]
    [InlineData(TextFormat.Lines, "one two three four five\r\nsix seven eight nine ten", 2)]
    [InlineData(TextFormat.Lines, "one two three four five\r\r\nsix seven eight nine ten\n\r", 2)]
    [InlineData(TextFormat.Prose, "one two three\rfour five\r\rsix seven eight\rnine ten\r", 2)]
    [InlineData(TextFormat.Prose, "one two three\r\r\nfour five six\r\r\nseven eight nine ten\r\r\n", 1)]
    [InlineData(TextFormat.Prose, "one two three\r\nfour five\r\n\r\nsix seven eight\r\nnine ten\r\n", 2)]
    public void Lines_end_with_a_line_feed_or_a_carriage_return_or_both(TextFormat format, string text, int sentences)
    {
        PrepareOptions options = new() { Inputs = [_folder.Write("a.txt", text)], Format = format, TestShare = 0 };
        Prepare.Corpus(options, _folder["out"]).Counts.Kept.ShouldBe(sentences);
    }

    [Theory]
    [InlineData("\r", 2)]
    [InlineData("\r\n", 2)]
    [InlineData("\r", 3)]
    [InlineData("\r\n", 3)]
    public void Any_line_end_may_stand_between_two_chunks(string lineEnd, int period)
    {
        string word = new('w', period);
        string line = $"{word} b c d e{lineEnd}";
        int lines = 900_000 / line.Length;
        string text = string.Concat(Enumerable.Repeat(line, lines));
        PrepareOptions options = new() { Inputs = [_folder.Write("a.txt", text)], Format = TextFormat.Lines, TestShare = 0 };
        CorpusInfo info = Prepare.Corpus(options, _folder["lines"]);
        (info.Counts.Kept, info.Counts.Distinct).ShouldBe((lines, 1));
        string broken = _folder.Write("b.txt", [.. Encoding.UTF8.GetBytes(text), 0xE9]);
        Prepare.Refusal(options with { Inputs = [broken] }, _folder).ShouldContain($"line {lines + 1}, byte {text.Length}: not valid");
    }

    [Theory]
    [InlineData("a.csv", "text\n\"{0}\"\nA dog ran over the hill.\n", "line 2, byte 5")]
    [InlineData("a.csv", "text\n\"{0}\"\r\nA dog ran over the hill.\r\n", "line 2, byte 5")]
    [InlineData("a.csv", "text\n{1}\nA dog ran over the hill.\n", "line 2, byte 5")]
    [InlineData("a.tsv", "text\r{1}\rA dog ran over the hill.\r", "line 2, byte 5")]
    [InlineData("a.jsonl", "{\"text\":null}\n{\"text\":\"{1}\"}\n{\"text\":\"A dog ran over the hill.\"}\n", "line 2, byte 14")]
    [InlineData("a.json", "[\n{\"text\":\"{0}\"},\n{\"text\":\"A dog ran over the hill.\"}]", "line 2, byte 2")]
    [InlineData("a.json", "[{2},\n{\"text\":\"A dog ran over the hill.\"}]", "line 1, byte 1")]
    public void A_record_over_the_limit_is_left_out_and_named(string name, string frame, string message)
    {
        string quote = name.EndsWith("csv", StringComparison.Ordinal) ? "\"\"" : "\\\"";
        string lines = string.Concat(Enumerable.Repeat($"very {quote}long{quote}\r\n", 60_000));
        string text = frame.Replace("{0}", lines).Replace("{1}", new string('y', 700_000)).Replace("{2}", new string('7', 700_000));
        string path = _folder.Write(name, text);
        (List<string> sentences, List<string> named, long tooLong) = Chunks(path, skipBad: false);
        (sentences, tooLong).ShouldBe((sentences, 1L));
        sentences.ShouldBe(["A dog ran over the hill."]);
        named.ShouldBe([$"{path}: {message}: a record of more than 524288 bytes"]);
    }

    [Theory]
    [InlineData("\n", 400_003)]
    [InlineData(" ", 3)]
    public void A_quote_that_is_open_beyond_the_limit_is_distinguished_from_one_that_is_closed_far_away(string filler, int line)
    {
        string far = string.Concat(Enumerable.Repeat($"a{filler}", 400_000)); // 800 kB
        string closed = _folder.Write("closed.csv", $"text\n\"{far}\"\nA dog ran over the hill.\n");
        Chunks(closed, skipBad: false).Sentences.ShouldBe(["A dog ran over the hill."]);
        string open = _folder.Write("open.csv", $"text\n\"{far}\"\n\"{far}\n");
        string message = $"{open}: line {line}, byte {800_008}: the field begins with a quote that is not closed before the file ends";
        Should.Throw<InputException>(() => Chunks(open, skipBad: false)).Message.ShouldStartWith(message);
        Should.Throw<InputException>(() => Chunks(open, skipBad: true)).Message.ShouldStartWith(message);
    }

    [Fact]
    public void A_line_or_a_word_over_the_limit_is_named()
    {
        string text = $"One two three four five.\n{new string('x', 3_000_000)} Five more words are here.\nA dog ran over the hill.\n";
        string path = _folder.Write("a.txt", text);
        PrepareOptions options = new() { Inputs = [path], Format = TextFormat.Prose, TestShare = 0 };
        CorpusInfo prose = Prepare.Corpus(options, _folder["prose"]);
        (prose.Counts.Kept, prose.Counts.Dropped.TooLong).ShouldBe((3, 1));
        Named(prose).ShouldBe([$"{path}: line 2, byte 25: a word of more than 1048576 bytes"]);
        CorpusInfo lines = Prepare.Corpus(options with { Format = TextFormat.Lines }, _folder["lines"]);
        (lines.Counts.Kept, lines.Counts.Dropped.TooLong).ShouldBe((2, 1));
        Named(lines).ShouldBe([$"{path}: line 2, byte 25: a line of more than 1048576 bytes"]);
    }

    private static IEnumerable<string> Named(CorpusInfo info) =>
        info.Warnings.Where(line => line.StartsWith(' ')).Select(line => line.Trim());

    private CorpusInfo Info(string path) =>
        Prepare.Corpus(new PrepareOptions { Inputs = [path], TestShare = 0, VocabularySize = 100_000 }, _folder["out"]);

    /// <summary>All sentences of a file whose records may have 512 KiB, and what was left out.</summary>
    private (List<string> Sentences, List<string> Named, long TooLong) Chunks(string path, bool skipBad)
    {
        PrepareOptions options = new() { Inputs = [path], SkipBadRecords = skipBad };
        InputFile file = new InputFiles(options, _folder.Path, _folder["out"], TestContext.Current.CancellationToken).Resolve().Single();
        using RecordReader reader = new(file, options, longest: 1 << 19);
        TextChunk chunk = new();
        ChunkText text = new(options, guess: false);
        List<string> sentences = [], named = [];
        long tooLong = 0, bytes = 0;
        while (reader.Next(chunk))
        {
            text.ForEachSentence(chunk, sentence => sentences.Add(sentence.ToString()));
            named.AddRange(chunk.Named);
            tooLong += chunk.TooLong;
            bytes += chunk.TextBytes;
        }

        bytes.ShouldBeInRange(new FileInfo(path).Length - 16, new FileInfo(path).Length); // all but a header
        return (sentences, named, tooLong);
    }
}
