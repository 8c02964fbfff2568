using Reprise.Text;

namespace Reprise.Tests.Text;

public sealed class JsonTests : IDisposable
{
    private const string A = "the cat sat on the mat .";
    private const string B = "a dog ran over the hill .";
    private const string One = "{\"n\":1,\"text\":\"The cat sat on the mat.\"}";
    private const string Two = "{\"text\":\"A dog ran over the hill.\",\"n\":[{\"x\":\"]}\"}]}";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.json", One + "\n" + Two + "\n")]
    [InlineData("a.jsonl", One + "\r\n\r\n" + Two)]
    [InlineData("a.ndjson", "\uFEFF" + One + "\r" + Two + "\r")]
    [InlineData("a.json", One + Two)]
    [InlineData("a.json", One + " " + Two + "\n")]
    [InlineData("a.json", "[" + One + "," + Two + "]")]
    [InlineData("a.json", "\n [\n" + One + "\n,\n" + Two + "\n]\n")]
    [InlineData("a.jsonl", "[" + One + "]\n[]\n[" + Two + "]\n")]
    [InlineData("a.json", "{\n  \"n\": 1,\n  \"text\": \"The cat sat on the mat.\"\n}\n{\n  \"text\": \"A dog ran over the hill.\"\n}\n")]
    [InlineData("a.json", "{\"n\":[\n\"b\"\n],\n\"text\":\n\"The cat sat on the mat.\"}\n" + Two)]
    [InlineData("a.json", "[\"The cat sat on the mat.\", \"A dog ran \\u006fver the hill.\"]")]
    [InlineData("a.jsonl", "\"The cat sat on the mat.\"\n\"A dog ran over the hill.\"\n")]
    [InlineData("a.json", "[" + One + ",null,{\"text\":null},{\"text\":[]},{\"text\":[null,\"A dog ran over the hill.\"]}]")]
    [InlineData("a.json", "{\"text\":[\"The cat sat on the mat.\",[\"A dog ran over the hill.\"]]}")]
    public void Objects_and_texts_are_found_however_they_lie(string name, string text) =>
        Prepare.Sentences(new PrepareOptions { Inputs = [_folder.Write(name, text)] }, _folder).ShouldBe([B, A]);

    [Theory]
    [InlineData("a.b", "{\"a\":{\"b\":\"The cat sat on the mat.\",\"c\":1}}")]
    [InlineData("a.b", "{\"a\":{\"b\":5},\"a.b\":\"The cat sat on the mat.\",\"a\":{}}")]
    [InlineData("a.b", "{\"a.b\":\"The cat sat on the mat.\",\"a\":{\"b\":\"A dog ran over the hill.\"}}")]
    [InlineData("a.b", "{\"a\":[{\"b\":\"The cat sat on the mat.\"},{\"b\":null},null]}")]
    [InlineData("a.b.c", "{\"a\":[{\"b\":[{\"c\":[\"The cat sat on the mat.\"]}]},{\"b\":[]}]}")]
    [InlineData("b", "{\"a\":{\"b\":\"A dog ran over the hill.\"},\"b\":\"The cat sat on the mat.\"}")]
    [InlineData("", "{\"\":\"The cat sat on the mat.\"}")]
    public void A_column_may_lie_within_another(string column, string text) =>
        Prepare.Sentences(new PrepareOptions { Inputs = [_folder.Write("a.json", text)], Column = column }, _folder).ShouldBe([A]);

