using System.Text;

namespace Reprise.Text.Preparation;

/// <summary>
/// Counts words exactly in bounded memory: a table that grows over its budget is written to a file, sorted by word, and
/// begun anew; <see cref="MostFrequent"/> merges tables and files. One for each thread.
/// </summary>
internal sealed class WordCounts(long memoryBudget, string scratch)
{
    private const int MostFilesAtOnce = 64;

    private readonly List<(string Path, int Words)> _spilled = [];
    private WordTable _table = new();
    private int[] _sentence = [];

    /// <summary>Tables so far, those on disk included.</summary>
    public int Tables => _spilled.Count + 1;

    /// <summary>Counts every word of a sentence, and adds the sentence to <paramref name="numbers"/>: the words of the current table.</summary>
    public void AddAll(TokenBuffer tokens, NumberBlock numbers)
    {
        if (_sentence.Length < tokens.Count)
            _sentence = new int[2 * tokens.Count];
        tokens.CountIn(_table, _sentence);
        numbers.Add(_sentence.AsSpan(0, tokens.Count));
    }

    /// <summary>Begins a new table if the current one is over the budget. Called between chunks, so that a chunk's numbers are of one table.</summary>
    public void KeepToBudget()
    {
        if (_table.Memory <= memoryBudget || _table.Count == 0)
            return;
        string path = ScratchFile(scratch);
        WriteRun(path, SortedRun());
        _spilled.Add((path, _table.Count));
        _table = new WordTable();
    }

    /// <summary>The words of one table by number, as the vocabulary has them.</summary>
    public KnownWords.Word[] WordsOf(int table, Vocabulary vocabulary)
    {
        KnownWords.Word[] words;
        if (table == _spilled.Count)
        {
            words = new KnownWords.Word[_table.Count];
            for (int number = 0; number < words.Length; number++)
                words[number] = new KnownWords.Word(_table.HashOf(number), vocabulary.IdOf(_table[number]));
        }
        else
        {
            words = new KnownWords.Word[_spilled[table].Words];
            foreach ((string word, long _, int number) in ReadRun(_spilled[table].Path))
                words[number] = new KnownWords.Word(WordTable.Hash(word), vocabulary.IdOf(word));
        }

        return words;
    }

    /// <summary>
    /// The most frequent words of several counts together, at most <paramref name="size"/>; of equally frequent ones those
    /// that come first in ordinal order. Also the number of different words.
    /// </summary>
    public static (List<string> Words, long Different) MostFrequent(IReadOnlyList<WordCounts> parts, int size, string scratch)
    {
        List<IEnumerable<Entry>> runs = [];
        foreach (WordCounts part in parts)
        {
            runs.AddRange(part._spilled.Select(s => ReadRun(s.Path)));
            runs.Add(part.SortedRun());
        }

        while (runs.Count > MostFilesAtOnce)
        {
            string merged = ScratchFile(scratch);
            WriteRun(merged, Merge(runs[..MostFilesAtOnce]));
            runs = [.. runs[MostFilesAtOnce..], ReadRun(merged)];
        }

        long different = 0;
        PriorityQueue<string, (long Count, string Word)> best = new(RarestFirst.Instance);
        foreach ((string word, long count, _) in Merge(runs))
        {
            different++;
            if (best.Count < size)
                best.Enqueue(word, (count, word));
            else
                best.EnqueueDequeue(word, (count, word));
        }

        List<string> words = new(best.Count);
        while (best.Count > 0)
            words.Add(best.Dequeue());
        words.Reverse();
        return (words, different);
    }

    private IEnumerable<Entry> SortedRun()
    {
        int[] order = new int[_table.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        order.AsSpan().Sort((a, b) => _table[a].SequenceCompareTo(_table[b]));
        foreach (int word in order)
            yield return new Entry(_table[word].ToString(), _table.CountOf(word), word);
    }

    private static IEnumerable<Entry> Merge(IEnumerable<IEnumerable<Entry>> runs)
    {
        PriorityQueue<IEnumerator<Entry>, string> heads = new(StringComparer.Ordinal);
        foreach (IEnumerable<Entry> run in runs)
        {
            IEnumerator<Entry> head = run.GetEnumerator();
            if (head.MoveNext())
                heads.Enqueue(head, head.Current.Word);
        }

        while (heads.Count > 0)
        {
            (string word, long count) = (heads.Peek().Current.Word, 0);
            while (heads.Count > 0 && heads.Peek().Current.Word == word)
            {
                IEnumerator<Entry> head = heads.Dequeue();
                count += head.Current.Count;
                if (head.MoveNext())
                    heads.Enqueue(head, head.Current.Word);
                else
                    head.Dispose();
            }

            yield return new Entry(word, count, Number: -1);
        }
    }

    private static IEnumerable<Entry> ReadRun(string path)
    {
        using BinaryReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read), Encoding.Unicode);
        while (reader.BaseStream.Position < reader.BaseStream.Length)
            yield return new Entry(reader.ReadString(), reader.ReadInt64(), reader.ReadInt32());
    }

    private static void WriteRun(string path, IEnumerable<Entry> run)
    {
        using BinaryWriter writer = new(new FileStream(path, FileMode.CreateNew), Encoding.Unicode);
        foreach (Entry entry in run)
        {
            writer.Write(entry.Word);
            writer.Write(entry.Count);
            writer.Write(entry.Number);
        }
    }

    private static string ScratchFile(string scratch) => Path.Combine(scratch, $"words-{Guid.NewGuid():N}");

    /// <param name="Number">The word's number in its table; -1 where tables are merged.</param>
    private readonly record struct Entry(string Word, long Count, int Number);

    private sealed class RarestFirst : IComparer<(long Count, string Word)>
    {
        public static readonly RarestFirst Instance = new();

        public int Compare((long Count, string Word) x, (long Count, string Word) y) =>
            x.Count != y.Count ? x.Count.CompareTo(y.Count) : string.CompareOrdinal(y.Word, x.Word);
    }
}
