using Reprise.Formats;
using Reprise.Text.Preparation;
using Reprise.Text.Sources;

namespace Reprise.Text;

/// <summary>Makes a corpus folder from text.</summary>
/// <remarks>
/// Two streaming passes: the first finds and counts words and puts the sentences by as numbers, the second turns numbers
/// into ids. Memory does not grow with the text: numbered sentences go to disk, and so do word counts, sorted, when they
/// outgrow a budget, to be merged exactly; copies are found on disk by hash.
/// Chunks of text are processed side by side and handed over in order, so the files are the same for any number of threads.
/// </remarks>
public static class CorpusBuilder
{
    private const long WordMemory = 96L << 20; // bytes for counting words, all threads together
    private const int MostThreadsByDefault = 16;

    /// <summary>
    /// Reads the inputs and writes the corpus to <paramref name="folder"/>, which must be new or empty, or a corpus that may be
    /// overwritten; of that only a corpus's own files are replaced.
    /// </summary>
    /// <returns>What the corpus holds. Of little text a part may be empty: <see cref="CorpusCounts.Test"/> tells, and is no error.</returns>
    /// <exception cref="InputException">The options, the text or the folder cannot be used, or the disk is full; nothing is changed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is changed.</exception>
    public static CorpusInfo Build(PrepareOptions options, string folder, CancellationToken cancellation = default) =>
        Build(options, folder, WordMemory, cancellation);

