using Reprise.Inference;
using Reprise.Numerics;

namespace Reprise.Tests.Inference;

public sealed class WordDrawTests
{
    private static readonly double[] LogProbabilities = [.. new[] { 0.3, 0.1, 0.05, 0.25, 0.2, 0.1 }.Select(p => Math.Log(p))];

    [Fact]
    public void Words_come_as_often_as_they_are_probable()
    {
        double[] share = Shares(new SamplingOptions());
        share[0].ShouldBe(0);
        share[1].ShouldBe(0);
        share[2].ShouldBe(0.05 / 0.6, 0.01);
        share[3].ShouldBe(0.25 / 0.6, 0.01);
        share[4].ShouldBe(0.2 / 0.6, 0.01);
        share[5].ShouldBe(0.1 / 0.6, 0.01);
    }

    [Fact]
    public void Temperature_is_the_root_of_the_probabilities()
    {
        double[] share = Shares(new SamplingOptions { Temperature = 0.5 });
        double total = (0.05 * 0.05) + (0.25 * 0.25) + (0.2 * 0.2) + (0.1 * 0.1);
        share[3].ShouldBe(0.25 * 0.25 / total, 0.01);
        share[2].ShouldBe(0.05 * 0.05 / total, 0.01);
    }

    [Fact]
    public void Top_k_keeps_the_k_most_probable()
    {
        double[] share = Shares(new SamplingOptions { TopK = 2 });
        share[3].ShouldBe(0.25 / 0.45, 0.01);
        share[4].ShouldBe(0.2 / 0.45, 0.01);
        (share[2] + share[5]).ShouldBe(0);
        Shares(new SamplingOptions { TopK = 1 })[3].ShouldBe(1);
    }

    [Fact]
    public void Top_p_keeps_the_fewest_words_that_reach_it()
    {
        // Probabilities of the allowed words: 0.417, 0.333, 0.167, 0.083.
        double[] share = Shares(new SamplingOptions { TopP = 0.7 });
        share[3].ShouldBe(0.25 / 0.45, 0.01);
        share[4].ShouldBe(0.2 / 0.45, 0.01);
        Shares(new SamplingOptions { TopP = 0.8 })[5].ShouldBe(0.1 / 0.55, 0.01);
        Shares(new SamplingOptions { TopP = 0.01 })[3].ShouldBe(1);
        Shares(new SamplingOptions { TopK = 2, TopP = 0.5 })[3].ShouldBe(1);
    }

    [Fact]
    public void Of_equal_words_the_first_is_kept() =>
        new WordDraw().Next([0, 0, -1, -1, -1], 2, new SamplingOptions { TopK = 1 }, 0.99).ShouldBe(2);

    private static double[] Shares(SamplingOptions options)
    {
        const int draws = 40_000;
        WordDraw draw = new();
        float[] uniform = new float[draws];
        Philox.Uniform(uniform, seed: 6, RandomUse.Sampling, 0, 0);
        double[] share = new double[LogProbabilities.Length];
        foreach (float u in uniform)
            share[draw.Next(LogProbabilities, firstWord: 2, options, u)]++;
        return [.. share.Select(count => count / draws)];
    }
}
