using System.Text.Json.Serialization;

namespace Reprise.Checkpoints;

/// <summary>What stands in progress.json: where a run is, and everything that its next step needs beside weights and moments.</summary>
public sealed record Progress
{
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
}

/// <summary>Sums since the last report; losses in nats.</summary>
public record struct ReportSums
{
    public long Steps { get; set; }

    public long Sentences { get; set; }

    /// <summary>Words and EOS.</summary>
    public long Tokens { get; set; }

    /// <summary>Over sentences.</summary>
    public double Nll { get; set; }

    /// <summary>Over sentences.</summary>
    public double Kl { get; set; }

    /// <summary>Over sentences, each with the weights of its step.</summary>
    public double Objective { get; set; }

    /// <summary>Over steps, before clipping.</summary>
    public double GradientNorm { get; set; }

    /// <summary>Spent in steps.</summary>
    public double Seconds { get; set; }
}
