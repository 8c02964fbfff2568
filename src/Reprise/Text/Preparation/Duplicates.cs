using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Text.Preparation;

/// <summary>
/// Which entries of a file of 128-bit hashes occurred before. Found in bounded memory: the file is read in as many rounds as
/// needed, each for the hashes of one range; several threads share the rounds. One bit an entry stays.
/// </summary>
/// <remarks>
/// Half of a hash is that of the split, which anybody can compute; the other half depends on secrets of this process, and it alone
/// says in which round and where a hash is kept. Two different ones of n sentences are taken for one with a probability of
/// n^2 / 2^129, of chosen ones, whose public halves are alike, n^2 / 2^65; of different words likewise.
/// </remarks>
internal sealed class Duplicates
{
    private const int HashesAtOnce = 1 << 22;
    private const int Piece = 1 << 14;

    private readonly SafeFileHandle _hashes;
    private readonly long _entries;
    private readonly ulong _rounds;
    private readonly ulong[] _bits;
    private ulong _taken; // rounds

    private Duplicates(SafeFileHandle hashes, long entries, long rounds)
    {
        (_hashes, _entries, _rounds) = (hashes, entries, (ulong)rounds);
        _bits = new ulong[(entries + 63) / 64];
    }

    /// <summary>Entries that occurred before.</summary>
    public long Count { get; private set; }

    public bool Contains(long entry) => (_bits[entry / 64] >> (int)(entry % 64) & 1) != 0;

    /// <param name="hashes">A file of <paramref name="entries"/> hashes.</param>
    /// <param name="atOnce">Different hashes held in memory at a time, about; for tests.</param>
    public static Duplicates Find(SafeFileHandle hashes, long entries, int threads, CancellationToken cancellation, int atOnce = HashesAtOnce)
    {
        long rounds = Math.Max(threads, ((entries * threads) + atOnce - 1) / atOnce);
        Duplicates found = new(hashes, entries, rounds);
        new OrderedPass(_ => { }).Run([.. Enumerable.Range(0, threads).Select(_ => new Round(found))], cancellation);
        return found;
    }

    private static void Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        for (int read = 0, count; read < bytes.Length; read += count)
        {
            count = RandomAccess.Read(file, bytes[read..], offset + read);
            if (count == 0)
                throw new EndOfStreamException();
        }
    }

    /// <summary>Goes through all entries for the hashes of one range.</summary>
    private sealed class Round(Duplicates all) : PassWorker
    {
        private readonly HashSet128 _seen = new((int)((ulong)all._entries / all._rounds));
        private readonly UInt128[] _piece = new UInt128[Piece];
        private ulong _round;
        private long _copies;

        public override bool Take()
        {
            _round = all._taken;
            return all._taken++ < all._rounds;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Process()
        {
            _seen.Clear();
            for (long first = 0; first < all._entries; first += Piece)
            {
                Span<UInt128> hashes = _piece.AsSpan(0, (int)Math.Min(Piece, all._entries - first));
                Read(all._hashes, MemoryMarshal.AsBytes(hashes), 16 * first);
                for (int i = 0; i < hashes.Length; i++)
                {
                    if (Math.BigMul((ulong)hashes[i], all._rounds, out _) != _round || _seen.Add(hashes[i]))
                        continue;
                    Interlocked.Or(ref all._bits[(first + i) / 64], 1UL << (int)((first + i) % 64));
                    _copies++;
                }
            }
        }

        public override void Commit()
        {
            all.Count += _copies;
            _copies = 0;
        }
    }

    /// <summary>A set of hashes, which need no hashing: their lower bits, which are secret, are the place.</summary>
    private sealed class HashSet128
    {
        private UInt128[] _slots; // 0 is free; at most three quarters are taken
        private int _count;

        public HashSet128(int expected)
        {
            int slots = 1024;
            while (slots / 4 * 3L < expected && slots < 1 << 29)
                slots *= 2;
            _slots = new UInt128[slots];
        }

        /// <summary>Adds a hash; false if it is there. That 0 counts as 1 does not change how likely two sentences are taken for one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Add(UInt128 hash)
        {
            hash = UInt128.Max(hash, 1);
            UInt128[] slots = _slots;
            for (int slot = (int)hash; ; slot++)
            {
                ref UInt128 content = ref slots[slot & (slots.Length - 1)];
                if (content == hash)
                    return false;
                if (content != 0)
                    continue;
                content = hash;
                if (++_count > slots.Length / 4 * 3)
                    Grow();
                return true;
            }
        }

        public void Clear()
        {
            if (_count > 0)
                Array.Clear(_slots);
            _count = 0;
        }

        private void Grow()
        {
            UInt128[] before = _slots;
            _slots = new UInt128[checked(2 * before.Length)];
            _count = 0;
            foreach (UInt128 hash in before)
            {
                if (hash != 0)
                    Add(hash);
            }
        }
    }
}
