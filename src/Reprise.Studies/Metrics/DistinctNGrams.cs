using System.Buffers;

namespace Reprise.Studies.Metrics;

/// <summary>
/// Distinct-n: different n-grams of words in all samples together, by the number of n-grams in them (Li et al. 2016), without EOS. It
/// falls with the number of samples, so only values for the same number compare.
/// </summary>
internal static class DistinctNGrams
{
    /// <summary>Distinct-1 to distinct-4; 0 for an order without n-grams. Memory is linear in the number of words.</summary>
    public static double[] Of(IReadOnlyList<int[]> samples)
    {
        double[] shares = new double[BleuCounts.Order];
        HashSet<UInt128> seen = [];
        UInt128[] rented = ArrayPool<UInt128>.Shared.Rent(samples.Select(sample => sample.Length).DefaultIfEmpty().Max());
        for (int order = 1; order <= shares.Length; order++)
        {
            seen.Clear();
            long total = 0;
            foreach (int[] sample in samples)
            {
                Span<UInt128> grams = NGrams.Sorted(sample, order, NGrams.WordBits, rented);
                total += grams.Length;
                foreach (UInt128 gram in grams)
                    seen.Add(gram);
            }

            shares[order - 1] = total == 0 ? 0 : (double)seen.Count / total;
        }

        ArrayPool<UInt128>.Shared.Return(rented);
        return shares;
    }
}
