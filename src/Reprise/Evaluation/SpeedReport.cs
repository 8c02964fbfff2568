namespace Reprise.Evaluation;

/// <summary>What is measured by <see cref="SpeedTest"/>.</summary>
public sealed record SpeedOptions
{
    /// <summary>Threads of the engine, to measure the machine's peak with as many. At least 1.</summary>
    public required int Threads { get; init; }

    /// <summary>About how long each part is repeated. Default 5 seconds.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>Width of the beam search that is timed. Default 10.</summary>
    public int BeamWidth { get; init; } = 10;
}

/// <summary>How fast this machine does each part of the work.</summary>
/// <param name="FmaPeakGflops">Billions of floating-point operations a second out of registers: what 100 % is.</param>
/// <param name="MemoryBandwidthGbs">Billions of bytes a second to and from memory.</param>
public sealed record SpeedReport(
    double FmaPeakGflops,
    double MemoryBandwidthGbs,
    IReadOnlyList<ProductSpeed> Products,
    StepSpeed Step,
    double EncodedPerSecond,
    double GreedyPerSecond,
    double BeamPerSecond);

/// <summary>One of the large products of a step.</summary>
/// <param name="Seconds">Of one call.</param>
/// <param name="ShareOfPeak">Of <see cref="SpeedReport.FmaPeakGflops"/>, 0 to 1.</param>
public sealed record ProductSpeed(string Name, double Seconds, double Gflops, double ShareOfPeak);

/// <summary>Whole training steps: forward, backward, update.</summary>
/// <param name="Seconds">Of one step on average.</param>
/// <param name="Gflops">Of <see cref="Arithmetic.Step"/>.</param>
/// <param name="TokensPerSecond">Words and ends of sentences.</param>
/// <param name="PeakRssMegabytes">The most memory that the process has held so far, in 10⁶ bytes.</param>
/// <param name="AllocatedBytes">Managed memory allocated by one step.</param>
public sealed record StepSpeed(double Seconds, double Gflops, double ShareOfPeak, double SentencesPerSecond, double TokensPerSecond, double PeakRssMegabytes, long AllocatedBytes);
