using Reprise.Evaluation;
using Reprise.Studies;
using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Studies.Statistics;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>The paper's claims, held against scores that were made up to decide them both ways.</summary>
public sealed class ClaimsTests
{
    private const long Steps = 100_000; // more than any annealing of the presets

    private static readonly string[] Subjects =
    [
        "share of KL", "ELBO", "those of the VAE", "annealed", "those of AutoGen (m = 1)", "generates worse", "interpolates",
    ];

    [Fact]
    public void Without_the_runs_that_it_takes_a_claim_is_not_tested()
    {
        IReadOnlyList<Verdict> none = Claims.Of([Run("vae")], Steps);
        none.Count.ShouldBe(Subjects.Length);
        none.ShouldAllBe(verdict => verdict.Support == Support.NotTested);
        for (int i = 0; i < Subjects.Length; i++)
            none[i].Claim.ToString()!.ShouldContain(Subjects[i]);
        Claims.Of([Run("vae", kl: 1), Run("autogen-m1", kl: 3)], Steps).Select(verdict => verdict.Support != Support.NotTested)
            .ShouldBe([false, true, true, false, false, false, true]);
    }

    [Fact]
    public void The_kl_share_must_rise_all_the_way()
    {
        // 1/(10+1) = 0.091, 5/(2·10+5) = 0.2, 20/(3·10+20) = 0.4
        Verdict rises = Claim(0, Run("vae", kl: 1), Run("autogen-m1", kl: 5), Run("autogen-m2", kl: 20));
        rises.Support.ShouldBe(Support.Supported);
        rises.Evidence.ToString()!.ShouldContain("9.1 %, then 20.0 %, then 40.0 %");
        // 6/(3·10+6) = 0.167: more kl than m = 1, and yet a smaller share
        Claim(0, Run("vae", kl: 1), Run("autogen-m1", kl: 5), Run("autogen-m2", kl: 6)).Support.ShouldBe(Support.NotSupported);
        Claim(0, Run("vae", kl: 5), Run("autogen-m1", kl: 5), Run("autogen-m2", kl: 20)).Support.ShouldBe(Support.NotSupported);
    }

    [Fact]
    public void The_elbo_tracks_within_a_tenth()
    {
        Claim(1, Run("vae", nll: 100, kl: 0), Run("autogen-m1", nll: 100, kl: 10)).Support.ShouldBe(Support.Supported);
        Claim(1, Run("vae", nll: 100, kl: 0), Run("autogen-m1", nll: 100, kl: 10.1)).Support.ShouldBe(Support.NotSupported);
        Verdict better = Claim(1, Run("vae", nll: 100, kl: 0), Run("autogen-m1", nll: 80, kl: 0));
        better.Support.ShouldBe(Support.Supported);
        better.Evidence.ToString()!.ShouldContain("-80.00 against -100.00 nats: 20.0 % more");
    }

    [Theory]
    [InlineData(2, "autogen-m1", "vae")]
    [InlineData(3, "autogen-m1", "vae-annealed")]
    [InlineData(4, "autogen-m2", "autogen-m1")]
    public void A_preference_must_be_significant(int claim, string better, string worse)
    {
        // All of six: p = 2/64 = 0.031; all of five: 2/32 = 0.0625.
        double[] close = [1, 1, 1, 1, 1, 1], far = [0, 0, 0, 0, 0, 0];
        Claim(claim, Run(better, chrF: close), Run(worse, chrF: far)).Support.ShouldBe(Support.Supported);
        Claim(claim, Run(better, chrF: far), Run(worse, chrF: close)).Support.ShouldBe(Support.NotSupported);
        Claim(claim, Run(better, chrF: [1, 1, 1, 1, 1, 0]), Run(worse, chrF: far)).Support.ShouldBe(Support.Undecided);
        Claim(claim, Run(better, chrF: far), Run(worse, chrF: far)).Support.ShouldBe(Support.Undecided);
    }

    [Fact]
    public void Annealing_that_has_not_ended_is_not_tested()
    {
        ReportRun[] runs = [Run("autogen-m1", chrF: [1, 1, 1, 1, 1, 1]), Run("vae-annealed", chrF: [0, 0, 0, 0, 0, 0])];
        long needed = runs[1].Objective.AnnealingSteps;
        Claims.Of(runs, needed)[3].Support.ShouldBe(Support.Supported);
        Verdict young = Claims.Of(runs, needed / 4)[3];
        young.Support.ShouldBe(Support.NotTested);
        young.Evidence.ToString()!.ShouldContain("KL weighed 0.25");
    }

    [Fact]
    public void Runs_are_known_by_their_objective_whatever_they_are_called()
    {
        StudyRun named = new("first", "First", Objective.AutoGen(0), 1), strange = new("vae", "Strange", Objective.AutoGen(5), 1);
        Claims.Of([Run(strange), Run(named), Run(new StudyRun("second", "Second", Objective.AutoGen(1), 1), kl: 3)], Steps)[1]
            .Support.ShouldNotBe(Support.NotTested);
        Claims.Of([Run(strange), Run("autogen-m1", kl: 3)], Steps)[1].Support.ShouldBe(Support.NotTested);
    }

