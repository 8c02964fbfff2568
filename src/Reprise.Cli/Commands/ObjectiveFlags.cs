using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>An objective with its order of updates.</summary>
internal sealed record ObjectiveChoice(Objective Objective, UpdateOrder Updates = UpdateOrder.Joint);

/// <summary>The flags of the objective and of the baselines.</summary>
internal sealed class ObjectiveFlags
{
    private enum Choice
    {
        Vae,
        AutoGen,
        BetaVae,
        Annealed,
        FreeBits,
        MinimumRate,
        Aggressive,
        LanguageModel,
    }

    private readonly Option<Choice?> _objective = Flags.Choice(
        "--objective", "Objective that is minimised (autogen)", ("vae", Choice.Vae), ("autogen", Choice.AutoGen), ("beta", Choice.BetaVae),
        ("annealed", Choice.Annealed), ("free-bits", Choice.FreeBits), ("minimum-rate", Choice.MinimumRate),
        ("aggressive", Choice.Aggressive), ("language-model", Choice.LanguageModel));

    private readonly Option<double?> _m = Flags.Number("--m", "autogen: additional faithful reconstructions, any number above -1 (1)");
    private readonly Option<double?> _beta = Flags.Number("--beta", "beta: the weight of kl, above 0");
    private readonly Option<AnnealingCurve?> _anneal = Flags.Choice(
        "--anneal", "annealed: curve of the weight of kl (linear)",
        ("linear", AnnealingCurve.Linear), ("sigmoid", AnnealingCurve.Sigmoid), ("cyclical", AnnealingCurve.Cyclical));

    private readonly Option<long?> _annealSteps = Flags.Long(
        "--anneal-steps", "annealed: steps until the weight of kl is 1 (as in the preset)");

    private readonly Option<double?> _freeBits = Flags.Number("--free-bits", "free-bits: nats of kl without cost, above 0");
    private readonly Option<FreeBitsPer?> _per = Flags.Choice(
        "--per", "free-bits: unit with these nats (dimension)", ("dimension", FreeBitsPer.Dimension), ("sentence", FreeBitsPer.Sentence));

    private readonly Option<double?> _minimumRate = Flags.Number(
        "--minimum-rate", "minimum-rate: the least kl in nats a sentence, above 0");

    /// <summary>The flags in the order of the help.</summary>
    public IEnumerable<Option> All => [_objective, _m, _beta, _anneal, _annealSteps, _freeBits, _per, _minimumRate];

    /// <summary>True where a flag names an objective.</summary>
    public bool IsNamed(ParseResult parse) => parse.GetValue(_objective) is not null;

    /// <summary>True where the objective is that of a language model, which has no code.</summary>
    public bool IsLanguageModel(ParseResult parse) => parse.GetValue(_objective) == Choice.LanguageModel;

    /// <summary>The objective by the flags; null where none is given.</summary>
    /// <exception cref="InputException">The flags do not belong together.</exception>
    public ObjectiveChoice? Of(ParseResult parse, Preset preset)
    {
        (double? m, double? beta) = (parse.GetValue(_m), parse.GetValue(_beta));
        (AnnealingCurve? curve, long? annealSteps) = (parse.GetValue(_anneal), parse.GetValue(_annealSteps));
        (double? freeBits, FreeBitsPer? per) = (parse.GetValue(_freeBits), parse.GetValue(_per));
        double? leastKl = parse.GetValue(_minimumRate);
        bool anneals = curve is not null || annealSteps is not null, frees = freeBits is not null || per is not null;
        Choice? implied = m is not null ? Choice.AutoGen
            : beta is not null ? Choice.BetaVae
            : anneals ? Choice.Annealed
            : frees ? Choice.FreeBits
            : leastKl is not null ? Choice.MinimumRate : null;
        Choice? asked = parse.GetValue(_objective) ?? implied;
        if (asked is null)
            return null;
        Refuse(m is not null && asked != Choice.AutoGen, "--m", "autogen");
        Refuse(beta is not null && asked != Choice.BetaVae, "--beta", "beta");
        Refuse(anneals && asked != Choice.Annealed, curve is not null ? "--anneal" : "--anneal-steps", "annealed");
        Refuse(frees && asked != Choice.FreeBits, freeBits is not null ? "--free-bits" : "--per", "free-bits");
        Refuse(leastKl is not null && asked != Choice.MinimumRate, "--minimum-rate", "minimum-rate");
        return asked switch
        {
            Choice.AutoGen => new(Objective.AutoGen(m ?? 1)),
            Choice.BetaVae => new(Objective.BetaVae(beta ?? throw Missing("beta", "the weight of kl", "--beta 0.5"))),
            Choice.Annealed => new(Objective.Annealed(curve ?? AnnealingCurve.Linear, annealSteps ?? preset.AnnealingSteps)),
            Choice.FreeBits => new(Objective.FreeBits(
                freeBits ?? throw Missing("free-bits", "the nats", "--free-bits 0.1"), per ?? FreeBitsPer.Dimension)),
            Choice.MinimumRate => new(Objective.MinimumRate(
                leastKl ?? throw Missing("minimum-rate", "the least kl", "--minimum-rate 5"))),
            Choice.Aggressive => new(Objective.Vae, UpdateOrder.AggressiveEncoder),
            _ => new(Objective.Vae),
        };
    }

    private static InputException Missing(string objective, string what, string example) =>
        new($"--objective {objective}: expected {what} too, for example {example}");

    private static void Refuse(bool wrong, string flag, string objective)
    {
        if (wrong)
            throw new InputException($"{flag} belongs to --objective {objective}; leave it out or choose that objective");
    }
}
