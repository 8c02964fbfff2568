using System.Text.Json;

namespace Reprise.Tests.Cli;

/// <summary>The commands that say codes: decode, vary, combine.</summary>
public sealed class CodeCommandsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private const string Sentence = "the old cat sees the dog in the garden.";

    [Fact]
    public void Decode_says_what_encode_wrote()
    {
        string codes = world.PathOf("z.npy");
        CliRun.WithInput($"{Sentence}\nthe quick fox\n", "encode", world.Run, "-", "--out", codes).Done();
        CliRun decoded = CliRun.Of("decode", world.Run, codes).Done();
        string[] said = [.. CliRun.Of("reconstruct", world.Run, Sentence, "the quick fox", "--posterior-mean", "--json").Done().Objects()
            .Select(o => o.GetProperty("output").GetString()!)];
        decoded.Output.Split(Environment.NewLine).Length.ShouldBe(3);
        CliRun json = CliRun.Of("decode", world.Run, codes, "--json").Done();
        json.Objects()[1].Names().ShouldBe(["index", "text", "logProbability"]);
        json.Objects().Select(o => o.GetProperty("text").GetString()).ShouldBe(said);
        CliRun.WithInput("0 0 0 0\n", "decode", world.Run, "-").Done().Output.ShouldNotBeEmpty();
        CliRun.WithInput("0 0 0\n", "decode", world.Run, "-").Complaint().ShouldContain("standard input: row 1: 3 numbers; this model's");
        CliRun.Of("decode", world.Run, world.PathOf("none.npy")).Complaint().ShouldContain("no such file; expected codes");
    }

    [Fact]
    public void Vary_gives_other_sentences_with_their_codes()
    {
        string[] vary = ["vary", world.Run, Sentence, "-n", "3", "--spread", "4", "--draws", "100"];
        CliRun run = CliRun.Of([.. vary, "--json"]).Done();
        IReadOnlyList<JsonElement> found = run.Objects();
        found.Count.ShouldBeGreaterThan(0);
        found[0].Names().ShouldBe(["text", "distance", "logProbability", "z"]);
        found.Select(o => o.GetProperty("distance").GetDouble()).ShouldBeInOrder();
        CliRun.WithInput(found[0].GetRawText() + "\n", "decode", world.Run, "-", "--json").Done().Objects()[0].GetProperty("text")
            .GetString().ShouldBe(found[0].GetProperty("text").GetString());
        CliRun.Of([.. vary, "--json", "--threads", "2"]).Output.ShouldBe(run.Output);
        CliRun.Of("vary", world.Run, Sentence, "-n", "50", "--spread", "0.001", "--draws", "5").Done()
            .Error.ShouldContain("of 50 sentences found in 5 codes; a larger --spread or more --draws find others");
        CliRun.Of("vary", world.Run, Sentence, "--spread", "-1").Complaint().ShouldContain("spread is -1; expected a number above 0");
    }

    [Fact]
    public void Combine_adds_and_subtracts_and_goes_the_way_between_two_files()
    {
        string other = "the quick fox hears the bird in the garden.";
        float[] a = CodeOf(Sentence), b = CodeOf(other), c = CodeOf("the tall dog");
        Close(Combined(Sentence, "-", other, "+", "the tall dog"), k => a[k] - b[k] + c[k]);
        string from = Lines("from", Sentence, other), to = Lines("to", "the tall dog");
        Close(Combined("--mean", from), k => (a[k] + b[k]) / 2);
        Close(Combined("--mean", from, to), k => ((a[k] + b[k]) / 2) + c[k]);
        Close(Combined(Sentence, "--from", from, "--to", to, "--strength", "0.5"), k => a[k] + (0.5f * (c[k] - ((a[k] + b[k]) / 2))));
        string said = CliRun.Of("reconstruct", world.Run, Sentence, "--posterior-mean").Done().Output.Split("  -> ")[1];
        CliRun.Of("combine", world.Run, Sentence).Done().Output.ShouldBe(said);
    }

    [Theory]
    [InlineData("nothing to combine")]
    [InlineData("\"-\" at the end", "a", "-")]
    [InlineData("\"b\" at place 2", "a", "b")]
    [InlineData("\"+\" at place 3", "a", "-", "+", "b")]
    [InlineData("--from and --to: expected both", "a", "--from", "x")]
    [InlineData("--strength: is of --from and --to", "a", "--strength", "2")]
    [InlineData("--strength NaN: expected -1000 to 1000", "a", "--from", "x", "--to", "x", "--strength", "NaN")]
    [InlineData("blank.txt: no line has words", "--mean", "blank")]
    public void Combine_refuses_what_is_no_sum(string message, params string[] arguments)
    {
        string blank = Lines("blank.txt", "", " ");
        IEnumerable<string> paths = arguments.Select(word => word == "x" ? world.Text : word == "blank" ? blank : word);
        CliRun.Of(["combine", world.Run, .. paths]).Complaint().ShouldContain(message);
    }

    [Fact]
    public void A_language_model_has_no_codes_to_say()
    {
        string run = world.PathOf("language-model");
        CliRun.Of(["train", world.Corpus, "--out", run, "--objective", "language-model", "--steps", "2", .. TinyWorld.TinySizes]).Done();
        foreach (string[] command in (string[][])[["decode", run, world.Codes()], ["vary", run, Sentence], ["combine", run, Sentence]])
            CliRun.Of(command).Complaint().ShouldContain("this is a language model without a code");
    }

    private static void Close(float[] found, Func<int, float> expected)
    {
        for (int k = 0; k < found.Length; k++)
            ((double)found[k]).ShouldBe(expected(k), 1e-5);
    }

    private float[] Combined(params string[] arguments) =>
        [.. CliRun.Of(["combine", world.Run, .. arguments, "--json"]).Done().Objects()[0].GetProperty("z").EnumerateArray()
            .Select(x => x.GetSingle())];

    private float[] CodeOf(string sentence) => Combined(sentence);

    private string Lines(string name, params string[] lines)
    {
        File.WriteAllLines(world.PathOf(name), lines);
        return world.PathOf(name);
    }
}
