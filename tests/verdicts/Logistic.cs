namespace Reprise.Verdicts;

/// <summary>The logistic function and its mean over a normal effect.</summary>
internal static class Logistic
{
    public static double Of(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>The mean of 1/(1 + exp(-(logit + x))) over x, normal with mean 0.</summary>
    public static double Mean(double logit, double deviation)
    {
        const double Step = 0.02, End = 8; // in deviations; the sum's error is below 1e-10
        double sum = 0, weights = 0;
        for (double x = -End; x <= End; x += Step)
        {
            double weight = Math.Exp(-x * x / 2);
            sum += weight * Of(logit + (deviation * x));
            weights += weight;
        }

        return sum / weights;
    }

    /// <summary>The logit whose mean is the share.</summary>
    public static double ForMean(double share, double deviation)
    {
        double low = -20, high = 20;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Mean(middle, deviation) < share ? (middle, high) : (low, middle);
        }

        return low;
    }
}
