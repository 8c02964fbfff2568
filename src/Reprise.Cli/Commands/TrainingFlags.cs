using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of <c>train</c>: a preset, a flag for every field of it, an end and an objective.</summary>
internal sealed class TrainingFlags
{
    private readonly SizeFlags _sizes = new(Presets.Small);

    private readonly Option<long?> _steps = Flags.Long("--steps", "End after so many steps");
    private readonly Option<long?> _epochs = Flags.Long("--epochs", "End after so many passes over the sentences");
    private readonly Option<double?> _minutes = Flags.Number("--minutes", "End after so much time, counted from the beginning of the run, with --resume too");

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

    /// <summary>The preset's options, or those of a run that is resumed, with what the flags change.</summary>
    public TrainingOptions TrainingOf(ParseResult parse, Session session, TrainingOptions? resumed)
    {
        Preset preset = _sizes.PresetOf(parse, resumes: resumed is not null);
        TrainingOptions options = resumed ?? preset.Training;
        if (parse.GetValue(_steps) is not null || parse.GetValue(_epochs) is not null || parse.GetValue(_minutes) is not null)
            options = options with { Steps = parse.GetValue(_steps), Epochs = parse.GetValue(_epochs), Minutes = parse.GetValue(_minutes) };
        if (options is { Steps: null, Epochs: null, Minutes: null })
            throw new InputException("when shall the run end? expected --steps, --epochs or --minutes, for example --minutes 10");
        ObjectiveChoice? chosen = _objective.Of(parse, preset);
        return _learning.Change(parse, options) with
        {
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
        return _objective.IsLanguageModel(parse) ? model.WithoutCode() : model;
    }
}