    [Theory]
    [InlineData("{\"x\":NaN,\"text\":\"a\"}\n", "line 1, byte 5: not sound JSON: 'N' is an invalid start of a value")]
    [InlineData("{\"text\":\"a\",\"x\":NaN}\n", "line 1, byte 16: not sound JSON: 'N' is an invalid start of a value")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":\"b\",\"x\":{bro\n", "line 2, byte 30: not sound JSON: 'b' is an invalid")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":\"b\"}}}}\n", "line 2, byte 25: not sound JSON: '}' is invalid after a single JSON value")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":\"b\"} more\n", "line 2, byte 26: not sound JSON")]
    [InlineData("{\"text\":\"a\"}\n{\"text\":}\n", "line 2, byte 21: not sound JSON")]
    [InlineData("{\"text\":\"a\",}\n", "not sound JSON")]
    [InlineData("{\"text\":'a'}\n", "not sound JSON")]
    [InlineData("{\"text\":\"a\"} // why\n", "line 1, byte 13: not sound JSON")]
    [InlineData("[\n{\"text\":\"a\"},\n{\"text\":\"b\" \"c\":1}\n]", "line 3, byte 28: not sound JSON")]
    [InlineData("[{\"text\":\"a\"},]", "line 1, byte 14: the array ends after a comma; expected one more element, or no comma")]
    [InlineData("[{\"text\":\"a\"},,{\"text\":\"b\"}]", "line 1, byte 14: a comma without an element before it")]
    [InlineData("[{\"text\":\"a\"}\n{\"text\":\"b\"}]", "line 2, byte 14: expected a comma or the array's end before the next element")]
    [InlineData("[{\"text\":\"a\"},\n", "line 2, byte 15: the file ends within the array; expected an element; is the file cut off?")]
    [InlineData("[{\"text\":\"a\"}", "line 1, byte 13: the file ends within the array; expected a comma or ]; is the file cut off?")]
    [InlineData("[{\"text\":\"a\"},\n{\"text\":\"b", "line 2, byte 15: the object that begins here is not closed before the file ends; is")]
    [InlineData("[{\"text\":\"a\"}]]", "line 1, byte 14: not sound JSON")]
    [InlineData("{\"body\":\"a\",\"n\":1}\n", "line 1, byte 0: the object has no \"text\"; it has body, n")]
    [InlineData("{}\n", "line 1, byte 0: the object has no \"text\"; it has no fields")]
    [InlineData("{\"text\":\"a\"}\n[1]\n", "line 2, byte 13: expected an object with \"text\" or a text; found an array")]
    [InlineData("[1]\n", "line 1, byte 1: expected an object with \"text\" or a text; found a number")]
    [InlineData("17\n", "line 1, byte 0: expected an object with \"text\" or a text; found a number")]
    [InlineData("true", "line 1, byte 0: expected an object with \"text\" or a text; found true or false")]
    [InlineData("words and words\n", "line 1, byte 0: not sound JSON")]
    [InlineData("{\"text\":5}\n", "line 1, byte 8: \"text\" holds no text: it is a number")]
    [InlineData("{\"text\":{\"a\":\"b\"}}\n", "line 1, byte 8: \"text\" holds no text: it is an object")]
    [InlineData("{\"text\":\"a\",\"n\":1,\"text\":\"b\"}\n", "line 1, byte 18: \"text\" stands twice in one object")]
    [InlineData("{\"text\":\"\\ud800\"}\n", "line 1, byte 8: the text holds an escape that is no character")]
    [InlineData("{\"text\":null}\n", "no sentence found, no record holds text")]
    [InlineData("[]", "no sentence found, no record holds text")]
    public void Json_that_cannot_be_used_is_refused_in_one_line(string text, string message) =>
        Refusal(new PrepareOptions { Inputs = [_folder.Write("a.json", text)] }).ShouldContain(message);

    [Theory]
    [InlineData("{\"a\":{\"c\":1}}", "line 1, byte 5: the object has no \"b\"; it has c")]
    [InlineData("{\"c\":{\"b\":\"x\"}}", "line 1, byte 0: the object has no \"a.b\"; it has c")]
    [InlineData("{\"a\":\"x\"}", "line 1, byte 5: \"a.b\" holds no text: \"a\" is a text")]
    [InlineData("[\"x\"]", "line 1, byte 1: expected an object with \"a.b\"; found a text")]
    public void A_path_that_leads_nowhere_is_refused(string text, string message) =>
        Refusal(new PrepareOptions { Inputs = [_folder.Write("a.json", text)], Column = "a.b" }).ShouldContain(message);

    [Fact]
    public void Deep_json_is_refused_and_overflows_nothing()
    {
        string deep = new string('[', 100_000);
        string closed = _folder.Write("a.json", $"{{\"text\":\"a\",\"x\":{deep}{deep.Replace('[', ']')}}}");
        Refusal(new PrepareOptions { Inputs = [closed] }).ShouldContain("not sound JSON");
        string open = _folder.Write("b.json", deep);
        Refusal(new PrepareOptions { Inputs = [open] }).ShouldContain("line 1, byte 1: the array that begins here is not closed");
    }

    [Theory]
    [InlineData("a.jsonl", One + "\n{\"text\":\"x\",\"y\":{broken\n{\"y\":NaN,\"text\":\"x\"}\n" + Two + "\n", 2)]
    [InlineData("a.jsonl", One + "\n{\"text\":\"x\"}}}}\n{\"text\":\"x\"} more\n{\"body\":\"x\"}\n" + Two + "\n", 3)]
    [InlineData("a.jsonl", "{\"text\":\"x\",\"y\":{broken\n{\"text\":\"x\"}}}}\n" + One + "\n" + Two, 2)]
    [InlineData("a.json", "[" + One + ",{\"text\":NaN},5,," + Two + ",{\"text\":\"cut o", 4)]
    [InlineData("a.json", "{\n\"text\":\n\"The cat sat on the mat.\"}\n{\n\"text\":NaN}\n" + Two, 1)]
    public void Bad_records_of_json_are_left_out_and_counted(string name, string text, long bad)
    {
        PrepareOptions options = new() { Inputs = [_folder.Write(name, text)], SkipBadRecords = true, TestShare = 0 };
        Prepare.Sentences(options, _folder).ShouldBe([B, A]);
        CorpusInfo.Load(_folder["corpus"]).Counts.Dropped.BadRecords.ShouldBe(bad);
    }

    [Fact]
    public void No_sentence_is_taken_from_a_record_that_is_bad_further_on()
    {
        const string Bad = "{\"text\":[\"Rain fell all day long.\",5]}\n{\"text\":\"Snow fell all day long.\",\"x\":NaN}\n";
        string path = _folder.Write("a.jsonl", $"{One}\n{Bad}");
        Prepare.Sentences(new PrepareOptions { Inputs = [path], SkipBadRecords = true }, _folder).ShouldBe([A]);
    }

    [Fact]
    public void An_array_of_many_chunks_is_read_in_order_by_any_number_of_threads()
    {
        List<string> elements =
            [.. Enumerable.Range(0, 20_000).Select(i => $"{{ \"text\": \"Row {i} has [ its own }} \\\"place\\\".\",\n \"n\": {i} }}")];
        string array = _folder.Write("a.json", $"[{string.Join(",", elements)}]");
        PrepareOptions options = new() { Inputs = [array], TestShare = 0, VocabularySize = 50_000 };
        CorpusInfo one = Prepare.Corpus(options with { Threads = 1 }, _folder["1"]);
        (one.Counts.Read, one.Counts.Kept).ShouldBe((20_000, 20_000));
        Prepare.Corpus(options with { Threads = 3 }, _folder["3"]).Hash.ShouldBe(one.Hash);
        string lines = _folder.Write("a.jsonl", string.Join("\n", elements.Select(e => e.Replace("\n", ""))));
        Prepare.Corpus(options with { Inputs = [lines] }, _folder["lines"]).Hash.ShouldBe(one.Hash);
    }

    [Fact]
    public void Json_in_a_folder_is_skipped_and_reported_unless_requested()
    {
        _folder.Write("all/a.txt", "The cat sat on the mat.\n");
        _folder.Write("all/b.json", Two);
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [_folder["all"]], TestShare = 0 }, _folder["out"]);
        info.Counts.Kept.ShouldBe(1);
        info.Warnings.ShouldHaveSingleItem().ShouldStartWith($"{_folder["all"]}: passed over: 1 named .json");
        Prepare.Sentences(new PrepareOptions { Inputs = [_folder["all/*"]] }, _folder).ShouldBe([B, A]);
        File.Delete(_folder["all/a.txt"]);
        Prepare.Sentences(new PrepareOptions { Inputs = [_folder["all"]], Format = TextFormat.Json }, _folder).ShouldBe([B]);
    }

    private string Refusal(PrepareOptions options) => Prepare.Refusal(options, _folder);
}
