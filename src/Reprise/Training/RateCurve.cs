namespace Reprise.Training;

/// <summary>The factor of the learning rate: it rises in the warm-up, stays at 1, and falls to 0 over the last share of the run.</summary>
internal static class RateCurve
{
    /// <summary>The factor in the step after <paramref name="step"/> finished ones, 0 to 1.</summary>
    /// <param name="done">The share of the run that is done (<see cref="RunHorizon.Done"/>).</param>
    public static double Factor(TrainingOptions options, long step, double done)
    {
        double warmth = step + 1 < options.WarmUpSteps ? (step + 1.0) / options.WarmUpSteps : 1;
        return warmth * Fall(options, done);
    }

    /// <summary>True where the rate falls, by a share of the run that leaves a part in which it does not.</summary>
    public static bool HasPlateau(TrainingOptions options) => options.Decay is > 0 and < 1;

    /// <summary>The factor without the warm-up; 1 until the rate begins to fall.</summary>
    public static double Fall(TrainingOptions options, double done)
    {
        if (options.Decay == 0 || done <= 1 - options.Decay)
            return 1;
        double left = Math.Max(0, (1 - done) / options.Decay);
        return options.DecayCurve == DecayCurve.Cosine ? (1 - Math.Cos(Math.PI * left)) / 2 : left;
    }
}
