using System.Text.Json;
using System.Text.Json.Nodes;
using Reprise.Formats;

namespace Reprise.Training;

/// <summary>A report as a line of log.jsonl. Losses are in nats a sentence (<see cref="TrainingReport"/>).</summary>
internal sealed record LogLine
{
    private const long MostSteps = 1L << 53; // up to here doubles count exactly

    public required long Step { get; init; }

    public double? Epoch { get; init; }

    public required ReportSplit Split { get; init; }

    /// <summary>The parts of the loss by name; nll and kl in a line that was read.</summary>
    public required IReadOnlyDictionary<string, double> Losses { get; init; }

    public double Nll => Losses[TrainingReport.NllName];

    public double Kl => Losses[TrainingReport.KlName];

    public required double Elbo { get; init; }

    public double? Objective { get; init; }

    public required double KlShare { get; init; }

    public double? ReconstructionWeight { get; init; }

    public double? KlWeight { get; init; }

    public double? GradientNorm { get; init; }

    public double? LearningRate { get; init; }

    public double? SentencesPerSecond { get; init; }

    public double? TokensPerSecond { get; init; }

    public double? Seconds { get; init; }

    public double? M { get; init; }

    public long? BestStep { get; init; }

    public static LogLine Of(TrainingReport report) => new()
    {
        Step = report.Step,
        Epoch = report.Epoch,
        Split = report.Split,
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
        M = report.M,
        BestStep = report.BestStep,
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
                "validation" => ReportSplit.Validation,
                _ => throw new JsonException("split is neither train nor test nor validation"),
            },
            Losses = new OrderedDictionary<string, double>
            {
                [TrainingReport.NllName] = Needed(TrainingReport.NllName),
                [TrainingReport.KlName] = Needed(TrainingReport.KlName),
            },
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
            M = (double?)json["m"],
            BestStep = (long?)json["bestStep"],
        };

        double Needed(string name) => (double?)json[name] ?? throw new JsonException($"{name} is missing");
    }

    /// <summary>The object of the line, in the order of its fields; a number that is null is left out.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new() { ["step"] = Step };
        Add("epoch", Epoch);
        json["split"] = Json.NameOf(Split);
        foreach ((string name, double loss) in Losses)
            Add(name, loss);
        Add("elbo", Elbo);
        Add("objective", Objective);
        Add("klShare", KlShare);
        Add("reconstructionWeight", ReconstructionWeight);
        Add("klWeight", KlWeight);
        Add("gradientNorm", GradientNorm);
        Add("learningRate", LearningRate);
        Add("sentencesPerSecond", SentencesPerSecond);
        Add("tokensPerSecond", TokensPerSecond);
        Add("seconds", Seconds);
        Add("m", M);
        if (BestStep is { } best)
            json["bestStep"] = best;
        return json;

        void Add(string name, double? value)
        {
            if (value is { } number)
                json[name] = number;
        }
    }

    /// <summary>A value that no report holds, as a message; null if there is none.</summary>
    public string? Problem() => this switch
    {
        { Step: < 1 or > MostSteps } => $"step is {Step}; expected 1 to {MostSteps}",
        _ when !double.IsFinite(Nll + Kl + Elbo + KlShare) => "nll, kl, elbo or klShare is not finite",
        _ => null,
    };
}
