using System.IO.Pipes;
using System.Text;
using Reprise.Text;
using Reprise.Text.Sources;

namespace Reprise.Tests.Text;

public sealed class SourceTests : IDisposable
{
    private const string Sentence = "The cat sat on the mat.";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_globs_files_and_gzip_are_read()
    {
        _folder.Write("books/a.txt", $"{Sentence}\n");
        _folder.WriteGzip("books/deep/b.txt.gz", "A dog ran over the hill.\n");
        _folder.Write("books/deep/image.png", [0, 1, 2]);
        _folder.Write(
            "books/c.jsonl",
            "{\"text\":\"One bird sang in the tree. Two fish swam in the lake.\"}\n\n{\"text\":null}\n{\"n\":{\"a\":[1]},\"text\":\"Rain "
                + "fell \\\"all\\\" day long.\"}");
        Prepared(_folder["books"]).ShouldBe(
            [
                "a dog ran over the hill .", "one bird sang in the tree .", "rain fell \" all \" day long .", "the cat sat on the mat .",
                "two fish swam in the lake .",
            ]);
        Prepared(_folder["books/**/*.txt*"]).ShouldBe(["a dog ran over the hill .", "the cat sat on the mat ."]);
        Prepared(_folder["books/?.txt"]).ShouldBe(["the cat sat on the mat ."]);
        Prepared(_folder["books/a.txt"], _folder["books/*.txt"]).ShouldBe(["the cat sat on the mat ."]); // once
    }

