using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reprise.Formats;

namespace Reprise.Studies.Measuring;

/// <summary>The folder <c>judged/</c> of a study: its scores, so that a report is made from files alone.</summary>
internal sealed class MeasuredFolder(string study)
{
    /// <summary>
    /// The version of the metrics, which rises whenever a score changes. Scores of another version count as missing.
    /// </summary>
    public const int Version = 4;

    private const string ToMend = "delete the file and run the study again";
    private const int MostWords = 1_000_000;
    private static readonly MeasuringJson Types = MeasuringJson.Types;

    private readonly string _folder = Path.Combine(study, "judged");
    private readonly string _corpus = Path.Combine(study, "judged", "_corpus.json"); // no run's name begins with _

    /// <summary>
    /// Writes the sentences of a run first and its scores last, so that only a run that was measured to the end has scores.
    /// </summary>
    public void Write(string name, MeasuredRun run)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.Delete(PathOf(name)); // older scores are not of these sentences
        WriteLines(Path.Combine(folder, "bounds.jsonl"), run.Bounds, Types.MeasuredBound);
        WriteLines(Path.Combine(folder, "importance.jsonl"), run.Importance, Types.MeasuredImportance);
        WriteLines(Path.Combine(folder, "reconstructions.jsonl"), run.Reconstructions, Types.MeasuredReconstruction);
        WriteLines(Path.Combine(folder, "searched.jsonl"), run.Searched, Types.MeasuredSample);
        WriteLines(Path.Combine(folder, "drawn.jsonl"), run.Drawn, Types.MeasuredSample);
        WriteLines(Path.Combine(folder, "paths.jsonl"), run.Paths, Types.MeasuredPath);
        WriteOne(PathOf(name), run.Scores, Types.RunScores);
    }

    /// <summary>The scores of a run; null before it is measured.</summary>
    /// <exception cref="InputException">The file is unsound.</exception>
    public RunScores? Read(string name) => ReadOne(PathOf(name), Types.RunScores);

    /// <summary>The scores of real sentences and their options; null before they are measured.</summary>
    public CorpusScores? ReadCorpus() => ReadOne(_corpus, Types.CorpusScores);

    /// <summary>Writes the scores of real sentences and their options.</summary>
    public void WriteCorpus(CorpusScores corpus) => WriteOne(_corpus, corpus, Types.CorpusScores);

    /// <summary>The scores of a run, with its sentences.</summary>
    /// <exception cref="InputException">A file is missing or unsound.</exception>
    public MeasuredRun? ReadAll(string name) => Read(name) is not { } scores ? null : new MeasuredRun(
        scores,
        ReadLines(name, "bounds.jsonl", Types.MeasuredBound, scores.Evaluation.Sentences, sentence => sentence.Tokens),
        ReadLines(name, "importance.jsonl", Types.MeasuredImportance, scores.Bounds is [{ } fewest, ..] ? fewest.Sentences : 0,
            sentence => sentence.Tokens, sentence => (sentence.Draws.Count, scores.Bounds.Count, "numbers of draws")),
        ReadLines(name, "reconstructions.jsonl", Types.MeasuredReconstruction,
            scores.Reconstruction?.Sentences, sentence => sentence.Words),
        ReadLines(name, "searched.jsonl", Types.MeasuredSample, scores.Searched?.Sentences, sample => sample.Words),
        ReadLines(name, "drawn.jsonl", Types.MeasuredSample, scores.Drawn.Sentences, sample => sample.Words),
        ReadLines(name, "paths.jsonl", Types.MeasuredPath, scores.Paths?.Paths, path => path.Said.Count,
            path => (path.Changes.Count, Math.Max(0, path.Said.Count - 1), "changes")));

    private void WriteOne<T>(string path, T value, JsonTypeInfo<T> type)
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.WriteText(path, Json.File(Json.Object(value, type)));
    }

    private static void WriteLines<T>(string path, IEnumerable<T> values, JsonTypeInfo<T> type) => AtomicFile.Write(path, stream =>
    {
        foreach (T value in values)
            stream.Write(Encoding.UTF8.GetBytes(Json.Line(Json.Object(value, type)) + "\n"));
    });

    private static T? ReadOne<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        if (!File.Exists(path))
            return null;
        byte[] bytes = JsonBytes.Read(path, JsonBytes.List, ToMend);
        return Parse(path, 0, () => JsonSerializer.Deserialize(bytes, Types.MeasuringVersion)).Judges == Version
            ? Parse(path, 0, () => JsonSerializer.Deserialize(bytes, type))
            : null;
    }

    /// <param name="size">The number of words or of sentences of a line.</param>
    /// <param name="list">The length of a line's list, the one expected, and a name for its elements.</param>
    private List<T> ReadLines<T>(string name, string file, JsonTypeInfo<T> type, long? count, Func<T, int> size,
        Func<T, (int Found, int Expected, string Of)>? list = null)
        where T : class
    {
        string path = Path.Combine(_folder, name, file);
        if (!File.Exists(path))
            throw new InputException($"{path}: no such file, though {PathOf(name)} is there; delete that and run the study again");
        List<T> values = [];
        using FileStream stream = OutsideFile.Open(path);
        foreach (Lines.Line line in Lines.Read(stream, path).TakeWhile(_ => values.Count <= (count ?? 0)))
            values.Add(Parse(path, line.Number, () => Sized(JsonSerializer.Deserialize(line.Text.Span, type))));
        return values.Count == (count ?? 0)
            ? values
            : throw new InputException($"{path}: {values.Count} lines; expected {count ?? 0}, the number in {PathOf(name)}; "
                + "delete that and run the study again");

        T? Sized(T? value) =>
            value is null ? null
            : size(value) is < 0 or > MostWords
                ? throw new JsonException($"it states {size(value)} words; expected 0 to {MostWords}")
            : list?.Invoke(value) is { } of && of.Found != of.Expected
                ? throw new JsonException($"it has {of.Found} {of.Of}; expected {of.Expected}")
            : value;
    }

    private static T Parse<T>(string path, long line, Func<T?> parse)
        where T : class
    {
        try
        {
            return parse() ?? throw new JsonException("found null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string place = line == 0 ? path : $"{path}, line {line}";
            string why = JsonBytes.FirstLine(e);
            throw new InputException($"{place}: not what a study wrote: {why}; {ToMend}", e);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".json");
}

/// <param name="Judges">The version of the metrics; files of the first lack it.</param>
internal sealed record MeasuringVersion(int Judges = 1);

/// <summary>The scores of held-out sentences measured as samples.</summary>
/// <param name="Judges">The version of the metrics.</param>
/// <param name="Corpus">The corpus's hash.</param>
internal sealed record CorpusScores(int Judges, string? Corpus, MeasuringOptions Options, SampleScores Real);
