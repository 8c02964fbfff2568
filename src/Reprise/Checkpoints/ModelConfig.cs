using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Checkpoints;

/// <summary>
/// The contents of config.json: the model's sizes, the treatment of its text, and its origin. A model from elsewhere needs only
/// <c>"format"</c> and <c>"model"</c>; unknown fields are ignored.
/// </summary>
internal sealed record ModelConfig
{
    /// <summary>The format that this version writes. It reads the first one too (<see cref="FormerObjectives"/>).</summary>
    public const string CurrentFormat = "reprise-model/2";

    private const string FirstFormat = "reprise-model/1";

    private const string // fields of "model" that files of older versions lack
        EncoderLayers = "encoderLayers", BidirectionalEncoder = "bidirectionalEncoder", EncoderPooling = "encoderPooling",
        DecoderLayers = "decoderLayers", MeanNormalization = "meanNormalization";

    /// <summary>Sizes and variations of the model.</summary>
    public required ModelOptions Model { get; init; }

    /// <summary>The options by which text becomes words; <see cref="TextOptions.Foreign"/> where the file has none.</summary>
    public TextOptions Text { get; init; } = TextOptions.Foreign;

    /// <summary>SHA-256 of the vocabulary, in hexadecimal; null where the file has none.</summary>
    internal string? VocabularyHash { get; init; }

    /// <summary>The objective that it was trained by (<c>Objective.FromJson</c> of Reprise.Training reads it).</summary>
    public JsonObject? Objective { get; init; }

    /// <summary>The training options.</summary>
    public JsonObject? Training { get; init; }

    /// <summary>The corpus: <c>"hash"</c> and its size.</summary>
    public JsonObject? Corpus { get; init; }

    /// <summary>The programs that made it.</summary>
    public JsonObject? Versions { get; init; }

    /// <summary>Reads and checks a config.json.</summary>
    /// <exception cref="InputException">It is missing or unsound; the field is named.</exception>
    public static ModelConfig Load(string path)
    {
        JsonFile json = JsonFile.Load(path);
        string format = json.Text("format");
        if (format is not (CurrentFormat or FirstFormat))
            throw new InputException($"{path}: expected the format \"{CurrentFormat}\", found \"{format}\"");
        ModelOptions options = ReadModel(json.Object("model"));
        string problems = string.Join("; ", options.Problems());
        if (problems.Length > 0)
            throw new InputException($"{path}: model: {problems}");
        (JsonObject? objective, JsonObject? training) = (json.Optional("objective"), json.Optional("training"));
        if (format == FirstFormat && FormerObjectives.Upgrade(objective) == FormerObjectives.Aggressive && training is not null)
            training["updates"] = "aggressiveEncoder";
        return new ModelConfig
        {
            Model = options,
            VocabularyHash = json.Optional("vocabulary") is null ? null : json.Object("vocabulary").Text(SafeTensors.SumKey),
            Text = json.Optional("text") is { } text ? ReadText(text, path) : TextOptions.Foreign,
            Objective = objective,
            Training = training,
            Corpus = json.Optional("corpus"),
            Versions = json.Optional("versions"),
        };
    }

    /// <summary>The versions of the programs that run now.</summary>
    public static JsonObject CurrentVersions() => new()
    {
        ["reprise"] = typeof(ModelConfig).Assembly.GetName().Version?.ToString(3),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
    };

    /// <summary>The file's text.</summary>
    public string ToJson()
    {
        JsonObject json = new()
        {
            ["format"] = CurrentFormat,
            ["model"] = WriteModel(Model),
            ["text"] = Json.Object(Text, LibraryJson.Types.TextOptions),
        };
        if (VocabularyHash is not null)
            json["vocabulary"] = new JsonObject { ["sha256"] = VocabularyHash };
        (string, JsonObject?)[] sections = [("objective", Objective), ("training", Training), ("corpus", Corpus), ("versions", Versions)];
        foreach ((string name, JsonObject? section) in sections)
        {
            if (section is not null)
                json[name] = section.DeepClone();
        }

        return Json.File(json);
    }

    /// <summary>A copy with the hash of this vocabulary.</summary>
    internal ModelConfig With(Vocabulary vocabulary) => this with { VocabularyHash = vocabulary.Hash };

    /// <summary>The options of a file; an absent field that came later has the value of a file without it.</summary>
    internal static ModelOptions ReadModel(JsonFile model) => new()
    {
        VocabularySize = model.Integer("vocabularySize"),
        EmbeddingSize = model.Integer("embeddingSize"),
        HiddenSize = model.Integer("hiddenSize"),
        LatentSize = model.Integer("latentSize"),
        TieEmbeddings = model.Boolean("tieEmbeddings"),
        PosteriorLayers = model.Integer("posteriorLayers"),
        LatentInput = model.Choice<LatentInput>("latentInput"),
        EncoderLayers = model.Has(EncoderLayers) ? model.Integer(EncoderLayers) : 1,
        BidirectionalEncoder = model.Has(BidirectionalEncoder) && model.Boolean(BidirectionalEncoder),
        EncoderPooling = model.Has(EncoderPooling) ? model.Choice<EncoderPooling>(EncoderPooling) : default,
        DecoderLayers = model.Has(DecoderLayers) ? model.Integer(DecoderLayers) : 1,
        MeanNormalization = model.Has(MeanNormalization) ? model.Number(MeanNormalization) : 0,
    };

    internal static JsonObject WriteModel(ModelOptions model) => new()
    {
        ["vocabularySize"] = model.VocabularySize,
        ["embeddingSize"] = model.EmbeddingSize,
        ["hiddenSize"] = model.HiddenSize,
        ["latentSize"] = model.LatentSize,
        ["tieEmbeddings"] = model.TieEmbeddings,
        ["posteriorLayers"] = model.PosteriorLayers,
        ["latentInput"] = Json.NameOf(model.LatentInput),
        [EncoderLayers] = model.EncoderLayers,
        [BidirectionalEncoder] = model.BidirectionalEncoder,
        [EncoderPooling] = Json.NameOf(model.EncoderPooling),
        [DecoderLayers] = model.DecoderLayers,
        [MeanNormalization] = model.MeanNormalization,
    };

    private static TextOptions ReadText(JsonObject text, string path)
    {
        try
        {
            return text.Deserialize(LibraryJson.Types.TextOptions)!;
        }
        catch (JsonException e)
        {
            string example = Json.Line(Json.Object(new TextOptions(), LibraryJson.Types.TextOptions));
            throw new InputException($"{path}: \"text\" is {text.ToJsonString()}; expected for example {example}", e);
        }
    }
}
