using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Training;

/// <summary>A report as a line of log.jsonl. Losses are in nats a sentence (<see cref="TrainingReport"/>).</summary>
internal sealed record LogLine
{
    private const long MostSteps = 1L << 53; // up to here doubles count exactly

    public required long Step { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Epoch { get; init; }

    [JsonConverter(typeof(EnumNames<ReportSplit>))]
    public required ReportSplit Split { get; init; }

    public required double Nll { get; init; }

    public required double Kl { get; init; }

    /// <summary>All parts of the loss by name, <see cref="Nll"/> and <see cref="Kl"/> among them; empty in a line that was read.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double> Losses { get; init; } = new Dictionary<string, double>();

    public required double Elbo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Objective { get; init; }

    public required double KlShare { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReconstructionWeight { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? KlWeight { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GradientNorm { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LearningRate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SentencesPerSecond { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TokensPerSecond { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    public static LogLine Of(TrainingReport report) => new()
    {
        Step = report.Step,
        Epoch = report.Epoch,
        Split = report.Split,
        Nll = report.Nll,
        Kl = report.Kl,
        Losses = report.Losses,
        Elbo = report.Elbo,
        Objective = report.Objective,
        KlShare = report.KlShare,
        ReconstructionWeight = report.Weights.Reconstruction,
        KlWeight = report.Weights.Kl,
        GradientNorm = report.GradientNorm,
        LearningRate = report.LearningRate,
        SentencesPerSecond = report.SentencesPerSecond,
        TokensPerSecond = report.TokensPerSecond,
        Seconds = report.Seconds,
    };

    /// <summary>The report of a line. Read by hand: the serializer takes some 50 ms more of a process that starts.</summary>
    /// <exception cref="JsonException">A field is missing.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    public static LogLine Of(JsonObject json)
    {
        return new()
        {
            Step = (long?)json["step"] ?? throw new JsonException("step is missing"),
            Epoch = (double?)json["epoch"],
            Split = (string?)json["split"] switch
            {
                "train" => ReportSplit.Train,
                "test" => ReportSplit.Test,
                _ => throw new JsonException("split is neither train nor test"),
            },
            Nll = Needed("nll"),
            Kl = Needed("kl"),
            Elbo = Needed("elbo"),
            Objective = (double?)json["objective"],
            KlShare = Needed("klShare"),
            ReconstructionWeight = (double?)json["reconstructionWeight"],
            KlWeight = (double?)json["klWeight"],
            GradientNorm = (double?)json["gradientNorm"],
            LearningRate = (double?)json["learningRate"],
            SentencesPerSecond = (double?)json["sentencesPerSecond"],
            TokensPerSecond = (double?)json["tokensPerSecond"],
            Seconds = (double?)json["seconds"],
        };

        double Needed(string name) => (double?)json[name] ?? throw new JsonException($"{name} is missing");
    }

    public JsonObject ToJson()
    {
        JsonObject json = Json.Object(this, LibraryJson.Types.LogLine);
        foreach ((string name, double loss) in Losses.Where(part => !json.ContainsKey(part.Key)))
            json.Insert(json.IndexOf("elbo"), name, loss);
        return json;
    }

    /// <summary>A value that no report holds, as a message; null if there is none.</summary>
    public string? Problem() => this switch
    {
        { Step: < 1 or > MostSteps } => $"step is {Step}; expected 1 to {MostSteps}",
        _ when !double.IsFinite(Nll + Kl + Elbo + KlShare) => "nll, kl, elbo or klShare is not finite",
        _ => null,
    };
}
