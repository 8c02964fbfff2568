using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Reprise.Text;

/// <summary>
/// Two bits for each character of a sentence: part of a word, and white space. The end of a run is then found by counting bits, without
/// a branch for each character that the processor would have to predict.
/// </summary>
internal sealed class CharacterMap
{
    /// <summary>Number of spaces that must follow the text.</summary>
    public const int Padding = 64;

    private ulong[] _words = [];
    private ulong[] _spaces = [];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWord(int i) => (_words[i >> 6] >> i & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSpace(int i) => (_spaces[i >> 6] >> i & 1) != 0;

    /// <summary>The end of the run of word characters that begins at or before <paramref name="i"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EndOfWord(int i) => EndOfRun(_words, i);

    /// <summary>The end of the white space that begins at or before <paramref name="i"/>; beyond the text at its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EndOfSpace(int i) => EndOfRun(_spaces, i);

    /// <param name="padded">The text and <see cref="Padding"/> spaces.</param>
    /// <param name="ascii">True if all characters are ASCII.</param>
    /// <param name="simple">True if no character's class depends on its neighbours.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(ReadOnlySpan<char> padded, bool ascii, bool simple)
    {
        int blocks = padded.Length / 64;
        if (_words.Length <= blocks)
            (_words, _spaces) = (new ulong[(2 * blocks) + 1], new ulong[(2 * blocks) + 1]);
        (_words[blocks], _spaces[blocks]) = (0, 0); // ends the last run
        if (!simple)
        {
            ClassifyOneByOne(padded[..(64 * blocks)]);
            return;
        }

        for (int block = 0; block < blocks; block++)
        {
            ReadOnlySpan<char> characters = padded.Slice(64 * block, 64);
            (_words[block], _spaces[block]) = ascii ? ClassifyAscii(characters) : Classify(characters);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfRun(ulong[] bits, int i)
    {
        ulong others = ~bits[i >> 6] >> i;
        return others != 0 ? i + BitOperations.TrailingZeroCount(others) : EndOfRunBeyond(bits, i >> 6);
    }

    /// <summary>The end of a run that reaches the end of its block of 64 characters.</summary>
    private static int EndOfRunBeyond(ulong[] bits, int block)
    {
        ulong others;
        while ((others = ~bits[++block]) == 0)
        {
        }

        return (block << 6) + BitOperations.TrailingZeroCount(others);
    }

    /// <summary>Classifies sixteen characters at a time, as <see cref="Characters"/> does one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Words, ulong Spaces) ClassifyAscii(ReadOnlySpan<char> characters)
    {
        ReadOnlySpan<ushort> units = MemoryMarshal.Cast<char, ushort>(characters);
        ulong words = 0, spaces = 0;
        for (int i = 0; i < 64; i += 16)
        {
            Vector128<byte> c = Vector128.Narrow(Vector128.Create(units[i..]), Vector128.Create(units[(i + 8)..]));
            Vector128<byte> fromA = (c | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
            Vector128<byte> letter = Vector128.LessThanOrEqual(fromA, Vector128.Create((byte)25));
            Vector128<byte> digit = Vector128.LessThanOrEqual(c - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
            Vector128<byte> underscore = Vector128.Equals(c, Vector128.Create((byte)'_'));
            Vector128<byte> delete = Vector128.Equals(c, Vector128.Create((byte)0x7F));
            Vector128<byte> space = Vector128.LessThanOrEqual(c, Vector128.Create((byte)' ')) | delete;
            words |= (ulong)(letter | digit | underscore).ExtractMostSignificantBits() << i;
            spaces |= (ulong)space.ExtractMostSignificantBits() << i;
        }

        return (words, spaces);
    }

    /// <summary>Gives marks and joiners the class of the character before them; a digit with a key cap is a sign.</summary>
    private void ClassifyOneByOne(ReadOnlySpan<char> text)
    {
        Array.Clear(_words, 0, text.Length / 64);
        Array.Clear(_spaces, 0, text.Length / 64);
        bool word = true;
        for (int i = 0, length; i < text.Length; i += length)
        {
            int point = text[i];
            length = 1;
            if (char.IsHighSurrogate(text[i]))
                (point, length) = (char.ConvertToUtf32(text[i], text[i + 1]), 2);
            if (length == 1 && Characters.IsSpace(text[i]))
            {
                _spaces[i >> 6] |= 1UL << i;
                word = true;
                continue;
            }

            if (!Characters.Follows(point))
                word = Characters.IsWord(point) && !(Invisible.IsKey(point) && Invisible.IsKeyCap(text[(i + 1)..]));
            for (int half = i; word && half < i + length; half++)
                _words[half >> 6] |= 1UL << half;
        }
    }

    private static (ulong Words, ulong Spaces) Classify(ReadOnlySpan<char> characters)
    {
        ulong words = 0, spaces = 0;
        for (int i = 0; i < 64; i++)
        {
            words |= (Characters.IsWord(characters[i]) ? 1UL : 0) << i;
            spaces |= (Characters.IsSpace(characters[i]) ? 1UL : 0) << i;
        }

        return (words, spaces);
    }
}
