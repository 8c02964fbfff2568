using Reprise.Evaluation;
using Reprise.Studies;
using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Studies.Statistics;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>The tables of bounds and of the latent space, by made-up measures of three sentences.</summary>
public sealed class BoundTablesTests
{
    private static readonly double[] Levels = [-10, -50, -30]; // mean -30, s.e. 20 / √3 = 11.55

    [Fact]
    public void A_level_and_its_difference_from_the_first_model_have_standard_errors()
    {
        Table table = Tables(Run("vae", Seed(0)), Run("autogen-m1", Seed(2, -1, 5)))[0];
        Header(table).ShouldBe(
            ["Model", "ELBO", "s.e.", "less VAE", "s.e.", "nll", "KL", "KL share", "Perplexity, at most"]);
        Row(table, 0)[1..5].ShouldBe(["-30.00", "11.55", "–", "–"]);
        // 2, -1 and 5: mean 2, s.e. 3 / √3. The levels are -8, -51 and -25.
        Row(table, 1)[1..5].ShouldBe(["-28.00", "12.50", "+2.00", "1.73"]);
        Notes(table).ShouldBe("s.e.: standard error over the sentences. The difference from VAE is taken sentence by sentence, and has the "
            + "s.e. behind it.");
    }

    [Fact]
    public void The_likelihood_with_most_draws_has_standard_errors_too()
    {
        Table table = Tables(Run("vae", Seed(0)), Run("autogen-m1", Seed(-4)))[1];
        Header(table).ShouldBe(
            ["Model", "ELBO", "log p(x), K = 10", "log p(x), K = 1000", "s.e.", "less VAE", "s.e."]);
        Row(table, 1)[4..].ShouldBe(["11.55", "-4.00", "0.00"]);
    }

    [Fact]
    public void Seeds_are_compared_with_the_same_seed()
    {
        ReportRun vae = Run("vae", Seed(0), Seed(10)), autoGen = Run("autogen-m1", Seed(1), Seed(13));
        Table table = Tables(vae, autoGen)[0];
        // Differences of 1 and 3: mean 2, deviation √2. Levels of -29 and -17.
        Row(table, 1)[1..5].ShouldBe(["-23.00 ± 8.49", "11.55", "+2.00 ± 1.41", "0.00"]);
        Notes(table).ShouldContain("Each seed is compared with the same seed of that model; a standard error is the mean of those");
        // Where the first model has one seed alone, only that is compared.
        Row(Tables(vae with { Seeds = [vae.Seeds[0]] }, autoGen)[0], 1)[3].ShouldBe("+1.00");
        Row(Tables(vae with { Seeds = [vae.Seeds[1]] }, autoGen)[0], 1)[3].ShouldBe("+3.00", "by the seed's number, not its place");
        Row(Tables(vae with { Seeds = [vae.Seeds[1]] }, autoGen with { Seeds = [autoGen.Seeds[0]] })[0], 1)[3..5].ShouldBe(["–", "–"]);
    }

    [Fact]
    public void One_model_is_compared_with_none() => Header(Tables(Run("vae", Seed(0)))[0])[..4].ShouldBe(["Model", "ELBO", "s.e.", "nll"]);

    [Fact]
    public void An_estimate_that_still_rises_is_shown_as_at_least()
    {
        List<Table> tables = Tables(Run("vae", Seed(0)), Run("autogen-m1", Seed(0) with { Rise = 0.012 }));
        Row(tables[1], 0)[2..4].ShouldBe(["≥ -30.00", "-30.00"]); // 10 draws rise by ten times as much as 1000
        Row(tables[1], 1)[2..4].ShouldBe(["≥ -30.00", "≥ -30.00"]);
        Notes(tables[1]).ShouldContain("≥: the estimate rises by 0.01 nats or more from half of its draws to all of them");
        Header(tables[2]).ShouldBe(["Model", "Bound", "K = 10", "K = 1000", "Gap", "s.e."]);
        Row(tables[2], 0)[3..5].ShouldBe(["-30.00", "1.00"]);
        Row(tables[2], 1)[3..5].ShouldBe(["≥ -30.00", "≥ 1.00"]);
    }

