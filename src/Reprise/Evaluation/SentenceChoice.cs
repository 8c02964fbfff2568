using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Evaluation;

/// <summary>
/// Sentences taken at random, as a function of a seed: the first so many of a seeded order, so that fewer are always among more. A corpus keeps
/// the order of its files, so that the first sentences of a part are one book's.
/// </summary>
/// <param name="count">Sentences to take from.</param>
internal readonly struct SentenceChoice(long count, ulong seed)
{
    private readonly KeyedPermutation _order = new(count, Philox.Word(seed, RandomUse.Measuring, 1, 0));

    /// <summary>Sentences to take from.</summary>
    public long Count => _order.Count;

    /// <summary>The number of the sentence at a place of the order.</summary>
    public long this[long place] => _order[place];

    /// <summary>The numbers of the first <paramref name="most"/> of the order, or of all, from the smallest on: as a file is best read.</summary>
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

    /// <summary>Whether a sentence is among the first <paramref name="most"/> of the order.</summary>
    public Func<long, bool> Among(long most)
    {
        if (most >= Count)
            return _ => true;
        HashSet<long> chosen = [.. Ascending(most)];
        return chosen.Contains;
    }
}
