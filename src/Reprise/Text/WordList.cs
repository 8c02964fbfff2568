using System.Collections;

namespace Reprise.Text;

/// <summary>
/// Words by number and back, for a vocabulary: 12 to 20 bytes a word beside its characters, where a <see cref="WordTable"/>, which is
/// made to count fast, takes 60. Strings are made on demand. The hash has a key of its process, so that no text can be made to collide.
/// </summary>
internal sealed class WordList : IReadOnlyList<string>
{
    private readonly char[] _characters;
    private readonly int[] _ends;  // of each word, in _characters
    private readonly int[] _slots; // 1 + number, 0 = free; the length is a power of two

    /// <param name="words">The most words that it can hold.</param>
    /// <param name="characters">The most characters of all words together.</param>
    public WordList(int words, long characters)
    {
        int slots = 16;
        while (slots < 2 * (long)words)
            slots *= 2;
        _slots = new int[slots];
        _ends = new int[words];
        _characters = new char[characters];
    }

    public int Count { get; private set; }

    public string this[int index] => new(Word(index));

    public ReadOnlySpan<char> Word(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Count, nameof(number));
        int start = number == 0 ? 0 : _ends[number - 1];
        return _characters.AsSpan(start, _ends[number] - start);
    }

    /// <summary>The number of a word, or -1.</summary>
    public int Find(ReadOnlySpan<char> word) => _slots[SlotOf(word)] - 1;

    /// <summary>The number of a word, which is added if it is new.</summary>
    public int FindOrAdd(ReadOnlySpan<char> word)
    {
        ref int slot = ref _slots[SlotOf(word)];
        if (slot != 0)
            return slot - 1;
        int start = Count == 0 ? 0 : _ends[Count - 1];
        word.CopyTo(_characters.AsSpan(start));
        _ends[Count] = start + word.Length;
        slot = ++Count;
        return Count - 1;
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int number = 0; number < Count; number++)
            yield return this[number];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The slot of a word, or the free slot in which it would be put.</summary>
    private int SlotOf(ReadOnlySpan<char> word)
    {
        int mask = _slots.Length - 1;
        int slot = string.GetHashCode(word) & mask;
        while (_slots[slot] is var content && content != 0 && !Word(content - 1).SequenceEqual(word))
            slot = (slot + 1) & mask;
        return slot;
    }
}
