using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Evaluation;

/// <summary>
/// A random choice of sentences as a function of a seed: the first of a seeded order, so that a smaller choice is part of a larger. A
/// corpus keeps the order of its files, so its own first sentences come from one book.
/// </summary>
/// <param name="count">Sentences to choose from.</param>
internal readonly struct SentenceChoice(long count, ulong seed)
{
    private readonly KeyedPermutation _order = new(count, Philox.Word(seed, RandomUse.Measuring, 1, 0));

    /// <summary>Sentences to choose from.</summary>
    public long Count => _order.Count;

    /// <summary>The number of the sentence at a place of the order.</summary>
    public long this[long place] => _order[place];

    /// <summary>The numbers of the first <paramref name="most"/> of the order, or of all, ascending, for reading a file.</summary>
    public IEnumerable<long> Ascending(long most)
    {
        if (most >= Count)
        {
            for (long index = 0; index < Count; index++)
                yield return index;
            yield break;
        }

        long[] chosen = new long[most];
        for (int place = 0; place < chosen.Length; place++)
            chosen[place] = _order[place];
        Array.Sort(chosen);
        foreach (long index in chosen)
            yield return index;
    }

    /// <summary>A test for membership in the first <paramref name="most"/> of the order.</summary>
    public Func<long, bool> Among(long most)
    {
        if (most >= Count)
            return _ => true;
        HashSet<long> chosen = [.. Ascending(most)];
        return chosen.Contains;
    }
}
