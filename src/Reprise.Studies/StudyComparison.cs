using System.Text.Json.Nodes;
using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;

namespace Reprise.Studies;

/// <summary>
/// The runs of several studies side by side: studies of one corpus with other settings, or of several corpora. A row is a run; its
/// numbers are means over the seeds ± their standard deviation.
/// </summary>
internal sealed class StudyComparison
{
    private const string
        Steps = "steps", Minutes = "minutes", Nll = "nll", Kl = "KL", Elbo = "ELBO", Objective = "objective", Exact = "exact",
        Words = "words", Bleu = "BLEU-4", Natural = "natural", Perplexity = "perplexity, at most",
        WordPerplexity = "a word, at most", Bytes = "nats a byte",
        Weighted = "importance-weighted, 4 to 20 words",
        Active = "active units", Information = "mutual information";

    private static readonly (string Name, string Format, Func<ReportRun, SeedRun, double?> Of)[] s_columns =
    [
        (Steps, "0", (_, seed) => seed.Steps),
        (Minutes, "0.0", (_, seed) => seed.Seconds / 60),
        (Nll, "0.00", (_, seed) => seed.Measured.Scores.Evaluation.Nll),
        (Kl, "0.00", (_, seed) => seed.Measured.Scores.Evaluation.Kl),
        (Elbo, "0.00", (_, seed) => seed.Measured.Scores.Evaluation.Elbo),
        (Objective, "0.0", (run, seed) =>
            ((1 + run.Objective.M) * seed.Measured.Scores.Evaluation.Nll) + seed.Measured.Scores.Evaluation.Kl),
        (Exact, "0.0", (_, seed) => 100 * seed.Measured.Scores.Reconstruction?.ExactMatch),
        (Words, "0.0", (_, seed) => 100 * seed.Measured.Scores.Reconstruction?.WordAccuracy),
        (Bleu, "0.0", (_, seed) => 100 * seed.Measured.Scores.Reconstruction?.Bleu),
        (Natural, "0.0", (_, seed) => 100 * seed.Measured.Scores.Drawn.Natural.Share),
        (Perplexity, "0.0", (_, seed) => seed.Measured.Scores.Evaluation.Perplexity),
        (WordPerplexity, "0.0", (_, seed) => seed.Measured.Scores.Evaluation.WordPerplexity),
        (Bytes, "0.000", (_, seed) => seed.Measured.Scores.Evaluation.NatsPerByte),
        (Weighted, "0.0", (_, seed) => WeightedPerplexity(seed.Measured.Importance)),
        (Active, "0.#", (_, seed) => seed.Measured.Scores.Latent?.ActiveUnits),
        (Information, "0.0", (_, seed) => seed.Measured.Scores.Latent?.MutualInformation),
    ];

    private readonly List<(string Study, ReportRun Run)> _rows = [];

    /// <summary>Reads the measured runs of each study.</summary>
    /// <exception cref="InputException">A folder is no study, or none of its runs is measured.</exception>
    public StudyComparison(IReadOnlyList<string> folders)
    {
        foreach (string folder in folders)
        {
            string path = Path.Combine(folder, Study.FileName);
            if (!File.Exists(path))
                throw new InputException($"{folder}: {Study.FileName} is not there; expected the folder of a study");
            StudyOptions options = StudyFile.Load(path).Options;
            IReadOnlyList<ReportRun> runs = MeasuredRuns.Of(
                options.AllRuns.Select(run => (run, Path.Combine(folder, Study.RunsName, run.Name))), new MeasuredFolder(folder),
                options.Measuring);
            if (runs.Count == 0)
                throw new InputException($"{folder}: no run is trained and measured yet; give its `reprise study` again");
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            _rows.AddRange(runs.Select(run => (name, run)));
        }
    }

    /// <summary>The table as Markdown; a column that no run has is left out.</summary>
    public string ToMarkdown()
    {
        (string Name, string Format, Func<ReportRun, SeedRun, double?> Of)[] columns =
            [.. s_columns.Where(column => _rows.Any(row => Values(row.Run, column.Of) is not null))];
        return MarkdownWriter.Write(new Table(
            [
                new("study"), new("run"), new("seeds", Alignment.Right),
                .. columns.Select(column => new Column(column.Name, Alignment.Right)),
            ],
            [.. _rows.Select(row => (IReadOnlyList<Inline>)
            [
                row.Study, row.Run.Title, $"{row.Run.Seeds.Count}",
                .. columns.Select(column => (Inline)(Values(row.Run, column.Of) is { } values
                    ? ReportRun.CellOf(values, column.Format)
                    : "–")),
            ])]));
    }

    /// <summary>An object for each run, with an array of a number for each seed under the name of each column.</summary>
    public IEnumerable<JsonObject> ToJson() => _rows.Select(row =>
    {
        JsonObject json = new()
        {
            ["study"] = row.Study,
            ["run"] = row.Run.Name,
            ["seeds"] = new JsonArray([.. row.Run.Seeds.Select(seed => (JsonNode)seed.Seed)]),
        };
        foreach ((string name, _, Func<ReportRun, SeedRun, double?> of) in s_columns)
            json[name] = Values(row.Run, of) is { } values ? new JsonArray([.. values.Select(value => (JsonNode)value)]) : null;
        return json;
    });

    private static double[]? Values(ReportRun run, Func<ReportRun, SeedRun, double?> of)
    {
        double?[] values = [.. run.Seeds.Select(seed => of(run, seed))];
        return values.All(value => value is not null) ? [.. values.Select(value => value!.Value)] : null;
    }

    // exp of the mean -log p(x) a token, by the largest number of draws.
    private static double? WeightedPerplexity(IReadOnlyList<MeasuredImportance> sentences) => sentences.Count == 0
        ? null
        : Math.Exp(-sentences.Sum(sentence => sentence.Draws[^1].LogLikelihood) / sentences.Sum(sentence => sentence.Tokens));
}
