namespace Reprise.Studies.Statistics;

/// <summary>Student's t distribution of an integer number of degrees of freedom.</summary>
/// <remarks>
/// The sums of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4. With θ = arctan(t/√df) the probability A of |T| ≤ |t| is a finite
/// sum in cos²θ. The same series continued to infinity sums to 1, so that its rest is the tail, which then has all its digits.
/// </remarks>
internal static class StudentT
{
    // From here the tail is below 0.25 for every number of degrees of freedom, and 1 - A would lose digits.
    private const double TailFrom = 1;

    // Below the rounding of a double, 1.1e-16.
    private const double Negligible = 1e-17;

    /// <summary>
    /// The probability that T is at least <paramref name="t"/>, accurate also where it is small: 0 of ∞, 1 of -∞, NaN of NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one degree of freedom.</exception>
    public static double UpperTail(double t, int df)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(df, 1);
        if (double.IsNaN(t))
            return double.NaN;
        double tail = TwoSided(t, df) / 2;
        return t >= 0 ? tail : 1 - tail;
    }

    /// <summary>The probability that |T| is at least |<paramref name="t"/>|: the p value of a two-sided test.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one degree of freedom.</exception>
    public static double TwoSided(double t, int df)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(df, 1);
        double tangent = Math.Abs(t) / Math.Sqrt(df);
        if (double.IsInfinity(tangent))
            return 0;
        double secant = double.Hypot(1, tangent), cos = 1 / secant, sin = tangent / secant;
        return Math.Abs(t) >= TailFrom ? Rest(df, sin, cos) : 1 - Inside(df, Math.Atan(tangent), sin, cos);
    }

    /// <summary>
    /// The value that T is below with the given probability, for example 2.776 of 0.975 and 4 degrees of freedom; ±∞ of 1 and 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not between 0 and 1, or there are fewer than one degree of
    /// freedom.</exception>
    public static double Quantile(double probability, int df)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(df, 1);
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "expected a number from 0 to 1");
        if (probability > 0.5)
            return AtTail(1 - probability, df);
        return probability == 0.5 ? 0 : -AtTail(probability, df);
    }

    // The t > 0 whose upper tail is given, by bisection to neighbouring numbers.
    private static double AtTail(double tail, int df)
    {
        if (tail == 0)
            return double.PositiveInfinity;
        double low = 0, high = 1;
        while (UpperTail(high, df) > tail)
            (low, high) = (high, 2 * high);
        while (true)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
                return high;
            if (UpperTail(middle, df) > tail)
                low = middle;
            else
                high = middle;
        }
    }

    // Even df: A = sin θ (1 + 1/2 cos²θ + 1·3/(2·4) cos⁴θ + … to the power df - 2).
    // Odd df: A = 2/π (θ + sin θ cos θ (1 + 2/3 cos²θ + 2·4/(3·5) cos⁴θ + … to the power df - 3)).
    private static double Inside(int df, double theta, double sin, double cos)
    {
        double term = First(df, sin, cos), sum = df % 2 == 0 ? 0 : 2 / Math.PI * theta;
        for (int k = df % 2; k < df - 1; k += 2)
        {
            sum += term;
            term *= Ratio(k) * cos * cos;
        }

        return sum;
    }

    // 1 - A: the terms that A leaves out. Each is below cos²θ times the one before it, so that all from a term on are below
    // term / sin²θ.
    private static double Rest(int df, double sin, double cos)
    {
        double term = First(df, sin, cos), sum = 0;
        int k = df % 2;
        for (; k < df - 1; k += 2)
            term *= Ratio(k) * cos * cos;
        for (; term > Negligible * sum * sin * sin; k += 2)
        {
            sum += term;
            term *= Ratio(k) * cos * cos;
        }

        return sum;
    }

    private static double First(int df, double sin, double cos) => df % 2 == 0 ? sin : 2 / Math.PI * sin * cos;

    private static double Ratio(int k) => (k + 1.0) / (k + 2);
}
