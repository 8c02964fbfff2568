using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary>Words that a model does not know are counted, and a text of mostly such words is flagged.</summary>
public sealed class UnknownWordsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private const string Known = "The old cat sees the dog.", Half = "The zebra", Unknown = "USB-C Cable";
    private const string Meaning =
        "the model has one embedding for all unknown words, so it knows little more of such a text than its length";
    private const string Text = $"{Known}\n{Half}\n{Unknown}\n";

    [Fact]
    public void Score_counts_them_and_flags_the_rows()
    {
        CliRun json = CliRun.WithInput(Text, "score", world.Run, "--json").Done();
        json.Objects().Select(Counts).ShouldBe([(7, 0), (2, 1), (2, 2)]);
        CliRun run = CliRun.WithInput(Text, "score", world.Run).Done();
        string[] rows = run.Output.Trim().Split('\n');
        rows[1].ShouldNotContain("(");
        rows[2].ShouldContain("  (1 of 2 words unknown)");
        rows[3].ShouldContain("  (2 of 2 words unknown)");
        run.Error.Trim().ShouldBe($"warning: 2 of 3 texts are mostly unknown words: {Meaning}");
    }

    [Fact]
    public void Encode_counts_them_in_its_summary()
    {
        CliRun run = CliRun.WithInput(Text, "encode", world.Run, "-", "--out", world.PathOf("unknown.npy"), "--json").Done();
        JsonElement summary = run.Objects().ShouldHaveSingleItem();
        Counts(summary).ShouldBe((11, 3));
        summary.GetProperty("mostlyUnknown").GetInt32().ShouldBe(2);
        run.Error.ShouldContain("warning: 2 of 3 texts are mostly unknown words");
        CliRun plain = CliRun.WithInput(Text, "encode", world.Run, "-", "--out", world.PathOf("unknown.npy")).Done();
        plain.Output.ShouldContain("; 3 of 11 words unknown");
    }

    [Fact]
    public void Reconstruct_counts_them_and_flags_the_input()
    {
        CliRun json = CliRun.Of("reconstruct", world.Run, Known, Unknown, "--beam", "1", "--json").Done();
        json.Objects().Select(Counts).ShouldBe([(7, 0), (2, 2)]);
        CliRun run = CliRun.Of("reconstruct", world.Run, Known, Unknown, "--beam", "1", "--samples", "2").Done();
        run.Output.ShouldContain($"{Unknown}  (2 of 2 words unknown)");
        run.Error.Trim().ShouldBe($"warning: 1 of 2 texts are mostly unknown words: {Meaning}");
    }

    [Fact]
    public void Nearest_flags_a_query_and_neighbours_that_it_cannot_distinguish()
    {
        string[] nearest = ["nearest", world.Run, "Hypertron 3000X", "--in", "-", "-k", "1"];
        CliRun run = CliRun.WithInput(Text, nearest).Done();
        run.Output.Trim().ShouldBe("0.0000  USB-C Cable  (2 of 2 words unknown)");
        run.Error.ShouldContain($"warning: the query: 2 of 2 words unknown: {Meaning}");
        JsonElement first = CliRun.WithInput(Text, [.. nearest, "--json"]).Done().Objects()[0];
        Counts(first).ShouldBe((2, 2));
        first.GetProperty("queryUnknownWords").GetInt32().ShouldBe(2);
        CliRun.WithInput(Text, "nearest", world.Run, Known, "--in", "-", "-k", "1").Done().Error.ShouldBeEmpty();
    }

    [Fact]
    public void Interpolate_flags_the_end_that_is_mostly_unknown()
    {
        CliRun run = CliRun.Of("interpolate", world.Run, Known, Unknown, "--steps", "2", "--beam", "1").Done();
        run.Error.Trim().ShouldBe($"warning: B: 2 of 2 words unknown: {Meaning}");
    }

    private static (int, int) Counts(JsonElement row) => (row.GetProperty("words").GetInt32(), row.GetProperty("unknownWords").GetInt32());
}
