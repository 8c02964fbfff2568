using Reprise.Benchmarks;
using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Cuda;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Rendering;

/// <summary>Forecasts the duration of a run, or the steps it will reach.</summary>
internal static class Forecast
{
    private const double LeastArithmetic = 1e12, LeastSeconds = 10; // shorter runs end before a forecast is read
    private const double ForwardShare = 1.0 / 3;                   // of the arithmetic of a step, for a batch of an evaluation

    /// <summary>The warning about <see cref="UpdateOrder.AggressiveEncoder"/>, whose updates no forecast counts.</summary>
    public const string Aggressive =
        "an aggressive encoder is updated up to 100 times before each step: its run may take many times as long";

    /// <summary>A line for the user; null for a run too short for one. Measures the machine for about a second.</summary>
    /// <param name="done">The progress of a resumed run.</param>
    public static string? Of(
        Corpus corpus, ModelOptions model, TrainingOptions training, Progress? done,
        IKernels<float> kernels, CancellationToken cancellation)
    {
        RunAhead ahead = RunAhead.Of(training, corpus.Train.Count, done?.Step ?? 0, done?.Seconds ?? 0);
        return Of(corpus, model, training, ahead, kernels, cancellation);
    }

    /// <summary>A line for the user about the steps of one or more runs; null for too few steps.</summary>
    public static string? Of(
        Corpus corpus, ModelOptions model, TrainingOptions training, double steps,
        IKernels<float> kernels, CancellationToken cancellation)
    {
        RunAhead ahead = RunAhead.Of(training with { Steps = null }, corpus.Train.Count, 0, 0) with { Steps = steps };
        return Of(corpus, model, training, ahead, kernels, cancellation);
    }

    private static string? Of(
        Corpus corpus, ModelOptions model, TrainingOptions training, RunAhead ahead,
        IKernels<float> kernels, CancellationToken cancellation)
    {
        double tokens = training.BatchSize * (1 + ((double)corpus.Info.Counts.Words / Math.Max(1, corpus.Info.Counts.Kept)));
        double arithmetic = Arithmetic.Step(model, training.BatchSize, (long)tokens - training.BatchSize);
        if (ahead.Steps * arithmetic < LeastArithmetic || ahead.Seconds < LeastSeconds)
            return null;
        double step = kernels is CudaKernels
            ? CostModel.MeasureSecondsPerStep(model, training, kernels, cancellation)
            : CostModel.Measure(kernels, cancellation).SecondsPerStep(model, training.BatchSize, tokens);
        double evaluation = ForwardShare * step * Math.Min(training.EvaluationSentences, Watched(corpus)) / training.BatchSize;
        return Of(ahead, step + (training.EvaluateEvery == 0 ? 0 : evaluation / training.EvaluateEvery));
    }

    private static long Watched(Corpus corpus) => TrainingData.From(corpus).Watched?.Count ?? 0;

    /// <param name="secondsPerStep">The time of a step with its share of the evaluations.</param>
    internal static string Of(RunAhead ahead, double secondsPerStep)
    {
        string each = $"of about {Format.Number(secondsPerStep, secondsPerStep < 0.1 ? 4 : 2)} s";
        double stepsInTime = ahead.Seconds / secondsPerStep;
        if (ahead.Steps <= stepsInTime)
            return $"{Format.Count((long)ahead.Steps)} steps {each}: about {Format.Roughly(ahead.Steps * secondsPerStep)}";
        string epochs = Format.Number(stepsInTime / ahead.StepsPerEpoch);
        return $"{Format.Roughly(ahead.Seconds)}: about {Format.Count(Round(stepsInTime))} steps {each}, {epochs} epochs";
    }

    // A forecast has two significant digits.
    private static long Round(double number)
    {
        double unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, number))) - 1));
        return (long)(Math.Round(number / unit) * unit);
    }
}

/// <summary>The rest of a run.</summary>
/// <param name="Steps">Steps left; infinite where only the time ends the run.</param>
/// <param name="Seconds">Time left; infinite where only steps or epochs end the run.</param>
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
