using Reprise.Evaluation;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>
/// The estimate of mutual information where the truth is known: x ~ N(0, I) of d dimensions and q(z|x) = N(r x, 1 - r²), so that
/// z ~ N(0, I) and I(x; z) = -d/2 log(1 - r²).
/// </summary>
public sealed class MutualInformationTests
{
    private const int Sentences = 500, Dimensions = 10, Seeds = 6;

    [Fact]
    public void Five_nats_are_estimated_as_four_and_a_half()
    {
        RunningMoments estimates = Estimates(5);
        estimates.Mean.ShouldBe(4.5, 0.15); // far from its ceiling, log 500 = 6.2
        (estimates.Mean + (4 * estimates.StandardError)).ShouldBeLessThan(5);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(8)]
    public void The_estimate_is_low_on_average(double nats)
    {
        RunningMoments estimates = Estimates(nats);
        estimates.Mean.ShouldBeLessThan(nats + (3 * estimates.StandardError));
        estimates.Mean.ShouldBeGreaterThan(0.6 * Math.Min(nats, Math.Log(Sentences)));
    }

    private static RunningMoments Estimates(double nats)
    {
        double kept = Math.Exp(-2 * nats / Dimensions); // 1 - r²
        RunningMoments estimates = default;
        float[] draws = new float[2 * Dimensions], logVariance = [.. Enumerable.Repeat((float)Math.Log(kept), Dimensions)];
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            MutualInformation information = new(Sentences, Dimensions);
            for (int i = 0; i < Sentences; i++)
            {
                Philox.Normal(draws, seed, RandomUse.Evaluation, 0, i);
                float[] mean = [.. draws[..Dimensions].Select(x => (float)(Math.Sqrt(1 - kept) * x))];
                information.Add(mean, logVariance, draws.AsSpan(Dimensions));
            }

            estimates.Add(information.Estimate());
        }

        return estimates;
    }
}
