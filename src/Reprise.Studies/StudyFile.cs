using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Training;

namespace Reprise.Studies;

/// <summary>The file study.json: the options of a study and its corpus.</summary>
/// <param name="Corpus">The corpus's hash and sizes; null in a file of options alone.</param>
internal sealed record StudyFile(StudyOptions Options, JsonObject? Corpus)
{
    private const string Format = "reprise-study/4";

    // The first called two baselines objectives; the first two had no claims; none had the later options, which the fourth writes.
    private static readonly string[] FormerFormats = ["reprise-study/1", "reprise-study/2", "reprise-study/3"];

    private static readonly string[] Fields = ["format", "corpus", "preset", "model", "training", "seeds", "runs", "judges", "claims"];
    private static readonly string[] FieldsOfARun = ["objective", "updates"]; // of training, but each run has its own
    private static readonly string[] RunFields =
    [
        "name", "title", "objective", "updates", "autoencoderSteps", "klWarmUpSteps", "meanNormalization", "targetKl", "targetAccuracy",
        "code", "seed",
    ];

    /// <inheritdoc cref="StudyOptions.Load"/>
    public static StudyFile Load(string path, int? vocabularySize = null, long? steps = null)
    {
        JsonFile json = JsonFile.Load(path);
        RefuseUnknown(path, "", json.Names, Fields);
        string format = json.Has("format") ? json.Text("format") : Format;
        if (format != Format && !FormerFormats.Contains(format))
            throw new InputException($"{path}: expected the format \"{Format}\", found \"{format}\"");
        JsonObject? model = json.Optional("model"), training = json.Optional("training");
        Preset preset = json.Has("preset") ? PresetOf(json.Text("preset"), path) : Presets.Small;
        StudyOptions options = StudyOptions.Of(preset, vocabularySize ?? 0, steps ?? StepsOf(path, training));
        if (training is not null && steps is not null)
            training.Remove("steps");
        (ModelOptions modelDefaults, TrainingOptions trainingDefaults) = format == Format || !json.Has("corpus")
            ? (options.Model, options.Training)
            : OfFormer(options); // what a study's file does not say was not there, whatever the preset says today
        options = options with
        {
            Model = ModelConfig.ReadModel(JsonFile.Part(path, "model.",
                Overlay(path, "model", ModelConfig.WriteModel(modelDefaults), model))),
            Training = TrainingOptions.FromJson(
                Overlay(path, "training", trainingDefaults.ToJson(), training, TrainingOptions.Fields.Except(FieldsOfARun)),
                Objective.Vae, path),
            Seeds = json.Has("seeds") ? json.Integer("seeds") : 1,
            Measuring = MeasuringOf(path, json.Optional("judges")),
            Claims = ClaimsOf(
                path, json.Optional("claims"), ofFormer: format is "reprise-study/1" or "reprise-study/2" && json.Has("corpus")),
        };
        ulong seed = options.Training.Seed;
        options = options with
        {
            Runs = json.Has("runs")
                ? [.. json.Objects("runs").Select(run => ReadRun(path, run, seed))]
                : StudyRun.OfPaper(preset, seed),
        };
        string problems = string.Join("; ", options.Problems());
        return problems.Length == 0 ? new StudyFile(options, json.Optional("corpus")) : throw new InputException($"{path}: {problems}");
    }

    public void Save(string path) => AtomicFile.WriteText(path, Json.File(ToJson()));

