using System.CommandLine;
using System.Globalization;
using Reprise.Studies;
using Reprise.Studies.Measuring;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of the options of a study: a file or a preset, a flag for every field of it, and the runs.</summary>
internal sealed class StudyFlags
{
    private readonly SizeFlags _sizes = new(Presets.Small);
    private readonly LearningFlags _learning = LearningFlags.OfStudies();
    private readonly Option<string?> _config = Flags.Text(
        "--config", "File of options in the form of study.json; the others are those of the preset", "file");

    private readonly Option<long?> _steps = Flags.Long("--steps", $"Steps of every run ({StepsOfPresets()})");

    private readonly Option<string?> _runs = Flags.Text(
        "--runs",
        "Runs by name, instead of the four of the paper: vae, vae-annealed, vae-cyclical, autogen-m1, beta-vae-0.5, free-bits-0.1, "
        + "free-bits-sentence-4, minimum-rate-5, target-kl-12, target-accuracy-0.6, aggressive, autoencoder-start-0.25, bn-vae-0.6, "
        + "language-model; a study in the folder gets those that it lacks",
        "names");

    private readonly Option<string?> _sweep = Flags.Text("--sweep-m", "Add AutoGen with each m, for example 0,0.25,0.5,1,2,4", "numbers");

    private readonly Option<int?> _judge = Flags.Integer(
        "--judge", "Sentences for each measurement of a run (10000); study.json has finer options");

    private readonly Option<int?> _seeds = Flags.Integer("--seeds", "Train every run with this many consecutive seeds (1)");

    private readonly Option<double?> _margin = Flags.Number(
        "--perplexity-margin", "The most that counts as the same perplexity, as a share of it (0.02); fixed when the study begins");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_config, _steps, _runs, _sweep, _seeds, _judge, _margin, .. _sizes.All, .. _learning.All])
            command.Options.Add(option);
    }

    /// <summary>The options of the file, of the study in the folder or of a preset, as the flags change them.</summary>
    /// <param name="found">The options of the study in the folder; null for a new one.</param>
    /// <exception cref="InputException">The flags contradict each other or the study in the folder.</exception>
    public StudyOptions OptionsOf(ParseResult parse, Session session, StudyOptions? found, int vocabularySize)
    {
        (string? config, Preset? named, long? steps) = (parse.GetValue(_config), _sizes.NamedPreset(parse), parse.GetValue(_steps));
        if (config is not null && named is not null)
            throw new InputException("--config and --preset: the file names its preset; leave one of the two out");
        if (config is null && found is not null && named is not null && named.Name != found.Preset)
        {
            throw new InputException($"--preset {named.Name}: the study in the folder has the preset {found.Preset}; "
                + "leave it out, or choose a new folder");
        }

        StudyOptions options = config is not null
            ? StudyOptions.Load(config, vocabularySize, steps)
            : found ?? StudyOptions.Of(named ?? Presets.Small, vocabularySize, steps);
        options = options with
        {
            Model = _sizes.ModelOf(parse, options.Model, vocabularySize),
            Training = _learning.Change(parse, options.Training) with
            {
                Steps = steps ?? options.Training.Steps,
                BatchSize = _sizes.BatchOf(parse) ?? options.Training.BatchSize,
                Seed = session.Seed ?? options.Training.Seed,
            },
            Seeds = parse.GetValue(_seeds) ?? options.Seeds,
            Claims = parse.GetValue(_margin) is { } margin ? options.Claims with { PerplexityMargin = margin } : options.Claims,
            Measuring = parse.GetValue(_judge) is { } sentences ? Measured(options.Measuring, sentences) : options.Measuring,
        };
        if (session.Seed is { } seed)
            options = options with { Runs = [.. options.Runs.Select(run => run with { Seed = seed })] };
        return WithRuns(parse, options, isNew: config is null && found is null);
    }

    // Counts that a study of fewer sentences cut short grow again with more.
    private static MeasuringOptions Measured(MeasuringOptions found, int sentences)
    {
        MeasuringOptions usual = new();
        return found with
        {
            Sentences = sentences,
            Reconstructions = sentences,
            Samples = sentences,
            Paths = Math.Min(sentences, Math.Max(found.Paths, usual.Paths)),
            ImportanceSentences = Math.Min(sentences, Math.Max(found.ImportanceSentences, usual.ImportanceSentences)),
            LatentSentences = Math.Min(sentences, Math.Max(found.LatentSentences, usual.LatentSentences)),
        };
    }

    private StudyOptions WithRuns(ParseResult parse, StudyOptions options, bool isNew)
    {
        ulong seed = options.Training.Seed;
        Preset preset = Presets.Named(options.Preset);
        if (parse.GetValue(_runs) is { } names)
        {
            IEnumerable<StudyRun> named = Items("--runs", names).Select(name => StudyRun.Named(name, preset, seed, options.Training.Steps));
            options = (isNew ? options with { Runs = [] } : options).With(named);
        }

        if (parse.GetValue(_sweep) is { } numbers)
            options = options.With(Items("--sweep-m", numbers).Select(number => StudyRun.OfM(NumberOf(number), seed)));
        return options;
    }

    private static string[] Items(string flag, string list)
    {
        string[] items = list.Split(',', StringSplitOptions.TrimEntries);
        return items.All(item => item.Length > 0)
            ? items
            : throw new InputException($"{flag} \"{list}\": expected items with commas between them");
    }

    private static double NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : throw new InputException($"--sweep-m: \"{text}\" is no number; expected numbers with commas between them, for example 0,0.5,1");

    private static string StepsOfPresets() =>
        string.Join(", ", Presets.All.Select(preset => FormattableString.Invariant($"{preset.Name} {preset.StudySteps}")));
}
