using System.Collections;

namespace Reprise.Text;

/// <summary>
/// Words by their numbers and back, in 12 to 20 bytes a word beside their characters: a vocabulary's, where a <see cref="WordTable"/>, made
/// to count fast, takes 60. Strings are made when they are asked for. The hash has a key of its process, so that nobody can choose words
/// that all come to one place.
/// </summary>
internal sealed class WordList : IReadOnlyList<string>
{
    private readonly char[] _characters;
    private readonly int[] _ends;  // of each word in _characters
    private readonly int[] _slots; // 1 + number, 0 = free; the length is a power of two

    /// <param name="words">As many as it can hold.</param>
    /// <param name="characters">Of all words together, at most.</param>
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

    /// <summary>The number of a word; the next one if it is new.</summary>
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

    /// <summary>The place of a word, or the free one to which it would come.</summary>
    private int SlotOf(ReadOnlySpan<char> word)
    {
        int mask = _slots.Length - 1;
        int slot = string.GetHashCode(word) & mask;
        while (_slots[slot] is var content && content != 0 && !Word(content - 1).SequenceEqual(word))
            slot = (slot + 1) & mask;
        return slot;
    }
}
