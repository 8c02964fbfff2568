using Reprise.Studies.Documents;
using Reprise.Studies.Statistics;
using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>The paper's claims, each tested by this study. Thresholds are stated with each.</summary>
internal static class Claims
{
    /// <summary>The p below which a difference is significant.</summary>
    public const double Significant = 0.05;

    private const double Tracks = 0.1; // of the VAE's ELBO

    /// <param name="steps">Steps of each run.</param>
    public static IReadOnlyList<Verdict> Of(IReadOnlyList<ReportRun> runs, long steps)
    {
        ReportRun? vae = OfM(0), one = OfM(1), two = OfM(2);
        ReportRun? annealed = runs.FirstOrDefault(run =>
            run.Objective is { Kind: ObjectiveKind.Annealed, Curve: not AnnealingCurve.Cyclical });
        return
        [
            KlShareRises(vae, one, two),
            ElboTracks(vae, one),
            Preferred("Reconstructions of AutoGen (m = 1) are preferred to those of the VAE", one, vae),
            PreferredToAnnealed(one, annealed, steps),
            Preferred("Reconstructions of AutoGen (m = 2) are preferred to those of AutoGen (m = 1)", two, one),
            GeneratesWorse(one, two),
            InterpolatesMoreSmoothly(vae, one),
        ];

        ReportRun? OfM(double m) => runs.FirstOrDefault(run => run.M == m);
    }

    private static Verdict KlShareRises(ReportRun? vae, ReportRun? one, ReportRun? two)
    {
        const string Claim = "The share of KL in the objective rises from the VAE to m = 1 to m = 2";
        if ((vae, one, two) is not ({ } a, { } b, { } c))
            return NotTested(Claim);
        double[] shares = [.. new[] { a, b, c }.Select(run =>
            run.Mean(j => run.Objective.KlShare(j.Evaluation.Nll, j.Evaluation.Kl))!.Value)];
        Support support = shares[0] < shares[1] && shares[1] < shares[2] ? Support.Supported : Support.NotSupported;
        return new Verdict(Claim, support, string.Join(", then ", shares.Select(share => ReportText.Percent(share))));
    }

    private static Verdict ElboTracks(ReportRun? vae, ReportRun? one)
    {
        string claim = $"The ELBO of AutoGen (m = 1) tracks that of the VAE, to within {ReportText.Percent(Tracks, 0)}";
        if ((vae, one) is not ({ } a, { } b))
            return NotTested(claim);
        (double plain, double autoGen) = (a.Mean(j => j.Evaluation.Elbo)!.Value, b.Mean(j => j.Evaluation.Elbo)!.Value);
        double less = (plain - autoGen) / Math.Abs(plain);
        return new Verdict(
            claim, less <= Tracks ? Support.Supported : Support.NotSupported,
            $"{ReportText.Number(autoGen)} against {ReportText.Number(plain)} nats: {ReportText.Percent(Math.Abs(less))} "
                + $"{(less > 0 ? "less" : "more")}");
    }

    private static Verdict Preferred(string claim, ReportRun? better, ReportRun? worse)
    {
        if ((better, worse) is not ({ First.Reconstructions.Count: > 0 } a, { First.Reconstructions.Count: > 0 } b))
            return NotTested(claim);
        Preference preference = Preference.Of(a, b, line => line.ChrF);
        Support support = preference.PValue >= Significant
            ? Support.Undecided
            : preference.First.Share > 0.5 ? Support.Supported : Support.NotSupported;
        return new Verdict(claim, support, $"closer by chrF in {ReportText.Share(preference.First)} of "
            + $"{ReportText.Count(preference.First.Total)} sentences, p {ReportText.PValue(preference.PValue)}");
    }

    private static Verdict PreferredToAnnealed(ReportRun? one, ReportRun? annealed, long steps)
    {
        const string Claim = "Reconstructions of AutoGen (m = 1) are preferred to those of the annealed VAE";
        return annealed is null || steps >= annealed.Objective.AnnealingSteps
            ? Preferred(Claim, one, annealed)
            : new Verdict(
                Claim, Support.NotTested,
                $"annealing over {ReportText.Count(annealed.Objective.AnnealingSteps)} steps had not ended: "
                + FormattableString.Invariant($"after {ReportText.Count(steps)} KL weighed {annealed.Objective.At(steps).Kl:0.###}"));
    }

    private static Verdict GeneratesWorse(ReportRun? one, ReportRun? two)
    {
        const string Claim = "AutoGen (m = 2) generates worse than AutoGen (m = 1)";
        if ((one, two) is not ({ } a, { } b))
            return NotTested(Claim);
        Proportion first = a.Pooled(j => j.Drawn.Natural), second = b.Pooled(j => j.Drawn.Natural);
        double p = ExactTests.Fisher(first.Count, first.Total, second.Count, second.Total);
        Support support = p >= Significant ? Support.Undecided : second.Share < first.Share ? Support.Supported : Support.NotSupported;
        return new Verdict(Claim, support, $"natural samples, words drawn: {ReportText.Share(second)} against "
            + $"{ReportText.Share(first)}, p {ReportText.PValue(p)}");
    }

    private static Verdict InterpolatesMoreSmoothly(ReportRun? vae, ReportRun? one)
    {
        const string Claim = "AutoGen (m = 1) interpolates more smoothly than the VAE: neighbours on a path repeat each other less, and "
            + "its largest jump is a smaller part of the way";
        if ((vae, one) is not ({ First.Scores.Paths: not null } plain, { First.Scores.Paths: not null } autoGen))
            return NotTested(Claim);
        (double? plainRepeated, double? repeated) = (plain.Mean(j => j.Paths!.Repeated), autoGen.Mean(j => j.Paths!.Repeated));
        (double? plainJump, double? jump) = (plain.Mean(j => j.Paths!.LargestJump), autoGen.Mean(j => j.Paths!.LargestJump));
        bool fewer = repeated < plainRepeated, smaller = jump is { } a && !(a >= plainJump);
        Support support = fewer && smaller ? Support.Supported : fewer || smaller ? Support.Undecided : Support.NotSupported;
        return new Verdict(Claim, support, $"repeated {Share(repeated)} against {Share(plainRepeated)}; largest jump {Share(jump)} "
            + $"against {Share(plainJump)} of the way");

        static string Share(double? share) => share is { } value ? ReportText.Percent(value) : "none";
    }

    private static Verdict NotTested(string claim) => new(claim, Support.NotTested, "a run that it would take is not in this study");
}
