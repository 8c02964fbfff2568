using Reprise.Formats;
using Reprise.Text.Preparation;

namespace Reprise.Text;

/// <summary>
/// A prepared corpus: a folder with its vocabulary and its sentences as ids. Safe for concurrent reading.
/// </summary>
public sealed class Corpus : IDisposable
{
    internal const string ToMend = "copy the file again, or prepare the corpus again";

    private readonly SentenceFile _train;
    private readonly SentenceFile _test;
    private readonly SentenceFile? _validation;

    private Corpus(CorpusInfo info, Vocabulary vocabulary, SentenceFile train, SentenceFile test, SentenceFile? validation)
    {
        Info = info;
        Vocabulary = vocabulary;
        _train = train;
        _test = test;
        _validation = validation;
    }

    /// <summary>The contents of corpus.json: settings, counts and files.</summary>
    public CorpusInfo Info { get; }

    /// <summary>The words and their ids.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The training sentences.</summary>
    public ISentences Train => _train;

    /// <summary>The test sentences, held out; may be empty.</summary>
    public ISentences Test => _test;

    /// <summary>The validation sentences, held out too; null if the corpus has none.</summary>
    public ISentences? Validation => _validation;

    /// <summary>
    /// Opens a folder made by <see cref="CorpusBuilder"/>. Sizes and the vocabulary's digest are checked now; sentences are checked when
    /// they are read, by the digest of each 4 MiB of the file and by their ids (an <see cref="InputException"/> names file and place).
    /// </summary>
    /// <exception cref="InputException">Something is missing, truncated or does not belong together.</exception>
    public static Corpus Open(string folder) => CorpusFolder.Read(folder, () => OpenOnce(folder));

    /// <summary>Reads all files whole and compares them with their checksums.</summary>
    /// <param name="progress">Receives the number of bytes read so far.</param>
    /// <exception cref="InputException">A file was changed or damaged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal IReadOnlyList<FileSum> Verify(IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        List<FileSum> sums = [];
        long done = 0;
        foreach (CorpusFile expected in Info.Files)
        {
            sums.Add(new FileSum(expected.Name, expected.Bytes, HasSum: true));
            InputBytes? file = expected.Name == Part.Train.FileName() ? _train.Bytes
                : expected.Name == Part.Test.FileName() ? _test.Bytes
                : expected.Name == Part.Validation.FileName() ? _validation?.Bytes
                : null; // opening it compared the vocabulary with its checksum
            if (file?.Sha256(default, 0, read => progress?.Report(done += read), cancellation) is not { } found)
                continue;
            if (!found.Equals(expected.Sha256, StringComparison.OrdinalIgnoreCase))
                throw FileSum.Differs(file.FilePath, expected.Sha256, found, ToMend);
        }

        return sums;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _train.Dispose();
        _test.Dispose();
        _validation?.Dispose();
    }

    private static Corpus OpenOnce(string folder)
    {
        CorpusInfo info = CorpusInfo.Load(folder);
        foreach (CorpusFile file in info.Files)
            CheckSize(folder, file);

        Vocabulary vocabulary = Vocabulary.Load(CorpusFolder.Find(folder, CorpusInfo.VocabularyName));
        CorpusFile? expected = info.Files.FirstOrDefault(f => f.Name == CorpusInfo.VocabularyName);
        if (expected?.Sha256 != vocabulary.Hash || vocabulary.Count != info.VocabularySize)
        {
            {
                string what = $"{folder}: {CorpusInfo.VocabularyName} is not the vocabulary that this corpus was made with";
                string sums = $"SHA-256 expected {expected?.Sha256[..12] ?? "none"}…, found {vocabulary.Hash[..12]}…";
                throw new InputException($"{what} ({sums}); prepare the corpus again");
            }
        }

        SentenceFile? train = null, test = null, validation = null;
        try
        {
            train = OpenPart(Part.Train, info.Counts.Train);
            test = OpenPart(Part.Test, info.Counts.Test);
            if (info.Files.Any(f => f.Name == Part.Validation.FileName()))
                validation = OpenPart(Part.Validation, info.Counts.Validation);
            return new Corpus(info, vocabulary, train, test, validation);
        }
        catch
        {
            train?.Dispose();
            test?.Dispose();
            validation?.Dispose();
            throw;
        }

        SentenceFile OpenPart(Part part, long sentences) => SentenceFile.Open(
            CorpusFolder.Find(folder, part.FileName()),
            info.Files.FirstOrDefault(f => f.Name == part.FileName())?.Chunks,
            sentences,
            vocabulary.Count);
    }

    private static void CheckSize(string folder, CorpusFile expected)
    {
        FileInfo file = new(CorpusFolder.Find(folder, expected.Name));
        if (!file.Exists)
            throw new InputException($"{file.FullName} is missing; prepare the corpus again");
        if (file.Length != expected.Bytes)
            throw new InputException($"{file.FullName}: expected {expected.Bytes} bytes, found {file.Length}; prepare the corpus again");
    }
}

/// <summary>The parts of a corpus, each a file.</summary>
internal enum Part
{
    Train,
    Test,
    Validation,
}

internal static class Parts
{
    /// <summary>The name of a part in files and on the command line.</summary>
    public static string Name(this Part part) => part.ToString().ToLowerInvariant();

    public static IEnumerable<string> FileNames => Enum.GetValues<Part>().Select(part => part.FileName());

    public static string FileName(this Part part) => part switch
    {
        Part.Train => "train.safetensors",
        Part.Test => "test.safetensors",
        _ => "validation.safetensors",
    };
}
