using Reprise.Studies.Measuring;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>
/// The preference between two reconstructions of each input by closeness to it, the question to people of the paper's Table 2. Ties are
/// discarded, as people could discard a question there.
/// </summary>
/// <param name="First">The sentences where the first is closer, among those where one of them is.</param>
/// <param name="Ties">Sentences where neither is.</param>
internal readonly record struct Preference(Proportion First, int Ties)
{
    /// <summary>p of the exact binomial test that neither is preferred.</summary>
    public double PValue => ExactTests.Binomial(First.Count, First.Total);

    /// <summary>The preference between two objectives, over all seeds that both have.</summary>
    /// <param name="closeness">The closeness of a reconstruction, greater for closer ones.</param>
    public static Preference Of(ReportRun first, ReportRun second, Func<MeasuredReconstruction, double> closeness)
    {
        int seeds = Math.Min(first.Seeds.Count, second.Seeds.Count);
        return Of(Lines(first), Lines(second), closeness);

        MeasuredReconstruction[] Lines(ReportRun run) => [.. run.Seeds.Take(seeds).SelectMany(seed => seed.Measured.Reconstructions)];
    }

    /// <summary>The preference between two reconstructions of the same sentences.</summary>
    /// <param name="closeness">The closeness of a reconstruction, greater for closer ones.</param>
    public static Preference Of(IReadOnlyList<MeasuredReconstruction> first,
        IReadOnlyList<MeasuredReconstruction> second, Func<MeasuredReconstruction, double> closeness)
    {
        int wins = 0, ties = 0;
        for (int i = 0; i < first.Count; i++)
        {
            int order = closeness(first[i]).CompareTo(closeness(second[i]));
            wins += order > 0 ? 1 : 0;
            ties += order == 0 ? 1 : 0;
        }

        return new Preference(new Proportion(wins, first.Count - ties), ties);
    }
}
