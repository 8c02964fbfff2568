namespace Reprise.Studies.Reports;

/// <summary>Numbers of a run's curve on held-out sentences, in nats a token.</summary>
internal static class CurveNumbers
{
    /// <summary>The mean ELBO of the points after one step and up to another; not a number where there is none.</summary>
    public static double MeanElbo(IReadOnlyList<CurvePoint> curve, double after, double upTo) =>
        curve.Where(point => point.Step > after && point.Step <= upTo).Select(point => point.ElboPerToken)
            .DefaultIfEmpty(double.NaN).Average();

    /// <summary>
    /// The change of the ELBO over the second half of training, by the least-squares line through its points; not a number for fewer than
    /// two points.
    /// </summary>
    /// <param name="steps">Steps of the run.</param>
    public static double ChangeOfElbo(IReadOnlyList<CurvePoint> curve, long steps)
    {
        CurvePoint[] half = [.. curve.Where(point => point.Step > steps / 2.0)];
        if (half.Length < 2)
            return double.NaN;
        double middle = half.Average(point => point.Step), mean = half.Average(point => point.ElboPerToken);
        double slope = half.Sum(point => (point.Step - middle) * (point.ElboPerToken - mean))
            / half.Sum(point => (point.Step - middle) * (point.Step - middle));
        return slope * steps / 2;
    }
}
