using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of <c>train</c>: a preset, a flag for every field of it, an end and an objective.</summary>
internal sealed class TrainingFlags
{
    private readonly SizeFlags _sizes = new(Presets.Small);

    private readonly Option<long?> _steps = Flags.Long("--steps", "End after this many steps");
    private readonly Option<long?> _epochs = Flags.Long("--epochs", "End after this many passes over the sentences");
    private readonly Option<double?> _minutes = Flags.Number(
        "--minutes", "End after this many minutes, counted from the beginning of the run, with --resume too");

    private readonly ObjectiveFlags _objective = new();
    private readonly LearningFlags _learning = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
        [
            .. _sizes.All,
            _steps, _epochs, _minutes, .. _objective.All,
            .. _learning.All,
        ])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The options of the preset or of a resumed run, as the flags change them.</summary>
    public TrainingOptions TrainingOf(ParseResult parse, Session session, TrainingOptions? resumed)
    {
        Preset preset = _sizes.PresetOf(parse, resumes: resumed is not null);
        TrainingOptions options = resumed ?? preset.Training;
        (long? steps, long? epochs, double? minutes) = (parse.GetValue(_steps), parse.GetValue(_epochs), parse.GetValue(_minutes));
        if (steps is not null || epochs is not null || minutes is not null)
            options = options with { Steps = steps, Epochs = epochs, Minutes = minutes };
        if (options is { Steps: null, Epochs: null, Minutes: null })
            throw new InputException("the run has no end: expected --steps, --epochs or --minutes, for example --minutes 10");
        ObjectiveChoice? chosen = _objective.Of(parse, preset);
        options = _learning.Change(parse, options);
        return options with
        {
            KeepBest = options.KeepBest || (resumed is null && options.Patience > 0),
            Objective = chosen?.Objective ?? options.Objective,
            Updates = chosen?.Updates ?? options.Updates,
            BatchSize = _sizes.BatchOf(parse) ?? options.BatchSize,
            Seed = session.Seed ?? options.Seed,
        };
    }

    /// <inheritdoc cref="SizeFlags.ModelOf"/>
    public ModelOptions ModelOf(ParseResult parse, ModelOptions? resumed, int vocabularySize)
    {
        ModelOptions model = _sizes.ModelOf(parse, resumed, vocabularySize);
        if (resumed is { HasCode: false } && _objective.IsNamed(parse) && !_objective.IsLanguageModel(parse))
            throw new InputException("--objective: the run is a language model, without a code; leave it out, or start a new run");
        return _objective.IsLanguageModel(parse) ? model.WithoutCode() : model;
    }
}
