using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>CSV and TSV.</summary>
public sealed class TableTests : IDisposable
{
    private const string Row = "The plain field is read here.";
    private const string Read = "the plain field is read here .";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_field_of_csv_may_hold_anything()
    {
        const string Header = "id,\"te\"\"xt\",text\r\n";
        Prepared("a.csv", $"{Header}1,x,\"He said \"\"no, never\"\" to them,\r\nand left.\"\r\n\r\n2,5\" pipe,{Row}\r\n3,,\r\n")
            .ShouldBe(["he said \" no , never \" to them , and left .", Read]);
        Prepared("b.csv", "text\n\"One, two,\rthree and four.\"\n\"\"\"Up, up\"\" cried the child.\"")
            .ShouldBe(["\" up , up \" cried the child .", "one , two , three and four ."]);
    }

    [Fact]
    public void A_quotation_mark_in_tsv_is_a_character()
    {
        const string Quoted = "1\t\"The gate is shut,\" said the man.\n2\t\"Come here at once, said the king.\n";
        Prepared("a.tsv", $"id\ttext\n{Quoted}3\tThe tall dog finds the child.\n4\tA tin of 5\" by 7\" is here.\n")
            .ShouldBe([
                "\" come here at once , said the king .", "\" the gate is shut , \" said the man .", "a tin of 5 \" by 7 \" is here .",
                "the tall dog finds the child .",
            ]);
        Prepared("b.tsv", "text\tn\nOne, two; three \\t and four.\t1").ShouldBe(["one , two ; three \\ t and four ."]);
    }

    [Theory]
    [InlineData("a.csv", "n,text\n1,{0}\n")]
    [InlineData("a.csv", "n;text\n1;{0}\n")]
    [InlineData("a.csv", "n\ttext\n1\t{0}\n")]
    [InlineData("a.csv", "\"n\";\"a,b,c\";\"text\"\n\"1\";;\"{0}\"\n")]
    [InlineData("a.csv", "text;a,b,c,d\n{0};1\n")]
    [InlineData("a.csv", "text\n{0}\n")]
    [InlineData("a.csv", "\uFEFFtext,n\n{0},1\n")]
    [InlineData("a.csv", "\n \ntext,n\n{0},1")]
    [InlineData("a.csv", "n,text\r\n1,{0}\r\n\r\n")]
    [InlineData("a.csv", "n,text\r1,{0}\r2,\r")]
    [InlineData("a.csv", "n,text\r\"1\r\n2\",\"{0}\"\r")]
    [InlineData("a.tsv", "n\ttext\r1\t{0}\r\r2\t\r")]
    [InlineData("a.tsv", "n\ttext\r\n1\t{0}")]
    [InlineData("old.tsv/a.csv", "n,text\n1,{0}\n")]
    public void Delimiters_and_line_ends_are_found_in_the_file(string name, string text) =>
        Prepared(name, text.Replace("{0}", Row)).ShouldBe([Read]);

    [Theory]
    [InlineData('|')]
    [InlineData(';')]
    [InlineData('\t')]
    public void A_delimiter_may_be_given(char delimiter)
    {
        string path = _folder.Write("a.txt", $"a,b{delimiter}text\n1,2{delimiter}\"{Row}\"\n");
        Prepare.Sentences(new PrepareOptions { Inputs = [path], Format = TextFormat.Csv, Delimiter = delimiter }, _folder).ShouldBe([Read]);
    }

    [Theory]
    [InlineData("id,text,label\n1,A dog, a cat and a fox.,neg\n", "line 2, byte 14: 4 fields; expected 3, as in the header; a field")]
    [InlineData("id,text,label\n1,\"a\nb\",neg\n2,A dog ran.\n", "line 4, byte 26: 2 fields; expected 3")]
    [InlineData("text\nOne, two.\n", "line 2, byte 5: 2 fields; expected 1")]
    [InlineData("id,text\r1,a\r2,b,c\r", "line 3, byte 12: 3 fields; expected 2")]
    [InlineData("id,text\n1,a,b\n", "; mend it, or leave bad records out (--skip-bad)")]
    [InlineData("id,text\n1,\"The dog\" ran off.\n", "line 2, byte 19: text after a closing quote; expected \",\" or the line's end")]
    [InlineData("id,text\n1,\"The\n2,\"b\"\n3,\"c\"\n", "line 3, byte 18: text after a closing quote")]
    [InlineData("id,text\n1,\"The\n2,\"b\"\n3,\"c\"\n", "(the field begins at line 2, byte 10)")]
    [InlineData("id,text\n1,The cat sat.\n2,\"The dog\n3,ran off.\n", "line 3, byte 25: the field begins with a quote that is not closed")]
    [InlineData("text\n\"The cat \"\"on\"\" the mat\"\"", "line 2, byte 5: the field begins with a quote that is not closed")]
    [InlineData("\"text\nThe cat sat on the mat.\n", "line 1, byte 0: the field begins with a quote that is not closed")]
    [InlineData("id,body\n1,The cat sat on the mat.\n", "line 1: no column \"text\"; its columns are id, body")]
    [InlineData("id, Text\n1,a\n", "its columns are id,  Text; did you mean \" Text\"? Capitals and spaces count")]
    [InlineData("id|text\n1|a\n", "its columns are id|text; parted by \"|\" the header has it: give --format csv --delimiter \"|\"")]
    [InlineData("text,id,text\na,1,b\n", "line 1: columns 1 and 3 are both named \"text\"; rename one of them")]
    [InlineData("id,text\n", "no sentence found, no record holds text")]
    [InlineData("\n\n", "no sentence found, no record holds text")]
    [InlineData("", "the file is empty")]
    public void Csv_that_does_not_fit_its_header_is_refused_in_one_line(string text, string message) =>
        Refusal(new PrepareOptions { Inputs = [_folder.Write("a.csv", text)] }).ShouldContain(message);