    /// <summary>Refuses options under which it would be another study; runs and seeds may be added.</summary>
    /// <exception cref="InputException">Something differs; the field is named.</exception>
    public void CheckSame(StudyFile asked, string path)
    {
        JsonObject found = ToJson(), wanted = asked.ToJson();
        (string Field, string Found, string Wanted)? difference = (string)found["preset"]! == (string)wanted["preset"]!
            ? RunSettings.Difference(found, wanted, "model") ?? RunSettings.Difference(found, wanted, "training")
            : ("preset", Options.Preset, asked.Options.Preset);
        difference ??= RunSettings.Difference(found, wanted, "claims");
        if (difference is null && asked.Options.Seeds < Options.Seeds)
            difference = ("seeds", $"{Options.Seeds}", $"{asked.Options.Seeds}");
        foreach (StudyRun run in Options.Runs.TakeWhile(_ => difference is null))
        {
            StudyRun? same = asked.Options.Runs.FirstOrDefault(other => other.Name == run.Name);
            if (same is null || !IsSame(same, run))
                difference = ($"run {run.Name}", Describe(run), same is null ? "none" : Describe(same));
        }

        if (difference is { } d)
            throw new InputException($"{path}: {d.Field} is {d.Found} in this study, {d.Wanted} was asked for; go on with the study's "
                + "own options, or begin another in a new folder");
        (string corpus, string other) = (RunSettings.Describe(Corpus), RunSettings.Describe(asked.Corpus));
        if (corpus != other)
            throw new InputException($"{path}: this study was made on another corpus: expected {corpus}, found {other}; go on with its "
                + "own corpus, or begin another in a new folder");
    }

    public JsonObject ToJson() => new()
    {
        ["format"] = Format,
        ["corpus"] = Corpus?.DeepClone(),
        ["preset"] = Options.Preset,
        ["model"] = ModelConfig.WriteModel(Options.Model),
        ["training"] = Options.Training.ToJson(),
        ["seeds"] = Options.Seeds,
        ["runs"] = new JsonArray([.. Options.Runs.Select(ToJson)]),
        ["judges"] = Json.Object(Options.Measuring, MeasuringJson.Types.MeasuringOptions),
        ["claims"] = Json.Object(Options.Claims, ClaimJson.Types.ClaimOptions),
    };

    private static JsonObject ToJson(StudyRun run)
    {
        JsonObject json = new() { ["name"] = run.Name, ["title"] = run.Title, ["objective"] = run.Objective.ToJson() };
        if (run.Updates != UpdateOrder.Joint)
            json["updates"] = Json.NameOf(run.Updates);
        if (run.AutoencoderSteps is { } autoencoderSteps)
            json["autoencoderSteps"] = autoencoderSteps;
        if (run.KlWarmUpSteps is { } klWarmUpSteps)
            json["klWarmUpSteps"] = klWarmUpSteps;
        if (run.MeanNormalization is { } meanNormalization)
            json["meanNormalization"] = meanNormalization;
        if (run.TargetKl is { } targetKl)
            json["targetKl"] = targetKl;
        if (run.TargetAccuracy is { } targetAccuracy)
            json["targetAccuracy"] = targetAccuracy;
        if (!run.HasCode)
            json["code"] = false;
        json["seed"] = run.Seed;
        return json;
    }

    private static (ModelOptions Model, TrainingOptions Training) OfFormer(StudyOptions options)
    {
        (ModelOptions model, TrainingOptions training) = (options.Model, options.Training);
        model = new()
        {
            VocabularySize = model.VocabularySize,
            EmbeddingSize = model.EmbeddingSize,
            HiddenSize = model.HiddenSize,
            LatentSize = model.LatentSize,
            TieEmbeddings = model.TieEmbeddings,
            PosteriorLayers = model.PosteriorLayers,
            LatentInput = model.LatentInput,
        };
        training = new()
        {
            Steps = training.Steps,
            BatchSize = training.BatchSize,
            LearningRate = training.LearningRate,
            ClipNorm = training.ClipNorm,
            WordDropRate = training.WordDropRate,
            ReportEvery = training.ReportEvery,
            EvaluateEvery = training.EvaluateEvery,
            EvaluateEarly = training.EvaluateEarly,
            EvaluationSentences = training.EvaluationSentences,
        };
        return (model, training);
    }

    private static MeasuringOptions MeasuringOf(string path, JsonObject? given)
    {
        JsonObject defaults = Json.Object(new MeasuringOptions(), MeasuringJson.Types.MeasuringOptions);
        return JsonFile.Part(path, "judges.", Overlay(path, "judges", defaults, given)).As(MeasuringJson.Types.MeasuringOptions);
    }

