using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Cli.Rendering;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Text;
using Reprise.Training;
using Spectre.Console;
using Progress = Reprise.Checkpoints.Progress;

namespace Reprise.Cli.Commands;

/// <summary>Describes a corpus, a run or a model.</summary>
internal static class InfoCommand
{
    private const string Expected = "expected the folder of a corpus, a run or a model";

    private static readonly Argument<string> Folder = new("PATH") { Description = "Folder of a corpus, a run or a model" };

    private static readonly Option<bool> Verify = Flags.Switch("--verify", "Read every file and compare it with its checksum");

    public static RepriseCommand Create() => new(
        "info",
        "Describes a corpus, a run or a model.",
        "reprise info corpus",
        "reprise info corpus --verify",
        "reprise info runs/a --json")
    {
        Body = Info,
        Arguments = { Folder },
        Options = { Verify },
    };

    private static int Info(Session session, ParseResult parse)
    {
        string path = parse.GetRequiredValue(Folder);
        if (!Directory.Exists(path))
            throw new InputException($"{path}: {(File.Exists(path) ? "is a file" : "no such folder")}; {Expected}");
        if (CorpusInfo.IsIn(path))
            ShowCorpus(session, path, parse.GetValue(Verify));
        else if (File.Exists(Path.Combine(path, "config.json")))
            ShowModel(session, path, parse.GetValue(Verify));
        else
            throw new InputException($"{path}: neither corpus.json nor config.json is there; {Expected}");
        return ExitCode.Done;
    }

    private static void ShowCorpus(Session session, string path, bool verify)
    {
        using Corpus corpus = Corpus.Open(path);
        IReadOnlyList<FileSum>? sums = verify ? Read(session, corpus.Info.Files.Sum(file => file.Bytes), corpus.Verify) : null;
        if (session.Json)
        {
            session.Object(CorpusTable.JsonOf(corpus.Info, path, sums));
            return;
        }

        Table table = CorpusTable.Of(corpus.Info);
        AddSums(table, sums);
        session.Render(table);
    }

    private static void ShowModel(Session session, string path, bool verify)
    {
        ModelConfig config = ModelConfig.Load(Path.Combine(path, "config.json"));
        Progress? progress = RunFolder.ReadProgress(path);
        ModelFolder? folder = progress is not null || File.Exists(Path.Combine(path, "model.safetensors")) ? ModelFolder.Open(path) : null;
        if (verify && folder is null)
            throw new InputException($"{path}: there is nothing to verify yet; a run has weights from its first checkpoint on");
        Vocabulary vocabulary = folder?.Vocabulary ?? Vocabulary.Load(Path.Combine(path, "vocabulary.txt"));
        string kept = Path.Combine(path, RunFolder.KeptName);
        string[] folders = Directory.Exists(kept) ? [path, kept] : [path];
        long bytes = folders.SelectMany(each => Directory.GetFiles(each, "*.safetensors")).Sum(file => new FileInfo(file).Length);
        IReadOnlyList<FileSum>? sums = verify ? Read(session, bytes, folder!.Verify) : null;
        string? objective = RunSettings.ObjectiveName(config, path);
        ParameterLayout layout = new(config.Model);
        LogLine? lastLog = LogFile.Last(path);
        if (session.Json)
        {
            session.Object(new JsonObject
            {
                ["kind"] = progress is null ? "model" : "run",
                ["path"] = path,
                ["model"] = ModelConfig.WriteModel(config.Model),
                ["parameters"] = layout.Count,
                ["vocabularyHash"] = vocabulary.Hash,
                ["text"] = Json.Object(config.Text, LibraryJson.Types.TextOptions),
                ["objective"] = config.Objective?.DeepClone(),
                ["training"] = config.Training?.DeepClone(),
                ["corpus"] = config.Corpus?.DeepClone(),
                ["versions"] = config.Versions?.DeepClone(),
                ["step"] = progress?.Step,
                ["epoch"] = progress?.Epoch,
                ["seconds"] = progress?.Seconds,
                ["lastLog"] = lastLog?.ToJson(),
                ["verified"] = CorpusTable.JsonOf(sums),
            });
            return;
        }

        Table facts = Facts(config, objective, layout, progress, lastLog);
        AddSums(facts, sums);
        session.Render(facts);
        session.Render(Parameters(layout));
    }

