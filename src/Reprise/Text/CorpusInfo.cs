using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Reprise.Formats;
using Reprise.Text.Preparation;

namespace Reprise.Text;

/// <summary>The contents of corpus.json: how a corpus was made, what it holds, and its checksums.</summary>
public sealed record CorpusInfo
{
    /// <summary>
    /// The format that this version writes. It reads versions 1 and 2 too, which have fewer fields; their vocabularies count held-out
    /// sentences too.
    /// </summary>
    public const string CurrentFormat = "reprise-corpus/3";
    private const string FirstFormat = "reprise-corpus/1", SecondFormat = "reprise-corpus/2";
    internal const string FileName = "corpus.json";
    internal const string VocabularyName = "vocabulary.txt";

    /// <summary>Version of the layout.</summary>
    public required string Format { get; init; }

    /// <summary>The treatment that turned text into words.</summary>
    public required TextOptions Text { get; init; }

    /// <summary>The filters and shares that the corpus was made with.</summary>
    public required CorpusSettings Settings { get; init; }

    /// <summary>Sentences read, kept and dropped.</summary>
    public required CorpusCounts Counts { get; init; }

    /// <summary>Formats in which the text was read. Empty in version 1.</summary>
    public IReadOnlyList<CorpusInput> Inputs { get; init => field = value ?? []; } = [];

    /// <summary>Warnings about text that may not have been read as intended, a line each. Empty in version 1.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value ?? []; } = [];

    /// <summary>Ids in the vocabulary, the special tokens among them.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The files of the corpus.</summary>
    public required IReadOnlyList<CorpusFile> Files { get; init; }

    /// <summary>The identity of the corpus: SHA-256 over the digests of its files, in hexadecimal.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Concat(Files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name} {f.Sha256}\n")))));

    /// <summary>True where a folder holds a corpus.</summary>
    internal static bool IsIn(string folder) => File.Exists(CorpusFolder.Find(folder, FileName));

    /// <summary>Reads corpus.json of a corpus folder, without its sentences.</summary>
    /// <exception cref="InputException">It is missing or unsound.</exception>
    public static CorpusInfo Load(string folder) => CorpusFolder.Read(folder, () => LoadOnce(folder));

    private static CorpusInfo LoadOnce(string folder)
    {
        string path = CorpusFolder.Find(folder, FileName);
        if (!File.Exists(path))
            throw new InputException(Directory.Exists(folder)
                ? $"{folder}: not a corpus: {FileName} is missing; make one with `reprise prepare`"
                : $"{folder}: no such folder; expected a corpus as `reprise prepare` makes it");
        JsonFile json = JsonFile.Load(path, JsonBytes.List);
        if (json.Text("format") is var format and not (CurrentFormat or SecondFormat or FirstFormat))
        {
            string expected = $"{path}: expected the format \"{CurrentFormat}\"";
            throw new InputException($"{expected}, found \"{Quote.Of(format)}\"; prepare the corpus again");
        }

        CorpusInfo info = json.As(LibraryJson.Types.CorpusInfo);
        return info.Problem() is { } problem ? throw new InputException($"{path}: {problem}; prepare the corpus again") : info;
    }

    /// <summary>The first contradiction in these values; null if there is none.</summary>
    private string? Problem()
    {
        if (Counts.Negative() is { } count)
            return $"counts.{count} is negative";
        if (Inputs.Any(input => input is null) || Warnings.Any(warning => warning is null))
            return "inputs or warnings hold null";
        if (Settings.TestInputs?.Contains(null!) == true || Settings.ValidationInputs?.Contains(null!) == true)
            return "settings.testInputs or settings.validationInputs hold null";
        for (int i = 0; i < Files.Count; i++)
        {
            if (Files[i] is not { } file)
                return $"files[{i}] is null; expected a file with its size and SHA-256";
            if (file.Name != VocabularyName && !Parts.FileNames.Contains(file.Name))
                return $"files[{i}].name is \"{Quote.Of(file.Name)}\"; expected {VocabularyName}, {string.Join(", ", Parts.FileNames)}";
            if (!IsSum(file.Sha256))
                return $"files[{i}].sha256 is \"{Quote.Of(file.Sha256)}\"; expected 64 hexadecimal digits";
            long wanted = FileChunks.CountOf(file.Bytes);
            if (file.Chunks is { } chunks && (chunks.Count != wanted || !chunks.All(IsSum)))
                return $"files[{i}].chunks: expected {wanted} times 64 hexadecimal digits, one for each {FileChunks.ChunkBytes} bytes";
        }

        return null;
    }

    private static bool IsSum(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigit);

    internal void Save(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream =>
        {
            CorpusInfoWriter.Write(stream, this);
            stream.WriteByte((byte)'\n');
        });
}

/// <summary>Files that were read in one format.</summary>
/// <param name="Format">Their format.</param>
/// <param name="Decided">The way in which the format was decided on.</param>
/// <param name="Files">Number of files.</param>
public sealed record CorpusInput(TextFormat Format, FormatChoice Decided, long Files)
{
    /// <summary>"test" or "validation" for files given as that part; null for text of which parts may be shares.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Part { get; init; }
}

