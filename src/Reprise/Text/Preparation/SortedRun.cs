using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// A run of the external merge sort: counted words by hash, those of one hash in ordinal order, read forward. It is a table in memory, a
/// file, or the merge of several runs.
/// </summary>
internal abstract class SortedRun : IDisposable
{
    private const int HeadBytes = 24; // of a word in a file: hash, count, provisional id, number of characters

    /// <summary>The hash of the word in all <see cref="WordTable"/>s of this process.</summary>
    public ulong Hash { get; protected set; }

    public long Count { get; protected set; }

    /// <summary>The word's number in its table; -1 of a merged run.</summary>
    public int ProvisionalId { get; protected set; }

    /// <summary>The word; valid until the next call of <see cref="Next"/>.</summary>
    public abstract ReadOnlySpan<char> Word { get; }

    public static SortedRun OfTable(WordTable table) => new TableRun(table);

    public static SortedRun OfFile(string path) => new FileRun(path);

    /// <summary>The merge of several runs: each word once, with the sum of its counts. Owns the runs.</summary>
    public static SortedRun Merged(IReadOnlyList<SortedRun> runs) => new MergedRun(runs);

    /// <summary>Goes to the next word; false at the end.</summary>
    public abstract bool Next();

    /// <summary>Writes the remaining words to a new file.</summary>
    /// <param name="more">Additions to the counts, by provisional id; empty for none.</param>
    public void Save(string path, ReadOnlySpan<int> more = default)
    {
        using BinaryWriter writer = new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));
        while (Next())
        {
            writer.Write(Hash);
            writer.Write(more.IsEmpty ? Count : Count + more[ProvisionalId]);
            writer.Write(ProvisionalId);
            writer.Write(Word.Length);
            writer.Write(MemoryMarshal.AsBytes(Word));
        }
    }

    public abstract void Dispose();

    private sealed class TableRun : SortedRun
    {
        private readonly WordTable _table;
        private readonly int[] _order;
        private int _next;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public TableRun(WordTable table)
        {
            _table = table;
            _order = new int[table.Count];

            // The base library has compiled code that sorts numbers: the upper bits of each hash, with the word's number in the lower ones.
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

        public override ReadOnlySpan<char> Word => _table[ProvisionalId];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override bool Next()
        {
            if (_next == _order.Length)
                return false;
            ProvisionalId = _order[_next++];
            (Hash, Count) = (_table.HashOf(ProvisionalId), _table.CountOf(ProvisionalId));
            return true;
        }

        public override void Dispose()
        {
        }
    }

    private sealed class FileRun(string path) : SortedRun
    {
        private byte[] _buffer = [];
        private FileStream? _file; // opened at the first word: there may be more files than a process may hold open
        private int _at;
        private int _end; // of what is read, in the buffer
        private char[] _word = new char[64];
        private int _length;

        public override ReadOnlySpan<char> Word => _word.AsSpan(0, _length);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override bool Next()
        {
            if (_file is null)
            {
                _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                _buffer = new byte[1 << 16];
            }

            if (_end - _at < HeadBytes && !Fill())
                return false;
            ReadOnlySpan<byte> head = _buffer.AsSpan(_at, HeadBytes);
            Hash = BinaryPrimitives.ReadUInt64LittleEndian(head);
            Count = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
            ProvisionalId = BinaryPrimitives.ReadInt32LittleEndian(head[16..]);
            _length = BinaryPrimitives.ReadInt32LittleEndian(head[20..]);
            _at += HeadBytes;
            if (_word.Length < _length)
                _word = new char[2 * _length];
            Span<byte> word = MemoryMarshal.AsBytes(_word.AsSpan(0, _length));
            int here = Math.Min(word.Length, _end - _at);
            _buffer.AsSpan(_at, here).CopyTo(word);
            _at += here;
            _file.ReadExactly(word[here..]);
            return true;
        }

        public override void Dispose() => _file?.Dispose();

        /// <summary>Moves what is left to the front and reads on; false at the end of the file.</summary>
        private bool Fill()
        {
            _buffer.AsSpan(_at.._end).CopyTo(_buffer);
            (_end, _at) = (_end - _at, 0);
            _end += _file!.ReadAtLeast(_buffer.AsSpan(_end), HeadBytes - _end, throwOnEndOfStream: false);
            return _end >= HeadBytes;
        }
    }

    private sealed class MergedRun : SortedRun
    {
        private readonly PriorityQueue<SortedRun, SortedRun> _heads = new(Comparer<SortedRun>.Create(Compare));
        private readonly IReadOnlyList<SortedRun> _runs;
        private char[] _word = new char[64];
        private int _length;

        public MergedRun(IReadOnlyList<SortedRun> runs)
        {
            _runs = runs;
            ProvisionalId = -1;
            foreach (SortedRun run in runs)
                Advance(run);
        }

        public override ReadOnlySpan<char> Word => _word.AsSpan(0, _length);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override bool Next()
        {
            if (_heads.Count == 0)
                return false;
            SortedRun head = _heads.Dequeue();
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
            foreach (SortedRun run in _runs)
                run.Dispose();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int Compare(SortedRun x, SortedRun y) =>
            x.Hash != y.Hash ? x.Hash.CompareTo(y.Hash) : x.Word.SequenceCompareTo(y.Word);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Advance(SortedRun run)
        {
            if (run.Next())
                _heads.Enqueue(run, run);
        }
    }
}
