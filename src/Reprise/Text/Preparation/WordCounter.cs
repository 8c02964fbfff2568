using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Counts words exactly in bounded memory by an external merge sort: a hash table that would outgrow its budget is saved as a sorted run
/// and emptied; <see cref="MostFrequent"/> merges the runs of all counters. One for each thread of pass 1.
/// </summary>
internal sealed class WordCounter(long memoryBudget, string scratch)
{
    private const int MostRunsAtOnce = 64;
    private const int NewWordsOfChunk = 1 << 16; // more are rare, and only cost memory

    private readonly List<(string Path, int Words)> _spilled = [];
    private readonly WordTable _table = new();
    private int[] _sentence = [];

    /// <summary>Runs so far: those on disk, and the table in memory.</summary>
    public int Runs => _spilled.Count + 1;

    /// <summary>Counts the words of a sentence and adds it to a block, in the provisional ids of the current run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddAll(TokenBuffer tokens, ProvisionalBlock block)
    {
        if (_sentence.Length < tokens.Count)
            _sentence = new int[2 * tokens.Count];
        tokens.CountIn(_table, _sentence);
        block.Add(_sentence.AsSpan(0, tokens.Count));
    }

    /// <summary>
    /// Begins a new run if the current table might outgrow the budget. Called between chunks, so that the ids of a block belong to one run.
    /// </summary>
    public void KeepToBudget()
    {
        if (_table.Count == 0 || _table.Count + NewWordsOfChunk <= _table.Capacity || 2 * _table.Memory <= memoryBudget)
            return;
        string path = ScratchFile(scratch);
        SortedRun.OfTable(_table).Save(path);
        _spilled.Add((path, _table.Count));
        _table.Clear();
    }

    /// <summary>The words of one run by provisional id, with their ids in the vocabulary.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IdMaps.Word[] MapOf(int run, Vocabulary vocabulary)
    {
        (string path, int size) = run < _spilled.Count ? _spilled[run] : ("", _table.Count);
        IdMaps.Word[] map = new IdMaps.Word[size];
        using SortedRun words = run < _spilled.Count ? SortedRun.OfFile(path) : SortedRun.OfTable(_table);
        while (words.Next())
            map[words.ProvisionalId] = new IdMaps.Word(SplitHash.OfWord(words.Word), words.Hash, vocabulary.IdOf(words.Word));
        return map;
    }

    /// <summary>
    /// The most frequent words of all counters together, at most <paramref name="size"/>, and the number of different words. Equally
    /// frequent words are in ordinal order.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (List<string> Words, long Different) MostFrequent(IReadOnlyList<WordCounter> counters, int size, string scratch)
    {
        List<SortedRun> runs = [];
        foreach (WordCounter counter in counters)
        {
            runs.AddRange(counter._spilled.Select(s => SortedRun.OfFile(s.Path)));
            runs.Add(SortedRun.OfTable(counter._table));
        }

        while (runs.Count > MostRunsAtOnce)
        {
            string path = ScratchFile(scratch);
            using (SortedRun some = SortedRun.Merged(runs[..MostRunsAtOnce]))
                some.Save(path);
            runs = [.. runs[MostRunsAtOnce..], SortedRun.OfFile(path)];
        }

        long different = 0;
        List<Counted> best = [];
        long least = 0; // words with fewer occurrences are not among the best
        using SortedRun all = SortedRun.Merged(runs);
        while (all.Next())
        {
            different++;
            if (all.Count < least)
                continue;
            best.Add(new Counted(all.Count, all.Word.ToString()));
            if (best.Count >= 2 * size)
                LeaveOutRare();
        }

        KeepBest();
        return (best.ConvertAll(word => word.Word), different);

        void LeaveOutRare()
        {
            long[] counts = [.. best.Select(word => word.Count)];
            Array.Sort(counts);
            least = counts[^size];
            best.RemoveAll(word => word.Count < least);
            if (best.Count > 3 * (long)size / 2)
                KeepBest(); // too many are as rare as the last one
        }

        void KeepBest()
        {
            best.Sort(Counted.MostFrequentFirst);
            best.RemoveRange(Math.Min(size, best.Count), best.Count - Math.Min(size, best.Count));
        }
    }

    private static string ScratchFile(string scratch) => Path.Combine(scratch, $"words-{Guid.NewGuid():N}");

    // A class, because the base library comes with compiled code for lists of references.
    private sealed class Counted(long count, string word)
    {
        public long Count => count;

        public string Word => word;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static int MostFrequentFirst(Counted x, Counted y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : string.CompareOrdinal(x.Word, y.Word);
    }
}
