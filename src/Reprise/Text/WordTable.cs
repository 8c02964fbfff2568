using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Reprise.Text;

/// <summary>
/// Words numbered 0, 1, 2… in the order in which they came: a hash table with open addressing over one array of
/// characters, so that looking up and adding allocate no strings.
/// </summary>
internal sealed class WordTable
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const int Block = 8;

    private ulong[] _slots; // upper half: that of the hash; lower half: 1 + word, 0 = free; the length is a power of two
    private ulong[] _hashes;
    private int[] _starts; // word w is _characters[_starts[w].._starts[w + 1]]
    private char[] _characters;

    public WordTable(int expectedWords = 1024)
    {
        int slots = 16;
        while (slots < 2 * (long)expectedWords && slots < 1 << 30)
            slots *= 2;
        _slots = new ulong[slots];
        _hashes = new ulong[slots / 2];
        _starts = new int[(slots / 2) + 1];
        _characters = new char[slots * 4];
    }

    public int Count { get; private set; }

    // From element 8 - n on: n elements that keep, then such that clear.
    private static ReadOnlySpan<ushort> s_masks => [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Bytes that the table takes.</summary>
    public long Memory => (8L * _slots.Length) + (8L * _hashes.Length) + (4L * _starts.Length) + (2L * _characters.Length);

    public ReadOnlySpan<char> this[int word] => _characters.AsSpan(_starts[word].._starts[word + 1]);

    /// <summary>
    /// A hash of a word that is the same on every machine and in every run. Eight characters at a time, the last ones filled
    /// up with zeros: their two halves multiplied and the 128-bit product folded (after wyhash, https://github.com/wangyi-fudan/wyhash).
    /// </summary>
    public static ulong Hash(ReadOnlySpan<char> word)
    {
        Span<char> padded = stackalloc char[64];
        if (word.Length > padded.Length - Block)
            padded = new char[word.Length + Block];
        word.CopyTo(padded);
        return Hash(padded, 0, word.Length);
    }

    /// <summary>The same hash of a word within a text that goes on for at least 8 characters after it, whichever they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Hash(ReadOnlySpan<char> text, int start, int length)
    {
        ReadOnlySpan<ushort> units = MemoryMarshal.Cast<char, ushort>(text[start..]);
        ulong hash = Multiplier ^ (ulong)length;
        for (; length > Block; length -= Block)
        {
            hash = Mix(hash, Vector128.Create(units));
            units = units[Block..];
        }

        hash = Mix(hash, Vector128.Create(units) & Vector128.Create(s_masks[(Block - length)..]));
        return Fold(hash ^ 0xD1B54A32D192ED03);
    }

    /// <summary>The hash of a sequence, from the hash of what came before and of the next.</summary>
    public static ulong Combine(ulong before, ulong next) => Fold(before ^ ((next * 3) + 0xA0761D6478BD642F));

    /// <summary>The number of a word, or -1.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        Span<char> padded = stackalloc char[64];
        if (word.Length > padded.Length - Block)
            padded = new char[word.Length + Block];
        word.CopyTo(padded);
        return Find(padded, 0, word.Length, Hash(padded, 0, word.Length));
    }

    /// <summary>The number of a word within a text that goes on for at least 8 characters after it, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(ReadOnlySpan<char> text, int start, int length, ulong hash)
    {
        int mask = _slots.Length - 1;
        for (int slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            ulong entry = _slots[slot];
            int found = (int)entry - 1;
            if (found < 0 || ((entry ^ hash) >> 32 == 0 && IsWord(found, text, start, length)))
                return found;
        }
    }

    /// <summary>The number of a word, which is new if it was not there.</summary>
    public int FindOrAdd(ReadOnlySpan<char> text, int start, int length, ulong hash)
    {
        int found = Find(text, start, length, hash);
        return found >= 0 ? found : Add(text.Slice(start, length), hash);
    }

    /// <summary>Adds a word that is not there, or finds it.</summary>
    public int FindOrAdd(ReadOnlySpan<char> word)
    {
        int found = Find(word);
        return found >= 0 ? found : Add(word, Hash(word));
    }

    private int Add(ReadOnlySpan<char> word, ulong hash)
    {
        if (Count == _hashes.Length)
            Grow();
        int start = _starts[Count];
        long end = start + (long)word.Length + Block;
        if (end > _characters.Length)
            Array.Resize(ref _characters, checked((int)Math.Max(Math.Min(2L * _characters.Length, Array.MaxLength), end)));
        word.CopyTo(_characters.AsSpan(start));
        _starts[Count + 1] = start + word.Length;
        _hashes[Count] = hash;
        Place(Count, hash);
        return Count++;
    }

    /// <summary>Compares without a branch on the length of a short word, which no processor can predict.</summary>
    private bool IsWord(int found, ReadOnlySpan<char> text, int start, int length)
    {
        int from = _starts[found];
        if (_starts[found + 1] - from != length)
            return false;
        if (length > Block)
            return _characters.AsSpan(from, length).SequenceEqual(text.Slice(start, length));
        Vector128<ushort> difference = Load(_characters, from) ^ Load(text, start);
        return (difference & Vector128.Create(s_masks[(Block - length)..])) == Vector128<ushort>.Zero;
    }

    private static Vector128<ushort> Load(ReadOnlySpan<char> text, int start) => Vector128.Create(MemoryMarshal.Cast<char, ushort>(text[start..]));

    private void Grow()
    {
        _slots = new ulong[checked(_slots.Length * 2)];
        Array.Resize(ref _hashes, _slots.Length / 2);
        Array.Resize(ref _starts, (_slots.Length / 2) + 1);
        for (int word = 0; word < Count; word++)
            Place(word, _hashes[word]);
    }

    private void Place(int word, ulong hash)
    {
        int mask = _slots.Length - 1;
        int slot = (int)hash & mask;
        while (_slots[slot] != 0)
            slot = (slot + 1) & mask;
        _slots[slot] = (hash & 0xFFFFFFFF00000000) | (uint)(word + 1);
    }

    private static ulong Mix(ulong hash, Vector128<ushort> block)
    {
        Vector128<ulong> halves = block.AsUInt64();
        ulong high = Math.BigMul(hash ^ halves[0], halves[1] ^ 0xA0761D6478BD642F, out ulong low);
        return high ^ low;
    }

    private static ulong Fold(ulong value)
    {
        ulong high = Math.BigMul(value, Multiplier, out ulong low);
        return high ^ low;
    }
}
