using System.Text.Json.Serialization;

namespace Reprise.Checkpoints;

/// <summary>The contents of progress.json: a run's position, and all that its next step needs beside weights and moments.</summary>
internal sealed record Progress
{
    private const long Most = 1L << 53; // up to here doubles count exactly
    private const long MostSeconds = 10_000_000_000; // three hundred years

    /// <summary>Optimiser steps finished.</summary>
    [JsonRequired]
    public long Step { get; init; }

    /// <summary>Epochs finished.</summary>
    [JsonRequired]
    public long Epoch { get; init; }

    /// <summary>Batches of the current epoch finished.</summary>
    [JsonRequired]
    public long Position { get; init; }

    /// <summary>The seed of everything random.</summary>
    [JsonRequired]
    public ulong Seed { get; init; }

    /// <summary>Seconds of training so far.</summary>
    [JsonRequired]
    public double Seconds { get; init; }

    /// <summary>The sums of the next report of averages so far.</summary>
    [JsonRequired]
    public ReportSums SinceReport { get; init; }

    /// <summary>The device of the last session, for example "cpu, 512-bit vectors, 2 threads"; null in older files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Device { get; init; }

    /// <summary>The state of a run with an aggressive encoder; null for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AggressiveProgress? Aggressive { get; init; }

    /// <summary>The state of a run that its validation part leads; null for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValidationProgress? Validation { get; init; }

    /// <summary>The control of m; null for a run without a target.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlProgress? Control { get; init; }

    /// <summary>A value that no run can leave, whatever its corpus, as a message; null if there is none.</summary>
    internal string? Problem() => this switch
    {
        { Step: < 0 } or { Epoch: < 0 } or { Position: < 0 } => "step, epoch or position is negative",
        { Step: > Most } or { Epoch: > Most } or { Position: > Most } or { SinceReport.Sentences: > Most } or { SinceReport.Tokens: > Most }
            => $"a number is beyond {Most}, which no run counts to",
        _ when !IsTime(Seconds) || !IsTime(SinceReport.Seconds) => $"seconds is not a time; expected 0 to {MostSeconds}",
        _ when SinceReport.Steps < 0 || SinceReport.Steps > Step => $"sinceReport.steps is {SinceReport.Steps}; expected 0 to {Step}",
        _ when SinceReport.Sentences < SinceReport.Steps
            => $"sinceReport.sentences is {SinceReport.Sentences}; expected at least one a step, {SinceReport.Steps}",
        _ when SinceReport.Tokens < SinceReport.Sentences
            => $"sinceReport.tokens is {SinceReport.Tokens}; expected at least one a sentence, {SinceReport.Sentences}",
        _ when !SinceReport.IsFinite => "sinceReport holds a sum that is not finite",
        { Aggressive.EncoderUpdates: < 0 or > Most } => $"aggressive.encoderUpdates is {Aggressive.EncoderUpdates}; expected 0 to {Most}",
        { Aggressive.MutualInformation: { } information } when !double.IsFinite(information)
            => "aggressive.mutualInformation is not finite",
        _ => Validation?.Problem(Step) ?? Control?.Problem(),
    };

    private static bool IsTime(double seconds) => seconds is >= 0 and <= MostSeconds;
}

/// <summary>The state of a run with an aggressive encoder (He et al. 2019).</summary>
internal sealed record AggressiveProgress
{
    /// <summary>True once encoder and decoder are updated together.</summary>
    public bool IsOver { get; init; }

    /// <summary>Updates of the encoder's parameters: Adam's t.</summary>
    public long EncoderUpdates { get; init; }

    /// <summary>I(x; z) of held-out sentences after the last epoch, in nats; null before the end of the first.</summary>
    public double? MutualInformation { get; init; }
}

/// <summary>The evaluations of a run that its validation part leads.</summary>
internal sealed record ValidationProgress
{
    /// <summary>The step of the best evaluation; null before the first.</summary>
    public long? BestStep { get; init; }

