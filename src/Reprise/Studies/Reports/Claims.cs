using Reprise.Studies.Documents;
using Reprise.Studies.Judging;
using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>The paper's claims, each held against this study. Thresholds are stated with each.</summary>
internal static class Claims
{
    private const double Tracks = 0.1; // of the VAE's ELBO
    private const double Significant = 0.05;

    public static IReadOnlyList<Verdict> Of(IReadOnlyList<ReportRun> runs)
    {
        ReportRun? vae = Find(runs, "vae"), annealed = Find(runs, "vae-annealed"), one = Find(runs, "autogen-m1"), two = Find(runs, "autogen-m2");
        return
        [
            KlShareRises(vae, one, two),
            ElboTracks(vae, one),
            Preferred("Reconstructions of AutoGen (m = 1) are preferred to those of the VAE", one, vae),
            Preferred("Reconstructions of AutoGen (m = 1) are preferred to those of the annealed VAE", one, annealed),
            Preferred("Reconstructions of AutoGen (m = 2) are preferred to those of AutoGen (m = 1)", two, one),
            GeneratesWorse(one, two),
            InterpolatesMoreSmoothly(vae, one),
        ];
    }

    private static Verdict KlShareRises(ReportRun? vae, ReportRun? one, ReportRun? two)
    {
        const string Claim = "The share of KL in the objective rises from the VAE to m = 1 to m = 2";
        if ((vae, one, two) is not ({ } a, { } b, { } c))
            return NotTested(Claim);
        double[] shares = [.. new[] { a, b, c }.Select(run => run.Mean(j => run.Objective.KlShare(j.Evaluation.Nll, j.Evaluation.Kl))!.Value)];
        return new Verdict(Claim, shares[0] < shares[1] && shares[1] < shares[2] ? Support.Supported : Support.NotSupported, string.Join(", then ", shares.Select(share => Text.Percent(share))));
    }

    private static Verdict ElboTracks(ReportRun? vae, ReportRun? one)
    {
        string claim = $"The ELBO of AutoGen (m = 1) tracks that of the VAE, to within {Text.Percent(Tracks, 0)}";
        if ((vae, one) is not ({ } a, { } b))
            return NotTested(claim);
        (double plain, double autoGen) = (a.Mean(j => j.Evaluation.Elbo)!.Value, b.Mean(j => j.Evaluation.Elbo)!.Value);
        double less = (plain - autoGen) / Math.Abs(plain);
        return new Verdict(claim, less <= Tracks ? Support.Supported : Support.NotSupported, $"{Text.Number(autoGen)} against {Text.Number(plain)} nats: {Text.Percent(Math.Abs(less))} {(less > 0 ? "less" : "more")}");
    }

    private static Verdict Preferred(string claim, ReportRun? better, ReportRun? worse)
    {
        if ((better, worse) is not ({ First.Reconstructions.Count: > 0 } a, { First.Reconstructions.Count: > 0 } b))
            return NotTested(claim);
        Preference preference = Preference.Of(a.First.Reconstructions, b.First.Reconstructions, line => line.ChrF);
        Support support = preference.PValue >= Significant ? Support.Undecided : preference.First.Share > 0.5 ? Support.Supported : Support.NotSupported;
        return new Verdict(claim, support, $"closer by chrF in {Text.Share(preference.First)} of {Text.Count(preference.First.Total)} sentences, p {Text.PValue(preference.PValue)}");
    }

    private static Verdict GeneratesWorse(ReportRun? one, ReportRun? two)
    {
        const string Claim = "AutoGen (m = 2) generates worse than AutoGen (m = 1)";
        if ((one, two) is not ({ } a, { } b))
            return NotTested(Claim);
        SampleScores first = a.First.Judgement.Drawn, second = b.First.Judgement.Drawn;
        double p = Evaluation.Judges.ExactTests.Fisher(first.Natural.Count, first.Natural.Total, second.Natural.Count, second.Natural.Total);
        Support support = p >= Significant ? Support.Undecided : second.Natural.Share < first.Natural.Share ? Support.Supported : Support.NotSupported;
        return new Verdict(Claim, support, $"natural samples: {Text.Share(second.Natural)} against {Text.Share(first.Natural)}, p {Text.PValue(p)}");
    }

    private static Verdict InterpolatesMoreSmoothly(ReportRun? vae, ReportRun? one)
    {
        const string Claim = "AutoGen (m = 1) interpolates more smoothly than the VAE: neighbours on a path repeat each other less, and its largest jump is a smaller part of the way";
        if ((vae?.First.Judgement.Paths, one?.First.Judgement.Paths) is not ({ } plain, { } autoGen))
            return NotTested(Claim);
        bool fewer = autoGen.Repeated < plain.Repeated, smaller = autoGen.LargestJump is { } a && !(a >= plain.LargestJump);
        string jump = $"largest jump {Share(autoGen.LargestJump)} against {Share(plain.LargestJump)} of the way";
        return new Verdict(Claim, fewer && smaller ? Support.Supported : fewer || smaller ? Support.Undecided : Support.NotSupported, $"repeated {Share(autoGen.Repeated)} against {Share(plain.Repeated)}; {jump}");

        static string Share(double? share) => share is { } value ? Text.Percent(value) : "none";
    }

    private static Verdict NotTested(string claim) => new(claim, Support.NotTested, "a run that it would take is not in this study");

    private static ReportRun? Find(IReadOnlyList<ReportRun> runs, string name) => runs.FirstOrDefault(run => run.Run.Name == name && run.Objective.Kind != ObjectiveKind.LanguageModel);
}