    private static IReadOnlyList<FileSum> Read(
        Session session, long bytes, Func<IProgress<long>, CancellationToken, IReadOnlyList<FileSum>> verify)
    {
        using StatusLine status = StatusLine.OfBytes(session, "verifying");
        return verify(status.UpTo(bytes), session.Interrupted);
    }

    private static void AddSums(Table table, IReadOnlyList<FileSum>? sums)
    {
        foreach (FileSum sum in sums ?? [])
        {
            string size = Format.Bytes(sum.Bytes);
            table.Fact(sum.Name, sum.HasSum ? $"matches its checksum ({size})" : $"not known: written without a checksum ({size})");
        }
    }

    private static Table Facts(ModelConfig config, string? objective, ParameterLayout layout, Progress? progress, LogLine? log)
    {
        ModelOptions model = config.Model;
        Table table = Tables.Facts();
        table.Fact("kind", progress is null ? "model" : "run");
        table.Fact("objective", objective ?? "not known");
        string tables = model.TieEmbeddings ? "one table for encoder, decoder and softmax" : "separate tables";
        string entry = $"{model.PosteriorLayers} posterior layers, enters the decoder by {Json.NameOf(model.LatentInput)}";
        table.Fact("vocabulary V", $"{Format.Count(model.VocabularySize)}, with three special tokens");
        table.Fact("embedding E", $"{Format.Count(model.EmbeddingSize)}, {tables}");
        table.Fact("hidden H", Format.Count(model.HiddenSize));
        bool hasCode = model.LatentInput != LatentInput.None;
        if (hasCode)
            table.Fact("encoder", model.EncoderText);
        if (model.DecoderLayers > 1)
            table.Fact("decoder", $"{model.DecoderLayers} layers");
        table.Fact("code Z", hasCode ? $"{Format.Count(model.LatentSize)}, {entry}" : "none: a language model");
        table.Fact("parameters", $"{Format.Count(layout.Count)} ({Format.Bytes(4.0 * layout.Count)})");
        table.Fact("text", $"{(config.Text.LowerCase ? "lower case" : "as written")}, {config.Text.Tokenizer}");
        if (progress is not null)
        {
            string time = Format.Duration(TimeSpan.FromSeconds(progress.Seconds));
            table.Fact("trained", $"{Format.Count(progress.Step)} steps, {Format.Count(progress.Epoch)} epochs, {time}");
            if (progress.Validation?.BestStep is { } best)
                table.Fact("best on validation", $"step {Format.Count(best)}");
            if (progress.Control is { } control)
                table.Fact("m", $"{Format.Number(control.M, 3)}, moved in training");
        }

        if (config.Corpus?["trainSentences"] is JsonValue trained && trained.TryGetValue(out long sentences))
            table.Fact("corpus", $"{Format.Count(sentences)} sentences to train");
        if (log is not null)
        {
            table.Fact("last log: step", Format.Number(log.Step, 0));
            table.Fact("last log: split", Json.NameOf(log.Split));
            table.Fact("last log: nll", Format.Number(log.Nll, 3));
            table.Fact("last log: kl", Format.Number(log.Kl, 3));
            table.Fact("last log: elbo", Format.Number(log.Elbo, 3));
            table.Fact("last log: kl share", Format.Number(log.KlShare, 3));
            if (log.TokensPerSecond is { } speed)
                table.Fact("last log: tokens a second", Format.Number(speed, 3));
        }

        return table;
    }

    private static Table Parameters(ParameterLayout layout)
    {
        Table table = Tables.Columns("parameter", "#shape", "#elements");
        foreach (Parameter parameter in layout.Parameters)
        {
            string shape = parameter.IsVector ? $"[{parameter.Columns}]" : $"[{parameter.Rows}, {parameter.Columns}]";
            table.Row(parameter.Name, shape, Format.Count(parameter.Length));
        }

        return table;
    }
}
