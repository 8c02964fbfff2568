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
/// Count                 CountingWorker
///   TextSource ----->     ChunkText: sentences
///   chunks of text        Tokenizer: words
///   in order              WordCounter: counts, spilled ----------------------------> scratch/words-*      sorted runs
///                         ProvisionalBlock: sentences in provisional ids ----------> scratch/provisional
///
/// Merge                 WordCounter.MostFrequent, WordChoice
///   scratch/words-* ->    SortedRun: external merge of all runs, if any spilled ---> frequent words
///
/// Divide, and merge     DividingWorker, where parts are shares
///   scratch/         ->   SplitHash of the frequent words: held out or not
///     provisional         WordCounter: words of held-out sentences taken out ------> scratch/words-*, vocabulary.txt
///
/// Encode                EncodingWorker
///   scratch/         ->   IdMaps: provisional id to id in the vocabulary
///     provisional         SplitHash: train, test or validation, unless the part is given
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
    private const long LeastWordMemory = 96L << 20, MostWordMemory = 512L << 20;
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
        Build(options, folder, WordMemory(), cancellation);

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

    /// <summary>Bytes for counting words, all threads together: a 32nd of the memory. With more, fewer runs are merged.</summary>
    private static long WordMemory() =>
        Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 32, LeastWordMemory, MostWordMemory);

    private static CorpusInfo Build(
        PrepareOptions options, string folder, CorpusFolder output, long wordMemory, CancellationToken cancellation)
    {
        RecordedWarnings warnings = new(options.Warnings);
        options = options with { Warnings = warnings };
        Vocabulary? known = options.TokenizerFolder is { } tokenizer ? TokenizerFiles.Load(tokenizer) : null;
        if (known is not null)
            options = options with { VocabularySize = known.Count - Vocabulary.SpecialTokens };
        List<InputFile> files = new InputFiles(options, output.Scratch, folder, cancellation).Resolve();
        bool guessed = options.Text.Language is null;
        if (guessed)
            options = options with { Text = options.Text with { Language = CorpusLanguage.Guess(files, options) } };
        PartShares shares = options.Shares;
        int passes = shares.AreZero ? 2 : 3;
        long done = 0; // bytes
        int threads = options.Threads > 0 ? options.Threads : Math.Min(Environment.ProcessorCount, MostThreadsByDefault);

        TextCounts text = new();
        WordCounter[] counters = [.. Enumerable.Range(0, threads).Select(_ => new WordCounter(wordMemory / threads, output.Scratch))];
        using ProvisionalFile sentences = new(output.Scratch);
        using (TextSource source = new(files, options))
            RunPass(1, [.. counters.Select((c, i) => new CountingWorker(i, options, guessed, source, text, c, sentences))]);
        TextWarnings.ReportLeftOut(options, text);
        if (TextWarnings.OfScript(text) is { } script)
            warnings.Report(script);

        bool pieces = options.Text.HasPieces;
        WordChoice words = known is not null
            ? WordChoice.OfKnown(known, MostFrequent(0).Different)
            : pieces
            ? WordChoice.OfPieces(options.VocabularySize, shares, MostFrequent, HoldOut)
            : WordChoice.Of(options.VocabularySize, shares, MostFrequent, HoldOut);
        if (pieces ? text.Words == 0 : words.Different == 0)
            throw TextWarnings.NothingLeft(options, files, text, 0);

        Vocabulary vocabulary = words.Vocabulary;
        using CorpusParts parts = new(options, vocabulary.Count, output.Scratch);
        IdMaps<EncodedWord> ids = new(counters, (word, hash) => EncodedWord.Of(word, hash, words));
        EncodingWorker[] encoders = [.. counters.Select(_ => new EncodingWorker(options, sentences, ids, parts.All))];
        RunPass(passes, encoders);
        long tooManyUnknown = encoders.Sum(worker => worker.TooManyUnknown);
        text.TooFewWords += encoders.Sum(worker => worker.TooFewPieces);
        text.TooManyWords += encoders.Sum(worker => worker.TooManyPieces);
        if (parts.Count == 0 && vocabulary.Count > Vocabulary.SpecialTokens)
            throw TextWarnings.NothingLeft(options, files, text, tooManyUnknown);
        if (parts[Part.Train].Count == 0)
        {
            long kept = parts.Count + tooManyUnknown;
            throw new InputException(
                $"the few sentences kept ({kept}) are all held out, none is left for training; give more text or hold out less");
        }

        if (parts.All.FirstOrDefault(part => part.IsGiven && part.Count == 0) is { } empty)
            throw new InputException(TextWarnings.OfGiven(options, empty, text) ?? $"the given {empty.Part.Name()} part holds no sentence");
        CorpusInfo info = Write(options, output, vocabulary, parts, text, tooManyUnknown, words.DifferentInTraining, threads, cancellation);
        foreach (string doubt in TextWarnings.Of(options, files, text, tooManyUnknown, words.Different))
            warnings.Report(doubt);
        foreach (string partial in parts.All.Select(part => TextWarnings.OfGiven(options, part, text)).OfType<string>())
            warnings.Report(partial);
        info = info with { Inputs = InputsOf(files), Warnings = warnings.Lines };
        output.Commit(info);
        return info;

        (List<CountedWord> Words, long Different) MostFrequent(int most) => WordCounter.MostFrequent(counters, most, output.Scratch);

        void HoldOut(Vocabulary? frequent, bool isOut)
        {
            IdMaps<ulong> hashes = new(
                counters, (word, _) => frequent?.IdOf(word) == Vocabulary.Unknown ? SplitHash.RareWord : SplitHash.OfWord(word));
            RunPass(2, [.. counters.Select(_ => new DividingWorker(shares, sentences, hashes, counters, isOut ? -1 : 1))]);
            foreach (WordCounter counter in counters)
                counter.EndRecounting();
        }

        void RunPass(int pass, IReadOnlyList<PipelineWorker> workers)
        {
            sentences.Rewind();
            long bytes = files.Sum(file => file.Bytes);
            OrderedPipeline pipeline = new(position =>
            {
                done = Math.Max(done, ((pass - 1) * bytes) + position); // the second pass may run more than once
                options.Progress?.Report(new PrepareProgress(pass, done, passes * bytes, workers.Sum(worker => worker.Sentences)));
            });
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
        Dictionary<Part, long> kept = [], inTraining = [];
        long dropped = 0;
        foreach (PartColumns part in parts.All)
        {
            IReadOnlyList<PartColumns> before = parts.GivenBefore(part);
            Duplicates duplicates = part.FindDuplicates(before, threads, cancellation);
            copies += duplicates.Count;
            Duplicates? leftOut = options.Deduplicate && !part.IsGiven ? duplicates : null;
            dropped += leftOut?.Count ?? 0;
            kept[part.Part] = part.Count - (leftOut?.Count ?? 0);
            for (int i = 0; part.Part == Part.Train && i < before.Count; i++)
                inTraining[before[i].Part] = duplicates.InOthers[i];
            string name = part.Part.FileName();
            using FileStream file = new(output.New(name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            using SHA256 sum = SHA256.Create();
            using (CryptoStream summed = new(file, sum, CryptoStreamMode.Write, leaveOpen: true))
            {
                (long partWords, long partUnknown) = part.Write(summed, leftOut);
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
                TestShare = options.Shares.Test,
                ValidationShare = options.Shares.Validation,
                TestInputs = options.TestInputs is { Count: > 0 } test ? test : null,
                ValidationInputs = options.ValidationInputs is { Count: > 0 } validation ? validation : null,
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
                    Duplicates = dropped,
                    TooLong = text.TooLong,
                    BadRecords = text.BadRecords,
                },
                Train = kept[Part.Train],
                Test = kept[Part.Test],
                Validation = kept.GetValueOrDefault(Part.Validation),
                TestInTraining = inTraining.TryGetValue(Part.Test, out long testSentences) ? testSentences : null,
                ValidationInTraining = inTraining.TryGetValue(Part.Validation, out long validationSentences) ? validationSentences : null,
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
        [.. files.GroupBy(file => (file.Given ?? Part.Train, file.Format, file.Decided)).OrderBy(group => group.Key)
            .Select(group => new CorpusInput(group.Key.Format, group.Key.Decided, group.LongCount())
            {
                Part = group.First().Given?.Name(),
            })];
}
