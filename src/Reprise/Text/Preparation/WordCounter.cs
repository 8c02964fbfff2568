using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Counts words exactly in bounded memory by an external merge sort: a hash table that would outgrow its budget is saved as a sorted run
/// and emptied; <see cref="MostFrequent"/> merges the runs of all counters. Where all tables stayed in memory, it joins them without
/// sorting. One for each thread of pass 1.
/// </summary>
internal sealed class WordCounter(long memoryBudget, string scratch)
{
    private const int MostRunsAtOnce = 64;
    private const int NewWordsOfChunk = 1 << 16; // more are rare, and only cost memory

    private readonly List<(string Path, int Words)> _spilled = [];
    private readonly WordTable _table = new();
    private int[] _sentence = [];
    private (int Run, int[] Times) _recounted = (-1, []); // of a run on disk, by provisional id

    /// <summary>Runs so far: those on disk, and the table in memory.</summary>
    public int Runs => _spilled.Count + 1;

    /// <summary>
    /// Counts the words of a sentence and adds it to a block, in the provisional ids of the current run. Words of a given part get an id
    /// and are not counted.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddAll(TokenBuffer tokens, ProvisionalBlock block)
    {
        if (_sentence.Length < tokens.Count)
            _sentence = new int[2 * tokens.Count];
        tokens.CountIn(_table, _sentence);
        ReadOnlySpan<int> sentence = _sentence.AsSpan(0, tokens.Count);
        block.Add(sentence);
        if (block.Given is not null)
            _table.Recount(sentence, -1);
    }

    /// <summary>Counts words of one run once more, or less. Runs come in order, <see cref="EndRecounting"/> after the last.</summary>
    /// <param name="times">1 or -1.</param>
    public void Recount(int run, ReadOnlySpan<int> words, int times)
    {
        if (run == _spilled.Count)
        {
            _table.Recount(words, times);
            return;
        }

        if (run != _recounted.Run)
        {
            EndRecounting();
            _recounted = (run, new int[_spilled[run].Words]);
        }

        int[] recounted = _recounted.Times;
        foreach (int word in words)
            recounted[word] += times;
    }

    /// <summary>Writes a run on disk again, with its new counts.</summary>
    public void EndRecounting()
    {
        (int run, int[] times) = _recounted;
        if (run < 0)
            return;
        string path = ScratchFile(scratch);
        using (SortedRun words = SortedRun.OfFile(_spilled[run].Path))
            words.Save(path, times);
        File.Move(path, _spilled[run].Path, overwrite: true);
        _recounted = (-1, []);
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

    /// <summary>The words of one run by provisional id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public T[] MapOf<T>(int run, WordMap<T> ofWord)
    {
        if (run == _spilled.Count)
        {
            T[] table = new T[_table.Count];
            for (int id = 0; id < table.Length; id++)
                table[id] = ofWord(_table[id], _table.HashOf(id));
            return table;
        }

        T[] map = new T[_spilled[run].Words];
        using SortedRun words = SortedRun.OfFile(_spilled[run].Path);
        while (words.Next())
            map[words.ProvisionalId] = ofWord(words.Word, words.Hash);
        return map;
    }

    /// <summary>
    /// The most frequent words of all counters together, at most <paramref name="size"/>, and the number of different words, those whose
    /// count is 0 left out. Equally frequent words are in ordinal order.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (List<CountedWord> Words, long Different) MostFrequent(IReadOnlyList<WordCounter> counters, int size, string scratch)
    {
        long different = 0;
        List<CountedWord> best = [];
        long least = 0; // words with fewer occurrences are not among the best
        if (counters.All(counter => counter._spilled.Count == 0))
        {
            WordTable all = WordTable.Joined([.. counters.Select(counter => counter._table)]);
            for (int word = 0; word < all.Count; word++)
                Take(all[word], all.CountOf(word));
        }
        else
        {
            using SortedRun all = Merged(counters, scratch);
            while (all.Next())
                Take(all.Word, all.Count);
        }

        KeepBest();
        return (best, different);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Take(ReadOnlySpan<char> word, long count)
        {
            if (count == 0)
                return;
            different++;
            if (count < least || size == 0)
                return;
            best.Add(new CountedWord(word.ToString(), count));
            if (best.Count >= 2 * size)
                LeaveOutRare();
        }

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
            best.Sort(CountedWord.MostFrequentFirst);
            best.RemoveRange(Math.Min(size, best.Count), best.Count - Math.Min(size, best.Count));
        }
    }

    private static SortedRun Merged(IReadOnlyList<WordCounter> counters, string scratch)
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

        return SortedRun.Merged(runs);
    }

    private static string ScratchFile(string scratch) => Path.Combine(scratch, $"words-{Guid.NewGuid():N}");
}
