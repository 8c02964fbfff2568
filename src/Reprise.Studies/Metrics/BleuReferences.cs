using System.Buffers;
using System.Runtime.InteropServices;

namespace Reprise.Studies.Metrics;

/// <summary>
/// References for any number of hypotheses. Each n-gram is kept once, with its greatest count in one reference and the greatest in any
/// other. So a hypothesis takes time linear in its own length, whatever the number of references, and can be one of them without being
/// compared with itself.
/// </summary>
internal sealed class BleuReferences
{
    private readonly Dictionary<UInt128, Greatest>[] _counts = new Dictionary<UInt128, Greatest>[BleuCounts.Order];
    private readonly int[] _lengths; // number of references of 0, 1, … words
    private readonly IReadOnlyList<int[]> _references;

    /// <exception cref="ArgumentException">There is no reference.</exception>
    public BleuReferences(IReadOnlyList<int[]> references)
    {
        if (references.Count == 0)
            throw new ArgumentException("there is no reference", nameof(references));
        _references = references;
        _lengths = new int[references.Max(reference => reference.Length) + 1];
        foreach (int[] reference in references)
            _lengths[reference.Length]++;
        for (int order = 1; order <= BleuCounts.Order; order++)
            _counts[order - 1] = GreatestCounts(order);
    }

    /// <summary>Counts one hypothesis against all references except number <paramref name="except"/>, if any.</summary>
    /// <exception cref="ArgumentException">No reference is left.</exception>
    public BleuCounts Count(ReadOnlySpan<int> hypothesis, int except = -1)
    {
        if (_references.Count == 1 && except == 0)
            throw new ArgumentException("no reference is left", nameof(except));
        Span<long> matches = stackalloc long[BleuCounts.Order], totals = stackalloc long[BleuCounts.Order];
        UInt128[] rented = ArrayPool<UInt128>.Shared.Rent(hypothesis.Length);
        for (int order = 1; order <= BleuCounts.Order; order++)
        {
            totals[order - 1] = NGrams.Count(hypothesis.Length, order);
            for (Span<UInt128> rest = NGrams.Sorted(hypothesis, order, NGrams.WordBits, rented); !rest.IsEmpty;)
            {
                int count = Run(rest);
                if (_counts[order - 1].TryGetValue(rest[0], out Greatest greatest))
                    matches[order - 1] += Math.Min(count, greatest.Holder == except ? greatest.Second : greatest.First);
                rest = rest[count..];
            }
        }

        ArrayPool<UInt128>.Shared.Return(rented);
        return new BleuCounts(matches, totals, hypothesis.Length,
            ClosestLength(hypothesis.Length, except < 0 ? -1 : _references[except].Length));
    }

    private Dictionary<UInt128, Greatest> GreatestCounts(int order)
    {
        Dictionary<UInt128, Greatest> counts = [];
        UInt128[] rented = ArrayPool<UInt128>.Shared.Rent(_lengths.Length);
        for (int r = 0; r < _references.Count; r++)
        {
            for (Span<UInt128> rest = NGrams.Sorted(_references[r], order, NGrams.WordBits, rented); !rest.IsEmpty;)
            {
                int count = Run(rest);
                ref Greatest greatest = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, rest[0], out _);
                if (count > greatest.First)
                    greatest = new Greatest(count, r, greatest.First);
                else if (count > greatest.Second)
                    greatest = greatest with { Second = count };
                rest = rest[count..];
            }
        }

        ArrayPool<UInt128>.Shared.Return(rented);
        return counts;
    }

    // The shorter of two that are as close, as in sacreBLEU; Papineni et al. 2002 leave it open.
    private int ClosestLength(int length, int lengthLeftOut)
    {
        for (int distance = 0; ; distance++)
        {
            if (Has(length - distance))
                return length - distance;
            if (Has(length + distance))
                return length + distance;
        }

        bool Has(int candidate) => (uint)candidate < (uint)_lengths.Length && _lengths[candidate] > (candidate == lengthLeftOut ? 1 : 0);
    }

    // The length of the run of equal n-grams at the beginning.
    private static int Run(ReadOnlySpan<UInt128> sorted)
    {
        int end = sorted.IndexOfAnyExcept(sorted[0]);
        return end < 0 ? sorted.Length : end;
    }

    /// <param name="First">The greatest count of an n-gram in one reference.</param>
    /// <param name="Holder">The first reference with that count.</param>
    /// <param name="Second">The greatest count in another reference.</param>
    private readonly record struct Greatest(int First, int Holder, int Second);
}