    [Fact]
    public void Counts_are_of_all_seeds()
    {
        // Three of three a seed prove nothing (p = 2/8); six of six over two seeds do (2/64).
        Claims.Of([Twice(Run("autogen-m2", chrF: [1, 1, 1])), Twice(Run("autogen-m1", chrF: [0, 0, 0]))], Steps)[4]
            .Support.ShouldBe(Support.Supported);
        Claims.Of([Run("autogen-m2", chrF: [1, 1, 1]), Twice(Run("autogen-m1", chrF: [0, 0, 0]))], Steps)[4]
            .Support.ShouldBe(Support.Undecided, "one seed of the two has a partner");
        // Of 40.
        Claims.Of([Twice(Run("autogen-m1", natural: 15)), Twice(Run("autogen-m2", natural: 5))], Steps)[5]
            .Evidence.ToString()!.ShouldContain("25.0 % (14.2 to 40.2)");

        static ReportRun Twice(ReportRun run) => run with { Seeds = [run.Seeds[0], run.Seeds[0]] };
    }

    [Fact]
    public void A_knee_is_named_only_where_the_ends_generate_differently()
    {
        (ReportRun Run, double Bleu)[] runs =
        [
            (Run("vae", natural: 18), 0), (Run("autogen-m1", natural: 17), 0.5), (Run("autogen-m2", natural: 5), 0.6),
        ];
        ReportCharts.TradeOff([.. runs.Select(WithBleu)])!.Value.Text.ShouldStartWith("The knee is at m = 1:");
        runs[2].Run = Run("autogen-m2", natural: 17); // of 20, against 18: p = 1
        ReportCharts.TradeOff([.. runs.Select(WithBleu)])!.Value.Text.ShouldContain("do not differ (p 1.000)");

        static ReportRun WithBleu((ReportRun Run, double Bleu) one)
        {
            SeedRun seed = one.Run.Seeds[0];
            RunScores scores = seed.Measured.Scores with { Reconstruction = seed.Measured.Scores.Reconstruction! with { Bleu = one.Bleu } };
            return one.Run with { Seeds = [seed with { Measured = seed.Measured with { Scores = scores } }] };
        }
    }

    [Fact]
    public void Worse_generation_must_be_significant()
    {
        Claim(5, Run("autogen-m1", natural: 15), Run("autogen-m2", natural: 5)).Support.ShouldBe(Support.Supported); // of 20: p = 0.004
        Claim(5, Run("autogen-m1", natural: 5), Run("autogen-m2", natural: 15)).Support.ShouldBe(Support.NotSupported);
        Claim(5, Run("autogen-m1", natural: 12), Run("autogen-m2", natural: 10)).Support.ShouldBe(Support.Undecided);
    }

    [Theory]
    [InlineData(0.5, 0.5, 0.4, 0.4, Support.Supported)]
    [InlineData(0.5, 0.5, 0.6, 0.4, Support.Undecided)]
    [InlineData(0.5, 0.5, 0.4, 0.6, Support.Undecided)]
    [InlineData(0.5, 0.5, 0.6, 0.6, Support.NotSupported)]
    [InlineData(0.5, 0.5, 0.5, 0.5, Support.NotSupported)]
    [InlineData(1.0, null, 0.9, 0.8, Support.Supported)]    // the VAE's paths never move
    [InlineData(1.0, null, 1.0, null, Support.NotSupported)] // neither's do
    [InlineData(0.9, 0.8, 1.0, null, Support.NotSupported)]
    public void Smoothness_takes_fewer_repetitions_and_smaller_jumps(
        double plainRepeated, double? plainJump, double repeated, double? jump, object support)
    {
        Verdict verdict = Claim(
            6, Run("vae", paths: new PathScores(2, plainRepeated, 1, plainJump)),
            Run("autogen-m1", paths: new PathScores(2, repeated, 1, jump)));
        verdict.Support.ShouldBe((Support)support);
    }

    private static Verdict Claim(int index, params ReportRun[] runs) => Claims.Of(runs, Steps)[index];

    private static ReportRun Run(
        string name, double nll = 10, double kl = 1, double[]? chrF = null, int natural = 10, PathScores? paths = null) =>
        Run(StudyRun.Named(name, Presets.Small), nll, kl, chrF, natural, paths);

    private static ReportRun Run(
        StudyRun run, double nll = 10, double kl = 1, double[]? chrF = null, int natural = 10, PathScores? paths = null)
    {
        double m = run.Objective.M;
        EvaluationReport evaluation = new()
        {
            Sentences = 6,
            Words = 30,
            Nll = nll,
            Kl = kl,
            Elbo = -(nll + kl),
            KlShare = kl / (((1 + m) * nll) + kl),
            Perplexity = 1,
            ActiveUnits = 1,
            M = m,
        };
        MeasuredReconstruction[] lines = [.. (chrF ?? [0.5]).Select(value => new MeasuredReconstruction("in", "out", 4, value, value))];
        SampleScores samples = new(20, 5, 0, 0, 1, 0, 10, 10, 0, [1, 1, 1, 1], 0, new Proportion(natural, 20), new Proportion(0, 0));
        RunScores scores = new(
            MeasuredFolder.Version, "00", new MeasuringOptions(), evaluation, [],
            new ReconstructionScores(lines.Length, 0, 0, 1, 0, 0, 2, 0, 1), samples, samples,
            new LatentScores(2, 1, [kl], 0, 0), paths ?? new PathScores(1, 0.5, 1, 0.5));
        SeedRun seed = new(run.Name, run.Seed, new MeasuredRun(scores, [], [], lines, [], [], []), 1, null, null!, [], []);
        return new ReportRun(run.Name, run.Title, run.Objective, [seed]) { ObjectiveName = run.ObjectiveName, M = run.M };
    }
}
