using Reprise.Inference;

namespace Reprise.Benchmarks;

/// <summary>The options of a <see cref="SpeedTest"/>.</summary>
internal sealed record SpeedOptions
{
    /// <summary>Threads for the peak of the machine: as many as the engine has. At least 1.</summary>
    public required int Threads { get; init; }

    /// <summary>Approximate time for each part. Default 5 seconds.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>Width of the beam search that is timed. Default 10.</summary>
    public int BeamWidth { get; init; } = 10;

    /// <summary>True where the training step alone is measured, without products, encoding and decoding. Default false.</summary>
    public bool StepOnly { get; init; }

    /// <summary>Checks the ranges of the options.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public void Validate()
    {
        if (!(Seconds is > 0 and < 1e6))
            throw new InputException(FormattableString.Invariant($"seconds is {Seconds}; expected more than 0"));
        if (Threads < 1)
            throw new InputException($"threads is {Threads}; expected at least 1");
        new DecodingOptions { BeamWidth = BeamWidth }.Validate();
    }
}

/// <summary>The speed of this machine at each part of the work. Shares are 0 to 1.</summary>
/// <param name="FmaPeakGflops">
/// Billions of floating-point operations a second on registers, in the widest vectors of the machine; this is 100 %.
/// </param>
/// <param name="BackEndPeakGflops">The same in the vectors that the back end uses.</param>
/// <param name="MemoryBandwidthGbs">Billions of bytes a second to and from memory.</param>
/// <param name="Step">Whole training steps: forward, backward, update.</param>
/// <param name="Parts">The parts of a step; their seconds sum to those of the step.</param>
/// <param name="Products">
/// Matrix products by themselves at the sizes of the model: tokens by V by F, and one step of the LSTM; empty for the step alone.
/// </param>
/// <param name="Tasks">The tasks of a trained model; null for the step alone.</param>
internal sealed record SpeedReport(
    double FmaPeakGflops,
    double BackEndPeakGflops,
    double MemoryBandwidthGbs,
    StepSpeed Step,
    IReadOnlyList<PartSpeed> Parts,
    IReadOnlyList<PartSpeed> Products,
    TaskSpeeds? Tasks);

/// <summary>The speeds of the tasks of a trained model.</summary>
/// <param name="Encode">Sentences to their codes, in batches of 200.</param>
/// <param name="Greedy">Codes to 15 words, 100 codes at once.</param>
/// <param name="Beam">The same by beam search.</param>
/// <param name="Importance">Log-likelihoods from <see cref="SpeedTest.ImportanceSamples"/> importance samples a sentence.</param>
/// <param name="PeakRssMegabytes">The same as <see cref="StepSpeed.PeakRssMegabytes"/>, after encoding and decoding.</param>
internal sealed record TaskSpeeds(
    SentenceSpeed Encode, SentenceSpeed Greedy, SentenceSpeed Beam, SentenceSpeed Importance, double PeakRssMegabytes);

/// <summary>One part of a step, or a product by itself.</summary>
/// <param name="Seconds">The time in one step, or of one call.</param>
/// <param name="ShareOfStep">The share of the step; null outside a step.</param>
/// <param name="Gflops">Billions of operations a second; null where the work has no matrix products.</param>
/// <param name="ShareOfPeak">The share of <see cref="SpeedReport.FmaPeakGflops"/>.</param>
/// <param name="Gbs">Billions of bytes read and written a second; null where memory is not the limit.</param>
/// <param name="ShareOfBandwidth">The share of <see cref="SpeedReport.MemoryBandwidthGbs"/>; more than 1 where caches help.</param>
internal sealed record PartSpeed(
    string Name, double Seconds, double? ShareOfStep, double? Gflops, double? ShareOfPeak, double? Gbs, double? ShareOfBandwidth);

/// <summary>Whole training steps.</summary>
/// <param name="Seconds">The mean time of a step.</param>
/// <param name="Gflops">The computed products: <see cref="Arithmetic.Step"/> less those that repeated words share.</param>
/// <param name="ShareOfPeak">The share of <see cref="SpeedReport.FmaPeakGflops"/>.</param>
/// <param name="TokensPerSecond">Words and ends of sentences.</param>
/// <param name="PeakRssMegabytes">The peak memory of the process so far, in 10⁶ bytes.</param>
/// <param name="AllocatedBytes">Managed memory allocated by one step.</param>
internal sealed record StepSpeed(double Seconds, double Gflops, double ShareOfPeak,
    double SentencesPerSecond, double TokensPerSecond, double PeakRssMegabytes, long AllocatedBytes);

/// <summary>The speed of one task of a trained model.</summary>
/// <param name="Gflops">Billions of operations of <see cref="Arithmetic"/> a second.</param>
/// <param name="ShareOfPeak">The share of <see cref="SpeedReport.FmaPeakGflops"/>.</param>
internal sealed record SentenceSpeed(double SentencesPerSecond, double Gflops, double ShareOfPeak);
