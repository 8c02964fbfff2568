using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>The settings of a run for config.json, and the checks of new settings.</summary>
internal static class RunSettings
{
    public static ModelConfig Of(TrainingData data, ModelOptions model, TrainingOptions options) => new()
    {
        Model = model,
        Text = data.Text,
        Objective = options.Objective.ToJson(),
        Training = options.ToJson(),
        Corpus = data.ToJson(),
        Versions = ModelConfig.CurrentVersions(),
    };

    /// <summary>Refuses data, sizes and options that do not go together.</summary>
    /// <exception cref="InputException">They do not go together.</exception>
    public static void CheckFit(TrainingData data, ModelOptions model, TrainingOptions options)
    {
        model.Validate();
        options.Validate();
        if (data.Train.Count == 0)
            throw new InputException("the corpus has no training sentences; prepare one from more text");
        if (data.Vocabulary.Count != model.VocabularySize)
        {
            string found = $"the corpus's vocabulary has {data.Vocabulary.Count} words, special ones included";
            throw new InputException($"model.vocabularySize is {model.VocabularySize}, but {found}");
        }

        Objective objective = options.Objective;
        if (!model.HasCode && (objective.Kind != ObjectiveKind.Vae || options.Updates != UpdateOrder.Joint))
        {
            string name = objective.NameWith(options.Updates, hasCode: true);
            string found = $"the objective {name} needs a code, and model.latentInput is none";
            throw new InputException($"{found}; a language model has the objective vae and joint updates");
        }

        if (!model.HasCode && (options.AutoencoderSteps > 0 || options.KlWarmUpSteps > 0))
        {
            string field = options.AutoencoderSteps > 0 ? "autoencoderSteps" : "klWarmUpSteps";
            throw new InputException($"training.{field} needs a code, and model.latentInput is none; a language model has 0");
        }

        if (!model.HasCode && options.MovesM)
        {
            string name = options.HasTarget ? "training.targetKl or targetAccuracy" : $"the objective {options.Objective.Name}";
            throw new InputException($"{name} needs a code, and model.latentInput is none; leave it out");
        }

        if ((options.IsWatched || options.TargetAccuracy is not null) && !data.HasValidation)
        {
            string name = options.TargetAccuracy is not null ? "targetAccuracy"
                : options.HalveAfter > 0 ? "halveAfter"
                : options.Patience > 0 ? "patience" : "keepBest";
            throw new InputException($"training.{name} goes by validation sentences, and the corpus has none (test sentences are for the "
                + "end); prepare it with --validation 0.05, for example");
        }

        if (model.MeanNormalization > 0 && options.BatchSize == 1)
        {
            const string found = "batchSize is 1, and model.meanNormalization needs the variance of a batch";
            throw new InputException($"{found}; expected 2 sentences or more, or meanNormalization 0");
        }
    }

    /// <summary>The name of a config.json's objective (<see cref="Objective.NameWith"/>); null for a model without one.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InputException">The section is unsound.</exception>
    public static string? ObjectiveName(ModelConfig config, string path)
    {
        if (config.Objective is null)
            return null;
        // Two fields, read by hand: the generated reader of all options would be compiled for it, 60 ms of a command's start.
        bool isAggressive = config.Training?["updates"] is JsonValue updates && updates.TryGetValue(out string? name)
            && name == Json.NameOf(UpdateOrder.AggressiveEncoder);
        long start = config.Training?["autoencoderSteps"] is JsonValue value && value.TryGetValue(out long steps) ? steps : 0;
        UpdateOrder order = isAggressive ? UpdateOrder.AggressiveEncoder : UpdateOrder.Joint;
        return Objective.FromJson(config.Objective, path).NameWith(order, config.Model.HasCode, start, config.Model.MeanNormalization);
    }

    /// <summary>Refuses to resume the run in a folder with settings that do not fit or under which it would be another run.</summary>
    /// <exception cref="InputException">Something differs; the field is named.</exception>
    public static void CheckResume(string folder, TrainingData data, ModelOptions model, TrainingOptions options)
    {
        CheckFit(data, model, options);
        ModelFolder run = ModelFolder.OpenWithoutWeights(folder);
        CheckSame(folder, run.Config, run.Vocabulary, Of(data, model, options), data.Vocabulary);
    }

    /// <summary>Refuses to resume with settings under which it would be another run.</summary>
    /// <param name="runConfig">The run's own settings.</param>
    /// <param name="runVocabulary">The run's own vocabulary.</param>
    /// <exception cref="InputException">Something differs; the field is named.</exception>
    public static void CheckSame(string folder, ModelConfig runConfig, Vocabulary runVocabulary, ModelConfig asked, Vocabulary vocabulary)
    {
        string path = Path.Combine(folder, ModelFolder.ConfigName);
        ModelConfig own = runConfig with { Training = WithDefaults(runConfig.Training, path) };
        JsonObject found = JsonNode.Parse(own.ToJson())!.AsObject(), wanted = JsonNode.Parse(asked.ToJson())!.AsObject();
        string? objective = ObjectiveName(runConfig, path), other = ObjectiveName(asked, path);
        if (KindOf(found) != KindOf(wanted))
        {
            string names = $"objective is {objective ?? "none"} in this run, {other} was asked for";
            throw new InputException($"{path}: {names}; resume with the run's own objective, or start a new run");
        }

        foreach (string section in (string[])["model", "text", "objective", "training"])
        {
            if (Difference(found, wanted, section) is { } difference)
            {
                string values = $"{difference.Field} is {difference.Found} in this run, {difference.Wanted} was asked for";
                throw new InputException($"{path}: {values}; resume with the run's own options, or start a new run");
            }
        }

        (string runCorpus, string corpus) = (Describe(found["corpus"]), Describe(wanted["corpus"]));
        if (runCorpus != corpus || runVocabulary.Hash != vocabulary.Hash)
        {
            string another = $"found {corpus}{(runCorpus == corpus ? " with another vocabulary" : "")}";
            string expected = $"this run was trained on another corpus: expected {runCorpus}, {another}";
            throw new InputException($"{path}: {expected}; resume with its own corpus, or start a new run");
        }
    }

    // Options that a file of an older version lacks have their defaults, by which it was trained.
    private static JsonObject? WithDefaults(JsonObject? training, string path) =>
        training is null ? null : TrainingOptions.FromJson(training, Objective.Vae, path).ToJson();

    // The kind of an objective, the order of updates, and whether there is a code.
    private static (string Kind, string Updates, bool HasCode) KindOf(JsonObject config) => (
        Describe(config["objective"]?["kind"]), Describe(config["training"]?["updates"]),
        Describe(config["model"]?["latentInput"]) != $"\"{Json.NameOf(LatentInput.None)}\"");

    /// <summary>The first field of a section in which two settings train differently; null if there is none.</summary>
    public static (string Field, string Found, string Wanted)? Difference(JsonObject found, JsonObject wanted, string section)
    {
        JsonObject foundFields = found[section] as JsonObject ?? [], wantedFields = wanted[section] as JsonObject ?? [];
        foreach (string field in wantedFields.Select(f => f.Key).Union(foundFields.Select(f => f.Key)))
        {
            (string a, string b) = (Describe(foundFields[field]), Describe(wantedFields[field]));
            if (a != b && !(section == "training" && TrainingOptions.IsFree(field, wantedFields)))
                return ($"{section}.{field}", a, b);
        }

        return null;
    }

    /// <summary>A value as it stands in the file.</summary>
    public static string Describe(JsonNode? node) => node?.ToJsonString() ?? "none";
}
