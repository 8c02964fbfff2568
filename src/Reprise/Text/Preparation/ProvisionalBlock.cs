using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// The sentences of one chunk of text in provisional ids: the vocabulary is not known before all words are counted, so pass 1 numbers
/// the words of each run of a <see cref="WordCounter"/> by first occurrence, and pass 2 maps these numbers to the vocabulary's ids.
/// </summary>
/// <remarks>
/// A sentence is its number of words, then their ids. An id is one unit of two bytes, or three units from <see cref="Wide"/> on; frequent
/// words come early, so nearly all take one.
/// </remarks>
internal sealed class ProvisionalBlock
{
    /// <summary>The unit before an id in two units, low half first.</summary>
    private const ushort Wide = ushort.MaxValue;

    private ushort[] _units = new ushort[1 << 16];

    /// <summary>Index of the <see cref="WordCounter"/> that gave the ids.</summary>
    public int Counter { get; set; }

    /// <summary>Index of the counter's run that the ids belong to.</summary>
    public int Run { get; private set; }

    /// <summary>Bytes of the input files that are read at the end of the chunk.</summary>
    public long Position { get; private set; }

    /// <summary>The part that all sentences are given as; null where parts are shares.</summary>
    public Part? Given { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<ushort> Units => _units.AsSpan(0, Length);

    /// <summary>Empties the block for a new chunk.</summary>
    public void Begin(int run, long position, Part? given) => (Run, Position, Given, Length) = (run, position, given, 0);

    /// <summary>Sets the length and returns the units to be filled in.</summary>
    public Span<ushort> Fill(int length)
    {
        if (_units.Length < length)
            _units = new ushort[length];
        Length = length;
        return _units.AsSpan(0, length);
    }

    /// <summary>Reads the next id and moves behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(ReadOnlySpan<ushort> units, ref int at)
    {
        int id = units[at++];
        if (id != Wide)
            return id;
        id = units[at] | (units[at + 1] << 16);
        at += 2;
        return id;
    }

    /// <summary>Adds a sentence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<int> ids)
    {
        int at = Length;
        if (_units.Length < at + 1 + (3 * ids.Length))
            Array.Resize(ref _units, 2 * (at + 1 + (3 * ids.Length)));
        ushort[] units = _units;
        units[at++] = (ushort)ids.Length;
        foreach (int id in ids)
        {
            units[at++] = (ushort)Math.Min(id, Wide);
            if (id < Wide)
                continue;
            units[at++] = (ushort)id;
            units[at++] = (ushort)(id >> 16);
        }

        Length = at;
    }
}
