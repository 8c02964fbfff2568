using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Statistics;
using Reprise.Training;

namespace Reprise.Studies.Reports;

/// <summary>The paper's claims, each tested by this study over its seeds.</summary>
/// <param name="runs">The objectives of the study.</param>
/// <param name="options">The list of claims and their margins, fixed before training.</param>
/// <param name="steps">Steps of each run.</param>
/// <param name="resampling">The seed of the bootstrap.</param>
internal sealed class Claims(IReadOnlyList<ReportRun> runs, ClaimOptions options, long steps, ulong resampling)
{
    private const string Vae = "VAE", Annealed = "annealed VAE", One = "m = 1", Two = "m = 2";
    private const string BySearch = "by beam search", ByDrawing = "by drawing words";
    private const string NoItem = "the quantity is not defined for one of the models";
    private const int Quarters = 4;

    private readonly ReportRun? _vae = OfM(runs, 0), _one = OfM(runs, 1), _two = OfM(runs, 2);

    private readonly ReportRun? _annealed =
        runs.FirstOrDefault(run => run.Objective is { Kind: ObjectiveKind.Annealed, Curve: not AnnealingCurve.Cyclical });

    // A log of perplexities a token: the margin in nats a token.
    private double Nats => Math.Log(1 + options.PerplexityMargin);

    /// <summary>The claims of the list in their order.</summary>
    public IReadOnlyList<TestedClaim> Test() => [.. options.List.Select(Test)];

    /// <summary>
    /// The verdicts: decided where p, adjusted by Holm (1979) over the claims whose runs the study has, is at most the significance.
    /// </summary>
    public static IReadOnlyList<Verdict> Decide(IReadOnlyList<TestedClaim> claims, double significance)
    {
        TestedClaim[] present = [.. claims.Where(claim => claim.Comparisons.Count > 0)];
        double[] adjusted = Holm.Adjust([.. present.Select(claim => claim.Evidence?.P ?? 1)]);
        return [.. claims.Select(VerdictOf)];

        Verdict VerdictOf(TestedClaim claim)
        {
            string numbers = string.Join("; ", claim.Comparisons.Select(comparison => $"{comparison.Name}: {comparison.Text}"));
            if (claim.Evidence is not { } evidence)
                return new Verdict(claim.Text, Support.NotTested, numbers.Length == 0 ? claim.Reason : $"{claim.Reason}; {numbers}");
            double p = adjusted[Array.IndexOf(present, claim)];
            Support support = p > significance ? Support.Undecided
                : evidence.For < evidence.Against ? Support.Supported : Support.NotSupported;
            return new Verdict(claim.Text, support, $"{numbers}; p {ReportText.PValue(evidence.P)}, {ReportText.PValue(p)} by Holm");
        }
    }

    private static ReportRun? OfM(IReadOnlyList<ReportRun> runs, double m) => runs.FirstOrDefault(run => run.M == m);

