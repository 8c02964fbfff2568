using Reprise.Checkpoints;
using Reprise.Model;

namespace Reprise.Training;

/// <summary>The reports of a run, to its log and then to a listener, and the sums that the next one is made of.</summary>
/// <param name="sums">The checkpoint's; zero for a new run.</param>
internal sealed class RunReports(TrainingOptions options, RunPosition position, RunSchedule schedule, RunLog log, ReportSums sums)
{
    private ReportSums _sums = sums;

    /// <summary>Sums over the steps since the last report.</summary>
    public ReportSums Sums => _sums;

    /// <summary>Called after the log; null for nobody.</summary>
    public IProgress<TrainingReport>? Listener { get; set; }

    /// <summary>The last report on held-out sentences of this session; null before the first.</summary>
    public TrainingReport? LastEvaluation { get; private set; }

    /// <summary>Adds the result of a step.</summary>
    public void Add(StepResult result)
    {
        _sums.Steps++;
        _sums.Sentences += result.Sentences;
        _sums.Tokens += result.Tokens;
        _sums.Nll += result.Nll;
        _sums.Kl += result.Kl;
        _sums.Objective += result.Objective;
        _sums.GradientNorm += result.GradientNorm;
    }

    /// <summary>Adds time of the host that was spent in steps.</summary>
    public void AddTime(TimeSpan time) => _sums.Seconds += time.TotalSeconds;

    /// <summary>Reports the means over the steps since the last report, which must be at least one, and begins anew.</summary>
    public void ReportSteps()
    {
        (double nll, double kl) = (_sums.Nll / _sums.Sentences, _sums.Kl / _sums.Sentences);
        Publish(new TrainingReport
        {
            Split = ReportSplit.Train,
            Step = position.Step,
            TotalSteps = schedule.TotalSteps,
            Epoch = position.Epochs,
            Nll = nll,
            Kl = kl,
            Objective = _sums.Objective / _sums.Sentences,
            KlShare = options.Objective.KlShare(nll, kl),
            Weights = options.Objective.At(position.Step - 1),
            GradientNorm = _sums.GradientNorm / _sums.Steps,
            LearningRate = options.LearningRate,
            SentencesPerSecond = Rate(_sums.Sentences, _sums.Seconds),
            TokensPerSecond = Rate(_sums.Tokens, _sums.Seconds),
            Seconds = schedule.Seconds,
            TimeLeft = schedule.TimeLeft,
        });
        _sums = default;
    }

    /// <summary>Reports the losses of held-out sentences.</summary>
    /// <param name="weights">Of the last step.</param>
    /// <param name="objective">The losses by those weights, in nats a sentence.</param>
    /// <param name="seconds">Spent on measuring them.</param>
    public void ReportHeldOut(HeldOutLosses losses, ObjectiveWeights weights, double objective, double seconds)
    {
        LastEvaluation = new TrainingReport
        {
            Split = ReportSplit.Test,
            Step = position.Step,
            TotalSteps = schedule.TotalSteps,
            Epoch = position.Epochs,
            Nll = losses.Nll,
            Kl = losses.Kl,
            Objective = objective,
            KlShare = options.Objective.KlShare(losses.Nll, losses.Kl),
            Weights = weights,
            SentencesPerSecond = Rate(losses.Sentences, seconds),
            TokensPerSecond = Rate(losses.Tokens, seconds),
            Seconds = schedule.Seconds,
            TimeLeft = schedule.TimeLeft,
        };
        Publish(LastEvaluation);
    }

    private void Publish(TrainingReport report)
    {
        log.Write(report);
        Listener?.Report(report);
    }

    private static double Rate(double count, double seconds) => seconds > 0 ? count / seconds : 0;
}