    [Theory]
    [InlineData("id\ttext\n1\ta\tb\n", "line 2, byte 8: 3 fields; expected 2, as in the header; a field holds no tab")]
    [InlineData("id\ttext\n1\n", "line 2, byte 8: 1 field; expected 2")]
    [InlineData("id,text\n1,a\n", "parted by \",\" the header has it: give --format csv --delimiter \",\"")]
    [InlineData("\"id\"\t\"text\"\n", "tsv has no quotes: if these stand around fields, read the file as csv (--format")]
    public void Tsv_that_does_not_fit_its_header_is_refused_in_one_line(string text, string message) =>
        Refusal(new PrepareOptions { Inputs = [_folder.Write("a.tsv", text)] }).ShouldContain(message);

    [Fact]
    public void A_delimiter_that_was_given_and_is_wrong_is_distinguished_from_the_right_one()
    {
        PrepareOptions options = new() { Inputs = [_folder.Write("a.csv", "id;text\n1;a\n")], Delimiter = ',' };
        Refusal(options).ShouldContain("columns are id;text; parted by \";\" the header has it: give --format csv --delimiter \";\"");
        Refusal(options with { Delimiter = '"' }).ShouldContain("delimiter U+0022: expected an ASCII character that is no quote");
        string tsv = _folder.Write("a.tsv", "text\n");
        Refusal(options with { Inputs = [tsv] }).ShouldContain("the delimiter is \",\": only csv has delimiters");
        string lines = _folder.Write("a.txt", Row);
        Refusal(new PrepareOptions { Inputs = [lines], SkipBadRecords = true }).ShouldContain("only json, csv and tsv have records");
    }

    [Fact]
    public void Bad_records_are_left_out_and_counted_and_the_first_are_named()
    {
        const string First = "id,text\n1,The cat sat on the mat.\n2,one, two\n\n3,\"The dog\" ran over the hill.\n4\n";
        const string Rest = "5,\"A fish\nswam in the \"\"lake\"\".\"\n6,a,b\n7,a,b\n8,a,b\n9,\"open\n10,A bird sang in the tree.\n";
        string path = _folder.Write("a.csv", First + Rest);
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [path], SkipBadRecords = true, TestShare = 0 }, _folder["out"]);
        (info.Counts.Read, info.Counts.Kept, info.Counts.Dropped.BadRecords).ShouldBe((10, 3, 7));
        info.Warnings[0].ShouldBe("left out: bad records: 7, too long to read: 0; the first of them:");
        info.Warnings.Count.ShouldBe(6);
        info.Warnings[1].ShouldStartWith($"  {path}: line 3, byte 34: 3 fields; expected 2, as in the header");
        info.Warnings[2].ShouldStartWith($"  {path}: line 5, byte 57: text after a closing quote");
        CorpusInfo.Load(_folder["out"]).Counts.Dropped.BadRecords.ShouldBe(7);
        Prepare.Sentences(new PrepareOptions { Inputs = [path], SkipBadRecords = true }, _folder)
            .ShouldBe(["a bird sang in the tree .", "a fish swam in the \" lake \" .", "the cat sat on the mat ."]);
    }

    [Fact]
    public void Nothing_but_bad_records_is_refused_with_the_first()
    {
        PrepareOptions options = new() { Inputs = [_folder.Write("a.csv", "id,text\n1,a,b\n2\n")], SkipBadRecords = true };
        Refusal(options).ShouldMatch("no sentence left of 2: .* 2 are bad records \\(.*a.csv: line 2, byte 8: 3 fields");
    }

    [Fact]
    public void Bytes_that_are_not_utf8_make_a_record_bad_wherever_they_stand()
    {
        byte[] first = [.. "text,note\nThe cat sat on the mat.,a\nA dog ran over the hill.,caf"u8, 0xE9];
        string path = _folder.Write("a.csv", [.. first, .. "\nA caf"u8, 0xE9, .. " in the town.,c\n"u8]);
        Refusal(new PrepareOptions { Inputs = [path] }).ShouldContain("line 3, byte 64: not valid UTF-8 (0xE9)");
        Prepare.Sentences(new PrepareOptions { Inputs = [path], SkipBadRecords = true }, _folder).ShouldBe(["the cat sat on the mat ."]);
    }

    [Fact]
    public void Records_of_many_chunks_are_read_in_order_by_any_number_of_threads()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 20_000)
            .Select(i => $"{i},\"Row {i} is here,\n \"\"so it is\"\".\"\r\n{(i % 1000 == 0 ? "bad\n" : "")}");
        string path = _folder.Write("a.csv", $"id,text\n{string.Concat(rows)}");
        PrepareOptions options = new() { Inputs = [path], SkipBadRecords = true, TestShare = 0, VocabularySize = 50_000 };
        CorpusInfo one = Prepare.Corpus(options with { Threads = 1 }, _folder["1"]);
        CorpusInfo three = Prepare.Corpus(options with { Threads = 3 }, _folder["3"]);
        (one.Counts.Kept, one.Counts.Dropped.BadRecords).ShouldBe((20_000, 20));
        three.Hash.ShouldBe(one.Hash);
        three.Warnings.ShouldBe(one.Warnings);
    }

    private string[] Prepared(string name, string text) =>
        Prepare.Sentences(new PrepareOptions { Inputs = [_folder.Write(name, text)] }, _folder);

    private string Refusal(PrepareOptions options) => Prepare.Refusal(options, _folder);
}
