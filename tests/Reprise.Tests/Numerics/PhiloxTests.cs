using System.Numerics;
using MathNet.Numerics;
using Reprise.Numerics;

namespace Reprise.Tests.Numerics;

public sealed class PhiloxTests
{
    private const int Many = 400_000;

    /// <summary>The vectors that Random123 publishes for philox4x32-10.</summary>
    [Fact]
    public void Blocks_have_the_published_answers()
    {
        Philox.Block(0, 0, 0, 0, 0, 0).ShouldBe((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
        Philox.Block(~0u, ~0u, ~0u, ~0u, ~0u, ~0u).ShouldBe((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
        Philox.Block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)
            .ShouldBe((0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u));
    }

    [Fact]
    public void Uniform_numbers_fill_the_open_interval_evenly()
    {
        float[] values = Uniform(Many, 1, RandomUse.WordDrop, 2, 3);

        values.ShouldAllBe(x => x > 0 && x < 1);
        double[] counts = [.. values.CountBy(x => (int)(x * 100)).OrderBy(bin => bin.Key).Select(bin => (double)bin.Value)];
        counts.Length.ShouldBe(100);
        double expected = Many / 100.0;
        double chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        chiSquare.ShouldBeInRange(50, 160); // 99 degrees of freedom: mean 99, standard deviation 14
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_the_distribution_function()
    {
        float[] values = Normal(Many, 1, RandomUse.Posterior, 2, 3);

        // Standard errors over 400,000: mean 0.0016, variance 0.0022, third moment 0.006, fourth 0.016.
        values.Average(x => (double)x).ShouldBe(0, 0.006);
        values.Average(x => Math.Pow(x, 2)).ShouldBe(1, 0.009);
        values.Average(x => Math.Pow(x, 3)).ShouldBe(0, 0.025);
        values.Average(x => Math.Pow(x, 4)).ShouldBe(3, 0.065);
        foreach (double x in new[] { -3, -2, -1, -0.3, 0, 0.5, 1.5, 2.5 })
            (values.Count(value => value < x) / (double)Many).ShouldBe(0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2)), 0.0032);
        values.Zip(values.Skip(1), (a, b) => (double)a * b).Average().ShouldBe(0, 0.0065);
    }

    [Fact]
    public void Every_key_of_a_draw_changes_all_of_it()
    {
        float[] draw = Normal(8, 7, RandomUse.Prior, 5, 11);
        float[][] others =
        [
            Normal(8, 8, RandomUse.Prior, 5, 11), Normal(8, 7 + (1UL << 32), RandomUse.Prior, 5, 11),
            Normal(8, 7, RandomUse.Weights, 5, 11),
            Normal(8, 7, RandomUse.Prior, 6, 11), Normal(8, 7, RandomUse.Prior, 5 + (1L << 32), 11),
            Normal(8, 7, RandomUse.Prior, 5 + (1L << 47), 11),
            Normal(8, 7, RandomUse.Prior, 5, 12), Normal(8, 7, RandomUse.Prior, 5, 11 + (1L << 32)),
            Normal(8, 7, RandomUse.Prior, 5, 11 + (1L << 39)),
        ];
        others.ShouldAllBe(other => !other.Intersect(draw).Any());
    }

    [Fact]
    public void Blocks_of_one_draw_never_repeat()
    {
        uint[] blocks = [0, 1, 255, 256, 1 << 16, (1 << 24) - 1, 1 << 24, (1 << 24) + 1, 1 << 28, uint.MaxValue];
        blocks.Select(block => Philox.Draw(1, RandomUse.Weights, 0, 0, block)).Distinct().Count().ShouldBe(blocks.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1 << 24) - 1)]
    [InlineData(uint.MaxValue - 7)]
    public void Blocks_in_lanes_are_the_blocks_of_the_draw(uint first)
    {
        RandomKey key = new(0x0123456789ABCDEF, RandomUse.OutputDropout, (5L << 32) + 7, (3L << 32) + 11);
        var (x0, x1, x2, x3) = Philox.Draw(key, Vector.Create((ulong)first) + Vector<ulong>.Indices);
        for (int lane = 0; lane < Vector<ulong>.Count; lane++)
        {
            ((uint)x0[lane], (uint)x1[lane], (uint)x2[lane], (uint)x3[lane])
                .ShouldBe(Philox.Draw(key.Seed, key.Use, key.A, key.B, first + (uint)lane), $"lane {lane}");
        }
    }

    [Fact]
    public void A_bound_divides_the_uniform_numbers_at_the_rate()
    {
        foreach (double rate in new[] { 0, 1e-9, 0.1, 0.5, 0.5 + (0.5 / (1 << 23)), 0.5 + (0.6 / (1 << 23)), 1 - 1e-9 })
        {
            int below = Philox.Below(rate);
            foreach (int k in new[] { below - 1, below }.Where(k => k is >= 0 and < 1 << 23))
                ((k + 0.5) / (1 << 23) < rate).ShouldBe(k < below, $"rate {rate}, number {k}");
        }
    }

    [Fact]
    public void A_shorter_draw_is_the_beginning_of_a_longer_one()
    {
        float[] uniform = Uniform(23, 1, RandomUse.Order, 0, 0), normal = Normal(23, 1, RandomUse.Order, 0, 0);
        for (int length = 0; length < 23; length++)
        {
            Uniform(length, 1, RandomUse.Order, 0, 0).ShouldBe(uniform[..length]);
            Normal(length, 1, RandomUse.Order, 0, 0).ShouldBe(normal[..length]);
        }
    }

    /// <summary>A checkpoint stores only the step, so these numbers may never change. They were worked out with another program.</summary>
    [Fact]
    public void Draws_are_frozen()
    {
        Philox.Word(42, RandomUse.Order, 3, 9).ShouldBe(12095100911118562890UL);
        Uniform(3, 42, RandomUse.WordDrop, 3, 9).ShouldBe([0.56845039f, 0.41093761f, 0.34258741f], 1e-7);
        Normal(3, 42, RandomUse.Posterior, 3, 9).ShouldBe([-1.08754442f, -0.47957405f, 1.25934814f], 1e-6);
    }

    private static float[] Uniform(int count, ulong seed, RandomUse use, long step, long index)
    {
        float[] values = new float[count];
        Philox.Uniform(values, seed, use, step, index);
        return values;
    }

    private static float[] Normal(int count, ulong seed, RandomUse use, long step, long index)
    {
        float[] values = new float[count];
        Philox.Normal(values, seed, use, step, index);
        return values;
    }
}
