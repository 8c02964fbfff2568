using Reprise.Evaluation;
using Reprise.Studies;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Studies.Statistics;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>A run with measurements that were made up, so that a test knows the right verdict.</summary>
internal sealed record MadeUpRun(string Name)
{
    public const int Items = 40;

    public int Seeds { get; init; } = 5;

    /// <summary>The nats of a held-out sentence of 10 tokens, by seed and sentence.</summary>
    public Func<int, int, double> Nll { get; init; } = (_, _) => 50;

    public Func<int, int, double> Kl { get; init; } = (_, _) => 1;

    public Func<int, int, double> ChrF { get; init; } = (_, _) => 0.5;

    public Func<int, int, bool> Natural { get; init; } = (_, _) => true;

    /// <summary>The words of a sample: half are short.</summary>
    public Func<int, int> Words { get; init; } = item => item % 2 == 0 ? 5 : 15;

    public Func<int, int, int[]> Changes { get; init; } = (_, _) => [1, 1, 1];

    /// <summary>The ELBO a sentence by seed and share of training, at 20 points.</summary>
    public Func<int, double, double> Elbo { get; init; } = (_, _) => -51;

    /// <summary>BLEU of the reconstructions.</summary>
    public double Bleu { get; init; }

    public Objective? Objective { get; init; }

    public static implicit operator ReportRun(MadeUpRun run) => run.Build();

    private ReportRun Build()
    {
        StudyRun run = Objective is { } given ? new StudyRun(Name, Name, given, 1) : StudyRun.Named(Name, Presets.Small);
        return new ReportRun(run.Name, run.Title, run.Objective, [.. Enumerable.Range(0, Seeds).Select(seed => Seed(run, seed))])
        {
            ObjectiveName = run.ObjectiveName,
            M = run.M,
        };
    }

    private SeedRun Seed(StudyRun run, int seed)
    {
        int[] items = [.. Enumerable.Range(0, Items)];
        MeasuredBound[] bounds = [.. items.Select(i => new MeasuredBound(i, 10, Nll(seed, i), Kl(seed, i)))];
        MeasuredReconstruction[] lines = [.. items.Select(i => new MeasuredReconstruction("in", "out", 4, Bleu, ChrF(seed, i)))];
        MeasuredSample[] samples = [.. items.Select(i => new MeasuredSample("text", Words(i), -1, Natural(seed, i)))];
        MeasuredPath[] paths = [.. items.Select(i => new MeasuredPath("a", "b", ["1", "2", "3", "4"], Changes(seed, i)))];
        EvaluationReport evaluation = new()
        {
            Sentences = Items,
            Words = 9 * Items,
            Nll = bounds.Average(bound => bound.Nll),
            Kl = bounds.Average(bound => bound.Kl),
            Elbo = -bounds.Average(bound => bound.Nll + bound.Kl),
            KlShare = 0,
            Perplexity = 1,
            ActiveUnits = 1,
            M = run.Objective.M,
        };
        int natural = samples.Count(sample => sample.Natural);
        SampleScores scores = new(
            Items, 5, 0, 0, 1, 0, 10, 10, 0, [1, 1, 1, 1], 0, new Proportion(natural, Items), new Proportion(0, 0));
        RunScores all = new(
            MeasuredFolder.Version, "00", new MeasuringOptions(), evaluation, [],
            new ReconstructionScores(Items, 0, 0, 1, Bleu, 0, 2, 0, 1), scores, scores, new LatentScores(2, 1, [1], 0, 0, 0),
            new PathScores(Items, 0.5, 1, 0.5));
        CurvePoint[] curve = [.. Enumerable.Range(1, 20).Select(i =>
            new CurvePoint(i * ClaimsTests.Steps / 20, 0, 0, Elbo(seed, i / 20.0), 0, Tokens: 10))];
        return new SeedRun(
            run.Name, run.Seed + (ulong)seed, new MeasuredRun(all, bounds, [], lines, samples, samples, paths), 1, 1, null, null!,
            curve, []);
    }
}
