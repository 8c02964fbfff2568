using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Which entries of a file of 64-bit hashes occurred before. Found in bounded memory: the file is read as often as needed,
/// each time for those hashes that leave the same remainder. One bit an entry stays.
/// </summary>
/// <remarks>
/// Two different sentences are taken for one with a probability of about n^2 / 2^65: 1 in 10,000 for anywhere among 59 million.
/// </remarks>
internal sealed class Duplicates
{
    private const int HashesAtOnce = 1 << 22;

    private readonly ulong[] _bits;

    private Duplicates(long entries) => _bits = new ulong[(entries + 63) / 64];

    /// <summary>Entries that occurred before.</summary>
    public long Count { get; private set; }

    public bool Contains(long entry) => (_bits[entry / 64] >> (int)(entry % 64) & 1) != 0;

    /// <param name="hashes">A seekable stream of <paramref name="entries"/> hashes.</param>
    /// <param name="atOnce">Hashes held in memory at a time, about; for tests.</param>
    public static Duplicates Find(Stream hashes, long entries, int atOnce = HashesAtOnce)
    {
        Duplicates found = new(entries);
        ulong rounds = (ulong)((entries + atOnce - 1) / atOnce);
        List<ulong> keys = [];
        List<long> entriesOfKeys = [];
        ulong[] piece = new ulong[1 << 14];
        for (ulong round = 0; round < rounds; round++)
        {
            keys.Clear();
            entriesOfKeys.Clear();
            hashes.Position = 0;
            for (long entry = 0; entry < entries;)
            {
                Span<ulong> some = piece.AsSpan(0, (int)Math.Min(piece.Length, entries - entry));
                hashes.ReadExactly(MemoryMarshal.AsBytes(some));
                foreach (ulong hash in some)
                {
                    if (hash % rounds == round)
                    {
                        keys.Add(hash);
                        entriesOfKeys.Add(entry);
                    }

                    entry++;
                }
            }

            found.Mark(CollectionsMarshal.AsSpan(keys), CollectionsMarshal.AsSpan(entriesOfKeys));
        }

        return found;
    }

    private void Mark(Span<ulong> keys, Span<long> entries)
    {
        keys.Sort(entries);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            long first = entries[start];
            for (end = start + 1; end < keys.Length && keys[end] == keys[start]; end++)
                first = Math.Min(first, entries[end]);
            for (int i = start; i < end; i++)
            {
                if (entries[i] == first)
                    continue;
                _bits[entries[i] / 64] |= 1UL << (int)(entries[i] % 64);
                Count++;
            }
        }
    }
}
