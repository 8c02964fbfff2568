using System.Security.Cryptography;
using Reprise.Formats;
using Reprise.Numerics.Interop;
using Reprise.Text.Preparation;
using Reprise.Text.Sources;

namespace Reprise.Text;

/// <summary>Makes a corpus folder from text.</summary>
/// <remarks>
/// <code>
///                       one worker a thread, side by side                              in order (OrderedPipeline)
///
/// Pass 1, count         CountingWorker
///   TextSource ----->     ChunkText: sentences
///   chunks of text        Tokenizer: words
///   in order              WordCounter: counts, spilled ----------------------------> scratch/words-*      sorted runs
///                         ProvisionalBlock: sentences in provisional ids ----------> scratch/provisional
///
/// Merge                 WordCounter.MostFrequent
///   scratch/words-* ->    SortedRun: external merge of all runs -------------------> vocabulary.txt
///
/// Pass 2, encode        EncodingWorker
///   scratch/         ->   IdMaps: provisional id to id in the vocabulary
///     provisional         SplitHash: train, test or validation
///                         PartColumns.Rows ----------------------------------------> scratch/PART-ids, PART-lengths, PART-hashes
///
/// Write, a part at a time
///   scratch/PART-* -->    Duplicates: copies, by hash, a shard a worker
///                         PartColumns.Write, one thread ---------------------------> train.safetensors, test.safetensors, ...
///                         CorpusFolder.Commit: all files replace the old ones -----> corpus.json
/// </code>
/// Memory does not grow with the text: what does goes to the scratch folder, which is deleted at the end. The files are the same for
/// any number of threads, because chunks are committed in the order of the text.
/// </remarks>
public static class CorpusBuilder
{
    private const long WordMemory = 96L << 20; // bytes for counting words, all threads together
    private const int MostThreadsByDefault = 16;

    /// <summary>
    /// Reads the inputs and writes the corpus to <paramref name="folder"/>, which must be new, empty, or a corpus that may be
    /// overwritten. In a corpus only its own files are replaced.
    /// </summary>
    /// <returns>The contents of corpus.json. A small text may have an empty part (<see cref="CorpusCounts.Test"/>).</returns>
    /// <exception cref="InputException">
    /// The options, the text or the folder cannot be used, or the disk is full; nothing is changed.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is changed.</exception>
    public static CorpusInfo Build(PrepareOptions options, string folder, CancellationToken cancellation = default) =>
        Build(options, folder, WordMemory, cancellation);

