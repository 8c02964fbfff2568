namespace Reprise.Studies.Statistics;

/// <summary>
/// Exact tests, two-sided: the probability under the null hypothesis of the outcomes that are at most as probable as the observed one (as
/// in R's <c>binom.test</c>).
/// </summary>
internal static class ExactTests
{
    // Keeps outcomes of equal probability in spite of rounding.
    private const double Slack = 1 + 1e-7;

    /// <summary>
    /// The binomial test: the p value of <paramref name="successes"/> among <paramref name="trials"/>, if each succeeds with <paramref
    /// name="probability"/>; 1 without trials.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more successes than trials, or the probability is not between 0 and
    /// 1.</exception>
    public static double Binomial(int successes, int trials, double probability = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, successes);
        if (!(probability is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "expected a number between 0 and 1");
        double limit = Probability(successes) * Slack, sum = 0;
        for (int k = 0; k <= trials; k++)
        {
            double p = Probability(k);
            sum += p <= limit ? p : 0;
        }

        return Math.Min(1, sum);

        double Probability(int k) =>
            Math.Exp(LogBinomial(trials, k) + (k * Math.Log(probability)) + ((trials - k) * Math.Log(1 - probability)));
    }

    /// <summary>
    /// McNemar's test that two models have a property of the same items equally often: the binomial test over the items on which they
    /// differ.
    /// </summary>
    /// <param name="discordant">Items where only the first has it, and where only the second has it.</param>
    public static double McNemar((int First, int Second) discordant) =>
        Binomial(discordant.First, discordant.First + discordant.Second);

    private static double LogBinomial(int n, int k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    // log n!: the product itself while it is exact, then Stirling's series, whose next term is below 1e-15 from there.
    private static double LogFactorial(int n)
    {
        if (n <= 18)
        {
            double product = 1;
            for (int i = 2; i <= n; i++)
                product *= i;
            return Math.Log(product);
        }

        double x = n + 1.0, inverse = 1 / x, square = inverse * inverse;
        double series = inverse
            * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188))))))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series;
    }
}
