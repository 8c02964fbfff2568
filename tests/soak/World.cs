namespace Reprise.Soak;

/// <summary>A small text, its corpus, a run, a model and a study, made once by the command under test; and folders for copies.</summary>
internal sealed class World : IDisposable
{
    public const double Patience = 60; // seconds, for commands that need one or two

    private readonly string _folder = Directory.CreateTempSubdirectory("reprise-soak-").FullName;
    private int _copies;

    public World()
    {
        Console.WriteLine("making a corpus, a run, a model and a study");
        File.WriteAllLines(Text, Sentences("cat"));
        File.WriteAllLines(OtherText, Sentences("ship").Take(150));
        Must("prepare", Text, "--format", "lines", "--out", Corpus, "--test", "0.2", "--validation", "0.1");
        Must(["train", Corpus, "--out", RunFolder, "--steps", "6", "--checkpoint-every", "2", .. Sizes]);
        Directory.CreateDirectory(Model);
        foreach (string name in (string[])["config.json", "vocabulary.txt", "model.safetensors"])
            File.Copy(Path.Combine(RunFolder, name), Path.Combine(Model, name));
        Must(["study", Corpus, "--out", Study, .. StudyOptions]);
    }

    public static string[] Sizes { get; } = ["--hidden", "8", "--embedding", "6", "--latent", "4", "--batch", "16", "--threads", "1"];

    public static string[] StudyOptions { get; } =
        [.. Sizes, "--runs", "vae,autogen-m1", "--steps", "6", "--judge", "8", "--checkpoint-every", "1"];

    public string Text => PathOf("text.txt");

    public string OtherText => PathOf("other.txt");

    public string Corpus => PathOf("corpus");

    public string RunFolder => PathOf("run");

    public string Model => PathOf("model");

    public string Study => PathOf("study");

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>The folders to change, in copies, and the commands that read them.</summary>
    public IEnumerable<(string Kind, string Folder, Func<string, string[]>[] Commands)> Readers()
    {
        string fresh = PathOf("fresh");
        yield return ("model", Model,
        [
            copy => ["info", copy],
            copy => ["score", copy, Text, "--threads", "1"],
            copy => ["generate", copy, "-n", "1", "--threads", "1"],
        ]);
        yield return ("run", RunFolder,
        [
            copy => ["info", copy],
            copy => ["train", Corpus, "--out", copy, "--resume", "--steps", "8", "--threads", "1"],
        ]);
        yield return ("corpus", Corpus,
        [
            copy => ["info", copy],
            copy => ["train", copy, "--out", fresh, "--overwrite", "--steps", "20", .. Sizes],
            copy => ["prepare", OtherText, "--format", "lines", "--out", copy, "--overwrite"],
        ]);
        yield return ("study", Study, [copy => ["study", Corpus, "--out", copy]]);
    }

    /// <summary>A copy of a folder, which may be damaged.</summary>
    public string Copy(string folder)
    {
        string copy = PathOf($"copy{_copies++}");
        foreach (string directory in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
            Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(folder, directory)));
        foreach (string file in Files(folder))
            File.Copy(Path.Combine(folder, file), Path.Combine(copy, file));
        return copy;
    }

    /// <summary>The relative paths of all files of a folder, in order.</summary>
    public static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static Ended Must(params string[] arguments)
    {
        Ended ended = Command.Run(10 * Patience, arguments);
        return ended.Code == 0 ? ended : throw new InvalidOperationException($"{ended.Command}: exit {ended.Code}: {ended.Errors}");
    }

    private static IEnumerable<string> Sentences(string being) =>
        from kind in (string[])["old", "young", "quick", "quiet", "tall"]
        from other in (string[])["dog", "bird", "fox", being]
        from deed in (string[])["sees", "follows", "greets", "hears"]
        from place in (string[])["garden", "street", "house", "field"]
        select $"The {kind} {being} {deed} the {other} in the {place}.";
}