    /// <param name="ofFormer">True for a study whose file had no claims when its training began.</param>
    private static ClaimOptions ClaimsOf(string path, JsonObject? given, bool ofFormer)
    {
        JsonObject defaults = Json.Object(new ClaimOptions { SetAfterTraining = ofFormer }, ClaimJson.Types.ClaimOptions);
        return JsonFile.Part(path, "claims.", Overlay(path, "claims", defaults, given)).As(ClaimJson.Types.ClaimOptions);
    }

    private static StudyRun ReadRun(string path, JsonFile run, ulong seed)
    {
        RefuseUnknown(path, "runs[].", run.Names, RunFields);
        string name = run.Text("name");
        string example = Objective.Vae.ToJson().ToJsonString();
        JsonObject given = run.Optional("objective")
            ?? throw new InputException($"{path}: run {name} has no objective; expected for example {example}");
        string? former = FormerObjectives.Upgrade(given);
        Objective objective = Objective.FromJson(given, path);
        UpdateOrder updates = former == FormerObjectives.Aggressive ? UpdateOrder.AggressiveEncoder
            : run.Has("updates") ? run.Choice<UpdateOrder>("updates") : UpdateOrder.Joint;
        bool hasCode = former != FormerObjectives.LanguageModel && (!run.Has("code") || run.Boolean("code"));
        StudyRun read = new(name, "", objective, run.Has("seed") ? run.Seed("seed") : seed)
        {
            Updates = updates,
            AutoencoderSteps = run.Has("autoencoderSteps") ? run.Steps("autoencoderSteps") : null,
            KlWarmUpSteps = run.Has("klWarmUpSteps") ? run.Steps("klWarmUpSteps") : null,
            MeanNormalization = run.Has("meanNormalization") ? run.Number("meanNormalization") : null,
            TargetKl = run.Has("targetKl") ? run.Number("targetKl") : null,
            TargetAccuracy = run.Has("targetAccuracy") ? run.Number("targetAccuracy") : null,
            HasCode = hasCode,
        };
        return read with { Title = run.Has("title") ? run.Text("title") : read.ObjectiveName };
    }

    private static Preset PresetOf(string name, string path)
    {
        try
        {
            return Presets.Named(name);
        }
        catch (InputException e)
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }

    private static long? StepsOf(string path, JsonObject? training) => training?["steps"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out long steps) => steps,
        JsonNode other => throw new InputException($"{path}: training.steps: expected a whole number, found {other.ToJsonString()}"),
    };

    /// <summary>Defaults, replaced by the values of a file.</summary>
    /// <param name="unwritten">Further fields, which are not written at their defaults.</param>
    private static JsonObject Overlay(
        string path, string section, JsonObject defaults, JsonObject? given, IEnumerable<string>? unwritten = null)
    {
        string[] known = [.. defaults.Select(field => field.Key).Union(unwritten ?? [])];
        RefuseUnknown(path, section + ".", (given ?? []).Select(field => field.Key), known);
        foreach ((string name, JsonNode? value) in given ?? [])
            defaults[name] = value?.DeepClone();
        return defaults;
    }

    private static void RefuseUnknown(string path, string prefix, IEnumerable<string> names, IReadOnlyList<string> known)
    {
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new InputException($"{path}: {prefix}{unknown} is unknown; expected {string.Join(", ", known)}");
    }

    private static bool IsSame(StudyRun a, StudyRun b) =>
        a with { Name = "", Title = "", Repeats = "" } == b with { Name = "", Title = "", Repeats = "" };

    private static string Describe(StudyRun run)
    {
        string warmUp = run.KlWarmUpSteps is { } steps ? $", kl warm-up of {steps} steps" : "";
        return $"{run.ObjectiveName}, {run.Objective.ToJson().ToJsonString()}{warmUp}, with seed {run.Seed}";
    }
}
