using Reprise.Tests.Formats;

namespace Reprise.Tests.Cli;

/// <summary>A pipe or a device in the place of a file that the product made is reported in one line, at once.</summary>
public sealed class SpecialFileTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Theory]
    [InlineData("corpus.json")]
    [InlineData("vocabulary.txt")]
    [InlineData("train.safetensors")]
    [InlineData("test.safetensors")]
    public void In_a_corpus(string name) =>
        Each(world.Corpus, name, folder => [["info", folder], ["train", folder, "--out", world.PathOf("none"), "--steps", "1"]]);

    [Theory]
    [InlineData("config.json")]
    [InlineData("vocabulary.txt")]
    [InlineData("model.safetensors")]
    public void In_a_model(string name) => Each(world.Run, name, folder => [["info", folder], ["score", folder, world.Text]]);

    [Theory]
    [InlineData("optimizer.safetensors")]
    [InlineData("progress.json")]
    [InlineData("log.jsonl")]
    public void In_a_run(string name) =>
        Each(world.Run, name, folder => [["train", world.Corpus, "--out", folder, "--resume", "--steps", "9", .. TinyWorld.TinySizes]]);

    [Fact]
    public void As_the_log_of_a_run_that_is_shown() => Each(world.Run, "log.jsonl", folder => [["info", folder]]);

    [Fact]
    public void As_text_beside_a_model()
    {
        string zero = SpecialFiles.Zero(world.PathOf("zero.txt"));
        Told(zero, ["score", world.Run, zero]);
        Told(zero, ["study", world.Corpus, "--out", world.PathOf("study"), "--config", zero]);
        Told(zero, ["study", world.Corpus, "--out", world.PathOf("study"), "--published", zero]);
        Told(zero, ["survey", "analyse", zero, "--key", zero]);
        Told(zero, ["prepare", zero, "--out", world.PathOf("zeros")]);
    }

    private void Each(string source, string name, Func<string, string[][]> commands)
    {
        string folder = Directory.CreateDirectory(world.PathOf($"special-{Guid.NewGuid():N}")).FullName;
        foreach (string file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (Func<string, string> make in (Func<string, string>[])[SpecialFiles.Pipe, SpecialFiles.Zero])
        {
            string path = make(Path.Combine(folder, name));
            foreach (string[] command in commands(folder))
                Told(path, command);
        }
    }

    private static void Told(string path, string[] command)
    {
        string complaint = SpecialFiles.InTime(() => CliRun.Of(command).Complaint());
        complaint.ShouldContain(Path.GetFileName(path));
        complaint.ShouldContain("expected ");
    }
}
