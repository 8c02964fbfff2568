using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reprise.Formats;

namespace Reprise.Text.Preparation;

/// <summary>
/// The entries of a file of hashes that occurred before, or that occur in other files, one bit each. They are found in bounded memory: the
/// range of hashes is cut into shards, and each shard reads the files whole for its own hashes; several threads share the shards.
/// </summary>
/// <remarks>
/// Two of n different sentences have one hash with a probability of n^2 / 2^129; of sentences chosen to have the same public half,
/// n^2 / 2^65. The same holds for two different words.
/// </remarks>
internal sealed class Duplicates
{
    private const int HashesAtOnce = 1 << 22;
    private const int Piece = 1 << 14;

    private readonly HashFile _own;
    private readonly IReadOnlyList<HashFile> _others;
    private readonly ulong _shards;
    private readonly ulong[] _bits;
    private ulong _taken; // shards

    private Duplicates(HashFile own, IReadOnlyList<HashFile> others, long shards)
    {
        (_own, _others, _shards) = (own, others, (ulong)shards);
        _bits = new ulong[(own.Entries + 63) / 64];
        InOthers = new long[others.Count];
    }

    /// <summary>Entries that occurred before or occur in another file.</summary>
    public long Count { get; private set; }

    /// <summary>The entries of each other file that occur in this one.</summary>
    public long[] InOthers { get; }

    public bool Contains(long entry) => (_bits[entry / 64] >> (int)(entry % 64) & 1) != 0;

    /// <param name="own">The file of which entries are found.</param>
    /// <param name="others">Files whose entries are all taken to occur before.</param>
    /// <param name="atOnce">Different hashes held in memory at a time, about; for tests.</param>
    public static Duplicates Find(
        HashFile own, IReadOnlyList<HashFile> others, int threads, CancellationToken cancellation, int atOnce = HashesAtOnce)
    {
        long entries = own.Entries + others.Sum(other => other.Entries);
        long shards = Math.Max(threads, ((entries * threads) + atOnce - 1) / atOnce);
        Duplicates found = new(own, others, shards);
        new OrderedPipeline(_ => { }).Run([.. Enumerable.Range(0, threads).Select(_ => new ShardWorker(found))], cancellation);
        return found;
    }

    /// <summary>A file of <see cref="SentenceHash"/>es and the number of its entries.</summary>
    public readonly record struct HashFile(SafeFileHandle Handle, long Entries);

    /// <summary>Goes through all entries for the hashes of one shard after another.</summary>
    private sealed class ShardWorker(Duplicates all) : PipelineWorker
    {
        // Against a set of our own, with open addressing: 0.4 to 2.6 % more CPU time of `prepare` on six million short sentences, the
        // most that this takes of the whole, and none that can be measured on novels.
        private readonly HashSet<SentenceHash> _seen = new((int)((ulong)all._own.Entries / all._shards));
        private readonly Dictionary<SentenceHash, bool> _others = []; // true where an own entry has the hash
        private readonly SentenceHash[] _piece = new SentenceHash[Piece];
        private readonly long[] _inOthers = new long[all._others.Count];
        private ulong _shard;
        private long _copies;

        public override bool Take()
        {
            _shard = all._taken;
            return all._taken++ < all._shards;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Process()
        {
            _seen.Clear();
            _others.Clear();
            foreach (HashFile other in all._others)
                ForEachPiece(other, (hashes, _) => TakeOthers(hashes));
            ForEachPiece(all._own, TakeOwn);
            for (int i = 0; i < _inOthers.Length; i++)
                ForEachPiece(all._others[i], (hashes, _) => _inOthers[i] += CountFound(hashes));
        }

        public override void Commit()
        {
            all.Count += _copies;
            _copies = 0;
            for (int i = 0; i < _inOthers.Length; i++)
            {
                all.InOthers[i] += _inOthers[i];
                _inOthers[i] = 0;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void TakeOwn(ReadOnlySpan<SentenceHash> hashes, long first)
        {
            bool hasOthers = _others.Count > 0;
            for (int i = 0; i < hashes.Length; i++)
            {
                if (!IsOfShard(hashes[i]))
                    continue;
                bool isInOther = hasOthers && _others.ContainsKey(hashes[i]);
                if (isInOther)
                    _others[hashes[i]] = true;
                else if (_seen.Add(hashes[i]))
                    continue;
                Interlocked.Or(ref all._bits[(first + i) / 64], 1UL << (int)((first + i) % 64));
                _copies++;
            }
        }

        private void TakeOthers(ReadOnlySpan<SentenceHash> hashes)
        {
            foreach (SentenceHash hash in hashes)
            {
                if (IsOfShard(hash))
                    _others[hash] = false;
            }
        }

        private long CountFound(ReadOnlySpan<SentenceHash> hashes)
        {
            long found = 0;
            foreach (SentenceHash hash in hashes)
                found += IsOfShard(hash) && _others[hash] ? 1 : 0;
            return found;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool IsOfShard(SentenceHash hash) => Math.BigMul(hash.Secret, all._shards, out _) == _shard;

        private void ForEachPiece(HashFile file, Action<ReadOnlySpan<SentenceHash>, long> take)
        {
            for (long first = 0; first < file.Entries; first += Piece)
            {
                Span<SentenceHash> hashes = _piece.AsSpan(0, (int)Math.Min(Piece, file.Entries - first));
                FileChunks.ReadExactly(file.Handle, MemoryMarshal.AsBytes(hashes), 16 * first);
                take(hashes, first);
            }
        }
    }
}
