using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Cli;

/// <summary>Opens back ends, models and corpora as the global options want them.</summary>
internal static class Engine
{
    /// <summary>The device that --device, --precision, --threads and the environment ask for.</summary>
    /// <param name="threads">Instead of what --threads says.</param>
    public static ComputeDevice Device(Session session, int? threads = null)
    {
        try
        {
            return ComputeDevice.Open(session.BackEnd, threads ?? (session.Threads > 0 ? session.Threads : null));
        }
        catch (Exception e) when (e is DeviceException or InsufficientMemoryException) // the device's, not the host's
        {
            throw new InputException($"{e.Message}; --device cpu runs it on the processor", e);
        }
        catch (ArgumentException e)
        {
            throw new InputException(e.Message.Split(" (Parameter")[0], e);
        }
    }

    /// <summary>Whether --device, or where it is silent the environment, asks for a GPU.</summary>
    public static bool IsOnCard(Session session) =>
        (session.BackEnd ?? Environment.GetEnvironmentVariable(ComputeDevice.Variable))?.StartsWith("cuda", StringComparison.Ordinal) == true;

    public static SentenceModel Model(Session session, string path) => SentenceModel.Load(path, Device(session));

    /// <summary>The corpus that belongs to a model: the given one, or the one with the right digest that lies near.</summary>
    /// <exception cref="InputException">There is none, or it was made with another vocabulary.</exception>
    public static Corpus CorpusOf(string run, ModelConfig config, Vocabulary vocabulary, string? given)
    {
        string folder = given ?? FindCorpus(run, HashOf(config))
            ?? throw new InputException($"{run}: the corpus that it was trained on is not near; say where it is with --corpus FOLDER");
        Corpus corpus = Corpus.Open(folder);
        if (corpus.Vocabulary.Hash == vocabulary.Hash)
            return corpus;
        corpus.Dispose();
        throw new InputException($"{folder}: made with another vocabulary than {run} (SHA-256 expected {vocabulary.Hash[..12]}…, found {corpus.Vocabulary.Hash[..12]}…); give the corpus that the model was trained on");
    }

    /// <summary>The digest of the corpus that a model was trained on; null where config.json does not say.</summary>
    public static string? HashOf(ModelConfig config) => config.Corpus?["hash"] is JsonValue value && value.TryGetValue(out string? hash) ? hash : null;

    /// <summary>Looks in the folders around a run and in the current one for the corpus with this digest.</summary>
    public static string? FindCorpus(string run, string? hash)
    {
        if (hash is null)
            return null;
        string? parent = Path.GetDirectoryName(Path.GetFullPath(run));
        string?[] places = [parent, Path.GetDirectoryName(parent), Directory.GetCurrentDirectory()];
        return places.OfType<string>().Distinct().SelectMany(FoldersOf).FirstOrDefault(folder => HasHash(folder, hash));
    }

    private static IEnumerable<string> FoldersOf(string place) =>
        Directory.EnumerateDirectories(place, "*", new EnumerationOptions { IgnoreInaccessible = true }).Order(StringComparer.Ordinal).Prepend(place);

    private static bool HasHash(string folder, string hash)
    {
        try
        {
            return CorpusInfo.IsIn(folder) && CorpusInfo.Load(folder).Hash == hash;
        }
        catch (InputException)
        {
            return false; // somebody else's corpus.json
        }
    }
}
