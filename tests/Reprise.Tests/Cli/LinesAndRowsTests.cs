using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary>A row of what comes out belongs to a line of what goes in, and to no other.</summary>
public sealed class LinesAndRowsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private const string WhatToDo = "expected a sentence, as every line is a row of the output; remove it, or give --allow-empty";
    private const string First = "The old cat sees the dog in the garden.", Second = "The tall bird hears the fox in the garden.";

    [Theory]
    [InlineData("", "empty")]
    [InlineData("  \t", "no words, only U+0020 U+0020 U+0009")]
    [InlineData("\u200B", "no words, only U+200B")]
    [InlineData("\uFEFF", "no words, only U+FEFF")]
    [InlineData("\u001A", "no words, only U+001A")]
    [InlineData("    ", "no words, only U+0020 U+0020 U+0020 …")]
    public void A_line_without_words_is_refused_by_file_and_line(string line, string complaint)
    {
        string file = Write($"{First}\n{Second}\r\n{line}\n{First}\n"), output = world.PathOf("refused.npy");
        foreach (string[] command in (string[][])
        [
            ["score", world.Run, file], ["encode", world.Run, file, "--out", output], ["nearest", world.Run, First, "--in", file],
        ])
        {
            CliRun.Of(command).Complaint().ShouldBe($"{file}: line 3: {complaint}; {WhatToDo}");
        }

        File.Exists(output).ShouldBeFalse();
        CliRun.WithInput($"{First}\n{line}\n{Second}", "reconstruct", world.Run, "-").Complaint()
            .ShouldBe($"standard input: line 2: {complaint}; {WhatToDo}");
    }

    [Fact]
    public void An_argument_without_words_is_refused_by_its_place() =>
        CliRun.Of("reconstruct", world.Run, First, " ").Complaint().ShouldStartWith("argument 2: no words, only U+0020;");

    [Fact]
    public void A_line_with_too_many_words_is_refused_by_file_and_line()
    {
        string file = Write($"{First}\n{string.Concat(Enumerable.Repeat("cat ", 4097))}\n");
        CliRun.Of("score", world.Run, file).Complaint()
            .ShouldBe($"{file}: line 2: 4097 words; expected one sentence, of at most 4096 words");
    }

    [Fact]
    public void Lines_without_words_get_rows_without_numbers_where_they_are_allowed()
    {
        string file = Write($"\n{First}\n\u200B\n \n{Second}\n\n");
        CliRun run = CliRun.Of("score", world.Run, file, "--allow-empty", "--json", "--posterior-mean").Done();
        run.Error.ShouldContain("4 of 6 lines have no words: their rows have no numbers");
        IReadOnlyList<JsonElement> rows = run.Objects();
        rows.Select(row => row.GetProperty("index").GetInt32()).ShouldBe([0, 1, 2, 3, 4, 5]);
        rows.Select(row => row.GetProperty("text").GetString()).ShouldBe([null, First, null, null, Second, null]);
        rows.Select(row => row.GetProperty("nll").ValueKind == JsonValueKind.Null).ShouldBe([true, false, true, true, false, true]);
        CliRun without = CliRun.WithInput($"{First}\n{Second}\n", "score", world.Run, "--json", "--posterior-mean").Done();
        double[] alone = [.. without.Objects().Select(Nll)];
        Nll(rows[1]).ShouldBe(alone[0]);
        Nll(rows[4]).ShouldBe(alone[1]);
        CliRun.Of("score", world.Run, file, "--allow-empty").Done().Output.Trim().Split('\n').Length.ShouldBe(1 + 6);
    }

    [Fact]
    public void Codes_of_lines_without_words_are_not_numbers()
    {
        string file = Write($"{First}\n\n\uFEFF\n{Second}\n"), output = world.PathOf("rows.npy");
        CliRun run = CliRun.Of("encode", world.Run, file, "--out", output, "--allow-empty", "--json").Done();
        JsonElement summary = run.Objects().ShouldHaveSingleItem();
        summary.GetProperty("rows").GetInt32().ShouldBe(4);
        summary.GetProperty("sentences").GetInt32().ShouldBe(2);
        byte[] bytes = File.ReadAllBytes(output);
        Encoding.ASCII.GetString(bytes, 10, 100).ShouldContain("'shape': (4, 4)");
        float[] firsts = [.. Enumerable.Range(0, 4).Select(row => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(128 + (16 * row))))];
        firsts.Select(float.IsNaN).ShouldBe([false, true, true, false]);
    }

    [Fact]
    public void Reconstructions_and_neighbours_keep_the_index_of_their_line()
    {
        string text = $"\n\n{First}\n\n{Second}\n";
        string[] reconstruct = ["reconstruct", world.Run, "-", "--samples", "2", "--beam", "1", "--allow-empty", "--json"];
        CliRun reconstructed = CliRun.WithInput(text, reconstruct).Done();
        reconstructed.Objects().Select(row => row.GetProperty("index").GetInt32()).ShouldBe([0, 1, 2, 2, 3, 4, 4]);
        reconstructed.Objects().Select(row => row.GetProperty("input").GetString())
            .ShouldBe([null, null, First, First, null, Second, Second]);
        CliRun near = CliRun.WithInput(text, "nearest", world.Run, Second, "--in", "-", "--allow-empty", "--json").Done();
        near.Objects().Select(row => row.GetProperty("index").GetInt32()).ShouldBe([4, 2]);
        near.Objects().Select(row => row.GetProperty("text").GetString()).ShouldBe([Second, First]);
    }

    [Theory]
    [InlineData("\uFEFF{0}\n{1}\n")]
    [InlineData("{0}\r\n{1}\r\n\u001A")]
    [InlineData("{0}\r\n{1}\u001A")]
    [InlineData("{0}\n{1}\n\u001A\u001A")]
    [InlineData("{0}\n{1}")]
    public void Line_ends_and_marks_of_the_beginning_and_the_end_are_none_of_the_lines(string text)
    {
        string file = Write(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, First, Second));
        IReadOnlyList<JsonElement> rows = CliRun.Of("score", world.Run, file, "--json").Done().Objects();
        rows.Select(row => row.GetProperty("text").GetString()).ShouldBe([First, Second]);
    }

    [Theory]
    [InlineData("\u001A")]
    [InlineData("\uFEFF")]
    public void A_file_of_nothing_but_marks_has_no_sentence(string text)
    {
        string file = Write(text);
        CliRun.Of("score", world.Run, file, "--allow-empty").Complaint().ShouldBe($"{file}: no sentences; expected one a line");
    }

    [Fact]
    public void Lines_are_found_wherever_the_buffer_ends()
    {
        const string Words = "the cat";
        string line = Words + new string(' ', 65_535 - Words.Length); // its CR is the last byte of a buffer
        string file = Write(string.Concat(Enumerable.Repeat($"{line}\r\n\n", 3)));
        IReadOnlyList<JsonElement> rows = CliRun.Of("score", world.Run, file, "--allow-empty", "--json").Done().Objects();
        rows.Select(row => row.GetProperty("words").GetInt32()).ShouldBe([2, 0, 2, 0, 2, 0]);
    }

    private static double Nll(JsonElement row) => row.GetProperty("nll").GetDouble();

    private string Write(string text)
    {
        string path = world.PathOf($"lines-{Guid.NewGuid():N}.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
