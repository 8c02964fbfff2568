using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Counts words exactly in bounded memory: a table that grows over its budget is written to a file, sorted, and begun
/// anew; <see cref="MostFrequent"/> merges tables and files. One for each thread.
/// </summary>
internal sealed class WordCounts(long memoryBudget, string scratch)
{
    private const int MostFilesAtOnce = 64;
    private const int WordsOfChunk = 1 << 16; // new ones, at most, as a rule

    private readonly List<(string Path, int Words)> _spilled = [];
    private readonly WordTable _table = new();
    private int[] _sentence = [];

    /// <summary>Tables so far, those on disk included.</summary>
    public int Tables => _spilled.Count + 1;

    /// <summary>Counts every word of a sentence, and adds the sentence to <paramref name="numbers"/>: the words of the current table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddAll(TokenBuffer tokens, NumberBlock numbers)
    {
        if (_sentence.Length < tokens.Count)
            _sentence = new int[2 * tokens.Count];
        tokens.CountIn(_table, _sentence);
        numbers.Add(_sentence.AsSpan(0, tokens.Count));
    }

    /// <summary>
    /// Begins a new table if the current one might grow over the budget. Called between chunks, so that a chunk's numbers are
    /// of one table.
    /// </summary>
    public void KeepToBudget()
    {
        if (_table.Count == 0 || _table.Count + WordsOfChunk <= _table.Capacity || 2 * _table.Memory <= memoryBudget)
            return;
        string path = ScratchFile(scratch);
        WordRun.OfTable(_table).Save(path);
        _spilled.Add((path, _table.Count));
        _table.Clear();
    }

    /// <summary>The words of one table by number, as the vocabulary has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public KnownWords.Word[] WordsOf(int table, Vocabulary vocabulary)
    {
        (string path, int size) = table < _spilled.Count ? _spilled[table] : ("", _table.Count);
        KnownWords.Word[] words = new KnownWords.Word[size];
        using WordRun run = table < _spilled.Count ? WordRun.OfFile(path) : WordRun.OfTable(_table);
        while (run.Next())
            words[run.Number] = new KnownWords.Word(SplitHash.OfWord(run.Word), run.Hash, vocabulary.IdOf(run.Word));
        return words;
    }

    /// <summary>
    /// The most frequent words of several counts together, at most <paramref name="size"/>; of equally frequent ones those
    /// that come first in ordinal order. Also the number of different words.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (List<string> Words, long Different) MostFrequent(IReadOnlyList<WordCounts> parts, int size, string scratch)
    {
        List<WordRun> runs = [];
        foreach (WordCounts part in parts)
        {
            runs.AddRange(part._spilled.Select(s => WordRun.OfFile(s.Path)));
            runs.Add(WordRun.OfTable(part._table));
        }

        while (runs.Count > MostFilesAtOnce)
        {
            string path = ScratchFile(scratch);
            using (WordRun some = WordRun.Merged(runs[..MostFilesAtOnce]))
                some.Save(path);
            runs = [.. runs[MostFilesAtOnce..], WordRun.OfFile(path)];
        }

        long different = 0;
        List<Counted> best = [];
        long least = 0; // words with fewer occurrences are not among the best
        using WordRun all = WordRun.Merged(runs);
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

    /// <summary>A class, because the base library comes with compiled code for lists of references.</summary>
    private sealed class Counted(long count, string word)
    {
        public long Count => count;

        public string Word => word;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static int MostFrequentFirst(Counted x, Counted y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : string.CompareOrdinal(x.Word, y.Word);
    }
}
