using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of what is minimised.</summary>
internal sealed class ObjectiveFlags
{
    private readonly Option<ObjectiveKind?> _objective = Flags.Choice(
        "--objective", "What is minimised (autogen)", ("vae", ObjectiveKind.Vae), ("autogen", ObjectiveKind.AutoGen), ("beta", ObjectiveKind.BetaVae), ("annealed", ObjectiveKind.Annealed),
        ("free-bits", ObjectiveKind.FreeBits), ("aggressive", ObjectiveKind.Aggressive), ("language-model", ObjectiveKind.LanguageModel));
    private readonly Option<double?> _m = Flags.Number("--m", "autogen: additional faithful reconstructions, any number above -1 (1)");
    private readonly Option<double?> _beta = Flags.Number("--beta", "beta: the weight of kl, above 0");
    private readonly Option<AnnealingCurve?> _anneal = Flags.Choice(
        "--anneal", "annealed: how the weight of kl rises (linear)", ("linear", AnnealingCurve.Linear), ("sigmoid", AnnealingCurve.Sigmoid), ("cyclical", AnnealingCurve.Cyclical));
    private readonly Option<long?> _annealSteps = Flags.Long("--anneal-steps", "annealed: steps until the weight of kl is 1");
    private readonly Option<double?> _freeBits = Flags.Number("--free-bits", "free-bits: nats of kl that cost nothing, above 0");
    private readonly Option<FreeBitsPer?> _per = Flags.Choice("--per", "free-bits: whose they are (dimension)", ("dimension", FreeBitsPer.Dimension), ("sentence", FreeBitsPer.Sentence));

    /// <summary>In the order in which help shows them.</summary>
    public IEnumerable<Option> All => [_objective, _m, _beta, _anneal, _annealSteps, _freeBits, _per];

    /// <summary>The objective that the flags name, or that of a run that is resumed, or the preset's.</summary>
    /// <exception cref="InputException">The flags do not belong together.</exception>
    public Objective ObjectiveOf(ParseResult parse, Preset preset, Objective? resumed)
    {
        (double? m, double? beta) = (parse.GetValue(_m), parse.GetValue(_beta));
        (AnnealingCurve? curve, long? annealSteps) = (parse.GetValue(_anneal), parse.GetValue(_annealSteps));
        (double? freeBits, FreeBitsPer? per) = (parse.GetValue(_freeBits), parse.GetValue(_per));
        bool anneals = curve is not null || annealSteps is not null;
        ObjectiveKind? asked = parse.GetValue(_objective)
            ?? (m is not null ? ObjectiveKind.AutoGen : beta is not null ? ObjectiveKind.BetaVae : anneals ? ObjectiveKind.Annealed : freeBits is not null || per is not null ? ObjectiveKind.FreeBits : null);
        if (asked is null)
            return resumed ?? preset.Training.Objective;
        Refuse(m is not null && asked != ObjectiveKind.AutoGen, "--m", "autogen");
        Refuse(beta is not null && asked != ObjectiveKind.BetaVae, "--beta", "beta");
        Refuse(anneals && asked != ObjectiveKind.Annealed, curve is not null ? "--anneal" : "--anneal-steps", "annealed");
        Refuse((freeBits is not null || per is not null) && asked != ObjectiveKind.FreeBits, freeBits is not null ? "--free-bits" : "--per", "free-bits");
        return asked switch
        {
            ObjectiveKind.AutoGen => Objective.AutoGen(m ?? 1),
            ObjectiveKind.BetaVae => Objective.BetaVae(beta ?? throw new InputException("--objective beta: expected its weight too, for example --beta 0.5")),
            ObjectiveKind.Annealed => Objective.Annealed(curve ?? AnnealingCurve.Linear, annealSteps ?? preset.AnnealingSteps),
            ObjectiveKind.FreeBits => Objective.FreeBits(freeBits ?? throw new InputException("--objective free-bits: expected the nats too, for example --free-bits 0.1"), per ?? FreeBitsPer.Dimension),
            ObjectiveKind.Aggressive => Objective.Aggressive,
            ObjectiveKind.LanguageModel => Objective.LanguageModel,
            _ => Objective.Vae,
        };
    }

    private static void Refuse(bool wrong, string flag, string objective)
    {
        if (wrong)
            throw new InputException($"{flag} belongs to --objective {objective}; leave it out or choose that objective");
    }
}