    /// <param name="wordMemory">Bytes for counting words; for tests.</param>
    /// <param name="operations">The way in which the folder is changed; for tests.</param>
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
            throw new InputException(
                $"{folder}: the corpus cannot be written: {e.Message}; "
                    + "make room on the disk, check that the folder may be written to, or choose another one",
                e);
        }
    }

    private static CorpusInfo Build(
        PrepareOptions options, string folder, CorpusFolder output, long wordMemory, CancellationToken cancellation)
    {
        RecordedWarnings warnings = new(options.Warnings);
        options = options with { Warnings = warnings };
        List<InputFile> files = new InputFiles(options, output.Scratch, folder, cancellation).Resolve();
        bool guessed = options.Text.Language is null;
        if (guessed)
            options = options with { Text = options.Text with { Language = CorpusLanguage.Guess(files, options) } };
        int threads = options.Threads > 0 ? options.Threads : Math.Min(Environment.ProcessorCount, MostThreadsByDefault);

        TextCounts text = new();
        WordCounter[] counters = [.. Enumerable.Range(0, threads).Select(_ => new WordCounter(wordMemory / threads, output.Scratch))];
        using ProvisionalFile sentences = new(output.Scratch);
        using (TextSource source = new(files, options))
            RunPass(1, [.. counters.Select((c, i) => new CountingWorker(i, options, guessed, source, text, c, sentences))]);
        TextWarnings.ReportLeftOut(options, text);
        if (TextWarnings.OfScript(text) is { } script)
            warnings.Report(script);

        int mostWords = options.VocabularySize + Vocabulary.SpecialTokens;
        (List<string> mostFrequent, long differentWords) = WordCounter.MostFrequent(counters, mostWords, output.Scratch);
        mostFrequent.RemoveAll(Vocabulary.IsSpecial); // a text may spell them, which does not make them words
        if (mostFrequent.Count == 0)
            throw TextWarnings.NothingLeft(options, files, text, 0);
        Vocabulary vocabulary = new(mostFrequent.Take(options.VocabularySize));

        Part[] wanted = options.ValidationShare > 0 ? [Part.Train, Part.Test, Part.Validation] : [Part.Train, Part.Test];
        using CorpusParts parts = new(wanted, vocabulary.Count, output.Scratch);
        IdMaps maps = new(counters, vocabulary);
        EncodingWorker[] encoders = [.. counters.Select(_ => new EncodingWorker(options, sentences, maps, parts.All))];
        sentences.Rewind();
        RunPass(2, encoders);
        long tooManyUnknown = encoders.Sum(worker => worker.TooManyUnknown);
        if (parts.Count == 0)
            throw TextWarnings.NothingLeft(options, files, text, tooManyUnknown);
        if (parts.All[0].Count == 0)
        {
            string kept = $"the few sentences kept ({parts.Count}) are all held out, none is left for training";
            throw new InputException($"{kept}; give more text or hold out less");
        }

        CorpusInfo info = Write(options, output, vocabulary, parts, text, tooManyUnknown, differentWords, threads, cancellation);
        foreach (string doubt in TextWarnings.Of(options, files, text, tooManyUnknown, differentWords))
            warnings.Report(doubt);
        info = info with { Inputs = InputsOf(files), Warnings = warnings.Lines };
        output.Commit(info);
        return info;

        void RunPass(int pass, IReadOnlyList<PipelineWorker> workers)
        {
            long bytes = files.Sum(file => file.Bytes);
            OrderedPipeline pipeline = new(position => options.Progress?.Report(
                new PrepareProgress(pass, ((pass - 1) * bytes) + position, 2 * bytes, workers.Sum(worker => worker.Sentences))));
            pipeline.Run(workers, cancellation);
        }
    }

    private static CorpusInfo Write(
        PrepareOptions options,
        CorpusFolder output,
        Vocabulary vocabulary,
        CorpusParts parts,
        TextCounts text,
        long tooManyUnknown,
        long differentWords,
        int threads,
        CancellationToken cancellation)
    {
        string vocabularyPath = output.New(CorpusInfo.VocabularyName);
        vocabulary.Save(vocabularyPath);
        List<CorpusFile> files = [new(CorpusInfo.VocabularyName, new FileInfo(vocabularyPath).Length, vocabulary.Hash)];
        long words = 0, unknownWords = 0, copies = 0;
        Dictionary<Part, long> kept = [];
        foreach (PartColumns part in parts.All)
        {
            Duplicates duplicates = part.FindDuplicates(threads, cancellation);
            copies += duplicates.Count;
            kept[part.Part] = part.Count - (options.Deduplicate ? duplicates.Count : 0);
            string name = part.Part.FileName();
            using FileStream file = new(output.New(name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            using SHA256 sum = SHA256.Create();
            using (CryptoStream summed = new(file, sum, CryptoStreamMode.Write, leaveOpen: true))
            {
                (long partWords, long partUnknown) = part.Write(summed, options.Deduplicate ? duplicates : null);
                words += partWords;
                unknownWords += partUnknown;
            }

            PosixFiles.Flush(file);
            IReadOnlyList<string> chunks = FileChunks.SumsOf(file.SafeFileHandle, threads);
            files.Add(new CorpusFile(name, file.Length, Convert.ToHexStringLower(sum.Hash!)) { Chunks = chunks });
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
                Distinct = parts.Count - copies,
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

    private static List<CorpusInput> InputsOf(IEnumerable<InputFile> files) =>
        [.. files.GroupBy(file => (file.Format, file.Decided)).OrderBy(group => group.Key)
            .Select(group => new CorpusInput(group.Key.Format, group.Key.Decided, group.LongCount()))];
}