    private TestedClaim Test(string name) => name switch
    {
        ClaimOptions.ShareRises => ShareRises(),
        ClaimOptions.ElboTracks => ElboTracks(),
        ClaimOptions.OnlyElboOfTwoFalls => OnlyElboOfTwoFalls(),
        ClaimOptions.AnnealedReconstructsBetter => Reconstructs(_annealed, Annealed, _vae, Vae),
        ClaimOptions.OneReconstructsBetter => Reconstructs(_one, One, _annealed, Annealed),
        ClaimOptions.TwoReconstructsBetter => Reconstructs(_two, Two, _one, One),
        ClaimOptions.TwoGeneratesWorse + ClaimOptions.Searched => GeneratesWorse(BySearch, run => run.Searched),
        ClaimOptions.TwoGeneratesWorse + ClaimOptions.Drawn => GeneratesWorse(ByDrawing, run => run.Drawn),
        ClaimOptions.AnnealedGeneratesBetter + ClaimOptions.Searched => AnnealedGenerates(BySearch, run => run.Searched),
        ClaimOptions.AnnealedGeneratesBetter + ClaimOptions.Drawn => AnnealedGenerates(ByDrawing, run => run.Drawn),
        ClaimOptions.OneInterpolatesMoreSmoothly => InterpolatesMoreSmoothly(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private TestedClaim ShareRises()
    {
        const string Text = "The share of KL in the objective rises from the VAE to AutoGen (m = 1) to AutoGen (m = 2)";
        (RunPair? low, RunPair? high) = (Pair(_one, _vae), Pair(_two, _one));
        return Claim(
            Text,
            [
                Points($"KL share, {One} − {Vae}", low?.KlShare(), values => Evidence.Above(values, 0)),
                Points($"KL share, {Two} − {One}", high?.KlShare(), values => Evidence.Above(values, 0)),
                Number($"KL in nats, {One} − {Vae}", low?.Crossed(Kl), "0.00"),
                Number($"KL in nats, {Two} − {One}", high?.Crossed(Kl), "0.00"),
            ],
            low, high);

        static ItemRatio Kl(MeasuredRun run) => ItemRatio.MeanOf(run.Bounds.Select(bound => bound.Kl));
    }

    private TestedClaim ElboTracks()
    {
        string text = "The ELBO of AutoGen (m = 1) tracks that of the VAE through training: at most "
            + $"{ReportText.Percent(options.PerplexityMargin, 0)} more perplexity in every quarter and at the end";
        RunPair? pair = Pair(_one, _vae);
        return Claim(
            text,
            [
                .. Enumerable.Range(0, Quarters).Select(quarter => Number(
                    $"ELBO in nats a token, {One} − {Vae}, quarter {quarter + 1}",
                    pair?.Nested(curve => CurveNumbers.MeanElbo(curve, steps * quarter / Quarters, steps * (quarter + 1) / Quarters)),
                    "0.000", values => Evidence.Above(values, -Nats))),
                Number($"ELBO in nats a token, {One} − {Vae}, at the end", pair?.Crossed(ElboPerToken), "0.000",
                    values => Evidence.Above(values, -Nats)),
            ],
            pair);

        static ItemRatio ElboPerToken(MeasuredRun run) => new(
            [.. run.Bounds.Select(bound => -(bound.Nll + bound.Kl))], [.. run.Bounds.Select(bound => (double)bound.Tokens)]);
    }

    private TestedClaim OnlyElboOfTwoFalls()
    {
        string text = "Over the second half of training the ELBO of AutoGen (m = 2) falls, that of AutoGen (m = 1) does not (by at most "
            + $"{ReportText.Percent(options.PerplexityMargin, 0)} of perplexity)";
        return Claim(
            text,
            [
                Number($"change of the ELBO in nats a token, {Two}", Change(_two), "0.000", values => Evidence.Below(values, 0)),
                Number($"change of the ELBO in nats a token, {One}", Change(_one), "0.000", values => Evidence.Above(values, -Nats)),
            ],
            Pair(_one, _two));

        PairedComparison? Change(ReportRun? run)
        {
            SeedRun[] seeds = [.. run?.Seeds ?? []];
            double[] changes = [.. seeds.Select(seed => CurveNumbers.ChangeOfElbo(seed.HeldOut, steps))];
            return changes.Length > 0 && changes.All(double.IsFinite)
                ? PairedComparison.Nested(changes) with { Seeds = [.. seeds.Select(seed => seed.Seed)] }
                : null;
        }
    }

    private TestedClaim Reconstructs(ReportRun? better, string betterName, ReportRun? worse, string worseName)
    {
        RunPair? pair = Pair(better, worse);
        return Claim(
            $"Reconstructions of {Title(betterName)} are preferred to those of {Title(worseName)}: closer to the input by chrF",
            [Points($"chrF, {betterName} − {worseName}", pair?.Crossed(ChrF), values => Evidence.Above(values, 0))],
            pair);

        static ItemRatio ChrF(MeasuredRun run) => ItemRatio.MeanOf(run.Reconstructions.Select(line => line.ChrF));
    }

    private TestedClaim GeneratesWorse(string how, Func<MeasuredRun, IReadOnlyList<MeasuredSample>> samples)
    {
        RunPair? pair = Pair(_two, _one);
        Comparison? natural = Points($"natural samples {how}, {Two} − {One}",
            pair?.Crossed(run => Naturals(samples(run), _ => true)), values => Evidence.Below(values, 0));
        return Claim(
            $"AutoGen (m = 2) generates worse than AutoGen (m = 1), {how}",
            [
                natural is null ? null : natural with
                {
                    SeedP = [.. pair!.Discordant(samples, sample => sample.Natural).Select(ExactTests.McNemar)],
                },
            ],
            pair);
    }

    private TestedClaim AnnealedGenerates(string how, Func<MeasuredRun, IReadOnlyList<MeasuredSample>> samples)
    {
        RunPair? pair = Pair(_annealed, _one);
        return Claim(
            $"The annealed VAE generates better than AutoGen (m = 1) at up to {CorpusMetrics.Short} words and as well at more (to within "
                + $"{ReportText.Number(100 * options.NaturalMargin, "0.#")} points), {how}",
            [
                Points($"natural short samples {how}, {Annealed} − {One}",
                    pair?.Crossed(run => Naturals(samples(run), words => words <= CorpusMetrics.Short)),
                    values => Evidence.Above(values, 0)),
                Points($"natural long samples {how}, {Annealed} − {One}",
                    pair?.Crossed(run => Naturals(samples(run), words => words > CorpusMetrics.Short)),
                    values => Evidence.Within(values, options.NaturalMargin)),
            ],
            pair);
    }

    private TestedClaim InterpolatesMoreSmoothly()
    {
        RunPair? pair = Pair(_one, _annealed);
        return Claim(
            "AutoGen (m = 1) interpolates more smoothly than the annealed VAE: neighbours on a path repeat each other less, and paths that "
                + "move are more even for their number of moves (of which the paper itself finds no definite result)",
            [
                Points($"neighbours that repeat, {One} − {Annealed}", pair?.Crossed(Repeated), values => Evidence.Below(values, 0)),
                Number($"unevenness of paths, {One} − {Annealed}", pair?.PathUnevenness(), "0.00", values => Evidence.Below(values, 0)),
            ],
            pair);

        static ItemRatio Repeated(MeasuredRun run) => new(
            [.. run.Paths.Select(path => (double)path.Changes.Count(change => change == 0))],
            [.. run.Paths.Select(path => (double)path.Changes.Count)]);
    }

    // Samples of the same codes: their lengths differ from model to model, and so may the samples of a kind.
    private static ItemRatio Naturals(IReadOnlyList<MeasuredSample> samples, Func<int, bool> isOfKind) =>
        ItemRatio.ShareOf(samples.Select(sample => (isOfKind(sample.Words), sample.Natural)));

    private static string Title(string name) => name.StartsWith('m') ? $"AutoGen ({name})" : $"the {name}";

    private RunPair? Pair(ReportRun? first, ReportRun? second) =>
        first is not null && second is not null ? new RunPair(first, second, resampling) : null;

    private static Comparison? Points(string name, PairedComparison? values, Func<PairedComparison, Evidence>? test = null) =>
        Compare(name + ", points", values, 100, "0.0", test);

    private static Comparison? Number(
        string name, PairedComparison? values, string format, Func<PairedComparison, Evidence>? test = null) =>
        Compare(name, values, 1, format, test);

    private static Comparison? Compare(
        string name, PairedComparison? values, double scale, string format, Func<PairedComparison, Evidence>? test) =>
        values is null ? null : new Comparison(name, values, scale, format)
        {
            Evidence = values.Error is null ? null : test?.Invoke(values),
        };

    /// <summary>Joins the comparisons of a claim: it is tested if all that it needs are there, for two seeds or more.</summary>
    private TestedClaim Claim(string text, IEnumerable<Comparison?> comparisons, params IReadOnlyList<RunPair?> pairs)
    {
        Comparison?[] all = [.. comparisons];
        Comparison[] found = [.. all.Where(comparison => comparison is not null).Select(comparison => comparison!)];
        string? reason = pairs.Any(pair => pair is not { Seeds: > 0 }) ? "a run that it would take is not in this study"
            : found.Length < all.Length ? NoItem
            : pairs.Any(pair => pair!.First == _annealed || pair.Second == _annealed) ? AnnealingProblem()
            : null;
        reason ??= pairs.Any(pair => pair!.Seeds < 2) ? "one seed: not tested" : null;
        return reason is null
            ? new TestedClaim(text, found, Evidence.All([.. found.Select(one => one.Evidence).OfType<Evidence>()]))
            : new TestedClaim(text, pairs.Any(pair => pair is null) ? [] : found, null, reason);
    }

    private string? AnnealingProblem() => steps >= _annealed!.Objective.AnnealingSteps
        ? null
        : $"annealing over {ReportText.Count(_annealed.Objective.AnnealingSteps)} steps had not ended: "
            + FormattableString.Invariant($"after {ReportText.Count(steps)} KL weighed {_annealed.Objective.At(steps).Kl:0.###}");
}
