using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Counted words in the order of their hashes, and of words with the same hash in ordinal order: one of a table, of a file
/// or of several runs merged. Forward only.
/// </summary>
internal abstract class WordRun : IDisposable
{
    /// <summary>The hash that <see cref="WordTable"/>s of this process have for the word.</summary>
    public ulong Hash { get; protected set; }

    public long Count { get; protected set; }

    /// <summary>The word's number in its table; -1 where tables are merged.</summary>
    public int Number { get; protected set; }

    /// <summary>Valid until the next one.</summary>
    public abstract ReadOnlySpan<char> Word { get; }

    public static WordRun OfTable(WordTable table) => new TableRun(table);

    public static WordRun OfFile(string path) => new FileRun(path);

    /// <summary>Each word once, with the sum of its counts. Disposes of the runs.</summary>
    public static WordRun Merged(IReadOnlyList<WordRun> runs) => new MergedRun(runs);

    /// <summary>Goes to the next word; false at the end.</summary>
    public abstract bool Next();

    /// <summary>Writes what follows to a new file.</summary>
    public void Save(string path)
    {
        using BinaryWriter writer = new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));
        while (Next())
        {
            writer.Write(Hash);
            writer.Write(Count);
            writer.Write(Number);
            writer.Write(Word.Length);
            writer.Write(MemoryMarshal.AsBytes(Word));
        }
    }

    public abstract void Dispose();

    private sealed class TableRun : WordRun
    {
        private readonly WordTable _table;
        private readonly int[] _order;
        private int _next;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public TableRun(WordTable table)
        {
            _table = table;
            _order = new int[table.Count];

            // The upper bits of each hash with the word's number below, for numbers alone are sorted by compiled code of the base library.
            int bits = BitOperations.Log2((uint)Math.Max(1, table.Count - 1)) + 1;
            ulong[] keys = new ulong[table.Count];
            for (int i = 0; i < keys.Length; i++)
                keys[i] = (table.HashOf(i) >> bits << bits) | (uint)i;
            Array.Sort(keys);
            for (int i = 0; i < keys.Length; i++)
                _order[i] = (int)(keys[i] & ((1UL << bits) - 1));
            for (int start = 0, end; start < keys.Length; start = end)
            {
                end = start + 1;
                while (end < keys.Length && keys[end] >> bits == keys[start] >> bits)
                    end++;
                if (end > start + 1)
                    _order.AsSpan(start..end).Sort(Compare);
            }

            int Compare(int a, int b) =>
                table.HashOf(a) != table.HashOf(b) ? table.HashOf(a).CompareTo(table.HashOf(b)) : table[a].SequenceCompareTo(table[b]);
        }

        public override ReadOnlySpan<char> Word => _table[Number];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override bool Next()
        {
            if (_next == _order.Length)
                return false;
            Number = _order[_next++];
            (Hash, Count) = (_table.HashOf(Number), _table.CountOf(Number));
            return true;
        }

        public override void Dispose()
        {
        }
    }

    private sealed class FileRun(string path) : WordRun
    {
        private BinaryReader? _reader; // opened late, for there may be more files than a process may have open
        private long _bytes; // left
        private char[] _word = new char[64];
        private int _length;

        public override ReadOnlySpan<char> Word => _word.AsSpan(0, _length);

        public override bool Next()
        {
            if (_reader is null)
            {
                FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
                (_reader, _bytes) = (new BinaryReader(file), file.Length);
            }

            if (_bytes == 0)
                return false;
            (Hash, Count, Number, _length) = (_reader.ReadUInt64(), _reader.ReadInt64(), _reader.ReadInt32(), _reader.ReadInt32());
            if (_word.Length < _length)
                _word = new char[2 * _length];
            Span<byte> word = MemoryMarshal.AsBytes(_word.AsSpan(0, _length));
            _reader.BaseStream.ReadExactly(word);
            _bytes -= 24 + word.Length;
            return true;
        }

        public override void Dispose() => _reader?.Dispose();
    }

    private sealed class MergedRun : WordRun
    {
        private readonly PriorityQueue<WordRun, WordRun> _heads = new(Comparer<WordRun>.Create(Compare));
        private readonly IReadOnlyList<WordRun> _runs;
        private char[] _word = new char[64];
        private int _length;

        public MergedRun(IReadOnlyList<WordRun> runs)
        {
            _runs = runs;
            Number = -1;
            foreach (WordRun run in runs)
                Advance(run);
        }

        public override ReadOnlySpan<char> Word => _word.AsSpan(0, _length);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override bool Next()
        {
            if (_heads.Count == 0)
                return false;
            WordRun head = _heads.Dequeue();
            (Hash, Count, _length) = (head.Hash, head.Count, head.Word.Length);
            if (_word.Length < _length)
                _word = new char[2 * _length];
            head.Word.CopyTo(_word);
            Advance(head);
            while (_heads.TryPeek(out head!, out _) && head.Hash == Hash && head.Word.SequenceEqual(Word))
            {
                Count += head.Count;
                Advance(_heads.Dequeue());
            }

            return true;
        }

        public override void Dispose()
        {
            foreach (WordRun run in _runs)
                run.Dispose();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int Compare(WordRun x, WordRun y) => x.Hash != y.Hash ? x.Hash.CompareTo(y.Hash) : x.Word.SequenceCompareTo(y.Word);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Advance(WordRun run)
        {
            if (run.Next())
                _heads.Enqueue(run, run);
        }
    }
}
