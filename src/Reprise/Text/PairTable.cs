using System.Runtime.CompilerServices;

namespace Reprise.Text;

/// <summary>
/// The pieces that pairs of pieces become: a hash table with open addressing, looked into for every pair of every new stretch of text. Its
/// key is of this process, so that no file can be made to collide.
/// </summary>
/// <param name="pairs">The most pairs that it can hold.</param>
internal sealed class PairTable(int pairs)
{
    public const int None = int.MaxValue;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private static readonly ulong s_key = HashKey.New();

    private readonly ulong _key = s_key; // a field: AggressiveOptimization compiles before the static one has its value
    private readonly (ulong Pair, int Merged)[] _slots = Free(pairs); // a free one has None

    /// <summary>Adds a pair, which must be new.</summary>
    public void Add(int left, int right, int merged) => _slots[SlotOf(PairOf(left, right))] = (PairOf(left, right), merged);

    /// <summary>The piece that a pair becomes, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(int left, int right) => _slots[SlotOf(PairOf(left, right))].Merged;

    private static (ulong, int)[] Free(int pairs)
    {
        int size = 16;
        while (size < 2L * pairs)
            size *= 2;
        (ulong, int)[] slots = new (ulong, int)[size];
        Array.Fill(slots, (0UL, None));
        return slots;
    }

    private static ulong PairOf(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(ulong pair)
    {
        int mask = _slots.Length - 1;
        int slot = (int)WordTable.Fold(pair ^ _key, Multiplier) & mask;
        while (_slots[slot].Merged != None && _slots[slot].Pair != pair)
            slot = (slot + 1) & mask;
        return slot;
    }
}
