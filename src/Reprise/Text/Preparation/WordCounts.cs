using System.Runtime.CompilerServices;
using System.Text;

namespace Reprise.Text.Preparation;

/// <summary>
/// Counts words exactly in bounded memory: a table that grows over its budget is written to a file, sorted by word, and
/// begun anew; <see cref="MostFrequent"/> merges tables and files. One for each thread.
/// </summary>
internal sealed class WordCounts(long memoryBudget, string scratch)
{
    private const int MostFilesAtOnce = 64;

    private readonly List<string> _spilled = [];
    private WordTable _table = new();
    private long[] _counts = new long[1024];
    private int _roomFor; // counts of this many words may be touched before the budget is looked at again

    /// <summary>Counts every word of a sentence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddAll(TokenBuffer tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            int index = tokens.FindOrAddTo(_table, i);
            if (index >= _roomFor)
                index = MakeRoom(index);
            _counts[index]++;
        }
    }

    /// <summary>
    /// The most frequent words of several counts together, at most <paramref name="size"/>; of equally frequent ones those
    /// that come first in ordinal order. Also the number of different words.
    /// </summary>
    public static (List<string> Words, long Different) MostFrequent(IReadOnlyList<WordCounts> parts, int size, string scratch)
    {
        List<IEnumerable<(string Word, long Count)>> runs = [];
        foreach (WordCounts part in parts)
        {
            runs.AddRange(part._spilled.Select(ReadRun));
            runs.Add(part.SortedRun(part._table.Count));
        }

        while (runs.Count > MostFilesAtOnce)
        {
            string merged = ScratchFile(scratch);
            WriteRun(merged, Merge(runs[..MostFilesAtOnce]));
            runs = [.. runs[MostFilesAtOnce..], ReadRun(merged)];
        }

        long different = 0;
        PriorityQueue<string, (long Count, string Word)> best = new(RarestFirst.Instance);
        foreach ((string word, long count) in Merge(runs))
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

    /// <summary>Gives a word that was just added a count, on a new table if the old one is over the budget.</summary>
    /// <returns>The number that the word has then.</returns>
    private int MakeRoom(int index)
    {
        if (_table.Memory + (8L * _counts.Length) > memoryBudget && index > 0)
        {
            string word = _table[index].ToString();
            string path = ScratchFile(scratch);
            WriteRun(path, SortedRun(index));
            _spilled.Add(path);
            (_table, _counts) = (new WordTable(), new long[1024]);
            index = _table.FindOrAdd(word);
        }

        if (_counts.Length <= index)
            Array.Resize(ref _counts, 2 * _counts.Length);
        _roomFor = Math.Min(_counts.Length, index + 512);
        return index;
    }

    private IEnumerable<(string Word, long Count)> SortedRun(int words)
    {
        int[] order = new int[words];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        order.AsSpan().Sort((a, b) => _table[a].SequenceCompareTo(_table[b]));
        foreach (int word in order)
            yield return (_table[word].ToString(), _counts[word]);
    }

    private static IEnumerable<(string Word, long Count)> Merge(IEnumerable<IEnumerable<(string Word, long Count)>> runs)
    {
        PriorityQueue<IEnumerator<(string Word, long Count)>, string> heads = new(StringComparer.Ordinal);
        foreach (IEnumerable<(string Word, long Count)> run in runs)
        {
            IEnumerator<(string Word, long Count)> head = run.GetEnumerator();
            if (head.MoveNext())
                heads.Enqueue(head, head.Current.Word);
        }

        while (heads.Count > 0)
        {
            (string word, long count) = (heads.Peek().Current.Word, 0);
            while (heads.Count > 0 && heads.Peek().Current.Word == word)
            {
                IEnumerator<(string Word, long Count)> head = heads.Dequeue();
                count += head.Current.Count;
                if (head.MoveNext())
                    heads.Enqueue(head, head.Current.Word);
                else
                    head.Dispose();
            }

            yield return (word, count);
        }
    }

    private static IEnumerable<(string Word, long Count)> ReadRun(string path)
    {
        using BinaryReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read), Encoding.Unicode);
        while (reader.BaseStream.Position < reader.BaseStream.Length)
            yield return (reader.ReadString(), reader.ReadInt64());
    }

    private static void WriteRun(string path, IEnumerable<(string Word, long Count)> run)
    {
        using BinaryWriter writer = new(new FileStream(path, FileMode.CreateNew), Encoding.Unicode);
        foreach ((string word, long count) in run)
        {
            writer.Write(word);
            writer.Write(count);
        }
    }

    private static string ScratchFile(string scratch) => Path.Combine(scratch, $"words-{Guid.NewGuid():N}");

    private sealed class RarestFirst : IComparer<(long Count, string Word)>
    {
        public static readonly RarestFirst Instance = new();

        public int Compare((long Count, string Word) x, (long Count, string Word) y) =>
            x.Count != y.Count ? x.Count.CompareTo(y.Count) : string.CompareOrdinal(y.Word, x.Word);
    }
}
