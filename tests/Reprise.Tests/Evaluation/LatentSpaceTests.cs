using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Numerics;

namespace Reprise.Tests.Evaluation;

/// <summary>Metrics of a latent space, against numbers worked out by hand.</summary>
public sealed class LatentSpaceTests
{
    private const double SinglePrecision = 1e-6; // codes are floats
    private const double Rounding = 1e-12;       // sums of doubles in another order

    [Fact]
    public void Kl_of_each_dimension_is_the_mean_over_the_sentences()
    {
        // KL = (variance + mean² - 1 - log variance) / 2.
        Code[] codes =
        [
            new([1, 0], [0, 0]),                    // ½ and 0
            new([0, 2], [(float)Math.Log(4), 0]),   // (4 - 1 - log 4) / 2 and 2
        ];
        double[] kl_Z = LatentSpace.KlPerDimension(codes);
        kl_Z[0].ShouldBe((0.5 + ((3 - Math.Log(4)) / 2)) / 2, SinglePrecision);
        kl_Z[1].ShouldBe(1, SinglePrecision);
        kl_Z.Sum().ShouldBe(codes.Average(code => code.Kl), SinglePrecision);
    }

    [Fact]
    public void The_discrepancy_is_that_worked_out_by_hand()
    {
        // One dimension, k = 2 / (2 + d²). Within x 2/3, within y 1/3, across (1 + 1/3 + 2/3 + 2/3) / 4 = 2/3.
        LatentSpace.SquaredDiscrepancy([[0], [1]], [[0], [2]]).ShouldBe((2.0 / 3) + (1.0 / 3) - (2 * 2.0 / 3), Rounding);
        Should.Throw<ArgumentException>(() => LatentSpace.SquaredDiscrepancy([[0]], [[0], [2]])).Message.ShouldContain("1 draws");
    }

    [Fact]
    public void The_discrepancy_is_that_of_its_definition()
    {
        float[][] x = Draws(7, 1, 0), y = Draws(9, 2, 0.5f);
        double within = 0, withinOther = 0, across = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
                within += i == j ? 0 : Kernel(x[i], x[j]) / (7 * 6);
            for (int j = 0; j < y.Length; j++)
                across += Kernel(x[i], y[j]) / (7 * 9);
        }

        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
                withinOther += i == j ? 0 : Kernel(y[i], y[j]) / (9 * 8);
        }

        LatentSpace.SquaredDiscrepancy(x, y).ShouldBe(within + withinOther - (2 * across), Rounding);

        static double Kernel(float[] a, float[] b) => 8 / (8 + a.Zip(b, (p, q) => ((double)p - q) * ((double)p - q)).Sum()); // C = 2 Z = 8
    }

    [Fact]
    public void Draws_of_one_distribution_have_no_discrepancy_and_others_have()
    {
        double same = LatentSpace.SquaredDiscrepancy(Draws(400, 1, 0), Draws(400, 2, 0));
        double shifted = LatentSpace.SquaredDiscrepancy(Draws(400, 1, 0), Draws(400, 2, 1));
        Math.Abs(same).ShouldBeLessThan(0.005); // its deviation is about 1 / 400
        shifted.ShouldBeGreaterThan(0.05);      // each of the 4 dimensions by its own deviation
    }

    [Fact]
    public void The_null_deviation_is_that_of_draws_of_one_distribution()
    {
        const int times = 4000, x = 15, y = 25; // the three terms are 40, 14 and 45 % of the variance
        RunningMoments discrepancies = default, variances = default;
        for (int i = 0; i < times; i++)
        {
            float[][] all = Draws(x + y, 100 + (ulong)i, 0);
            discrepancies.Add(LatentSpace.SquaredDiscrepancy(all[..x], all[x..]));
            variances.Add(Math.Pow(LatentSpace.NullDeviation(x, all[x..])!.Value, 2));
        }

        discrepancies.Mean.ShouldBe(0, 4 * discrepancies.StandardError);
        variances.Mean.ShouldBe(discrepancies.Variance, 0.1 * discrepancies.Variance); // three deviations of a variance of 4000 numbers
    }

    [Fact]
    public void The_null_deviation_falls_with_the_number_of_draws()
    {
        float[][] prior = Draws(400, 5, 0);
        double many = LatentSpace.NullDeviation(400, prior)!.Value, few = LatentSpace.NullDeviation(200, prior[..200])!.Value;
        (few / many).ShouldBe(2, 0.1); // as 1 / n
        LatentSpace.NullDeviation(400, prior[..3]).ShouldBeNull();
    }

    [Fact]
    public void The_rank_of_a_sentence_counts_the_codes_that_are_nearer()
    {
        float[][] codes = [[0, 0], [10, 0], [0, 20]];
        LatentSpace.Ranks(codes, [[1, 0], [9, 0], [0, 19]]).ShouldBe([1, 1, 1]);
        // From (8, 0) (10, 0) is nearer than (0, 0), from (0, 4) only (0, 0) is, and from (0, 0) both others are.
        LatentSpace.Ranks(codes, [[8, 0], [0, 4], [0, 0]]).ShouldBe([2, 2, 3]);
        LatentSpace.Ranks([[5], [5], [5]], [[4], [6], [5]]).ShouldBe([2, 2, 2], "equal codes tie: half of the two others");
        LatentSpace.Ranks(codes, [[1, 0], null, [0, 19]]).ShouldBe([1, 3, 1], "an empty reconstruction is the farthest");
    }

    [Fact]
    public void Active_units_are_those_whose_mean_varies_by_more_than_a_hundredth()
    {
        // Of two numbers ±a the variance with n - 1 is 2a²: 0.005 at a = 0.05, 0.02 at a = 0.1.
        Code[] codes = [new([0.05f, 0.1f, 3], [0, 0, 0]), new([-0.05f, -0.1f, 3], [0, 0, 0])];
        LatentSpace.ActiveUnits(codes).ShouldBe(1);
    }

    private static float[][] Draws(int count, ulong seed, float mean)
    {
        float[][] draws = new float[count][];
        for (int i = 0; i < count; i++)
        {
            draws[i] = new float[4];
            Philox.Normal(draws[i], seed, RandomUse.Prior, 0, i);
            for (int k = 0; k < 4; k++)
                draws[i][k] += mean;
        }

        return draws;
    }
}
