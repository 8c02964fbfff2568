using System.Globalization;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Studies;

/// <summary>One run of a study: the settings in which it differs from the others.</summary>
/// <param name="Name">The name of its folder: lower-case letters, digits, '-', '_' and '.'.</param>
/// <param name="Title">The name in reports.</param>
/// <param name="Objective">The objective that it minimises.</param>
/// <param name="Seed">The seed of first weights, batches, noise and dropped words.</param>
public sealed record StudyRun(string Name, string Title, Objective Objective, ulong Seed)
{
    private const string MPrefix = "autogen-m", BetaPrefix = "beta-vae-";
    private const string AutoencoderPrefix = "autoencoder-start-", NormalizedPrefix = "bn-vae-";
    private const int AutoencoderPart = 5, KlWarmUpPart = 10; // of the steps: a fifth and a tenth
    private const string FreeSentencePrefix = "free-bits-sentence-", FreePrefix = "free-bits-";
    private const string RatePrefix = "minimum-rate-", KlPrefix = "target-kl-", AccuracyPrefix = "target-accuracy-";

    /// <summary>The order in which encoder and decoder are updated.</summary>
    public UpdateOrder Updates { get; init; }

    /// <summary>Steps as an autoencoder (<see cref="TrainingOptions.AutoencoderSteps"/>); null for those of the study.</summary>
    public long? AutoencoderSteps { get; init; }

    /// <summary>Steps of the warm-up of kl (<see cref="TrainingOptions.KlWarmUpSteps"/>); null for those of the study.</summary>
    public long? KlWarmUpSteps { get; init; }

    /// <summary>γ of normalised means (<see cref="ModelOptions.MeanNormalization"/>); null for that of the study.</summary>
    public double? MeanNormalization { get; init; }

    /// <summary>The kl that m is moved to (<see cref="TrainingOptions.TargetKl"/>); null for none.</summary>
    public double? TargetKl { get; init; }

    /// <summary>The share of words that m is moved to (<see cref="TrainingOptions.TargetAccuracy"/>); null for none.</summary>
    public double? TargetAccuracy { get; init; }

    /// <summary>False for a language model: the study's model without its code.</summary>
    public bool HasCode { get; init; } = true;

    /// <summary>The objective with what the run has of its own beside it, or "language model".</summary>
    public string ObjectiveName => TargetKl is { } kl ? FormattableString.Invariant($"AutoGen, m moved to kl {kl}")
        : TargetAccuracy is { } accuracy ? FormattableString.Invariant($"AutoGen, m moved to {100 * accuracy:0.#} % of the words")
        : Objective.NameWith(Updates, HasCode, AutoencoderSteps ?? 0, MeanNormalization ?? 0);

    /// <summary>The name of the run that this one repeats with another seed; its own where it repeats none.</summary>
    public string Repeats { get; init; } = Name;

    /// <summary>The m of a model with a code, trained jointly by the VAE's or AutoGen's objective; null for the other baselines.</summary>
    internal double? M => HasCode && Updates == UpdateOrder.Joint && AutoencoderSteps is null && KlWarmUpSteps is null
        && MeanNormalization is null && TargetKl is null && TargetAccuracy is null
        && Objective.Kind is ObjectiveKind.Vae or ObjectiveKind.AutoGen
        ? Objective.M
        : null;

    /// <summary>The run of an m: AutoGen, or the VAE for 0.</summary>
    /// <exception cref="InputException">m is not a number above -1.</exception>
    public static StudyRun OfM(double m, ulong seed = 1) => m == 0
        ? new StudyRun("vae", "VAE", Objective.Vae, seed)
        : new StudyRun(FormattableString.Invariant($"{MPrefix}{m}"), Objective.AutoGen(m).Name, Objective.AutoGen(m), seed);

