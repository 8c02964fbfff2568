using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Reprise.Text;

/// <summary>
/// Counted words, numbered 0, 1, 2… by first occurrence: a hash table with open addressing over one array of characters, so that neither
/// a lookup nor a new word allocates a string.
/// </summary>
/// <remarks>
/// Hashes depend on keys that each process draws, so that no text can be made to collide; no result may depend on them. The hash takes
/// eight characters at a time, the last ones padded with zeros: both halves meet a key, are multiplied, and the 128-bit product is folded
/// (after wyhash, https://github.com/wangyi-fudan/wyhash).
/// </remarks>
internal sealed class WordTable
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const int Block = 8;

    private static readonly (ulong First, ulong Second) s_key = (HashKey.New(), HashKey.New());

    private readonly ulong _firstKey = s_key.First; // a field: AggressiveOptimization compiles before the static one has its value
    private readonly ulong _secondKey = s_key.Second;
    private ulong[] _slots; // upper half: that of the hash; lower half: 1 + word, 0 if free; the length is a power of two
    private Entry[] _entries;
    private ulong[] _hashes;
    private char[] _characters;
    private int _end; // of the characters in use
    private (ulong Hash, ulong Slot)[] _sentence = [];

    public WordTable(int expectedWords = 1024)
    {
        int slots = 16;
        while (slots < 2 * (long)expectedWords && slots < 1 << 30)
            slots *= 2;
        _slots = new ulong[slots];
        _entries = new Entry[slots / 2];
        _hashes = new ulong[slots / 2];
        _characters = new char[slots * 4];
    }

    public int Count { get; private set; }

    // From element 8 - n on: n elements that keep, then 8 - n that clear.
    private static ReadOnlySpan<ushort> s_masks => [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Number of words that fit without growing.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Bytes of the table; twice as many after growing.</summary>
    public long Memory => (8L * _slots.Length) + (32L * _entries.Length) + (8L * _hashes.Length) + (2L * _characters.Length);

    public ReadOnlySpan<char> this[int word] => _characters.AsSpan(_entries[word].Start, _entries[word].Length);

    /// <summary>The number of times that a word was counted.</summary>
    public long CountOf(int word) => _entries[word].Count;

    /// <summary>The hash of a word, the same in all tables of this process.</summary>
    public ulong HashOf(int word) => _hashes[word];

    /// <summary>The number of a word, or -1.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        Span<char> padded = stackalloc char[64];
        padded = Padded(word, padded);
        return Find(padded, 0, word.Length, HashOf(padded, 0, word.Length));
    }

    /// <summary>
    /// Counts the words of a sentence and adds new ones. It loads all slots before it looks at the first, then all entries, because the
    /// time goes into cache misses, of which a processor can serve many at once.
    /// </summary>
    /// <param name="text">Must continue for at least 8 characters of any kind after each word.</param>
    /// <param name="numbers">Receives the numbers of the words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CountAll(ReadOnlySpan<char> text, ReadOnlySpan<(int Start, int Length)> words, Span<int> numbers)
    {
        if (_sentence.Length < words.Length)
            _sentence = new (ulong, ulong)[2 * words.Length];
        Span<(ulong Hash, ulong Slot)> sentence = _sentence.AsSpan(0, words.Length);
        ulong[] slots = _slots;
        for (int i = 0; i < words.Length; i++)
        {
            (int start, int length) = words[i];
            ulong hash = length <= Block ? Last(_firstKey ^ (ulong)length, Head(text, start, length)) : HashOf(text, start, length);
            sentence[i] = (hash, slots[(int)hash & (slots.Length - 1)]);
        }

        for (int i = 0; i < words.Length; i++)
        {
            (int start, int length) = words[i];
            (ulong hash, ulong slot) = sentence[i];
            int number = (int)slot - 1;
            if (number < 0 || (slot ^ hash) >> 32 != 0 || !IsWord(_entries[number], text, start, length))
                number = FindOrAdd(text, start, length, hash); // new, or added earlier in this sentence
            _entries[number].Count++;
            numbers[i] = number;
        }
    }

    /// <summary>Adds to the counts of words that <see cref="CountAll"/> counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Recount(ReadOnlySpan<int> numbers, int times)
    {
        Entry[] entries = _entries;
        foreach (int number in numbers)
            entries[number].Count += times;
    }

    /// <summary>The words of several tables, each with the sum of its counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static WordTable Joined(IReadOnlyList<WordTable> tables)
    {
        WordTable joined = new(tables.Max(table => table.Count) + 1);
        foreach (WordTable table in tables)
        {
            for (int word = 0; word < table.Count; word++)
            {
                int number = joined.FindOrAdd(table[word]);
                joined._entries[number].Count += table._entries[word].Count;
            }
        }

        return joined;
    }

    /// <summary>Finds a word or adds it.</summary>
    public int FindOrAdd(ReadOnlySpan<char> word)
    {
        Span<char> padded = stackalloc char[64];
        padded = Padded(word, padded);
        return FindOrAdd(padded, 0, word.Length, HashOf(padded, 0, word.Length));
    }

    /// <summary>The 128-bit product of two numbers, folded into 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Fold(ulong value, ulong multiplier)
    {
        ulong high = Math.BigMul(value, multiplier, out ulong low);
        return high ^ low;
    }

    /// <summary>A word with padding behind it, in the given memory if that is large enough.</summary>
    private static Span<char> Padded(ReadOnlySpan<char> word, Span<char> room)
    {
        if (word.Length > room.Length - Block)
            room = new char[word.Length + Block];
        word.CopyTo(room);
        return room;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindOrAdd(ReadOnlySpan<char> text, int start, int length, ulong hash)
    {
        int found = Find(text, start, length, hash);
        return found >= 0 ? found : Add(text.Slice(start, length), hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(ReadOnlySpan<char> text, int start, int length, ulong hash)
    {
        int mask = _slots.Length - 1;
        for (int slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            ulong content = _slots[slot];
            int found = (int)content - 1;
            if (found < 0 || ((content ^ hash) >> 32 == 0 && IsWord(_entries[found], text, start, length)))
                return found;
        }
    }

    /// <summary>Compares words; most have at most 8 characters and take one comparison and no branch on the length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWord(in Entry entry, ReadOnlySpan<char> text, int start, int length) =>
        entry.Head == Head(text, start, length) && entry.Length == length
        && (length <= Block
            || _characters.AsSpan(entry.Start + Block, length - Block).SequenceEqual(text.Slice(start + Block, length - Block)));

    /// <summary>The first eight characters of a word, padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Head(ReadOnlySpan<char> text, int start, int length) =>
        Load(text, start) & Vector128.Create(s_masks[(Block - Math.Min(length, Block))..]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong HashOf(ReadOnlySpan<char> text, int start, int length)
    {
        ulong hash = _firstKey ^ (ulong)length;
        for (; length > Block; length -= Block, start += Block)
            hash = Mix(hash, Load(text, start));
        return Last(hash, Head(text, start, length));
    }

    /// <summary>Removes all words and keeps the memory.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        (Count, _end) = (0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Add(ReadOnlySpan<char> word, ulong hash)
    {
        if (Count == _entries.Length)
            Grow();
        int end = checked(_end + word.Length);
        if (end > _characters.Length)
            Array.Resize(ref _characters, (int)Math.Max(Math.Min(2L * _characters.Length, Array.MaxLength), end));
        word.CopyTo(_characters.AsSpan(_end));
        Span<ushort> head = stackalloc ushort[Block];
        MemoryMarshal.Cast<char, ushort>(word[..Math.Min(word.Length, Block)]).CopyTo(head);
        _entries[Count] = new Entry { Head = Vector128.Create((ReadOnlySpan<ushort>)head), Start = _end, Length = word.Length };
        _end = end;
        _hashes[Count] = hash;
        Place(Count, hash);
        return Count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Load(ReadOnlySpan<char> text, int start) =>
        Vector128.Create(MemoryMarshal.Cast<char, ushort>(text[start..]));

    private void Grow()
    {
        _slots = new ulong[checked(_slots.Length * 2)];
        Array.Resize(ref _entries, _slots.Length / 2);
        Array.Resize(ref _hashes, _slots.Length / 2);
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

    /// <summary>The hash of a word, from the hash of all blocks but the last and the last block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Last(ulong hash, Vector128<ushort> block) => Fold(Mix(hash, block), Multiplier);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Mix(ulong hash, Vector128<ushort> block) => Fold(hash ^ block.AsUInt64()[0], block.AsUInt64()[1] ^ _secondKey);

    private struct Entry
    {
        public Vector128<ushort> Head; // the first 8 characters, zeros where the word is shorter
        public int Start;              // where it begins in _characters
        public int Length;
        public long Count;
    }
}
