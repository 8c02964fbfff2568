using System.Text;
using Reprise.Cli.Commands;
using Reprise.Cli.Rendering;
using Reprise.Formats;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Demo;

/// <summary>The text of the demo.</summary>
internal static class DemoCorpus
{
    private const int LargestInputs = 1 << 24; // bytes

    /// <summary>Prepares the corpus, or takes the one that is there.</summary>
    /// <exception cref="InputException">Text was given, and the corpus that is there is of other text.</exception>
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
            string made = plan.CorpusFolder + ".new"; // text that cannot be used leaves the old demo whole
            Make(session, plan, made);
            DeleteOld(plan);
            Directory.Move(made, plan.CorpusFolder);
        }
        else if (HasCorpus(plan))
        {
            CheckInputs(plan);
            session.Note($"{plan.CorpusFolder} is there and is used again (--overwrite begins anew)");
            return;
        }
        else
        {
            Make(session, plan, plan.CorpusFolder);
        }

        AtomicFile.Write(plan.InputsFile, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(InputsOf(plan).Select(path => path + "\n")))));
    }

    private static bool HasCorpus(DemoPlan plan) => CorpusInfo.IsIn(plan.CorpusFolder);

    private static IEnumerable<string> InputsOf(DemoPlan plan) => plan.Inputs.Select(Path.GetFullPath);

    private static void CheckInputs(DemoPlan plan)
    {
        if (plan.Inputs.Count == 0)
            return;
        string[] learned = File.Exists(plan.InputsFile)
            ? Encoding.UTF8.GetString(OutsideFile.ReadAll(plan.InputsFile, LargestInputs)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [];
        if (plan.Inputs.Contains("-") || !InputsOf(plan).SequenceEqual(learned))
            throw new InputException($"--input: {plan.CorpusFolder} is there already, made from other text; begin anew with --overwrite, choose another folder with --out, or go on with that text without --input");
    }

    /// <summary>Deletes what a demo left, the corpus last: runs never stand beside a corpus that is not theirs.</summary>
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
        session.Note($"{Format.Count(made.Counts.Read)} sentences read; the {Format.Count(made.Counts.Kept)} different ones of {DemoPlan.MinimumWords} to {DemoPlan.MaximumWords} words kept: {Format.Count(made.Counts.Train)} to learn, {Format.Count(made.Counts.Test)} held out");
    }

    /// <summary>The first sentences of the test part that have no unknown word: nobody picked them.</summary>
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
            : throw new InputException($"{corpus.Test.Count} sentences are held out, {sentences.Count} of them without unknown words; expected 2 or more: give more text with --input");
    }

    private static (IReadOnlyList<string> Inputs, TextFormat? Format) Inputs(DemoPlan plan)
    {
        if (plan.Inputs.Count > 0)
            return (plan.Inputs, null);
        IReadOnlyList<string> files = plan.FindDocumentation();
        return files.Count > 0
            ? (files, TextFormat.XmlDocumentation)
            : throw new InputException("no documentation of a .NET SDK was found on this machine (packs/*/*/ref/*/*.xml beside dotnet); give text of your own: reprise demo --input FILE.txt");
    }

    private static string CommonFolder(IReadOnlyList<string> files)
    {
        string folder = Path.GetDirectoryName(files[0])!;
        while (!files.All(file => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
