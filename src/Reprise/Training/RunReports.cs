using Reprise.Checkpoints;
using Reprise.Model;

namespace Reprise.Training;

/// <summary>Reports to a run's log and then to a listener, and the sums of the next report.</summary>
/// <param name="sums">The checkpoint's sums; zero for a new run.</param>
internal sealed class RunReports(
    TrainingOptions options, RunPosition position, RunSchedule schedule, ValidationWatch watch, RunLog log, ReportSums sums)
{
    private readonly OrderedDictionary<string, double> _losses = new(sums.Losses ?? []);
    private ReportSums _sums = sums;

    /// <summary>Sums over the steps since the last report.</summary>
    public ReportSums Sums => _sums with { Losses = new(_losses) };

    /// <summary>The receiver of each report after the log; null for none.</summary>
    public IProgress<TrainingReport>? Listener { get; set; }

    /// <summary>The last report on held-out sentences of this session; null before the first.</summary>
    public TrainingReport? LastEvaluation { get; private set; }

    /// <summary>Adds the result of a step.</summary>
    public void Add(StepResult result)
    {
        _sums.Steps++;
        _sums.Sentences += result.Sentences;
        _sums.Tokens += result.Tokens;
        for (int part = 0; part < result.Parts.Count; part++)
        {
            if (result.Parts[part].IsReported)
                _losses[result.Parts[part].Name] = _losses.GetValueOrDefault(result.Parts[part].Name) + result.Losses[part];
        }

        _sums.Objective += result.Objective;
        _sums.GradientNorm += result.GradientNorm;
    }

    /// <summary>Adds time of the host that was spent in steps.</summary>
    public void AddTime(TimeSpan time) => _sums.Seconds += time.TotalSeconds;

    /// <summary>Reports the means over the steps since the last report, at least one, and resets the sums.</summary>
    /// <param name="learningRate">The rate of the last step.</param>
    /// <param name="weights">The weights of the last step.</param>
    public void ReportSteps(double learningRate, ObjectiveWeights weights)
    {
        OrderedDictionary<string, double> losses = new(_losses.Select(loss => KeyValuePair.Create(loss.Key, loss.Value / _sums.Sentences)));
        Publish(new TrainingReport
        {
            Split = ReportSplit.Train,
            Step = position.Step,
            TotalSteps = schedule.TotalSteps,
            Epoch = position.Epochs,
            Losses = losses,
            Objective = _sums.Objective / _sums.Sentences,
            KlShare = KlShare(losses, weights),
            Weights = weights,
            M = MOf(weights),
            GradientNorm = _sums.GradientNorm / _sums.Steps,
            LearningRate = learningRate,
            SentencesPerSecond = Rate(_sums.Sentences, _sums.Seconds),
            TokensPerSecond = Rate(_sums.Tokens, _sums.Seconds),
            Seconds = schedule.Seconds,
            TimeLeft = schedule.TimeLeft,
        });
        _sums = default;
        _losses.Clear();
    }

    /// <summary>Reports the losses of held-out sentences.</summary>
    /// <param name="split">Their part.</param>
    /// <param name="weights">The weights of the last step.</param>
    /// <param name="seconds">Seconds spent on measuring.</param>
    public void ReportHeldOut(ReportSplit split, HeldOutLosses losses, ObjectiveWeights weights, double seconds)
    {
        OrderedDictionary<string, double> means = losses.Reported;
        LastEvaluation = new TrainingReport
        {
            Split = split,
            Step = position.Step,
            TotalSteps = schedule.TotalSteps,
            Epoch = position.Epochs,
            Losses = means,
            Objective = losses.By(weights),
            KlShare = KlShare(means, weights),
            Weights = weights,
            M = MOf(weights),
            BestStep = watch.BestStep,
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

    // The m that training moves; null where it stays.
    private double? MOf(ObjectiveWeights weights) => options.MovesM ? weights.M : null;

    private double KlShare(OrderedDictionary<string, double> losses, ObjectiveWeights weights)
    {
        Objective objective = MOf(weights) is { } m ? Objective.AutoGen(m) : options.Objective;
        return objective.KlShare(losses[TrainingReport.NllName], losses[TrainingReport.KlName]);
    }

    private static double Rate(double count, double seconds) => seconds > 0 ? count / seconds : 0;
}