    [Fact]
    public void Standard_input_is_read_in_both_passes()
    {
        using MemoryStream input = new(Encoding.UTF8.GetBytes($"{Sentence}\n"));
        Prepared(new PrepareOptions { Inputs = ["-"], StandardInput = input }).ShouldBe(["the cat sat on the mat ."]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TextFormat.Lines)]
    public void A_pipe_is_read_in_both_passes(TextFormat? format)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no paths there");
        using AnonymousPipeServerStream pipe = new(PipeDirection.Out);
        pipe.Write(Encoding.UTF8.GetBytes($"{Sentence}\n"));
        string path = $"/dev/fd/{pipe.GetClientHandleAsString()}";
        pipe.SafePipeHandle.Dispose(); // the writer is gone
        Prepared(new PrepareOptions { Inputs = [path], Format = format }).ShouldBe(["the cat sat on the mat ."]);
        pipe.DisposeLocalCopyOfClientHandle();
    }

    [Fact]
    public void Prose_and_lines_are_distinguished()
    {
        Prepared(_folder.Write("lines.txt", "one two three four five\nsix seven eight nine ten\n")).Length.ShouldBe(2);
        Prepared(_folder.Write("prose.txt", "one two three four five\nsix seven eight nine ten\n\nEnd of it all is here.\n"))
            .Length.ShouldBe(2);
        Prepared(_folder.Write("wide.txt", string.Concat(Enumerable.Repeat(Sentence + " ", 100)) + "\n")).Length.ShouldBe(100);
        Prepared(_folder.Write("dos.txt", "\uFEFFone two three four five\r\nsix seven eight nine ten\r\n"))
            .ShouldBe(["one two three four five", "six seven eight nine ten"]);
    }

    [Fact]
    public void Documentation_comments_read_like_a_reader_sees_them()
    {
        string xml = """
            <?xml version="1.0"?><doc><assembly><name>A</name></assembly><members>
            <member name="M:A.B"><summary>Gets the <see cref="T:System.Collections.Generic.List`1" /> of
              all <c>open</c> files.</summary>
            <param name="path">The <paramref name="path" /> to look for; not <see langword="null" />.</param>
            <returns><see langword="true" /> if <see cref="M:System.String.#ctor(System.Char[])">it works</see>; otherwise,
              <see langword="false" />.</returns>
            <remarks><para>First remark about <see cref="M:System.IO.Path.Join(System.String)" /> &amp; more.</para>
            <code>int x = 1; a b c d e f.</code>
            <list type="bullet"><item><description>An item of a short list.</description></item></list></remarks>
            <seealso cref="T:Other" /></member>
            <member name="M:C.D"><summary><para>__m128d _mm_reduce_pd (__m128d a, int imm, int b)</para>
            <para>A64: BIC Vd.8B, Vn.8B, Vm.8B in use</para></summary>
            <exception cref="T:E">
            <paramref name="a" /> is not a number.
             -or-

             The other one is<br/>none either.-or-It is late in the day.</exception></member></members></doc>
            """;
        Prepared(_folder.Write("a.xml", xml)).ShouldBe([
            "a is not a number .",
            "an item of a short list .",
            "first remark about join & more .",
            "gets the list of all open files .",
            "it is late in the day .",
            "the other one is none either .",
            "the path to look for ; not null .",
            "true if it works ; otherwise , false .",
        ]);
    }

    [Theory]
    [InlineData("T:System.String", "String")]
    [InlineData("M:System.Collections.Generic.List`1.Add(`0)", "Add")]
    [InlineData("M:System.String.#ctor(System.Char[])", "String")]
    [InlineData("P:System.Span{System.Int32}.Length", "Span")]
    [InlineData("F:System.Int32.MaxValue", "MaxValue")]
    [InlineData("M:A.B``1", "B")]
    [InlineData("Plain", "Plain")]
    [InlineData("", "")]
    public void References_become_simple_names(string cref, string name) => XmlDocumentationReader.SimpleName(cref).ShouldBe(name);

    [Fact]
    public void A_very_long_line_is_left_out_and_counted()
    {
        string line = string.Concat(Enumerable.Repeat("very long ", 10_000_000)); // 100 MB
        string path = _folder.Write("a.txt", $"{Sentence}\n{line}\nA dog ran over the hill.\n");
        CorpusInfo info = Prepare.Corpus(
            new PrepareOptions { Inputs = [path], Format = TextFormat.Lines, TestShare = 0 }, _folder["corpus"]);
        (info.Counts.Read, info.Counts.Kept, info.Counts.Dropped.TooLong).ShouldBe((3, 2, 1));
        info.Counts.TextBytes.ShouldBe(new FileInfo(path).Length);
    }

    [Fact]
    public void A_paragraph_without_end_is_cut_at_a_line()
    {
        string path = _folder.Write("a.txt", string.Concat(Enumerable.Repeat(Sentence + "\n", 100_000)));
        CorpusInfo info = Prepare.Corpus(
            new PrepareOptions { Inputs = [path], Format = TextFormat.Prose, TestShare = 0 }, _folder["corpus"]);
        (info.Counts.Kept, info.Counts.Distinct).ShouldBe((100_000, 1));
    }

    [Theory]
    [InlineData("empty.txt", "", "the file is empty")]
    [InlineData("blank.txt", " \n\n \n", "no sentence found, only white space")]
    [InlineData("short.txt", "Too short.\nAlso short.\n", "no sentence left of 2: 2 have fewer than 5 words")]
    [InlineData("binary.txt", "The cat sat on the\n mat \0 here.", "line 2, byte 24: a zero byte; this is a binary file")]
    [InlineData("a.xml", "<doc><members><member>", "not sound XML")]
    [InlineData("b.xml", "<html/>", "its root element is <html>; expected <doc>")]
    [InlineData("c.xml", "<!DOCTYPE doc [<!ENTITY a \"b\">]><doc>&a;</doc>", "not sound XML")]
    public void Text_that_cannot_be_used_is_refused_in_one_line(string name, string text, string message) =>
        Refused(_folder.Write(name, text), message);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_place()
    {
        Refused(
            _folder.Write("latin.txt", [.. "The cat sat.\nA caf"u8, 0xE9, .. " in the town.\n"u8]),
            "line 2, byte 18: not valid UTF-8 (0xE9)");
        Refused(_folder.Write("latin.csv", [.. "text\nA caf"u8, 0xE9, .. " in the town.\n"u8]), "line 2, byte 10: not valid UTF-8 (0xE9)");
        Refused(_folder.Write("latin.jsonl", [.. "{\"text\":\"caf"u8, 0xE9, .. "\"}\n"u8]), "line 1, byte 12: not valid UTF-8 (0xE9)");
        Refused(_folder.Write("wide.txt", Encoding.Unicode.GetPreamble()), "the text is UTF-16");
    }

    [Fact]
    public void Damaged_gzip_is_refused()
    {
        _folder.WriteGzip("a.txt.gz", CorpusTests.Book(2000, 500));
        byte[] whole = File.ReadAllBytes(_folder["a.txt.gz"]);
        byte[] damaged = [.. whole];
        damaged.AsSpan(damaged.Length / 2, 40).Fill(0x55);
        Refused(_folder.Write("b.txt.gz", damaged), "damaged gzip data");
        Refused(_folder.Write("c.txt.gz", whole[..(whole.Length / 2)]), "damaged gzip data");
        // Two files in one.
        Prepared(_folder.Write("d.txt.gz", [.. whole, .. whole])).Length.ShouldBe(2 * Prepared(_folder["a.txt.gz"]).Length);
    }

    [Fact]
    public void Corpora_and_runs_in_a_folder_are_not_text()
    {
        _folder.Write("all/a.txt", $"{Sentence}\n");
        _folder.Write("all/settings/config.json", "{}");
        _folder.Write("all/settings/b.txt", "A dog ran over the hill.\n");
        _folder.Write("all/corpus/corpus.json", "{}");
        _folder.Write("all/corpus/notes.txt", "These words are not for reading.\n");
        _folder.Write("all/run/config.json", "{}");
        _folder.Write("all/run/vocabulary.txt", "These words are not for reading.\n");
        _folder.Write("all/run/deeper/log.jsonl", "{}\n");
        _folder.Write("all/model/config.json", "{}");
        _folder.Write("all/model/model.safetensors", "");
        _folder.Write("all/model/notes.txt", "These words are not for reading.\n");
        Prepared(_folder["all"]).ShouldBe(["a dog ran over the hill .", "the cat sat on the mat ."]);
        Refused(_folder["all/run"], "outside of corpora and runs");
    }

    [Fact]
    public void A_column_without_columns_is_refused()
    {
        string lines = _folder.Write("a.txt", $"{Sentence}\n");
        string table = _folder.Write("a.csv", "body\nA dog ran over the hill.\n");
        PrepareOptions options = new() { Inputs = [lines], Column = "body", TestShare = 0 };
        Prepare.Refusal(options, _folder).ShouldContain("column \"body\": only json, csv and tsv have columns");
        Prepared(options with { Inputs = [lines, table] }).ShouldBe(["a dog ran over the hill .", "the cat sat on the mat ."]);
    }

    [Fact]
    public void Inputs_that_are_not_there_are_named()
    {
        Refused(_folder["none.txt"], "no such file or folder");
        Refused(_folder["none/*.txt"], "does not exist");
        Refused(_folder["*.txt"], "no file matches it");
        Refused(Directory.CreateDirectory(_folder["hollow"]).FullName, "no text found; expected files named .txt");
        Should.Throw<InputException>(
            () => Prepare.Corpus(
                new PrepareOptions
                {
                    Inputs = [], TestShare = 1, MinimumWords = 0, Threads = -1, MaximumUnknownShare = double.NaN, VocabularySize = 0,
                },
                _folder["x"]))
            .Message.Split("; ").Length.ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact]
    public void Progress_runs_to_the_end()
    {
        List<PrepareProgress> reports = [];
        string text = _folder.Write("a.txt", CorpusTests.Book(30_000, 500));
        Prepare.Corpus(
            new PrepareOptions { Inputs = [text], Format = TextFormat.Prose, Threads = 1, Progress = new Collector(reports) },
            _folder["corpus"]);
        reports.Select(r => r.BytesDone).ShouldBeInOrder();
        reports[^1].BytesDone.ShouldBe(reports[^1].BytesTotal);
        reports.Select(r => r.Pass).Distinct().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Real_novels_give_a_corpus_of_natural_sentences()
    {
        string? corpora = Environment.GetEnvironmentVariable("REPRISE_CORPORA");
        string novels = Path.Combine(corpora ?? "", "novels");
        if (corpora is null || !Directory.Exists(novels))
            Assert.Skip("REPRISE_CORPORA is not set to a folder with novels");
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [novels] }, _folder["corpus"]);
        info.Counts.Kept.ShouldBeInRange(550_000, 650_000); // a simple splitter counts 584,245
        info.Counts.Read.ShouldBe(info.Counts.Kept + info.Counts.Dropped.Total);
        ((double)info.Counts.UnknownWords / info.Counts.Words).ShouldBeInRange(0.005, 0.03); // the 20,000 commonest cover 98.15 %
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        TextOptions options = corpus.Info.Text;
        foreach (string sentence in CorpusTests.Sentences(corpus.Test, corpus.Vocabulary).Where(s => !s.Contains("<unk>")).Take(5000))
        {
            string[] words = sentence.Split(' ');
            Tokenizer.Tokenize(Detokenizer.Detokenize(words, options), options).ShouldBe(words);
        }
    }

    private string[] Prepared(params string[] inputs) => Prepared(new PrepareOptions { Inputs = inputs });

    private string[] Prepared(PrepareOptions options) => Prepare.Sentences(options, _folder);

    private void Refused(string input, string message) =>
        Prepare.Refusal(new PrepareOptions { Inputs = [input] }, _folder).ShouldContain(message);

    private sealed class Collector(List<PrepareProgress> reports) : IProgress<PrepareProgress>
    {
        public void Report(PrepareProgress value) => reports.Add(value);
    }
}