    /// <summary>The best evaluation's part of the objective that the weight of reconstruction multiplies, in nats a sentence.</summary>
    public double Reconstruction { get; init; }

    /// <summary>The part that the weight of kl multiplies.</summary>
    public double Kl { get; init; }

    /// <summary>
    /// The same parts of the best of the evaluations that the run's end did not cause, where that is another one; the largest number where
    /// there was none. Patience and halvings go by these, so that a run that ended and goes on is as if it had not ended.
    /// </summary>
    public double? RegularReconstruction { get; init; }

    /// <inheritdoc cref="RegularReconstruction"/>
    public double? RegularKl { get; init; }

    /// <summary>Regular evaluations since the best of them.</summary>
    public long SinceBest { get; init; }

    /// <summary>Regular evaluations since the best of them or the last halving of the rate.</summary>
    public long SinceHalving { get; init; }

    /// <summary>Halvings of the rate.</summary>
    public long Halvings { get; init; }

    internal string? Problem(long step) => this switch
    {
        _ when BestStep < 0 || BestStep > step => $"validation.bestStep is {BestStep}; expected 0 to {step}",
        _ when !double.IsFinite(Reconstruction + Kl) => "validation.reconstruction or validation.kl is not finite",
        _ when !double.IsFinite((RegularReconstruction ?? 0) + (RegularKl ?? 0)) =>
            "validation.regularReconstruction or validation.regularKl is not finite",
        _ when RegularReconstruction is null != RegularKl is null => "validation has one of regularReconstruction and regularKl",
        { SinceBest: < 0 } or { SinceHalving: < 0 } or { Halvings: < 0 } => "a number of validation is negative",
        _ when SinceBest > step || SinceHalving > SinceBest || Halvings > step => "a number of validation is beyond the run's steps",
        _ => null,
    };
}

/// <summary>The control of m by a target.</summary>
internal sealed record ControlProgress
{
    /// <summary>m of the next step.</summary>
    public double M { get; init; }

    /// <summary>m of the interval of steps after the next step's.</summary>
    public double NextM { get; init; }

    /// <summary>The integral of the error: log(1 + m) without the proportional part.</summary>
    public double Integral { get; init; }

    /// <summary>The smoothed kl in nats a sentence, or the accuracy; null before the first measurement.</summary>
    public double? Measure { get; init; }

    /// <summary>kl summed over the sentences of the interval so far.</summary>
    public double SumOfKl { get; init; }

    /// <summary>Those sentences.</summary>
    public long Sentences { get; init; }

    internal string? Problem() => this switch
    {
        _ when !(M > -1 && NextM > -1 && double.IsFinite(M + NextM)) => "control.m or control.nextM is no m; expected a number above -1",
        _ when !double.IsFinite(Integral + SumOfKl + (Measure ?? 0)) => "a number of control is not finite",
        { Sentences: < 0 } => $"control.sentences is {Sentences}; expected at least 0",
        _ => null,
    };
}

/// <summary>Sums since the last report; losses in nats.</summary>
internal record struct ReportSums
{
    /// <summary>Steps summed up.</summary>
    public long Steps { get; set; }

    /// <summary>Sentences of those steps.</summary>
    public long Sentences { get; set; }

    /// <summary>Words and EOS.</summary>
    public long Tokens { get; set; }

    /// <summary>The parts of the loss by name, each summed over sentences.</summary>
    public OrderedDictionary<string, double>? Losses { get; set; }

    /// <summary>The objective summed over sentences, each with the weights of its step.</summary>
    public double Objective { get; set; }

    /// <summary>The gradient's norm summed over steps, before clipping.</summary>
    public double GradientNorm { get; set; }

    /// <summary>Seconds spent in steps.</summary>
    public double Seconds { get; set; }

    internal readonly bool IsFinite =>
        (Losses ?? []).Values.All(double.IsFinite) && double.IsFinite(Objective) && double.IsFinite(GradientNorm);
}