    [Fact]
    public void No_note_explains_a_sign_that_is_not_there() =>
        Notes(Tables(Run("vae", Seed(0) with { Rise = 0.0001 }))[1]).ShouldNotContain("≥");

    [Fact]
    public void The_latent_space_is_shown_with_what_its_estimates_cannot_say()
    {
        Table table = new BoundTables([Run("vae", Seed(0))]).LatentSpace().Cast<Table>().Single();
        Header(table)[1..].ShouldBe(
        [
            "Active units", "Mutual information, nats, at least", "ceiling of the estimate", "MMD² to the prior",
            "deviation under the prior",
        ]);
        Row(table, 0)[1..].ShouldBe(["19", "0.30", "6.21", "0.0031", "0.0012"]);
        foreach (string caveat in (string[])["can have many active units", "low on average", "within two of it is no discrepancy"])
            Notes(table).ShouldContain(caveat);
    }

    private static List<Table> Tables(params ReportRun[] runs) => [.. new BoundTables(runs).Bounds().Cast<Table>()];

    private static string[] Header(Table table) => [.. table.Columns.Select(column => column.Header.ToString()!)];

    private static string[] Row(Table table, int row) => [.. table.Rows[row].Select(cell => cell.ToString()!)];

    private static string Notes(Table table) => string.Join(' ', table.Notes);

    private static OneSeed Seed(params double[] added) => new(added, 0.001);

    private static ReportRun Run(string name, params OneSeed[] seeds)
    {
        StudyRun run = StudyRun.Named(name, Presets.Small);
        return new ReportRun(name, run.Title, run.Objective,
            [.. seeds.Select((seed, i) =>
                new SeedRun(name, run.Seed + (ulong)i, seed.Measured(run.Objective.M), 1, 1, null, null!, [], []))])
        {
            ObjectiveName = run.ObjectiveName,
            M = run.M,
        };
    }

    /// <summary>A run of one seed.</summary>
    /// <param name="Added">The ELBO above <see cref="Levels"/>: one number for all sentences, or one for each.</param>
    /// <param name="Rise">The rise of the estimates with 1000 draws; that with 10 is ten times as much.</param>
    private sealed record OneSeed(double[] Added, double Rise)
    {
        public MeasuredRun Measured(double m)
        {
            double[] elbos = [.. Levels.Select((level, i) => level + Added[i % Added.Length])];
            EvaluationReport report = new()
            {
                Sentences = elbos.Length, Words = 9, Nll = -elbos.Average() - 1, Kl = 1, Elbo = elbos.Average(), KlShare = 0.1,
                Perplexity = 5, ActiveUnits = 1, M = m,
            };
            EvaluationReport[] bounds = [.. new[] { 10, 1000 }.Select(samples => report with
            {
                ImportanceSentences = 3, ImportanceSamples = samples, LogLikelihood = elbos.Average(), LogLikelihoodStderr = 1,
                LogLikelihoodRise = Rise * (samples == 10 ? 10 : 1), LogIntegral = elbos.Average(), LogIntegralStderr = 1,
                LogIntegralRise = Rise * (samples == 10 ? 10 : 1), BoundGap = 1, BoundGapStderr = 0.1,
            })];
            SampleScores samples = new(3, 3, 0, 0, 1, 0, 10, 10, 0, [1, 1, 1, 1], 0, new Proportion(1, 3), new Proportion(0, 0));
            RunScores scores = new(
                MeasuredFolder.Version, "00", new MeasuringOptions(), report, bounds, new ReconstructionScores(3, 0, 0, 1, 0, 0, 2, 0, 1),
                samples, samples, new LatentScores(500, 19, [1], 0.3, 0.0031, 0.0012), new PathScores(1, 0.5, 1, 0.5));
            return new MeasuredRun(
                scores,
                [.. elbos.Select((elbo, i) => new MeasuredBound(i, 4, -elbo - 1, 1))],
                [.. elbos.Select((elbo, i) => new MeasuredImportance(i, 4, 1,
                    [new MeasuredDraws(10, -elbo, -99, elbo), new MeasuredDraws(1000, -elbo, elbo, elbo)]))],
                [], [], [], []);
        }
    }
}