    /// <summary>A run by its usual name: vae, vae-annealed, vae-cyclical, autogen-m2, beta-vae-0.5, free-bits-0.1 (a
    /// dimension), free-bits-sentence-4, minimum-rate-5, target-kl-12, target-accuracy-0.6, aggressive, autoencoder-start-0.25, bn-vae-0.6,
    /// language-model.</summary>
    /// <remarks>
    /// The number behind autoencoder-start (Li et al. 2019) is that of free bits a dimension; 0.25 is theirs, 8 nats over 32. They train
    /// the autoencoder until its loss falls no more, and then warm kl up over 10 epochs. Here, where all runs have the same steps, a fifth
    /// of them are those of the autoencoder, and the next tenth those of the warm-up. The number behind bn-vae (Zhu et al. 2020) is γ.
    /// </remarks>
    /// <param name="preset">The preset, for the steps of linear annealing.</param>
    /// <param name="steps">Steps of the whole run, for cyclical annealing (Fu et al. 2019) and autoencoders; null for the preset's.</param>
    /// <exception cref="InputException">The name is none of these.</exception>
    public static StudyRun Named(string name, Preset preset, ulong seed = 1, long? steps = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(preset);
        if (NumberAfter(MPrefix, name) is { } m)
            return OfM(m, seed);
        if (NumberAfter(BetaPrefix, name) is { } beta)
            return new StudyRun(FormattableString.Invariant($"{BetaPrefix}{beta}"),
                Objective.BetaVae(beta).Name, Objective.BetaVae(beta), seed);
        if (NumberAfter(FreeSentencePrefix, name) is { } ofSentence)
            return OfFreeBits(FreeSentencePrefix, ofSentence, FreeBitsPer.Sentence, seed);
        if (NumberAfter(FreePrefix, name) is { } ofDimension)
            return OfFreeBits(FreePrefix, ofDimension, FreeBitsPer.Dimension, seed);
        if (NumberAfter(RatePrefix, name) is { } nats)
            return OfMinimumRate(nats, seed);
        if (NumberAfter(KlPrefix, name) is { } kl)
            return OfTarget(FormattableString.Invariant($"{KlPrefix}{kl}"), seed, kl, accuracy: null);
        if (NumberAfter(AccuracyPrefix, name) is { } accuracy)
            return OfTarget(FormattableString.Invariant($"{AccuracyPrefix}{accuracy}"), seed, kl: null, accuracy);
        if (NumberAfter(AutoencoderPrefix, name) is { } ofStart)
            return OfAutoencoder(ofStart, steps ?? preset.StudySteps, seed);
        if (NumberAfter(NormalizedPrefix, name) is { } gamma)
            return OfNormalizedMeans(gamma, seed);
        return name switch
        {
            "vae" => OfM(0, seed),
            "vae-annealed" =>
                new StudyRun(name, "VAE, KL annealed", Objective.Annealed(AnnealingCurve.Linear, preset.AnnealingSteps), seed),
            "vae-cyclical" => new StudyRun(name, "VAE, KL annealed in cycles",
                Objective.Annealed(AnnealingCurve.Cyclical, steps ?? preset.StudySteps), seed),
            "aggressive" => Baseline(name, seed, UpdateOrder.AggressiveEncoder, hasCode: true),
            "language-model" => Baseline(name, seed, UpdateOrder.Joint, hasCode: false),
            _ => throw new InputException($"run \"{name}\" is unknown; expected vae, vae-annealed, vae-cyclical, aggressive, "
                + $"language-model, or {MPrefix}, {BetaPrefix}, {FreePrefix}, {FreeSentencePrefix}, {RatePrefix}, "
                + $"{KlPrefix}, {AccuracyPrefix}, {AutoencoderPrefix} or {NormalizedPrefix} with a number, for example {MPrefix}2"),
        };
    }

    /// <summary>
    /// The four models of the paper (Mansbridge et al. 2019, section 3): VAE, VAE with annealing, AutoGen with m = 1 and m = 2.
    /// </summary>
    public static IReadOnlyList<StudyRun> OfPaper(Preset preset, ulong seed = 1) =>
        [OfM(0, seed), Named("vae-annealed", preset, seed), OfM(1, seed), OfM(2, seed)];

    internal StudyRun Repeated(ulong seed) =>
        seed == Seed ? this : this with { Name = FormattableString.Invariant($"{Name}-seed{seed}"), Seed = seed, Repeats = Name };

    private static StudyRun Baseline(string name, ulong seed, UpdateOrder updates, bool hasCode) =>
        new(name, Objective.Vae.NameWith(updates, hasCode), Objective.Vae, seed) { Updates = updates, HasCode = hasCode };

    private static StudyRun OfFreeBits(string prefix, double nats, FreeBitsPer per, ulong seed)
    {
        Objective objective = Objective.FreeBits(nats, per);
        return new StudyRun(FormattableString.Invariant($"{prefix}{nats}"), objective.Name, objective, seed);
    }

    private static StudyRun OfMinimumRate(double nats, ulong seed)
    {
        Objective objective = Objective.MinimumRate(nats);
        return new StudyRun(FormattableString.Invariant($"{RatePrefix}{nats}"), objective.Name, objective, seed);
    }

    private static StudyRun OfTarget(string name, ulong seed, double? kl, double? accuracy)
    {
        StudyRun run = new(name, "", Objective.AutoGen(1), seed) { TargetKl = kl, TargetAccuracy = accuracy };
        return run with { Title = run.ObjectiveName };
    }

    private static StudyRun OfAutoencoder(double nats, long steps, ulong seed)
    {
        Objective objective = Objective.FreeBits(nats);
        long start = Math.Max(1, steps / AutoencoderPart);
        return new StudyRun(
            FormattableString.Invariant($"{AutoencoderPrefix}{nats}"),
            objective.NameWith(UpdateOrder.Joint, hasCode: true, start), objective, seed)
        {
            AutoencoderSteps = start,
            KlWarmUpSteps = steps / KlWarmUpPart,
        };
    }

    private static StudyRun OfNormalizedMeans(double gamma, ulong seed)
    {
        if (!(gamma > 0 && double.IsFinite(gamma)))
            throw new InputException(FormattableString.Invariant($"{NormalizedPrefix}{gamma}: expected a number above 0, 0.6 for example"));
        string name = FormattableString.Invariant($"{NormalizedPrefix}{gamma}");
        return new StudyRun(
            name, Objective.Vae.NameWith(UpdateOrder.Joint, hasCode: true, meanNormalization: gamma), Objective.Vae, seed)
        {
            MeanNormalization = gamma,
        };
    }

    private static double? NumberAfter(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && double.TryParse(name.AsSpan(prefix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : null;
}
