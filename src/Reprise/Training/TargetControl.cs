using Reprise.Checkpoints;
using Reprise.Model;

namespace Reprise.Training;

/// <summary>
/// The control of m by a target: kl of the training batches, or the share of words that come back. A PI controller moves log(1 + m) by the
/// logarithm of target / measure; its integral stays within the limits of m, so that it leaves them as soon as the error turns. A minimum
/// rate R has the multiplier u = m / (1 + m), which follows the gradient of its dual problem, R - kl, and is not below 0.
/// </summary>
/// <remarks>
/// <para>
/// kl costs nothing: its mean over <see cref="Interval"/> steps, smoothed, sets the m of the interval after the next. By then all its
/// results are there on any device, however late it answers, so the run is the same on all.
/// </para>
/// <para>
/// The share of words is measured on a fixed sample of the validation part every <see cref="AccuracyEvery"/> steps, greedily from the means
/// of the posteriors, at about the cost of three steps.
/// </para>
/// </remarks>
internal sealed class TargetControl
{
    /// <summary>The limits of m.</summary>
    public const double LeastM = -0.9, MostM = 99;

    /// <summary>Steps of a mean of kl; more than the results that can be under way (<see cref="PendingSteps"/>).</summary>
    public const int Interval = 16;

    /// <summary>Steps from one measurement of accuracy to the next.</summary>
    public const int AccuracyEvery = 100;

    /// <summary>Sentences of a measurement of accuracy.</summary>
    public const int AccuracySentences = 128;

    // Chosen by runs on multi30k with 64 units and 16 dimensions, 1,500 steps to a kl of 4 and of 12: within 9 % from step 700 on, within
    // 4 % from 1,000 on. kl answers to m after some hundred steps, and rises by itself while the model learns; an integral three times
    // slower stays 13 % behind. Accuracy is measured a hundred steps apart: with gains as large m would jump from limit to limit.
    private static readonly Gains s_ofKl = new(Proportional: 2, Integral: 0.03, MostOfIntegral: 0.1);
    private static readonly Gains s_ofAccuracy = new(Proportional: 0.8, Integral: 0.005, MostOfIntegral: 0.3);

    private const double DualRate = 0.005; // u a step, where there is no kl yet: from 0 to its limit in 200 steps

    private const double MostError = 1; // a measure that is e times too low or too high; before the first words are learnt it is worse
    private const double Smoothing = 0.33; // of the means of kl

    private static readonly double s_least = Math.Log(1 + LeastM), s_most = Math.Log(1 + MostM);

    private readonly TrainingOptions _options;
    private readonly double[] _m = new double[2]; // of the intervals of even and of odd number
    private double _integral, _sumOfKl;
    private double? _measure;
    private long _sentences;

    /// <param name="options">Options with a target.</param>
    /// <param name="step">The checkpoint's step; 0 for a new run.</param>
    /// <param name="state">The checkpoint's state; null for a new run.</param>
    public TargetControl(TrainingOptions options, long step, ControlProgress? state)
    {
        _options = options;
        _integral = state?.Integral ?? Math.Log(1 + options.Objective.M);
        (_sumOfKl, _sentences, _measure) = (state?.SumOfKl ?? 0, state?.Sentences ?? 0, state?.Measure);
        _m[Slot(step)] = state?.M ?? options.Objective.M;
        _m[1 - Slot(step)] = state?.NextM ?? options.Objective.M;
    }

    /// <summary>The m of the step after <paramref name="step"/> finished ones; of the steps under way, and of the next interval.</summary>
    public double M(long step) => _m[Slot(step)];

    /// <summary>The weights of an objective at the m of that step.</summary>
    public ObjectiveWeights Weights(ObjectiveWeights weights, long step) => IsMinimum
        ? weights with { Kl = weights.Kl / (1 + M(step)) }
        : weights with { Reconstruction = 1 + M(step) };

    /// <summary>The state after <paramref name="step"/> steps, when no result is pending.</summary>
    public ControlProgress State(long step) => new()
    {
        M = M(step),
        NextM = _m[1 - Slot(step)],
        Integral = _integral,
        Measure = _measure,
        SumOfKl = _sumOfKl,
        Sentences = _sentences,
    };

    /// <summary>Adds the result of a step; results come in the order of the steps.</summary>
    public void Add(StepResult result)
    {
        if (_options.TargetAccuracy is not null)
            return;
        for (int part = 0; part < result.Parts.Count; part++)
        {
            if (result.Parts[part].Name == LossParts.KlName)
                _sumOfKl += result.Losses[part];
        }

        _sentences += result.Sentences;
        if ((result.Step + 1) % Interval != 0)
            return;
        double mean = _sumOfKl / _sentences;
        _measure += Smoothing * (mean - _measure);
        _measure ??= mean;
        (_sumOfKl, _sentences) = (0, 0);
        double m = IsMinimum ? Ascend(mean) : Move(_options.TargetKl!.Value / _measure.Value, Interval, s_ofKl);
        _m[Slot(result.Step)] = m; // the slot of the interval after the next
    }

    /// <summary>True where the accuracy is to be measured after <paramref name="step"/> steps.</summary>
    public bool IsAccuracyDue(long step) => _options.TargetAccuracy is not null && step % AccuracyEvery == 0;

    /// <summary>Adds a measurement of accuracy, when no result is pending.</summary>
    public void AddAccuracy(double accuracy)
    {
        _measure = accuracy;
        _m.AsSpan().Fill(Move(_options.TargetAccuracy!.Value / accuracy, AccuracyEvery, s_ofAccuracy));
    }

    // The m of a ratio of target and measure, which has held for so many steps.
    private double Move(double ratio, int steps, Gains gains)
    {
        double error = Math.Clamp(Math.Log(ratio), -MostError, MostError);
        double slow = Math.Clamp(error, -gains.MostOfIntegral, gains.MostOfIntegral);
        _integral = Math.Clamp(_integral + (gains.Integral * steps * slow), s_least, s_most);
        return Math.Clamp(Math.Exp(_integral + (gains.Proportional * error)) - 1, LeastM, MostM);
    }

    // The m of the multiplier after an interval with this kl; the integral is log(1 + m) = -log(1 - u).
    private double Ascend(double kl)
    {
        double u = 1 - Math.Exp(-_integral);
        double slope = Math.Max(-MostError, 1 - (kl / _options.Objective.LeastKl));
        _integral = Math.Clamp(-Math.Log(Math.Max(1 - (u + (DualRate * Interval * slope)), double.Epsilon)), 0, s_most);
        return Math.Exp(_integral) - 1;
    }

    private bool IsMinimum => _options.Objective.Kind == ObjectiveKind.MinimumRate;

    private static int Slot(long step) => (int)(step / Interval % 2);

    /// <param name="Proportional">log(1 + m) at once, at an error of 1.</param>
    /// <param name="Integral">log(1 + m) a step, at an error of 1.</param>
    /// <param name="MostOfIntegral">The largest error that the integral sees. It waits while the model learns its first words.</param>
    private readonly record struct Gains(double Proportional, double Integral, double MostOfIntegral);
}
