using System.Diagnostics;

namespace Reprise.Benchmarks;

/// <summary>The time of one repetition of some work, and its size.</summary>
/// <param name="Flops">Useful arithmetic; 0 where memory is the limit.</param>
/// <param name="Bytes">To and from memory; 0 where arithmetic is the limit.</param>
internal readonly record struct Timing(double Seconds, double Flops, double Bytes)
{
    private double Rate => (Flops + Bytes) / Seconds;

    /// <summary>Runs an action once.</summary>
    public static Timing Of(double flops, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return new Timing(Stopwatch.GetElapsedTime(start).TotalSeconds, flops, 0);
    }

    /// <summary>Repeats an action for a time, at least once, after a warm-up.</summary>
    /// <param name="once">Returns the whole and then its parts.</param>
    /// <returns>The result of <see cref="Middle"/>.</returns>
    public static Timing[] Repeat(int warmUp, double seconds, Func<Timing[]> once, CancellationToken cancellation = default)
    {
        for (int i = 0; i < warmUp; i++)
            once();
        List<Timing[]> repetitions = [];
        for (double spent = 0; repetitions.Count == 0 || spent < seconds; spent += repetitions[^1][0].Seconds)
        {
            cancellation.ThrowIfCancellationRequested();
            repetitions.Add(once());
        }

        return Middle(repetitions);
    }

    /// <summary>
    /// The mean of the middle half of all repetitions by speed, without moments in which the machine was busy. A repetition is the
    /// whole and then its parts, so that the parts still add up.
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
