using System.Numerics;
using Reprise.Numerics.Cpu;

namespace Reprise.Tests.Kernels;

/// <summary>The error bounds that <see cref="VectorMath"/> states, over dense grids of its arguments.</summary>
public sealed class VectorMathTests
{
    [Fact]
    public void The_relative_error_of_Exp_is_at_most_2e_7() =>
        Worst(-87.3f, 88.3f, VectorMath.Exp, x => Math.Exp(x), (found, expected) => Math.Abs(found - expected) / expected)
            .ShouldBeLessThan(2e-7);

    [Fact]
    public void The_absolute_error_of_Sigmoid_is_at_most_1_2e_7() =>
        Worst(-40, 40, VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), (found, expected) => Math.Abs(found - expected))
            .ShouldBeLessThan(1.2e-7);

    [Fact]
    public void The_absolute_error_of_Tanh_is_at_most_2e_7() =>
        Worst(-20, 20, VectorMath.Tanh, Math.Tanh, (found, expected) => Math.Abs(found - expected)).ShouldBeLessThan(2e-7);

    [
        Theory, InlineData(float.NegativeInfinity, 0, -1), InlineData(-1e30f, 0, -1), InlineData(0, 0.5f, 0),
        InlineData(float.PositiveInfinity, 1, 1),
    ]
    public void The_ends_are_reached(float x, float sigmoid, float tanh)
    {
        VectorMath.Sigmoid(new Vector<float>(x))[0].ShouldBe(sigmoid, 1e-30);
        VectorMath.Tanh(new Vector<float>(x))[0].ShouldBe(tanh);
    }

    [Fact]
    public void NaN_stays_NaN()
    {
        Vector<float> x = new(float.NaN);
        foreach (Vector<float> y in new[] { VectorMath.Exp(x), VectorMath.Sigmoid(x), VectorMath.Tanh(x) })
            y[0].ShouldBe(float.NaN);
    }

    private static double Worst(
        float from, float to, Func<Vector<float>, Vector<float>> function, Func<double, double> exact, Func<double, double, double> error)
    {
        const int Points = 1_000_003;
        double worst = 0;
        for (int i = 0; i <= Points; i++)
        {
            float x = (float)(from + ((to - from) * (double)i / Points));
            worst = Math.Max(worst, error(function(new Vector<float>(x))[0], exact(x)));
        }

        return worst;
    }
}
