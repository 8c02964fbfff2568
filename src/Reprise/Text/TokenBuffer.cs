using System.Runtime.CompilerServices;
using Reprise.Text.Languages;

namespace Reprise.Text;

/// <summary>The words of one sentence, as slices of one array that is reused from sentence to sentence.</summary>
internal sealed class TokenBuffer
{
    private (int Start, int Length)[] _tokens = new (int, int)[64];
    private char[] _text = new char[256];

    /// <summary>Number of words.</summary>
    public int Count { get; private set; }

    /// <summary>Word <paramref name="index"/>; valid until the next sentence.</summary>
    public ReadOnlySpan<char> this[int index]
    {
        get
        {
            (int start, int length) = _tokens.AsSpan(0, Count)[index];
            return _text.AsSpan(start, length);
        }
    }

    internal CharacterMap Map { get; } = new();

    /// <summary>The rules by which words keep their point.</summary>
    internal LanguageRules Rules { get; set; } = LanguageRules.Of(null);

    internal UnicodeText Unicode { get; } = new();

    /// <summary>The words as new strings.</summary>
    public List<string> ToList()
    {
        List<string> words = new(Count);
        for (int i = 0; i < Count; i++)
            words.Add(this[i].ToString());
        return words;
    }

    /// <summary>Counts all words in a table; <paramref name="numbers"/> receives their numbers in it.</summary>
    internal void CountIn(WordTable table, Span<int> numbers) => table.CountAll(_text, _tokens.AsSpan(0, Count), numbers);

    /// <summary>Removes all words and returns room for <paramref name="length"/> characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal Span<char> Clear(int length)
    {
        Count = 0;
        if (_text.Length < length + CharacterMap.Padding)
            _text = new char[Math.Max(length + CharacterMap.Padding, 2 * _text.Length)];
        return _text.AsSpan(0, length);
    }

    /// <summary>True if all characters of the text are ASCII.</summary>
    internal bool IsAscii { get; private set; }

    /// <summary>Maps the characters of the text, which has the given length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void SetMap(int length, bool ascii, bool simple)
    {
        Pad(length, ascii);
        Map.Set(_text.AsSpan(0, length + CharacterMap.Padding), ascii, simple);
    }

    /// <summary>Pads a text of the given length.</summary>
    internal void Pad(int length, bool ascii)
    {
        IsAscii = ascii;
        _text.AsSpan(length, CharacterMap.Padding).Fill(' ');
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int start, int length)
    {
        (int, int)[] tokens = _tokens;
        int count = Count;
        if ((uint)count >= (uint)tokens.Length)
            tokens = Grow();
        tokens[count] = (start, length);
        Count = count + 1;
    }

    /// <summary>Reverses the order of the words from <paramref name="first"/> on.</summary>
    internal void Reverse(int first) => Array.Reverse(_tokens, first, Count - first);

    private (int, int)[] Grow()
    {
        Array.Resize(ref _tokens, 2 * Count);
        return _tokens;
    }
}
