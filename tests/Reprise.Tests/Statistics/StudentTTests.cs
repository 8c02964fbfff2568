using MathNetT = MathNet.Numerics.Distributions.StudentT;
using StudentT = Reprise.Studies.Statistics.StudentT;

namespace Reprise.Tests.Statistics;

public sealed class StudentTTests
{
    // MathNet's continued fraction of the incomplete beta function is accurate to about 1e-12 of the tail.
    private const double Tolerance = 1e-11;

    private static readonly int[] Degrees = [1, 2, 3, 4, 5, 7, 10, 19, 30, 99, 100, 1000];

    [Fact]
    public void Tails_are_those_of_another_library()
    {
        foreach (int df in Degrees)
        {
            foreach (double t in (double[])[0.01, 0.3, 0.999, 1, 1.001, 2, 3.5, 8, 40, 1e4])
            {
                double expected = MathNetT.CDF(0, 1, df, -t);
                StudentT.UpperTail(t, df).ShouldBe(expected, Tolerance * expected, $"t {t}, df {df}");
                StudentT.TwoSided(-t, df).ShouldBe(2 * expected, 2 * Tolerance * expected, $"t {t}, df {df}");
                StudentT.UpperTail(-t, df).ShouldBe(1 - expected, Tolerance, $"t {t}, df {df}");
            }
        }
    }

    [Fact]
    public void Tails_of_one_and_two_degrees_of_freedom_have_their_closed_form()
    {
        foreach (double t in (double[])[1e-9, 0.5, 1, 6, 1e3, 1e9, 1e150])
        {
            StudentT.UpperTail(t, 1).ShouldBe(Math.Atan(1 / t) / Math.PI, 1e-14 * Math.Atan(1 / t));
            double root = double.Hypot(t, Math.Sqrt(2)), tail = 1 / (root * (root + t)); // (1 - t / root) / 2
            StudentT.UpperTail(t, 2).ShouldBe(tail, 1e-14 * tail);
        }
    }

    [Theory] // The usual printed tables.
    [InlineData(0.975, 1, 12.706)]
    [InlineData(0.975, 4, 2.776)]
    [InlineData(0.975, 9, 2.262)]
    [InlineData(0.95, 19, 1.729)]
    [InlineData(0.995, 39, 2.708)]
    public void Quantiles_are_those_of_tables(double probability, int df, double t) => StudentT.Quantile(probability, df).ShouldBe(t, 5e-4);

    [Fact]
    public void A_quantile_has_its_probability_below_it()
    {
        foreach (int df in Degrees)
        {
            foreach (double probability in (double[])[1e-12, 0.001, 0.025, 0.4, 0.6, 0.975, 0.999])
            {
                double t = StudentT.Quantile(probability, df);
                StudentT.UpperTail(-t, df).ShouldBe(probability, 1e-12 * probability, $"{probability}, df {df}");
            }
        }
    }

    [Fact]
    public void Infinity_NaN_and_zero_have_defined_values()
    {
        foreach (int df in Degrees)
        {
            StudentT.UpperTail(double.PositiveInfinity, df).ShouldBe(0);
            StudentT.UpperTail(double.NegativeInfinity, df).ShouldBe(1);
            StudentT.UpperTail(0, df).ShouldBe(0.5);
            StudentT.TwoSided(0, df).ShouldBe(1);
            StudentT.TwoSided(double.NegativeInfinity, df).ShouldBe(0);
            StudentT.UpperTail(double.NaN, df).ShouldBe(double.NaN);
            StudentT.TwoSided(double.NaN, df).ShouldBe(double.NaN);
            StudentT.UpperTail(double.MaxValue, df).ShouldBeInRange(0, 1e-300);
            StudentT.Quantile(0, df).ShouldBe(double.NegativeInfinity);
            StudentT.Quantile(0.5, df).ShouldBe(0);
            StudentT.Quantile(1, df).ShouldBe(double.PositiveInfinity);
        }
    }

    [Fact]
    public void Values_without_a_meaning_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => StudentT.UpperTail(1, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => StudentT.Quantile(0.5, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => StudentT.Quantile(1.1, 3));
        Should.Throw<ArgumentOutOfRangeException>(() => StudentT.Quantile(double.NaN, 3));
    }
}
