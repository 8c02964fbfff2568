using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Studies.Measuring;

/// <summary><c>judged/</c> of a study: what the judges said, so that a report is made of files alone.</summary>
internal sealed class JudgedFolder(string study)
{
    /// <summary>Of the judges; rises whenever one of them comes to say something else. What others said is as if it were not there.</summary>
    public const int Version = 2;

    private const string ToMend = "delete the file and run the study again";
    private const int MostWords = 1_000_000;
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the perplexity of a wild model is infinite
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = JsonBytes.MostDepth,
    };

    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true, NewLine = "\n" };

    private readonly string _folder = Path.Combine(study, "judged");
    private readonly string _corpus = Path.Combine(study, "judged", "_corpus.json"); // no run has a name that begins so

    /// <summary>Writes the sentences of a run first and its scores last, so that scores are there only of a run that was judged to the end.</summary>
    public void Write(string name, JudgedRun run)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.Delete(PathOf(name)); // scores of before are not of these sentences
        WriteLines(Path.Combine(folder, "reconstructions.jsonl"), run.Reconstructions);
        WriteLines(Path.Combine(folder, "searched.jsonl"), run.Searched);
        WriteLines(Path.Combine(folder, "drawn.jsonl"), run.Drawn);
        WriteLines(Path.Combine(folder, "paths.jsonl"), run.Paths);
        WriteOne(PathOf(name), run.Judgement);
    }

    /// <summary>The scores of a run; null where it was not judged yet.</summary>
    /// <exception cref="InputException">The file is unsound.</exception>
    public RunJudgement? Read(string name) => ReadOne<RunJudgement>(PathOf(name));

    /// <summary>Scores of real sentences, and the options by which they were made.</summary>
    public CorpusJudgement? ReadCorpus() => ReadOne<CorpusJudgement>(_corpus);

    /// <inheritdoc cref="ReadCorpus"/>
    public void WriteCorpus(CorpusJudgement corpus) => WriteOne(_corpus, corpus);

    /// <summary>What was judged of a run, with its sentences.</summary>
    /// <exception cref="InputException">A file is missing or unsound.</exception>
    public JudgedRun? ReadAll(string name) => Read(name) is not { } judgement ? null : new JudgedRun(
        judgement,
        ReadLines<JudgedReconstruction>(name, "reconstructions.jsonl", judgement.Reconstruction?.Sentences, sentence => sentence.Words),
        ReadLines<JudgedSample>(name, "searched.jsonl", judgement.Searched?.Sentences, sample => sample.Words),
        ReadLines<JudgedSample>(name, "drawn.jsonl", judgement.Drawn.Sentences, sample => sample.Words),
        ReadLines<JudgedPath>(name, "paths.jsonl", judgement.Paths?.Paths, path => path.Said.Count));

    private void WriteOne<T>(string path, T value)
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(value, Indented) + "\n");
    }

    private static void WriteLines<T>(string path, IEnumerable<T> values) => AtomicFile.Write(path, stream =>
    {
        foreach (T value in values)
        {
            JsonSerializer.Serialize(stream, value, Compact);
            stream.WriteByte((byte)'\n');
        }
    });

    private static T? ReadOne<T>(string path)
        where T : class
    {
        if (!File.Exists(path))
            return null;
        byte[] bytes = JsonBytes.Read(path, JsonBytes.List, ToMend);
        return Parse(path, 0, () => JsonSerializer.Deserialize<Said>(bytes, Compact)).Judges == Version
            ? Parse(path, 0, () => JsonSerializer.Deserialize<T>(bytes, Compact))
            : null;
    }

    /// <param name="size">Words of a line, or sentences.</param>
    private List<T> ReadLines<T>(string name, string file, int? count, Func<T, int> size)
        where T : class
    {
        string path = Path.Combine(_folder, name, file);
        if (!File.Exists(path))
            throw new InputException($"{path}: no such file, though {PathOf(name)} is there; delete that and run the study again");
        List<T> values = [];
        using FileStream stream = OutsideFile.Open(path);
        foreach (Lines.Line line in Lines.Read(stream, path).TakeWhile(_ => values.Count <= (count ?? 0)))
            values.Add(Parse(path, line.Number, () => Sized(JsonSerializer.Deserialize<T>(line.Text.Span, Compact))));
        return values.Count == (count ?? 0)
            ? values
            : throw new InputException($"{path}: {values.Count} lines; expected {count ?? 0}, as {PathOf(name)} says; delete that and run the study again");

        T? Sized(T? value) => value is null || size(value) is >= 0 and <= MostWords
            ? value
            : throw new JsonException($"it tells of {size(value)} words; expected 0 to {MostWords}");
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
            throw new InputException($"{place}: not what the judges wrote: {why}; {ToMend}", e);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".json");

    private sealed record Said(int Judges = 1);
}

/// <summary>Real sentences, judged as samples are.</summary>
/// <param name="Judges">Of which version the judges were.</param>
/// <param name="Corpus">Hash of the corpus.</param>
internal sealed record CorpusJudgement(int Judges, string? Corpus, JudgeOptions Options, SampleScores Real);
