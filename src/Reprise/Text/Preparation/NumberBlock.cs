using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// The sentences of one chunk of text between the passes. Each is its number of words and then their numbers in a
/// <see cref="WordTable"/>, in two bytes, or six from <see cref="Wide"/> on: numbers go by first occurrence, so those of frequent words are small.
/// </summary>
internal sealed class NumberBlock
{
    /// <summary>Says that the number follows in the next two units, low half first.</summary>
    public const ushort Wide = ushort.MaxValue;

    private ushort[] _units = new ushort[1 << 16];

    /// <summary>Which of the counts of the first pass the numbers belong to.</summary>
    public int Counts { get; set; }

    /// <summary>Which table of these counts.</summary>
    public int Table { get; private set; }

    /// <summary>How far the input was read with this chunk.</summary>
    public long Position { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<ushort> Units => _units.AsSpan(0, Length);

    /// <summary>Forgets all sentences.</summary>
    public void Begin(int table, long position) => (Table, Position, Length) = (table, position, 0);

    /// <summary>Room for units that are to be filled in.</summary>
    public Span<ushort> Fill(int length)
    {
        if (_units.Length < length)
            _units = new ushort[length];
        Length = length;
        return _units.AsSpan(0, length);
    }

    /// <summary>Adds a sentence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<int> numbers)
    {
        int at = Length;
        if (_units.Length < at + 1 + (3 * numbers.Length))
            Array.Resize(ref _units, 2 * (at + 1 + (3 * numbers.Length)));
        ushort[] units = _units;
        units[at++] = (ushort)numbers.Length;
        foreach (int number in numbers)
        {
            units[at++] = (ushort)Math.Min(number, Wide);
            if (number < Wide)
                continue;
            units[at++] = (ushort)number;
            units[at++] = (ushort)(number >> 16);
        }

        Length = at;
    }
}
