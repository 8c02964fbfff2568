using System.Text.Json.Serialization;

namespace Reprise.Checkpoints;

/// <summary>What stands in progress.json: where a run is, and everything that its next step needs beside weights and moments.</summary>
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

    /// <summary>What the next report of averages has seen so far.</summary>
    [JsonRequired]
    public ReportSums SinceReport { get; init; }

    /// <summary>What trained it last, for example "cpu, 512-bit vectors, 2 threads"; null of a run of before this was noted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Device { get; init; }

    /// <summary>Where a run with an aggressive encoder is; absent from others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AggressiveProgress? Aggressive { get; init; }

    /// <summary>What no run can have left, whatever its corpus; null when there is nothing of the kind.</summary>
    internal string? Problem() => this switch
    {
        { Step: < 0 } or { Epoch: < 0 } or { Position: < 0 } => "step, epoch or position is negative",
        { Step: > Most } or { Epoch: > Most } or { Position: > Most } or { SinceReport.Sentences: > Most } or { SinceReport.Tokens: > Most }
            => $"a number is beyond {Most}, which no run counts to",
        _ when !IsTime(Seconds) || !IsTime(SinceReport.Seconds) => $"seconds is not a time; expected 0 to {MostSeconds}",
        _ when SinceReport.Steps < 0 || SinceReport.Steps > Step => $"sinceReport.steps is {SinceReport.Steps}; expected 0 to {Step}",
        _ when SinceReport.Sentences < SinceReport.Steps => $"sinceReport.sentences is {SinceReport.Sentences}; expected at least one a step, {SinceReport.Steps}",
        _ when SinceReport.Tokens < SinceReport.Sentences => $"sinceReport.tokens is {SinceReport.Tokens}; expected at least one a sentence, {SinceReport.Sentences}",
        _ when !(SinceReport.Losses ?? []).Values.All(double.IsFinite) || !double.IsFinite(SinceReport.Objective) || !double.IsFinite(SinceReport.GradientNorm)
            => "sinceReport holds a sum that is not finite",
        { Aggressive.EncoderUpdates: < 0 or > Most } => $"aggressive.encoderUpdates is {Aggressive.EncoderUpdates}; expected 0 to {Most}",
        { Aggressive.MutualInformation: { } information } when !double.IsFinite(information) => "aggressive.mutualInformation is not finite",
        _ => null,
    };

    private static bool IsTime(double seconds) => seconds is >= 0 and <= MostSeconds;
}

/// <summary>What a run with an aggressive encoder (He et al. 2019) needs to go on.</summary>
internal sealed record AggressiveProgress
{
    /// <summary>Whether encoder and decoder are updated together by now.</summary>
    public bool IsOver { get; init; }

    /// <summary>Updates of the encoder's parameters: Adam's t.</summary>
    public long EncoderUpdates { get; init; }

    /// <summary>Of held-out sentences and their codes after the last epoch, in nats; null before the first has ended.</summary>
    public double? MutualInformation { get; init; }
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

    /// <summary>The parts of the loss by name, each over sentences.</summary>
    public OrderedDictionary<string, double>? Losses { get; set; }

    /// <summary>Over sentences, each with the weights of its step.</summary>
    public double Objective { get; set; }

    /// <summary>Over steps, before clipping.</summary>
    public double GradientNorm { get; set; }

    /// <summary>Spent in steps.</summary>
    public double Seconds { get; set; }
}
