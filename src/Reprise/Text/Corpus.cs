using Reprise.Text.Preparation;

namespace Reprise.Text;

/// <summary>
/// A prepared corpus: a folder with its vocabulary and its sentences as ids, mapped into memory. Safe for concurrent reading.
/// </summary>
public sealed class Corpus : IDisposable
{
    private readonly MappedSentences _train;
    private readonly MappedSentences _test;
    private readonly MappedSentences? _validation;

    private Corpus(CorpusInfo info, Vocabulary vocabulary, MappedSentences train, MappedSentences test, MappedSentences? validation)
    {
        Info = info;
        Vocabulary = vocabulary;
        _train = train;
        _test = test;
        _validation = validation;
    }

    /// <summary>How it was made and what it holds.</summary>
    public CorpusInfo Info { get; }

    /// <summary>The words and their ids.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The sentences to learn from.</summary>
    public ISentences Train => _train;

    /// <summary>Held out; may be empty.</summary>
    public ISentences Test => _test;

    /// <summary>Held out a second time, if the corpus was made so.</summary>
    public ISentences? Validation => _validation;

    /// <summary>
    /// Opens the folder that <see cref="CorpusBuilder"/> made. Sizes and the vocabulary's digest are checked now, the ids of
    /// a sentence when it is read (then an <see cref="InputException"/> names the file and the sentence).
    /// </summary>
    /// <exception cref="InputException">Something is missing, truncated or does not belong together.</exception>
    public static Corpus Open(string folder) => CorpusFolder.Read(folder, () => OpenOnce(folder));

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
            throw new InputException($"{folder}: {CorpusInfo.VocabularyName} is not the vocabulary that this corpus was made with (SHA-256 expected {expected?.Sha256[..12] ?? "none"}…, found {vocabulary.Hash[..12]}…); prepare the corpus again");
        }

        MappedSentences? train = null, test = null, validation = null;
        try
        {
            train = MappedSentences.Open(PathOf(Part.Train), info.Counts.Train, vocabulary.Count);
            test = MappedSentences.Open(PathOf(Part.Test), info.Counts.Test, vocabulary.Count);
            if (info.Files.Any(f => f.Name == Part.Validation.FileName()))
                validation = MappedSentences.Open(PathOf(Part.Validation), info.Counts.Validation, vocabulary.Count);
            return new Corpus(info, vocabulary, train, test, validation);
        }
        catch
        {
            train?.Dispose();
            test?.Dispose();
            validation?.Dispose();
            throw;
        }

        string PathOf(Part part) => CorpusFolder.Find(folder, part.FileName());
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
    public static IEnumerable<string> FileNames => Enum.GetValues<Part>().Select(part => part.FileName());

    public static string FileName(this Part part) => part switch
    {
        Part.Train => "train.safetensors",
        Part.Test => "test.safetensors",
        _ => "validation.safetensors",
    };
}