/// <summary>The filters of a corpus and the shares of its parts.</summary>
public sealed record CorpusSettings
{
    /// <summary>Words of the shortest sentence kept.</summary>
    public required int MinimumWords { get; init; }

    /// <summary>Words of the longest sentence kept.</summary>
    public required int MaximumWords { get; init; }

    /// <summary>The most words that the vocabulary may have, without special tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Largest share of unknown words in a sentence kept, 0 to 1.</summary>
    public required double MaximumUnknownShare { get; init; }

    /// <summary>Share of the sentences in the test part, 0 to 1; 0 where the part was given.</summary>
    public required double TestShare { get; init; }

    /// <summary>Share of the sentences in the validation part, likewise.</summary>
    public required double ValidationShare { get; init; }

    /// <summary>The inputs given as the test part, as they were named; null where the part is a share.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? TestInputs { get; init; }

    /// <summary>The inputs given as the validation part, likewise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ValidationInputs { get; init; }

    /// <summary>True if one copy of each sentence was kept.</summary>
    public required bool Deduplicate { get; init; }
}

/// <summary>
/// Counts of a corpus: <see cref="Read"/> = <see cref="Kept"/> + <see cref="Dropped"/>, and kept = train + test + validation.
/// </summary>
public sealed record CorpusCounts
{
    /// <summary>Sentences found in the text.</summary>
    public required long Read { get; init; }

    /// <summary>Sentences in the corpus.</summary>
    public required long Kept { get; init; }

    /// <summary>Different sentences among those that passed the filters, also where copies were kept.</summary>
    public required long Distinct { get; init; }

    /// <summary>Sentences left out, by cause.</summary>
    public required DroppedCounts Dropped { get; init; }

    /// <summary>Sentences of the training part.</summary>
    public required long Train { get; init; }

    /// <summary>Sentences of the test part; 0 if none were to be held out, or if there were too few.</summary>
    public required long Test { get; init; }

    /// <summary>Sentences of the validation part.</summary>
    public required long Validation { get; init; }

    /// <summary>
    /// Sentences of a given test part that stand in the training text too, word for word, also where copies were then left out of the
    /// training part; null where the part is a share, which has none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TestInTraining { get; init; }

    /// <summary>The same for a given validation part.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ValidationInTraining { get; init; }

    /// <summary>Words of the sentences kept.</summary>
    public required long Words { get; init; }

    /// <summary>Unknown words among those.</summary>
    public required long UnknownWords { get; init; }

    /// <summary>Different words of the training part, before sentences with many unknown ones are left out.</summary>
    public required long DifferentWords { get; init; }

    /// <summary>Bytes of text read, after decompression.</summary>
    public required long TextBytes { get; init; }

    /// <summary>The name of a number that is negative; null if there is none.</summary>
    internal string? Negative()
    {
        foreach ((string name, long value) in new[]
        {
            ("read", Read), ("kept", Kept), ("distinct", Distinct), ("train", Train), ("test", Test), ("validation", Validation),
            ("testInTraining", TestInTraining ?? 0), ("validationInTraining", ValidationInTraining ?? 0),
            ("words", Words), ("unknownWords", UnknownWords), ("differentWords", DifferentWords), ("textBytes", TextBytes),
            ("dropped.tooFewWords", Dropped.TooFewWords), ("dropped.tooManyWords", Dropped.TooManyWords),
            ("dropped.unknownWords", Dropped.UnknownWords), ("dropped.duplicates", Dropped.Duplicates),
            ("dropped.tooLong", Dropped.TooLong), ("dropped.badRecords", Dropped.BadRecords),
        })
        {
            if (value < 0)
                return name;
        }

        return null;
    }
}

/// <summary>Sentences left out, by the first cause that applied.</summary>
public sealed record DroppedCounts
{
    /// <summary>Sentences of fewer words than asked for.</summary>
    public required long TooFewWords { get; init; }

    /// <summary>Sentences of more words than asked for.</summary>
    public required long TooManyWords { get; init; }

    /// <summary>Sentences with too large a share of unknown words.</summary>
    public required long UnknownWords { get; init; }

    /// <summary>Copies of earlier sentences or of those of a given part; 0 unless deduplicating.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Lines, paragraphs, records or comments over the size limit.</summary>
    public required long TooLong { get; init; }

    /// <summary>Records that could not be read; 0 unless they were to be skipped.</summary>
    public long BadRecords { get; init; }

    /// <summary>Sentences dropped for any cause.</summary>
    [JsonIgnore]
    public long Total => TooFewWords + TooManyWords + UnknownWords + Duplicates + TooLong + BadRecords;
}

/// <summary>One file of a corpus, with its size and SHA-256 in hexadecimal.</summary>
public sealed record CorpusFile(string Name, long Bytes, string Sha256)
{
    /// <summary>SHA-256 of each 4 MiB of the file, in hexadecimal, for reading in pieces; null where it is not known.</summary>
    [JsonInclude, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal IReadOnlyList<string>? Chunks { get; init; }
}
