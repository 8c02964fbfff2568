using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Text;

/// <summary>
/// A permutation of 0 … count - 1 as a function of a key, with random access and without storage. A Feistel network over the smallest
/// power of two that holds the range, with Philox as its round function; a value outside the range is permuted again until it is inside
/// (cycle walking, Black &amp; Rogaway 2002).
/// </summary>
internal readonly struct KeyedPermutation
{
    private const int Rounds = 8;

    private readonly int _lowBits;
    private readonly ulong _lowMask, _highMask;
    private readonly uint _key0, _key1;

    public KeyedPermutation(long count, ulong key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
        int bits = count <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)count - 1);
        _lowBits = bits / 2;
        _lowMask = (1UL << _lowBits) - 1;
        _highMask = (1UL << (bits - _lowBits)) - 1;
        (_key0, _key1) = ((uint)key, (uint)(key >> 32));
    }

    public long Count { get; }

    /// <summary>The element at <paramref name="place"/>.</summary>
    public long this[long place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)place, (ulong)Count, nameof(place));
            ulong value = (ulong)place;
            do
            {
                value = Scramble(value);
            }
            while (value >= (ulong)Count);

            return (long)value;
        }
    }

    private ulong Scramble(ulong value)
    {
        ulong low = value & _lowMask, high = value >> _lowBits;
        for (uint round = 0; round < Rounds; round += 2)
        {
            high ^= Mix(low, round) & _highMask;
            low ^= Mix(high, round + 1) & _lowMask;
        }

        return (high << _lowBits) | low;
    }

    private ulong Mix(ulong half, uint round)
    {
        (uint x0, uint x1, _, _) = Philox.Block((uint)half, (uint)(half >> 32), round, 0, _key0, _key1);
        return ((ulong)x1 << 32) | x0;
    }
}
