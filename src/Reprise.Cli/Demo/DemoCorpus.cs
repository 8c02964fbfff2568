using System.Text;
using Reprise.Cli.Commands;
using Reprise.Cli.Rendering;
using Reprise.Formats;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Demo;

/// <summary>The corpus of the demo.</summary>
internal static class DemoCorpus
{
    private const int LargestInputs = 1 << 24; // bytes

    /// <summary>Prepares the corpus, or opens the one in the folder.</summary>
    /// <exception cref="InputException">The corpus in the folder was made from other text than that given.</exception>
    public static Corpus Open(Session session, DemoPlan plan)
    {
        try
        {
            Provide(session, plan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{plan.Folder}: the demo's folder cannot be used: {e.Message}; choose another one with --out", e);
        }

        return Corpus.Open(plan.CorpusFolder);
    }

    private static void Provide(Session session, DemoPlan plan)
    {
        if (plan.Overwrite)
        {
            string made = plan.CorpusFolder + ".new"; // unusable text leaves the old demo intact
            Make(session, plan, made);
            DeleteOld(plan);
            Directory.Move(made, plan.CorpusFolder);
        }
        else if (HasCorpus(plan))
        {
            CheckInputs(plan);
            session.Note($"{plan.CorpusFolder} exists and is used again (--overwrite replaces it)");
            return;
        }
        else
        {
            Make(session, plan, plan.CorpusFolder);
        }

        byte[] inputs = Encoding.UTF8.GetBytes(string.Concat(InputsOf(plan).Select(path => path + "\n")));
        AtomicFile.Write(plan.InputsFile, stream => stream.Write(inputs));
    }

    private static bool HasCorpus(DemoPlan plan) => CorpusInfo.IsIn(plan.CorpusFolder);

    private static IEnumerable<string> InputsOf(DemoPlan plan) => plan.Inputs.Select(Path.GetFullPath);

    private static void CheckInputs(DemoPlan plan)
    {
        if (plan.Inputs.Count == 0)
            return;
        byte[] list = File.Exists(plan.InputsFile) ? OutsideFile.ReadAll(plan.InputsFile, LargestInputs) : [];
        string[] known = Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (plan.Inputs.Contains("-") || !InputsOf(plan).SequenceEqual(known))
        {
            throw new InputException($"--input: {plan.CorpusFolder} exists and was made from other text; replace it with --overwrite, "
                + "choose another folder with --out, or continue with that text without --input");
        }
    }

    /// <summary>Deletes an older demo, the corpus last, so that no run stands beside a corpus that is not its own.</summary>
    private static void DeleteOld(DemoPlan plan)
    {
        File.Delete(plan.InputsFile);
        foreach (string run in Directory.EnumerateDirectories(plan.Folder).Where(DemoPlan.IsRun).ToList())
            Directory.Delete(run, recursive: true);
        if (Directory.Exists(plan.CorpusFolder))
            Directory.Delete(plan.CorpusFolder, recursive: HasCorpus(plan));
    }

    private static void Make(Session session, DemoPlan plan, string folder)
    {
        (IReadOnlyList<string> inputs, TextFormat? format) = Inputs(plan);
        session.Note(plan.Inputs.Count > 0
            ? $"Text: {string.Join(", ", plan.Inputs)}"
            : $"Text: the API documentation of the .NET SDK, {inputs.Count} files in {CommonFolder(inputs)}");
        CorpusInfo made = PrepareCommand.Build(
            session,
            new PrepareOptions
            {
                Inputs = inputs,
                Format = format,
                MinimumWords = DemoPlan.MinimumWords,
                MaximumWords = DemoPlan.MaximumWords,
                VocabularySize = Presets.Small.Words,
                Deduplicate = true,
                Threads = session.Threads,
                Overwrite = plan.Overwrite,
            },
            folder);
        CorpusCounts counts = made.Counts;
        string lengths = $"{DemoPlan.MinimumWords} to {DemoPlan.MaximumWords} words";
        session.Note($"{Format.Count(counts.Read)} sentences read; {Format.Count(counts.Kept)} distinct ones of {lengths} kept: "
            + $"{Format.Count(counts.Train)} to train, {Format.Count(counts.Test)} held out");
    }

    /// <summary>The first sentences of the test part without unknown words; no other choice is made.</summary>
    /// <exception cref="InputException">There are fewer than two.</exception>
    public static IReadOnlyList<string> HeldOut(Corpus corpus, int count)
    {
        SentenceCodec codec = new(corpus.Vocabulary, corpus.Info.Text);
        List<string> sentences = [];
        for (long i = 0; i < corpus.Test.Count && sentences.Count < count; i++)
        {
            int[] words = corpus.Test.WordsAt(i);
            if (words.Length is < DemoPlan.ShortestShown or > DemoPlan.LongestShown || words.Contains(Vocabulary.Unknown))
                continue;
            string text = codec.Decode(words);
            if (codec.Encode(text).AsSpan().SequenceEqual(words))
                sentences.Add(text);
        }

        return sentences.Count >= 2
            ? sentences
            : throw new InputException($"{corpus.Test.Count} sentences are held out, {sentences.Count} of them without unknown words; "
                + "expected 2 or more: give more text with --input");
    }

    private static (IReadOnlyList<string> Inputs, TextFormat? Format) Inputs(DemoPlan plan)
    {
        if (plan.Inputs.Count > 0)
            return (plan.Inputs, null);
        IReadOnlyList<string> files = plan.FindDocumentation();
        return files.Count > 0
            ? (files, TextFormat.XmlDocumentation)
            : throw new InputException("no documentation of a .NET SDK was found on this machine (packs/*/*/ref/*/*.xml beside dotnet); "
                + "give text of your own: reprise demo --input FILE.txt");
    }

    private static string CommonFolder(IReadOnlyList<string> files)
    {
        string folder = Path.GetDirectoryName(files[0])!;
        while (!files.All(file => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
