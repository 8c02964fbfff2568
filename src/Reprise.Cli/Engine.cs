using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Cli;

/// <summary>Opens devices, models and corpora by the global options.</summary>
internal static class Engine
{
    /// <summary>The device by --device, --precision, --threads and the environment.</summary>
    /// <param name="threads">A number of threads that replaces --threads.</param>
    public static ComputeDevice Device(Session session, int? threads = null)
    {
        try
        {
            return ComputeDevice.Open(session.BackEnd, threads ?? (session.Threads > 0 ? session.Threads : null));
        }
        catch (Exception e) when (e is DeviceException or InsufficientMemoryException) // the memory of the device, not of the host
        {
            throw new InputException($"{e.Message}; --device cpu runs it on the processor", e);
        }
        catch (ArgumentException e)
        {
            throw new InputException(e.Message.Split(" (Parameter")[0], e);
        }
    }

    /// <summary>True where --device, or without it the environment, asks for a GPU.</summary>
    public static bool IsOnGpu(Session session) =>
        (session.BackEnd ?? Environment.GetEnvironmentVariable(ComputeDevice.Variable)) is { } name
        && name.StartsWith("cuda", StringComparison.Ordinal);

    public static SentenceModel Model(Session session, string path) => SentenceModel.Load(path, Device(session));

    /// <summary>The corpus of a model: the given one, or one near the run with the digest that the model names.</summary>
    /// <exception cref="InputException">There is none, or it was made with another vocabulary.</exception>
    public static Corpus CorpusOf(string run, ModelConfig config, Vocabulary vocabulary, string? given)
    {
        string folder = given ?? FindCorpus(run, HashOf(config))
            ?? throw new InputException($"{run}: the corpus that it was trained on is not near; say where it is with --corpus FOLDER");
        Corpus corpus = Corpus.Open(folder);
        if (corpus.Vocabulary.Hash == vocabulary.Hash)
            return corpus;
        corpus.Dispose();
        throw new InputException($"{folder}: made with another vocabulary than {run} (SHA-256 expected {vocabulary.Hash[..12]}…, "
            + $"found {corpus.Vocabulary.Hash[..12]}…); give the corpus that the model was trained on");
    }

    /// <summary>The digest of the corpus that a model was trained on; null where config.json has none.</summary>
    public static string? HashOf(ModelConfig config) =>
        config.Corpus?["hash"] is JsonValue value && value.TryGetValue(out string? hash) ? hash : null;

    /// <summary>Looks for the corpus with this digest beside the run, one folder above it and in the current folder.</summary>
    public static string? FindCorpus(string run, string? hash)
    {
        if (hash is null)
            return null;
        string? parent = Path.GetDirectoryName(Path.GetFullPath(run));
        string?[] places = [parent, Path.GetDirectoryName(parent), Directory.GetCurrentDirectory()];
        return places.OfType<string>().Distinct().SelectMany(FoldersOf).FirstOrDefault(folder => HasHash(folder, hash));
    }

    private static IEnumerable<string> FoldersOf(string place)
    {
        EnumerationOptions accessible = new() { IgnoreInaccessible = true };
        return Directory.EnumerateDirectories(place, "*", accessible).Order(StringComparer.Ordinal).Prepend(place);
    }

    private static bool HasHash(string folder, string hash)
    {
        try
        {
            return CorpusInfo.IsIn(folder) && CorpusInfo.Load(folder).Hash == hash;
        }
        catch (InputException)
        {
            return false; // a corpus.json of another program
        }
    }
}