    /// <param name="wordMemory">Bytes for counting words; for tests.</param>
    /// <param name="operations">How the folder is changed; for tests.</param>
    internal static CorpusInfo Build(
        PrepareOptions options, string folder, long wordMemory, CancellationToken cancellation, FolderFiles? operations = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(folder);
        if (options.Problems() is { Count: > 0 } problems)
            throw new InputException(string.Join("; ", problems));
        using CorpusFolder output = new(folder, options.Overwrite, operations ?? new FolderFiles());
        try
        {
            return Build(options, folder, output, wordMemory, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: the corpus cannot be written: {e.Message}; make room on the disk, check that the folder may be written to, or choose another one", e);
        }
    }

    private static CorpusInfo Build(PrepareOptions options, string folder, CorpusFolder output, long wordMemory, CancellationToken cancellation)
    {
        KeptWarnings warnings = new(options.Warnings);
        options = options with { Warnings = warnings };
        List<InputFile> files = new InputFiles(options, output.Scratch, folder, cancellation).Resolve();
        bool guessed = options.Text.Language is null;
        if (guessed)
            options = options with { Text = options.Text with { Language = CorpusLanguage.Guess(files, options) } };
        long total = 2 * files.Sum(f => f.Bytes);
        int threads = options.Threads > 0 ? options.Threads : Math.Min(Environment.ProcessorCount, MostThreadsByDefault);

        TextCounts text = new();
        WordCounts[] words = [.. Enumerable.Range(0, threads).Select(_ => new WordCounts(wordMemory / threads, output.Scratch))];
        using NumberSpool numbers = new(output.Scratch);
        using (TextSource source = new(files, options))
            RunPass(1, [.. words.Select((w, i) => new CountingWorker(i, options, guessed, source, text, w, numbers))]);
        WarnOfLeftOut(options, text);
        if (TextWarnings.OfScript(text) is { } script)
            warnings.Report(script);
        (List<string> mostFrequent, long differentWords) = WordCounts.MostFrequent(words, options.VocabularySize + Vocabulary.SpecialTokens, output.Scratch);
        mostFrequent.RemoveAll(Vocabulary.IsSpecial); // text may spell them; that makes them no words
        if (mostFrequent.Count == 0)
            throw NothingLeft(options, files, text, 0);
        Vocabulary vocabulary = new(mostFrequent.Take(options.VocabularySize));

        using SpoolSet spools = new(options.ValidationShare > 0 ? [Part.Train, Part.Test, Part.Validation] : [Part.Train, Part.Test], vocabulary.Count, output.Scratch);
        KnownWords known = new(words, vocabulary);
        WritingWorker[] writers = [.. words.Select(_ => new WritingWorker(options, numbers, known, spools.Spools))];
        numbers.Rewind();
        RunPass(2, writers);
        long tooManyUnknown = writers.Sum(w => w.TooManyUnknown);
        if (spools.Spools.All(s => s.Count == 0))
            throw NothingLeft(options, files, text, tooManyUnknown);
        if (spools.Spools[0].Count == 0)
            throw new InputException($"the few sentences kept ({spools.Spools.Sum(s => s.Count)}) are all held out, none is left for training; give more text or hold out less");

        CorpusInfo info = Finish(options, output, vocabulary, spools, text, tooManyUnknown, differentWords, threads, cancellation);
        foreach (string doubt in TextWarnings.Of(options, files, text, tooManyUnknown, differentWords))
            warnings.Report(doubt);
        info = info with { Inputs = InputsOf(files), Warnings = warnings.Lines };
        output.Commit(info);
        return info;

        void RunPass(int pass, IReadOnlyList<PassWorker> workers)
        {
            OrderedPass work = new(position =>
                options.Progress?.Report(new PrepareProgress(pass, ((pass - 1) * total / 2) + position, total, workers.Sum(w => w.Sentences))));
            work.Run(workers, cancellation);
        }
    }

    private static CorpusInfo Finish(
        PrepareOptions options, CorpusFolder output, Vocabulary vocabulary, SpoolSet spools, TextCounts text, long tooManyUnknown, long differentWords,
        int threads, CancellationToken cancellation)
    {
        vocabulary.Save(output.New(CorpusInfo.VocabularyName));
        List<CorpusFile> files = [new(CorpusInfo.VocabularyName, new FileInfo(output.New(CorpusInfo.VocabularyName)).Length, vocabulary.Hash)];
        long words = 0, unknownWords = 0, copies = 0;
        Dictionary<Part, long> kept = [];
        foreach (PartSpool spool in spools.Spools)
        {
            Duplicates duplicates = spool.FindDuplicates(threads, cancellation);
            copies += duplicates.Count;
            kept[spool.Part] = spool.Count - (options.Deduplicate ? duplicates.Count : 0);
            string name = spool.Part.FileName();
            using HashingStream file = new(output.New(name));
            (long partWords, long partUnknown) = spool.Write(file, options.Deduplicate ? duplicates : null);
            words += partWords;
            unknownWords += partUnknown;
            (string sum, IReadOnlyList<string> chunks) = file.Finish();
            files.Add(new CorpusFile(name, file.Length, sum) { Chunks = chunks });
        }

        return new CorpusInfo
        {
            Format = CorpusInfo.CurrentFormat,
            Text = options.Text,
            Settings = new CorpusSettings
            {
                MinimumWords = options.MinimumWords,
                MaximumWords = options.MaximumWords,
                VocabularySize = options.VocabularySize,
                MaximumUnknownShare = options.MaximumUnknownShare,
                TestShare = options.TestShare,
                ValidationShare = options.ValidationShare,
                Deduplicate = options.Deduplicate,
            },
            Counts = new CorpusCounts
            {
                Read = text.Read,
                Kept = kept.Values.Sum(),
                Distinct = spools.Spools.Sum(s => s.Count) - copies,
                Dropped = new DroppedCounts
                {
                    TooFewWords = text.TooFewWords,
                    TooManyWords = text.TooManyWords,
                    UnknownWords = tooManyUnknown,
                    Duplicates = options.Deduplicate ? copies : 0,
                    TooLong = text.TooLong,
                    BadRecords = text.BadRecords,
                },
                Train = kept[Part.Train],
                Test = kept[Part.Test],
                Validation = kept.GetValueOrDefault(Part.Validation),
                Words = words,
                UnknownWords = unknownWords,
                DifferentWords = differentWords,
                TextBytes = text.TextBytes,
            },
            VocabularySize = vocabulary.Count,
            Files = files,
        };
    }

    private static void WarnOfLeftOut(PrepareOptions options, TextCounts text)
    {
        long count = text.BadRecords + text.TooLong;
        if (count == 0)
            return;
        string first = count > text.Named.Count ? "; the first of them:" : ":";
        options.Warnings?.Report($"left out: bad records: {text.BadRecords}, too long to read: {text.TooLong}{first}");
        foreach (string name in text.Named)
            options.Warnings?.Report($"  {name}");
    }

    private static List<CorpusInput> InputsOf(IEnumerable<InputFile> files) =>
        [.. files.GroupBy(file => (file.Format, file.Decided)).OrderBy(group => group.Key)
            .Select(group => new CorpusInput(group.Key.Format, group.Key.Decided, group.LongCount()))];

    private static InputException NothingLeft(PrepareOptions options, List<InputFile> files, TextCounts text, long tooManyUnknown)
    {
        string where = files.Count == 1 ? files[0].Name : $"{files.Count} files";
        bool records = files.TrueForAll(f => f.Format is TextFormat.Json or TextFormat.Csv or TextFormat.Tsv);
        if (text.Read == 0)
            return new InputException($"{where}: no sentence found, {(records ? "no record holds text" : "only white space")}");
        string first = text.Named.Count > 0 ? $" ({text.Named[0]})" : "";
        return new InputException(
            $"{where}: no sentence left of {text.Read}: {text.TooFewWords} have fewer than {options.MinimumWords} words, "
            + $"{text.TooManyWords} more than {options.MaximumWords}, {tooManyUnknown} too many unknown words, {text.TooLong} are too long to read, "
            + $"{text.BadRecords} are bad records{first}; "
            + $"read as {string.Join(", ", files.Select(f => f.Format.Name()).Distinct())}: "
            + "try another --format, or other --min-words and --max-words");
    }

    /// <summary>Warnings that are told, and kept for corpus.json.</summary>
    private sealed class KeptWarnings(IProgress<string>? told) : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value)
        {
            if (Lines.Contains(value)) // a file may be looked at more than once
                return;
            Lines.Add(value);
            told?.Report(value);
        }
    }
}
