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
