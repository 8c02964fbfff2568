using Reprise.Model;

namespace Reprise.Training;

/// <summary>The sentences that a report averages over.</summary>
public enum ReportSplit
{
    /// <summary>The training sentences since the last report, with noise and dropped words.</summary>
    Train,

    /// <summary>The sample of test sentences, with fixed noise and no word dropped.</summary>
    Test,

    /// <summary>The sample of validation sentences, likewise.</summary>
    Validation,
}

/// <summary>The state of training. Losses are in nats per sentence.</summary>
public sealed record TrainingReport
{
    internal const string NllName = LossParts.WordsName, KlName = LossParts.KlName;

    /// <summary>The sentences averaged over.</summary>
    public required ReportSplit Split { get; init; }

    /// <summary>Optimiser steps finished.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run; null when it ends by the clock.</summary>
    public required long? TotalSteps { get; init; }

    /// <summary>Epochs finished, with the part of the current one.</summary>
    public required double Epoch { get; init; }

    /// <summary>The mean of each part of the loss by its name, in nats per sentence: nll and kl.</summary>
    public required IReadOnlyDictionary<string, double> Losses { get; init; }

    /// <summary>-log p(x|z), EOS included.</summary>
    public double Nll => Losses[NllName];

    /// <summary>KL(q(z|x) ‖ N(0, 1)).</summary>
    public double Kl => Losses[KlName];

    /// <summary>-(nll + kl): a lower bound of log p(x), whatever the objective.</summary>
    public double Elbo => -(Nll + Kl);

    /// <summary>The objective: reconstruction weight · nll + kl weight · kl, of which a part may be free.</summary>
    public required double Objective { get; init; }

    /// <summary>kl / ((1 + m) nll + kl) (<see cref="Training.Objective.KlShare"/>).</summary>
    public required double KlShare { get; init; }

    /// <summary>The weights of the last step.</summary>
    public required ObjectiveWeights Weights { get; init; }

    /// <summary>Mean Euclidean norm of the gradient before clipping; null for held-out sentences.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>The learning rate of the last step; null for held-out sentences.</summary>
    public double? LearningRate { get; init; }

    /// <summary>m in the last step, where it is moved to reach a target; else null.</summary>
    public double? M { get; init; }

    /// <summary>
    /// The step with the best evaluation so far, this one included; null in other reports, and where nothing goes by evaluations.
    /// </summary>
    public long? BestStep { get; init; }

    /// <summary>Sentences of this report per second of computing.</summary>
    public required double SentencesPerSecond { get; init; }

    /// <summary>Words and EOS of this report per second of computing.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Seconds of the whole run, resumed parts included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Estimated time until the run ends; null before there is an estimate.</summary>
    public TimeSpan? TimeLeft { get; init; }
}
