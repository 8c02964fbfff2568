namespace Reprise.Tests.Cli;

/// <summary>A folder with a small text, its corpus and a small model trained on it for a few steps.</summary>
public sealed class TinyWorld : IDisposable
{
    internal static readonly string[] TinySizes = ["--hidden", "8", "--embedding", "6", "--latent", "4", "--batch", "16", "--threads", "1"];

    private readonly TempFolder _folder = new();

    public TinyWorld()
    {
        File.WriteAllLines(Text, Sentences());
        CliRun.Of("prepare", Text, "--format", "lines", "--out", Corpus, "--test", "0.2").Done();
        CliRun.Of(["train", Corpus, "--out", Run, "--steps", "6", .. TinySizes]).Done();
    }

    public string Folder => _folder.Path;

    public string Text => PathOf("text.txt");

    public string Corpus => PathOf("corpus");

    public string Run => PathOf("run");

    public string PathOf(string name) => _folder[name];

    /// <summary>Text of other words.</summary>
    public string OtherText()
    {
        string path = PathOf($"other-{Guid.NewGuid():N}.txt");
        File.WriteAllLines(path, Sentences().Select(sentence => sentence.Replace("cat", "ship").Replace("old", "blue")));
        return path;
    }

    /// <summary>A file of codes.</summary>
    public string Codes()
    {
        string path = PathOf($"codes-{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, "0,1,-1,0.5\n1,0,0,0\n");
        return path;
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Sentences()
    {
        string[] kinds = ["old", "young", "quick", "quiet", "tall"];
        string[] beings = ["cat", "dog", "bird", "fox"];
        string[] deeds = ["sees", "follows", "greets", "hears"];
        return from kind in kinds
               from being in beings
               from deed in deeds
               from other in beings
               select $"The {kind} {being} {deed} the {other} in the garden.";
    }
}
