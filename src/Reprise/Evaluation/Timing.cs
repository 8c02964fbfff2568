namespace Reprise.Evaluation;

/// <summary>What one repetition of some work took, and how much work it was.</summary>
/// <param name="Flops">Useful arithmetic; 0 where memory is the limit.</param>
/// <param name="Bytes">To and from memory; 0 where arithmetic is the limit.</param>
internal readonly record struct Timing(double Seconds, double Flops, double Bytes)
{
    private double Rate => (Flops + Bytes) / Seconds;

    /// <summary>
    /// The mean of the middle half of all repetitions, by speed: a moment in which the machine did something else does not
    /// count. A repetition is the whole and then its parts, so that the parts still add up.
    /// </summary>
    public static Timing[] Middle(IEnumerable<Timing[]> repetitions)
    {
        Timing[][] sorted = [.. repetitions.OrderBy(repetition => repetition[0].Rate)];
        int skip = sorted.Length / 4;
        return Mean(sorted[skip..^skip]);
    }

    private static Timing[] Mean(Timing[][] repetitions) =>
    [
        .. Enumerable.Range(0, repetitions[0].Length).Select(part => new Timing(
            repetitions.Average(repetition => repetition[part].Seconds),
            repetitions.Average(repetition => repetition[part].Flops),
            repetitions.Average(repetition => repetition[part].Bytes))),
    ];
}
