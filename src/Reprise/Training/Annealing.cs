namespace Reprise.Training;

/// <summary>The curve by which the weight of kl rises from 0 to 1.</summary>
public enum AnnealingCurve
{
    /// <summary>w = step / steps.</summary>
    Linear,

    /// <summary>A logistic curve through 1/2 at half of the steps (Bowman et al. 2016).</summary>
    Sigmoid,

    /// <summary>
    /// Four cycles: each rises linearly in its first half and stays at 1 in its second. In Fu et al. 2019 they take the whole training.
    /// </summary>
    Cyclical,
}

/// <summary>The weight of kl while it is annealed.</summary>
internal static class Annealing
{
    private const int Cycles = 4;       // M of Fu et al. 2019
    private const double Rising = 0.5;  // R of Fu et al. 2019
    private const double Span = 6;      // the logistic curve runs over [-6, 6], scaled so that it starts at 0 and ends at 1

    /// <summary>w in [0, 1] after <paramref name="step"/> steps; exactly 0 at step 0 and 1 from <paramref name="steps"/> on.</summary>
    public static double Weight(AnnealingCurve curve, long step, long steps)
    {
        if (step >= steps)
            return 1;
        double part = (double)step / steps;
        return curve switch
        {
            AnnealingCurve.Linear => part,
            AnnealingCurve.Sigmoid => (Logistic(Span * ((2 * part) - 1)) - Logistic(-Span)) / (Logistic(Span) - Logistic(-Span)),
            _ => Math.Min(1, part * Cycles % 1 / Rising),
        };
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
