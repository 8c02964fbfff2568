namespace Reprise.Numerics;

/// <summary>
/// The layout of the rows of a packed batch of sequences: time-major, sentences sorted by length (the longest first), no padding.
/// Step t is rows <c>Start(t) … Start(t) + Active(t) - 1</c>; row b of a step is sentence b, so the sentences that still run at
/// step t are always the first ones.
/// </summary>
/// <remarks>Reusable: <see cref="Set"/> refills it, and allocates nothing after its longest batch.</remarks>
internal sealed class StepLayout
{
    private int[] _starts = [0];

    /// <summary>T: the length of the longest sequence.</summary>
    public int Steps { get; private set; }

    /// <summary>N: tokens in all sequences.</summary>
    public int Rows => _starts[Steps];

    /// <summary>B: number of sequences.</summary>
    public int Sequences { get; private set; }

    /// <summary>The first row of step <paramref name="step"/>.</summary>
    public int Start(int step) => _starts[step];

    /// <summary>The number of sequences that have a step <paramref name="step"/>.</summary>
    public int Active(int step) => _starts[step + 1] - _starts[step];

    /// <summary>The number of steps of sequence <paramref name="sequence"/>.</summary>
    public int Length(int sequence)
    {
        int length = Steps;
        while (length > 0 && sequence >= Active(length - 1))
            length--;
        return length;
    }

    /// <summary>The row of the last step of sequence <paramref name="sequence"/>, whose length is <paramref name="length"/>.</summary>
    public int LastRow(int sequence, int length) => _starts[length - 1] + sequence;

    /// <summary>Describes sequences of these lengths plus <paramref name="extra"/> steps each.</summary>
    /// <exception cref="ArgumentException">The lengths are not descending or one is below 1.</exception>
    public void Set(ReadOnlySpan<int> lengths, int extra = 0)
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] + extra < 1 || (b > 0 && lengths[b] > lengths[b - 1]))
                throw new ArgumentException($"lengths must descend and be at least 1; length {b} is {lengths[b]}", nameof(lengths));
        }

        Sequences = lengths.Length;
        Steps = lengths.IsEmpty ? 0 : lengths[0] + extra;
        if (_starts.Length < Steps + 1)
            _starts = new int[Math.Max(Steps + 1, 2 * _starts.Length)];

        int active = lengths.Length;
        _starts[0] = 0;
        for (int t = 0; t < Steps; t++)
        {
            while (active > 0 && lengths[active - 1] + extra <= t)
                active--;
            _starts[t + 1] = checked(_starts[t] + active);
        }
    }
}
