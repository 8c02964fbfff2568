using System.Diagnostics;
using System.Globalization;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Cuda;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Benchmarks;

/// <summary>Measured training steps: the mean of the middle half of them.</summary>
/// <param name="Whole">One step, with its arithmetic.</param>
/// <param name="Parts">The parts of a step, in the order of <see cref="StepParts.All"/>, and the rest of it.</param>
/// <param name="SecondsOfParts">
/// The sum of the parts: the time of the step, or more on a device, where the caller waits after each part.
/// </param>
/// <param name="Tokens">Words and ends of sentences in a step.</param>
/// <param name="AllocatedBytes">Managed memory allocated by one step.</param>
/// <param name="ResidentBytes">Memory of the process while the steps ran; on Linux without the pages of mapped files.</param>
internal sealed record MeasuredSteps(
    Timing Whole, Timing[] Parts, double SecondsOfParts, double Tokens, long AllocatedBytes, long ResidentBytes)
{
    private const ulong Seed = 1;
    private const int WarmUp = 2;

    /// <summary>Trains for <paramref name="seconds"/> after two steps of warm-up.</summary>
    public static MeasuredSteps Of(ModelOptions model, TrainingOptions training, ISentences sentences,
        IKernels<float> kernels, double seconds, CancellationToken cancellation = default)
    {
        TimedKernels timed = new(kernels);
        using TrainingStep step = new(model, training, timed);
        // each batch has all lengths, so few steps are a fair sample
        SentenceOrder order = new(sentences, training.BatchSize, poolBatches: 1, Seed);
        long number = 0, tokens = 0;
        Timing[] timing = Timing.Repeat(WarmUp, seconds, () =>
        {
            ReadOnlySpan<long> batch = order.Batch(0, number % order.BatchesPerEpoch);
            timed.Clear();
            long start = Stopwatch.GetTimestamp();
            StepResult result = step.RunAndWait(sentences, batch, number++);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            tokens += result.Tokens;
            Timing[] parts = timed.PartsOf(seconds);
            return [new Timing(seconds, parts.Sum(part => part.Flops), 0), .. parts];
        }, cancellation);
        long resident = ResidentBytesOfProcess();
        long allocated = long.MaxValue;
        for (int i = 0; i < 3; i++) // the least of three, because threads of the runtime allocate too
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            step.RunAndWait(sentences, order.Batch(0, 0), number);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Timing whole = kernels is CudaKernels
            ? timing[0] with { Seconds = SecondsAhead(model, training, sentences, kernels, seconds, cancellation) }
            : timing[0];
        return new MeasuredSteps(whole, timing[1..], timing[0].Seconds, (double)tokens / number, allocated, resident);
    }

    /// <summary>
    /// The seconds of a step of a long run: batches are sorted by length, none is waited for, and the back end has seen the shape of
    /// each batch twice.
    /// </summary>
    public static double SecondsAhead(ModelOptions model, TrainingOptions training, ISentences sentences,
        IKernels<float> kernels, double seconds, CancellationToken cancellation = default)
    {
        using TrainingStep step = new(model, training, kernels);
        SentenceOrder order = new(sentences, training.BatchSize, training.PoolBatches, Seed);
        long number = 0;
        Steps(WarmUp * order.BatchesPerEpoch, seconds);
        return Steps(long.MaxValue, seconds);

        double Steps(long most, double seconds)
        {
            long start = Stopwatch.GetTimestamp(), first = number;
            do
            {
                cancellation.ThrowIfCancellationRequested();
                step.Run(sentences, order.Batch(0, number % order.BatchesPerEpoch), number);
                number++;
                while (step.TryTake(out _))
                {
                }
            }
            while (number - first < most && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
            step.Finish();
            while (step.TryTake(out _))
            {
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds / (number - first);
        }
    }

    private static long ResidentBytesOfProcess()
    {
        const string Pages = "/proc/self/statm"; // of all memory, resident, resident and of files, …
        if (!OperatingSystem.IsLinux() || !File.Exists(Pages))
            return Environment.WorkingSet;
        string[] counts = File.ReadAllText(Pages).Split(' ');
        return (long.Parse(counts[1], CultureInfo.InvariantCulture) - long.Parse(counts[2], CultureInfo.InvariantCulture))
            * Environment.SystemPageSize;
    }
}
