using System.Runtime.InteropServices;

namespace Reprise.Text;

/// <summary>
/// Words numbered 0, 1, 2… in the order in which they came: a hash table with open addressing over one array of
/// characters, so that looking up and adding allocate no strings.
/// </summary>
internal sealed class WordTable
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

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

    /// <summary>Bytes that the table takes.</summary>
    public long Memory => (8L * _slots.Length) + (8L * _hashes.Length) + (4L * _starts.Length) + (2L * _characters.Length);

    public ReadOnlySpan<char> this[int word] => _characters.AsSpan(_starts[word].._starts[word + 1]);

    /// <summary>
    /// A hash of a word that is the same on every machine and in every run. Multiply and fold the 128-bit product, four
    /// characters at a time (after wyhash, https://github.com/wangyi-fudan/wyhash).
    /// </summary>
    public static ulong Hash(ReadOnlySpan<char> word)
    {
        ulong hash = Multiplier ^ (ulong)word.Length;
        while (word.Length >= 4)
        {
            hash = Fold(hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(word)));
            word = word[4..];
        }

        ulong tail = 0;
        for (int i = word.Length - 1; i >= 0; i--)
            tail = (tail << 16) | word[i];
        return Fold(Fold(hash ^ tail) ^ 0xD1B54A32D192ED03);
    }

    /// <summary>The hash of a sequence, from the hash of what came before and of the next.</summary>
    public static ulong Combine(ulong before, ulong next) => Fold(before ^ ((next * 3) + 0xA0761D6478BD642F));

    public ulong HashOf(int word) => _hashes[word];

    /// <summary>The number of a word, or -1.</summary>
    public int Find(ReadOnlySpan<char> word, ulong hash)
    {
        int mask = _slots.Length - 1;
        for (int slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            ulong entry = _slots[slot];
            int found = (int)entry - 1;
            if (found < 0 || ((entry ^ hash) >> 32 == 0 && this[found].SequenceEqual(word)))
                return found;
        }
    }

    /// <summary>The number of a word, which is new if it was not there.</summary>
    public int FindOrAdd(ReadOnlySpan<char> word, ulong hash)
    {
        int found = Find(word, hash);
        return found >= 0 ? found : Add(word, hash);
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private int Add(ReadOnlySpan<char> word, ulong hash)
    {
        if (Count == _hashes.Length)
            Grow();
        int start = _starts[Count];
        if (start + (long)word.Length > _characters.Length)
            Array.Resize(ref _characters, checked((int)Math.Min(Math.Max(2L * _characters.Length, start + (long)word.Length), Array.MaxLength)));
        word.CopyTo(_characters.AsSpan(start));
        _starts[Count + 1] = start + word.Length;
        _hashes[Count] = hash;
        Place(Count, hash);
        return Count++;
    }

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

    private static ulong Fold(ulong value)
    {
        ulong high = Math.BigMul(value, Multiplier, out ulong low);
        return high ^ low;
    }
}
