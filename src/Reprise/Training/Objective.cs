using System.Text.Json.Nodes;
using Reprise.Model;

namespace Reprise.Training;

/// <summary>The kind of an objective: an ELBO with a weight on its reconstruction or on its KL, or with a part of its KL free.</summary>
public enum ObjectiveKind
{
    /// <summary>nll + kl (Kingma &amp; Welling 2014).</summary>
    Vae,

    /// <summary>(1 + m) nll + kl (Mansbridge et al. 2019, Eq. 10).</summary>
    AutoGen,

    /// <summary>nll + beta · kl (Higgins et al. 2017).</summary>
    BetaVae,

    /// <summary>nll + w(step) · kl, w rising from 0 to 1 (Bowman et al. 2016).</summary>
    Annealed,

    /// <summary>nll + kl, of which a part is not counted (Kingma et al. 2016).</summary>
    FreeBits,

    /// <summary>nll + kl + u (R - kl), u from 0 on moved so that kl is at least R (Pelsmaeker &amp; Aziz 2020).</summary>
    MinimumRate,
}

/// <summary>
/// The objective of a run: the weights of each step (<see cref="At"/>), and one number <see cref="M"/>, the number of additional
/// faithful reconstructions of each sentence beside one spontaneous generation.
/// </summary>
public sealed record Objective
{
    private Objective()
    {
    }

    /// <summary>The evidence lower bound itself: m = 0.</summary>
    public static Objective Vae { get; } = new() { Kind = ObjectiveKind.Vae };

    /// <summary>The kind.</summary>
    public ObjectiveKind Kind { get; private init; }

    /// <summary>
    /// m: the given one for AutoGen, 1/beta - 1 for a beta-VAE; 0 for the others, and under annealing, where m falls from infinity
    /// to this. Above -1.
    /// </summary>
    public double M { get; private init; }

    /// <summary>The weight of kl in a beta-VAE; 1 otherwise.</summary>
    public double Beta { get; private init; } = 1;

    /// <summary>The curve of w under annealing.</summary>
    public AnnealingCurve Curve { get; private init; }

    /// <summary>Steps until w is 1 for good, under annealing.</summary>
    public long AnnealingSteps { get; private init; }

    /// <summary>The part of kl that is not counted; zero except for free bits.</summary>
    public Model.FreeBits Free { get; private init; }

    /// <summary>R, the least kl in nats a sentence, of a minimum rate; 0 for the others.</summary>
    public double LeastKl { get; private init; }

    /// <summary>The name in reports, for example "AutoGen (m = 1)".</summary>
    public string Name => Kind switch
    {
        ObjectiveKind.Vae => "VAE",
        ObjectiveKind.AutoGen => FormattableString.Invariant($"AutoGen (m = {M})"),
        ObjectiveKind.BetaVae => FormattableString.Invariant($"beta-VAE (beta = {Beta})"),
        ObjectiveKind.FreeBits => FormattableString.Invariant($"VAE, free bits ({Free.Nats} nats a {Lower(Free.Per)})"),
        ObjectiveKind.MinimumRate => FormattableString.Invariant($"VAE, minimum rate ({LeastKl} nats)"),
        _ => FormattableString.Invariant($"VAE, KL annealed ({Lower(Curve)}, {AnnealingSteps} steps)"),
    };

    /// <summary>
    /// The name with the order of updates, a start as an autoencoder and normalised means, or of a model without a code.
    /// </summary>
    internal string NameWith(UpdateOrder updates, bool hasCode, long autoencoderSteps = 0, double meanNormalization = 0)
    {
        if (!hasCode)
            return "language model";
        string name = Name;
        if (updates == UpdateOrder.AggressiveEncoder)
            name += ", aggressive encoder";
        if (autoencoderSteps > 0)
            name += $", autoencoder start ({autoencoderSteps} steps)";
        if (meanNormalization > 0)
            name += FormattableString.Invariant($", batch-normalised means ({meanNormalization})");
        return name;
    }

    /// <summary>AutoGen with m additional reconstructions; any real m above -1.</summary>
    /// <exception cref="InputException">m is not a number above -1.</exception>
    public static Objective AutoGen(double m) => double.IsFinite(m) && m > -1
        ? new() { Kind = ObjectiveKind.AutoGen, M = m }
        : throw new InputException(FormattableString.Invariant($"m is {m}; expected a number above -1: 0 is the VAE, ")
            + "1 adds one reconstruction, -1 would remove all");

    /// <summary>A VAE with kl weighted by <paramref name="beta"/>, whose gradient is parallel to AutoGen's with m = 1/beta - 1.</summary>
    /// <exception cref="InputException">beta is not a number above 0.</exception>
    public static Objective BetaVae(double beta) => double.IsFinite(beta) && beta > 0 && double.IsFinite(1 / beta)
        ? new() { Kind = ObjectiveKind.BetaVae, Beta = beta, M = (1 / beta) - 1 }
        : throw new InputException(FormattableString.Invariant($"beta is {beta}; expected a number above 0: 1 is the VAE"));

