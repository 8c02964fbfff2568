using Reprise.Studies.Documents;
using Reprise.Studies.Reports;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>The paper's claims, held against measurements that were made up to decide them each way.</summary>
public sealed class ClaimsTests
{
    internal const long Steps = 100_000; // more than any annealing of the presets

    private static readonly MadeUpRun Vae = new("vae"), One = new("autogen-m1"), Two = new("autogen-m2"), Annealed = new("vae-annealed");

    // Noise of a seed and of an item, at most 1, with mean 0 over five seeds and over all items.
    private static double OfSeed(int seed) => (seed - 2) / 2.0;

    private static double OfItem(int item) => (item % 5 - 2) / 2.0;

    public static TheoryData<string> All => [.. ClaimOptions.All];

    [Theory, MemberData(nameof(All))]
    public void Without_the_runs_that_it_takes_a_claim_is_not_tested(string name)
    {
        Verdict verdict = Decide(name, new MadeUpRun("beta-vae-4"));
        verdict.Support.ShouldBe(Support.NotTested);
        verdict.Evidence.ToString()!.ShouldBe("a run that it would take is not in this study");
    }

    [Theory, MemberData(nameof(All))]
    public void One_seed_is_not_tested_and_its_numbers_are_shown(string name)
    {
        MadeUpRun[] runs = [Vae, One, Two, Annealed];
        Verdict verdict = Decide(name, [.. runs.Select(run => (ReportRun)(run with { Seeds = 1 }))]);
        verdict.Support.ShouldBe(Support.NotTested);
        verdict.Evidence.ToString()!.ShouldStartWith("one seed: not tested; ");
        verdict.Evidence.ToString()!.Any(char.IsDigit).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(All))]
    public void Models_that_do_not_differ_support_no_difference(string name)
    {
        // The claim that the ELBO of m = 1 tracks the VAE's holds; of the others each demands a difference.
        Decide(name, Vae, One, Two, Annealed).Support
            .ShouldBe(name == ClaimOptions.ElboTracks ? Support.Supported : name == ClaimOptions.ShareRises ? Support.NotSupported
                : Support.Undecided);
    }

    [Fact]
    public void The_kl_share_must_rise_all_the_way_over_seeds()
    {
        // nll 50: shares 1/51, kl/(100 + kl), kl/(150 + kl).
        MadeUpRun vae = Vae with { Kl = (seed, item) => 1 + (0.1 * OfItem(item)) };
        MadeUpRun one = One with { Kl = (seed, item) => 10 + OfSeed(seed) + OfItem(item) };
        Decide(ClaimOptions.ShareRises, vae, one, Two with { Kl = (_, _) => 30 }).Support.ShouldBe(Support.Supported);
        // More kl than m = 1, and yet a smaller share: 12/162 against 10/110.
        Verdict falls = Decide(ClaimOptions.ShareRises, vae, one, Two with { Kl = (_, _) => 12 });
        falls.Support.ShouldBe(Support.NotSupported);
        falls.Evidence.ToString()!.ShouldContain("KL in nats, m = 2 − m = 1: +2.00");
        // 14.9 to 18 nats: in three seeds of five above m = 1.
        Decide(ClaimOptions.ShareRises, vae, one, Two with { Kl = (seed, _) => 15 + (2 * OfSeed((seed + 2) % 5)) }).Support
            .ShouldBe(Support.Undecided);
    }

    [Fact]
    public void The_elbo_tracks_within_a_margin_of_perplexity_all_along()
    {
        // 2% of perplexity are 0.0198 nats a token, 0.198 of a sentence of 10.
        Tracks(0.1, 0.1).ShouldBe(Support.Supported);
        Tracks(-3, -3).ShouldBe(Support.Supported, "a better ELBO tracks");
        Tracks(0.1, 0.3).ShouldBe(Support.NotSupported);
        Tracks(0.3, 0.1).ShouldBe(Support.NotSupported, "the end alone does not decide");
        Tracks(0.3, 0.3, new ClaimOptions { PerplexityMargin = 0.04 }).ShouldBe(Support.Supported);

        static Support Tracks(double before, double atEnd, ClaimOptions? options = null) => Decide(
            ClaimOptions.ElboTracks, options,
            Vae with { Nll = (_, item) => 50 + OfItem(item) },
            One with
            {
                Nll = (seed, item) => 50 + OfItem(item) + atEnd + (0.01 * OfSeed(seed)),
                Elbo = (seed, at) => -51 - (at <= 0.5 ? before : atEnd) + (0.01 * OfSeed(seed)),
            }).Support;
    }

    [Fact]
    public void The_elbo_of_m_2_alone_must_fall_in_the_second_half()
    {
        Falls(one: 0, two: -0.5).ShouldBe(Support.Supported);
        Falls(one: 0.5, two: -0.5).ShouldBe(Support.Supported);
        Falls(one: -0.5, two: -0.5).ShouldBe(Support.NotSupported, "that of m = 1 falls too, by 5% of perplexity");
        Falls(one: 0, two: 0.5).ShouldBe(Support.NotSupported);
        Falls(one: 0, two: -0.005).ShouldBe(Support.Undecided);

        // By so many nats a sentence over the second half; the first half rises.
        static Support Falls(double one, double two) => Decide(
            ClaimOptions.OnlyElboOfTwoFalls, One with { Elbo = (seed, at) => Line(seed, at, one) },
            Two with { Elbo = (seed, at) => Line(seed, at, two) }).Support;

        static double Line(int seed, double at, double change) =>
            -51 + (at <= 0.5 ? 20 * (at - 0.5) : (2 * (at - 0.5) * (change + (0.02 * OfSeed(seed)))));
    }

    [Theory]
    [InlineData(ClaimOptions.AnnealedReconstructsBetter, "vae-annealed", "vae")]
    [InlineData(ClaimOptions.OneReconstructsBetter, "autogen-m1", "vae-annealed")]
    [InlineData(ClaimOptions.TwoReconstructsBetter, "autogen-m2", "autogen-m1")]
    public void A_preference_is_a_difference_over_seeds(string claim, string better, string worse)
    {
        MadeUpRun a = new(better) { ChrF = (seed, item) => 0.5 + (0.02 * OfSeed(seed)) + (0.1 * OfItem(item)) };
        MadeUpRun b = new(worse) { ChrF = (_, item) => 0.4 + (0.1 * OfItem(item)) };
        Decide(claim, a, b).Support.ShouldBe(Support.Supported);
        Decide(claim, a, b).Evidence.ToString()!.ShouldContain("points: +10.0 (");
        Decide(claim, a with { ChrF = b.ChrF }, b with { ChrF = a.ChrF }).Support.ShouldBe(Support.NotSupported);
        // Two hundred sentences in favour, and yet nothing is shown where the seeds contradict each other.
        Decide(claim, a with { ChrF = (seed, _) => 0.42 + (0.1 * OfSeed(seed)) }, b with { ChrF = (_, _) => 0.4 }).Support
            .ShouldBe(Support.Undecided);
    }

    [Fact]
    public void Seeds_are_paired_by_their_number()
    {
        // The first's seeds 1 to 5 with the second's 1 and 2.
        MadeUpRun one = One with { ChrF = (seed, _) => seed < 2 ? 0.6 : 0 }, two = Two with { ChrF = (_, _) => 0.7, Seeds = 2 };
        Claims claims = new([(ReportRun)one, (ReportRun)two], Only(ClaimOptions.TwoReconstructsBetter), Steps, 1);
        claims.Test()[0].Comparisons[0].Values.Differences.ShouldBe([0.1, 0.1], 1e-9);
    }

    [Fact]
    public void A_seed_that_a_model_lacks_leaves_its_column_empty()
    {
        ReportRun one = One with { ChrF = (seed, _) => 0.1 * seed, Seeds = 3 };
        ReportRun two = Two with { ChrF = (seed, _) => 0.2 * seed, Seeds = 3 };
        one = one with { Seeds = [.. one.Seeds.Skip(1)] };
        ClaimOptions options = Only(ClaimOptions.TwoReconstructsBetter);
        Columns([1, 2, 3]).ShouldBe(["–", "+10.0 (+10.0 to +10.0)", "+20.0 (+20.0 to +20.0)"]);
        Columns([.. Enumerable.Range(1, 11).Select(seed => (ulong)seed)]) // the least and the greatest
            .ShouldBe(["+10.0 (+10.0 to +10.0)", "+20.0 (+20.0 to +20.0)"]);

        string[] Columns(ulong[] seeds) =>
            [.. ClaimTables.Of(new Claims([one, two], options, Steps, 1).Test(), options, seeds).OfType<Table>().Single()
                .Rows[0].Skip(4).Select(cell => cell.ToString()!)];
    }

    [Theory]
    [InlineData(ClaimOptions.Searched)]
    [InlineData(ClaimOptions.Drawn)]
    public void Worse_generation_is_of_the_same_codes(string how)
    {
        MadeUpRun good = One with { Natural = (seed, item) => item % 10 != 0 }, bad = Two with { Natural = (seed, item) => item % 2 == 0 };
        Verdict worse = Decide(ClaimOptions.TwoGeneratesWorse + how, good, bad);
        worse.Support.ShouldBe(Support.Supported);
        worse.Evidence.ToString()!.ShouldContain("points: -40.0");
        Decide(ClaimOptions.TwoGeneratesWorse + how, good with { Natural = bad.Natural }, bad with { Natural = good.Natural }).Support
            .ShouldBe(Support.NotSupported);
        // By code: 4 natural for m = 2 only, 20 for m = 1 only.
        Claims claims = new([(ReportRun)good, (ReportRun)bad], Only(ClaimOptions.TwoGeneratesWorse + how), Steps, 1);
        claims.Test()[0].Comparisons[0].SeedP.ShouldAllBe(p => Math.Abs(p - (2 * (1 + 24 + 276 + 2024 + 10626) / 16777216.0)) < 1e-9);
    }

    [Theory]
    [InlineData(ClaimOptions.Searched)]
    [InlineData(ClaimOptions.Drawn)]
    public void The_annealed_vae_must_be_better_at_short_and_equal_at_long_sentences(string how)
    {
        // Items 0, 2, 4, … are short.
        MadeUpRun one = One with { Natural = (_, item) => item % 4 < 2 };
        Decided((_, item) => item % 2 == 0 || item % 4 < 2).ShouldBe(Support.Supported);
        Decided((_, _) => true).ShouldBe(Support.NotSupported, "better at long ones too, by far more than the margin");
        Decided((_, item) => item % 4 == 1).ShouldBe(Support.NotSupported, "worse at short ones");
        // Long ones differ by 0 to 20 points from seed to seed: neither shown to be equal nor to differ.
        Decided((seed, item) => item % 2 == 0 || item % 4 < 2 || item == 3 + (4 * seed)).ShouldBe(Support.Undecided);

        Support Decided(Func<int, int, bool> annealed) =>
            Decide(ClaimOptions.AnnealedGeneratesBetter + how, one, Annealed with { Natural = annealed }).Support;
    }

    [Fact]
    public void Smoothness_takes_fewer_repetitions_and_more_even_moves()
    {
        int[] even = [2, 2, 2], uneven = [0, 5, 1], single = [0, 0, 6], still = [0, 0, 0];
        Smoother(even, uneven).ShouldBe(Support.Supported);
        Smoother(uneven, even).ShouldBe(Support.NotSupported);
        Smoother(even, even).ShouldBe(Support.Undecided);
        Smoother(even, single).ShouldBe(Support.Undecided, "one move is as even as one can be");
        Smoother(even, still).ShouldBe(Support.NotTested, "a path that never moves is no support");
        Smoother(still, uneven).ShouldBe(Support.NotTested);

        static Support Smoother(int[] one, int[] annealed) => Decide(
            ClaimOptions.OneInterpolatesMoreSmoothly, One with { Changes = (_, _) => one },
            Annealed with { Changes = (_, _) => annealed }).Support;
    }

    [Theory]
    [InlineData(ClaimOptions.AnnealedReconstructsBetter)]
    [InlineData(ClaimOptions.OneReconstructsBetter)]
    [InlineData(ClaimOptions.AnnealedGeneratesBetter + ClaimOptions.Drawn)]
    [InlineData(ClaimOptions.OneInterpolatesMoreSmoothly)]
    public void Annealing_that_has_not_ended_is_not_tested(string claim)
    {
        ReportRun annealed = Annealed;
        long needed = annealed.Objective.AnnealingSteps;
        Verdict young = Claims.Decide(new Claims([Vae, One, annealed], Only(claim), needed / 4, 1).Test(), 0.05)[0];
        young.Support.ShouldBe(Support.NotTested);
        young.Evidence.ToString()!.ShouldContain("KL weighed 0.25");
    }

    [Fact]
    public void Runs_are_known_by_their_objective_whatever_they_are_called()
    {
        MadeUpRun named = new("first") { Objective = Objective.AutoGen(0) }, strange = new("vae") { Objective = Objective.AutoGen(5) };
        Decide(ClaimOptions.ElboTracks, strange, named, One).Support.ShouldBe(Support.Supported);
        Decide(ClaimOptions.ElboTracks, strange, One).Support.ShouldBe(Support.NotTested);
    }

    [Fact]
    public void The_significance_is_shared_over_the_list()
    {
        // p of this difference alone is 0.02 to 0.05.
        MadeUpRun two = Two with { ChrF = (seed, _) => 0.517 + (0.014 * OfSeed(seed)) };
        double p = new Claims([One, two], Only(ClaimOptions.TwoReconstructsBetter), Steps, 1).Test()[0].Evidence!.Value.P;
        p.ShouldBeInRange(0.02, 0.05);
        Decide(ClaimOptions.TwoReconstructsBetter, One, two).Support.ShouldBe(Support.Supported);
        ClaimOptions list = new() { List = [ClaimOptions.TwoReconstructsBetter, ClaimOptions.OnlyElboOfTwoFalls, ClaimOptions.ShareRises] };
        Verdict[] verdicts = [.. Claims.Decide(new Claims([One, two], list, Steps, 1).Test(), 0.05)];
        verdicts[0].Support.ShouldBe(Support.Undecided);
        verdicts[0].Evidence.ToString()!.ShouldEndWith($"p {ReportText.PValue(p)}, {ReportText.PValue(2 * p)} by Holm");
    }

    [Fact]
    public void A_knee_is_named_only_where_the_ends_generate_differently()
    {
        MadeUpRun one = One with { Bleu = 0.5, Natural = (_, item) => item % 20 != 0 }, two = Two with { Bleu = 0.6 };
        Knee(two with { Natural = (_, item) => item % 4 == 0 }, 5).ShouldStartWith("The knee is at m = 1:");
        Knee(two with { Natural = (_, item) => item % 4 == 0 }, 1).ShouldStartWith("The knee is at m = 1:");
        Knee(two, 5).ShouldContain("do not differ (p 1.000)");
        Knee(two, 1).ShouldContain("do not differ (p 1.000)");

        string Knee(MadeUpRun last, int seeds) => ReportCharts.TradeOff(
            [Vae with { Seeds = seeds }, one with { Seeds = seeds }, last with { Seeds = seeds }], new ClaimOptions(), 1)!.Value.Text;
    }

    private static ClaimOptions Only(string claim) => new() { List = [claim] };

    private static Verdict Decide(string claim, params ReportRun[] runs) => Decide(claim, null, runs);

    private static Verdict Decide(string claim, ClaimOptions? options, params ReportRun[] runs) =>
        Claims.Decide(new Claims(runs, (options ?? new ClaimOptions()) with { List = [claim] }, Steps, 1).Test(), 0.05)[0];
}
