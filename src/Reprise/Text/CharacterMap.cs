using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Reprise.Text;

/// <summary>
/// One bit for each character of a sentence: whether it belongs to a word, and whether it is white space. Where a run of
/// either ends is then found without looking at its characters, whose number no processor can predict.
/// </summary>
internal sealed class CharacterMap
{
    /// <summary>Characters that must follow the text, all of them spaces.</summary>
    public const int Padding = 64;

    private ulong[] _words = [];
    private ulong[] _spaces = [];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWord(int i) => (_words[i >> 6] >> i & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSpace(int i) => (_spaces[i >> 6] >> i & 1) != 0;

    /// <summary>Where the word characters that begin at or before <paramref name="i"/> end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EndOfWord(int i) => EndOfRun(_words, i);

    /// <summary>Where the white space that begins at or before <paramref name="i"/> ends; beyond the text if it ends the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EndOfSpace(int i) => EndOfRun(_spaces, i);

    /// <param name="padded">The text and <see cref="Padding"/> spaces.</param>
    /// <param name="ascii">Whether all characters are ASCII.</param>
    /// <param name="simple">Whether no character needs to be looked at together with its neighbours.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(ReadOnlySpan<char> padded, bool ascii, bool simple)
    {
        int blocks = padded.Length / 64;
        if (_words.Length <= blocks)
            (_words, _spaces) = (new ulong[(2 * blocks) + 1], new ulong[(2 * blocks) + 1]);
        (_words[blocks], _spaces[blocks]) = (0, 0); // so that every run ends
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

    /// <summary>Where a run ends that reaches the end of a block.</summary>
    private static int EndOfRunBeyond(ulong[] bits, int block)
    {
        ulong others;
        while ((others = ~bits[++block]) == 0)
        {
        }

        return (block << 6) + BitOperations.TrailingZeroCount(others);
    }

    /// <summary>As <see cref="Characters"/> has it, sixteen characters at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Words, ulong Spaces) ClassifyAscii(ReadOnlySpan<char> characters)
    {
        ReadOnlySpan<ushort> units = MemoryMarshal.Cast<char, ushort>(characters);
        ulong words = 0, spaces = 0;
        for (int i = 0; i < 64; i += 16)
        {
            Vector128<byte> c = Vector128.Narrow(Vector128.Create(units[i..]), Vector128.Create(units[(i + 8)..]));
            Vector128<byte> letter = Vector128.LessThanOrEqual((c | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)25));
            Vector128<byte> digit = Vector128.LessThanOrEqual(c - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
            Vector128<byte> underscore = Vector128.Equals(c, Vector128.Create((byte)'_'));
            Vector128<byte> space = Vector128.LessThanOrEqual(c, Vector128.Create((byte)' ')) | Vector128.Equals(c, Vector128.Create((byte)0x7F));
            words |= (ulong)(letter | digit | underscore).ExtractMostSignificantBits() << i;
            spaces |= (ulong)space.ExtractMostSignificantBits() << i;
        }

        return (words, spaces);
    }

    /// <summary>Marks and joiners take the class of what they follow; a digit with the cap of a key is a sign.</summary>
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