    /// <summary>A VAE whose kl is annealed over <paramref name="steps"/> steps.</summary>
    /// <exception cref="InputException">The steps are below 1.</exception>
    public static Objective Annealed(AnnealingCurve curve, long steps) => steps >= 1 && Enum.IsDefined(curve)
        ? new() { Kind = ObjectiveKind.Annealed, Curve = curve, AnnealingSteps = steps }
        : throw new InputException($"annealing is {curve} over {steps} steps; expected linear, sigmoid or cyclical over at least 1 step");

    /// <summary>A VAE that does not count a part of its kl, so that giving that part up gains nothing.</summary>
    /// <param name="nats">Nats a dimension or a sentence; above 0.</param>
    /// <exception cref="InputException">The nats are not a number above 0.</exception>
    public static Objective FreeBits(double nats, FreeBitsPer per = FreeBitsPer.Dimension) =>
        nats > 0 && double.IsFinite(nats) && Enum.IsDefined(per)
            ? new() { Kind = ObjectiveKind.FreeBits, Free = new Model.FreeBits(nats, per) }
            : throw new InputException(FormattableString.Invariant($"free bits are {nats} nats a {Lower(per)}; ")
                + "expected a number above 0, a dimension or a sentence");

    /// <summary>
    /// A VAE whose kl is to be at least <paramref name="nats"/>, by a Lagrange multiplier u: nll + kl + u (R - kl). Training moves u by the
    /// gradient R - kl of the dual problem, between 0 and 0.99; kl has the weight 1 - u, so that m is u / (1 - u).
    /// </summary>
    /// <param name="nats">R, nats a sentence, a mean over sentences; above 0.</param>
    /// <exception cref="InputException">The nats are not a number above 0.</exception>
    public static Objective MinimumRate(double nats) => nats > 0 && double.IsFinite(nats)
        ? new() { Kind = ObjectiveKind.MinimumRate, LeastKl = nats }
        : throw new InputException(FormattableString.Invariant($"the minimum rate is {nats}; expected nats a sentence, above 0"));

    /// <summary>The weights of the step after <paramref name="step"/> finished ones; of a minimum rate, those of u = 0.</summary>
    public ObjectiveWeights At(long step) => Kind switch
    {
        ObjectiveKind.AutoGen => ObjectiveWeights.AutoGen(M),
        ObjectiveKind.BetaVae => new ObjectiveWeights(1, Beta),
        ObjectiveKind.Annealed => new ObjectiveWeights(1, Annealing.Weight(Curve, step, AnnealingSteps)),
        ObjectiveKind.FreeBits => ObjectiveWeights.Vae with { Free = Free },
        _ => ObjectiveWeights.Vae,
    };

    /// <summary>
    /// The share of kl in the objective, kl / ((1 + m) nll + kl), as in the paper's Fig. 2, without the weight of annealing.
    /// </summary>
    /// <param name="nll">Nats per sentence.</param>
    /// <param name="kl">Nats per sentence.</param>
    public double KlShare(double nll, double kl)
    {
        double whole = ((1 + M) * nll) + kl;
        return whole == 0 ? 0 : kl / whole;
    }

    /// <summary>The JSON under <c>"objective"</c> in config.json.</summary>
    internal JsonObject ToJson() => Kind switch
    {
        ObjectiveKind.Vae => new JsonObject { ["kind"] = "vae", ["m"] = 0.0 },
        ObjectiveKind.AutoGen => new JsonObject { ["kind"] = "autogen", ["m"] = M },
        ObjectiveKind.BetaVae => new JsonObject { ["kind"] = "beta", ["beta"] = Beta, ["m"] = M },
        ObjectiveKind.FreeBits => new JsonObject { ["kind"] = "free-bits", ["nats"] = Free.Nats, ["per"] = Lower(Free.Per), ["m"] = 0.0 },
        ObjectiveKind.MinimumRate => new JsonObject { ["kind"] = "minimum-rate", ["nats"] = LeastKl, ["m"] = 0.0 },
        _ => new JsonObject { ["kind"] = "annealed", ["curve"] = Lower(Curve), ["steps"] = AnnealingSteps, ["m"] = 0.0 },
    };

    /// <summary>The objective that <see cref="ToJson"/> wrote.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="InputException">The JSON is no objective.</exception>
    internal static Objective FromJson(JsonObject json, string where)
    {
        try
        {
            string? kind = (string?)json["kind"];
            return kind switch
            {
                "vae" => Vae,
                "autogen" => AutoGen((double)json["m"]!),
                "beta" => BetaVae((double)json["beta"]!),
                "annealed" => Annealed(Enum.Parse<AnnealingCurve>((string)json["curve"]!, ignoreCase: true), (long)json["steps"]!),
                "free-bits" => FreeBits((double)json["nats"]!, Enum.Parse<FreeBitsPer>((string)json["per"]!, ignoreCase: true)),
                "minimum-rate" => MinimumRate((double)json["nats"]!),
                _ => throw new InputException(
                    $"objective.kind is \"{kind}\"; expected vae, autogen, beta, annealed, free-bits or minimum-rate"),
            };
        }
        catch (InputException e)
        {
            throw new InputException($"{where}: {e.Message}", e);
        }
        catch (Exception e) when (
            e is ArgumentException or InvalidOperationException or FormatException or NullReferenceException or OverflowException)
        {
            string example = AutoGen(1).ToJson().ToJsonString();
            throw new InputException($"{where}: \"objective\" is {json.ToJsonString()}; expected for example {example}", e);
        }
    }

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();
}
