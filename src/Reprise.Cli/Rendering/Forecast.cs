using Reprise.Benchmarks;
using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Cuda;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Rendering;

/// <summary>Says before a run how long it will take, or how far it will come.</summary>
internal static class Forecast
{
    private const double LeastArithmetic = 1e12, LeastSeconds = 10; // shorter runs are over before anybody has read a forecast
    private const double ForwardShare = 1.0 / 3;                   // of a step's arithmetic: what a look at held-out sentences needs

    /// <summary>What no forecast knows of <see cref="UpdateOrder.AggressiveEncoder"/>.</summary>
    public const string Aggressive = "an aggressive encoder is updated up to 100 times before each step: its run may take many times as long";

    /// <summary>A line for the person; null for a run too short for one. Measures the machine for about a second.</summary>
    /// <param name="done">Where a run that is resumed stands.</param>
    public static string? Of(Corpus corpus, ModelOptions model, TrainingOptions training, Progress? done, IKernels<float> kernels, CancellationToken cancellation) =>
        Of(corpus, model, training, RunAhead.Of(training, corpus.Train.Count, done?.Step ?? 0, done?.Seconds ?? 0), kernels, cancellation);

    /// <summary>A line for the person about so many steps of one or more runs; null where they are too few for one.</summary>
    public static string? Of(Corpus corpus, ModelOptions model, TrainingOptions training, double steps, IKernels<float> kernels, CancellationToken cancellation) =>
        Of(corpus, model, training, RunAhead.Of(training with { Steps = null }, corpus.Train.Count, 0, 0) with { Steps = steps }, kernels, cancellation);

    private static string? Of(Corpus corpus, ModelOptions model, TrainingOptions training, RunAhead ahead, IKernels<float> kernels, CancellationToken cancellation)
    {
        double tokens = training.BatchSize * (1 + ((double)corpus.Info.Counts.Words / Math.Max(1, corpus.Info.Counts.Kept)));
        double arithmetic = Arithmetic.Step(model, training.BatchSize, (long)tokens - training.BatchSize);
        if (ahead.Steps * arithmetic < LeastArithmetic || ahead.Seconds < LeastSeconds)
            return null;
        double step = kernels is CudaKernels
            ? CostModel.MeasureSecondsPerStep(model, training, kernels, cancellation)
            : CostModel.Measure(kernels, cancellation).SecondsPerStep(model, training.BatchSize, tokens);
        double looks = training.EvaluateEvery == 0 ? 0
            : ForwardShare * step * Math.Min(training.EvaluationSentences, corpus.Test.Count) / training.BatchSize / training.EvaluateEvery;
        return Of(ahead, step + looks);
    }

    /// <param name="secondsPerStep">A step's share of looking at held-out sentences included.</param>
    internal static string Of(RunAhead ahead, double secondsPerStep)
    {
        string each = $"of about {Format.Number(secondsPerStep, secondsPerStep < 0.1 ? 4 : 2)} s";
        double stepsInTime = ahead.Seconds / secondsPerStep;
        if (ahead.Steps <= stepsInTime)
            return $"{Format.Count((long)ahead.Steps)} steps {each}: about {Format.Roughly(ahead.Steps * secondsPerStep)}";
        return $"{Format.Roughly(ahead.Seconds)}: about {Format.Count(Round(stepsInTime))} steps {each}, {Format.Number(stepsInTime / ahead.StepsPerEpoch)} epochs";
    }

    // Two digits: the third would be a lie.
    private static long Round(double number)
    {
        double unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, number))) - 1));
        return (long)(Math.Round(number / unit) * unit);
    }
}

/// <summary>What is left of a run.</summary>
/// <param name="Steps">Infinite where only the clock ends it.</param>
/// <param name="Seconds">Infinite where the clock does not end it.</param>
internal readonly record struct RunAhead(double Steps, double Seconds, double StepsPerEpoch)
{
    public static RunAhead Of(TrainingOptions training, long sentences, long stepsDone, double secondsDone)
    {
        double stepsPerEpoch = Math.Ceiling((double)sentences / training.BatchSize);
        double steps = Math.Min(training.Steps ?? double.PositiveInfinity, training.Epochs * stepsPerEpoch ?? double.PositiveInfinity);
        double seconds = training.Minutes * 60 ?? double.PositiveInfinity;
        return new RunAhead(Math.Max(0, steps - stepsDone), Math.Max(0, seconds - secondsDone), stepsPerEpoch);
    }
}
