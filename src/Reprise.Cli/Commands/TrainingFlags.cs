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

    private readonly Option<ObjectiveKind?> _objective = Flags.Choice(
        "--objective", "What is minimised (autogen)", ("vae", ObjectiveKind.Vae), ("autogen", ObjectiveKind.AutoGen), ("beta", ObjectiveKind.BetaVae), ("annealed", ObjectiveKind.Annealed));
    private readonly Option<double?> _m = Flags.Number("--m", "autogen: additional faithful reconstructions, any number above -1 (1)");
    private readonly Option<double?> _beta = Flags.Number("--beta", "beta: the weight of kl, above 0");
    private readonly Option<AnnealingCurve?> _anneal = Flags.Choice(
        "--anneal", "annealed: how the weight of kl rises (linear)", ("linear", AnnealingCurve.Linear), ("sigmoid", AnnealingCurve.Sigmoid), ("cyclical", AnnealingCurve.Cyclical));
    private readonly Option<long?> _annealSteps = Flags.Long("--anneal-steps", "annealed: steps until the weight of kl is 1");

    private readonly LearningFlags _learning = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
        [
            .. _sizes.All,
            _steps, _epochs, _minutes, _objective, _m, _beta, _anneal, _annealSteps,
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
        return _learning.Change(parse, options) with
        {
            Objective = ObjectiveOf(parse, preset, resumed?.Objective),
            BatchSize = _sizes.BatchOf(parse) ?? options.BatchSize,
            Seed = session.Seed ?? options.Seed,
        };
    }

    /// <inheritdoc cref="SizeFlags.ModelOf"/>
    public ModelOptions ModelOf(ParseResult parse, ModelOptions? resumed, int vocabularySize) => _sizes.ModelOf(parse, resumed, vocabularySize);

    private Objective ObjectiveOf(ParseResult parse, Preset preset, Objective? resumed)
    {
        (double? m, double? beta) = (parse.GetValue(_m), parse.GetValue(_beta));
        (AnnealingCurve? curve, long? annealSteps) = (parse.GetValue(_anneal), parse.GetValue(_annealSteps));
        bool anneals = curve is not null || annealSteps is not null;
        ObjectiveKind? asked = parse.GetValue(_objective)
            ?? (m is not null ? ObjectiveKind.AutoGen : beta is not null ? ObjectiveKind.BetaVae : anneals ? ObjectiveKind.Annealed : null);
        if (asked is null)
            return resumed ?? preset.Training.Objective;
        Refuse(m is not null && asked != ObjectiveKind.AutoGen, "--m", "autogen");
        Refuse(beta is not null && asked != ObjectiveKind.BetaVae, "--beta", "beta");
        Refuse(anneals && asked != ObjectiveKind.Annealed, curve is not null ? "--anneal" : "--anneal-steps", "annealed");
        return asked switch
        {
            ObjectiveKind.AutoGen => Objective.AutoGen(m ?? 1),
            ObjectiveKind.BetaVae => Objective.BetaVae(beta ?? throw new InputException("--objective beta: expected its weight too, for example --beta 0.5")),
            ObjectiveKind.Annealed => Objective.Annealed(curve ?? AnnealingCurve.Linear, annealSteps ?? preset.AnnealingSteps),
            _ => Objective.Vae,
        };
    }

    private static void Refuse(bool wrong, string flag, string objective)
    {
        if (wrong)
            throw new InputException($"{flag} belongs to --objective {objective}; leave it out or choose that objective");
    }
}
