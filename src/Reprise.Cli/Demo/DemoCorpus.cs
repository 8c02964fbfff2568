using Reprise.Cli.Commands;
using Reprise.Cli.Rendering;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Demo;

/// <summary>The text of the demo.</summary>
internal static class DemoCorpus
{
    /// <summary>Prepares the corpus, or takes the one that is there.</summary>
    public static Corpus Open(Session session, DemoPlan plan)
    {
        if (File.Exists(Path.Combine(plan.CorpusFolder, "corpus.json")) && !plan.Overwrite)
        {
            session.Note($"{plan.CorpusFolder} is there and is used again (--overwrite begins anew)");
        }
        else
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
                plan.CorpusFolder);
            session.Note($"{Format.Count(made.Counts.Read)} sentences read; the {Format.Count(made.Counts.Kept)} different ones of {DemoPlan.MinimumWords} to {DemoPlan.MaximumWords} words kept: {Format.Count(made.Counts.Train)} to learn, {Format.Count(made.Counts.Test)} held out");
        }

        return Corpus.Open(plan.CorpusFolder);
    }

    /// <summary>The first sentences of the test part that have no unknown word: nobody picked them.</summary>
    /// <exception cref="InputException">There are fewer than two.</exception>
    public static IReadOnlyList<string> HeldOut(Corpus corpus, int count)
    {
        SentenceCodec codec = new(corpus.Vocabulary, corpus.Info.Text);
        List<string> sentences = [];
        for (long i = 0; i < corpus.Test.Count && sentences.Count < count; i++)
        {
            int[] words = new int[corpus.Test.Length(i)];
            corpus.Test.Read(i, words);
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
        IReadOnlyList<string> files = DotnetDocumentation.Find();
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
