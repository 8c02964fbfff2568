using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>Properties that central differences cannot test: values worked out by hand, and the ends of the range.</summary>
public sealed class ReferenceValueTests : IDisposable
{
    private readonly ReferenceKernels<double> _kernels = new();
    private readonly Operands<double> _operands;

    public ReferenceValueTests() => _operands = new Operands<double>(_kernels);

    public void Dispose() => _operands.Dispose();

    [Fact]
    public void Linear_multiplies_by_the_transposed_weights()
    {
        Tensor<double> y = Of(1, 2, 100, 100);
        _kernels.Linear(y, Of(1, 3, 1, 2, 3), Of(2, 3, 1, 0, 1, 10, 20, 30), Of(1, 2, 0.5, 0.25));
        y.Row(0).ToArray().ShouldBe([4.5, 140.25]);
    }

    [Fact]
    public void An_lstm_step_is_the_cell_worked_out_by_hand()
    {
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        StepLayout steps = new();
        steps.Set([1]);
        Tensor<double> gates = Of(1, 4, 0.1, 0.2, 0.3, 0.4), h = Of(1, 1, 0), c = Of(1, 1, 0);

        _kernels.LstmForward(h, c, gates, Of(4, 1, 1, 2, 3, 4), Of(1, 1, 0.5), Of(1, 1, -2), steps);

        double cell = (Sigmoid(0.2 + 1) * -2) + (Sigmoid(0.1 + 0.5) * Math.Tanh(0.3 + 1.5));
        c[0, 0].ShouldBe(cell, 1e-15);
        h[0, 0].ShouldBe(Sigmoid(0.4 + 2) * Math.Tanh(cell), 1e-15);
    }

    [Fact]
    public void Saturated_gates_are_finite()
    {
        StepLayout steps = new();
        steps.Set([1]);
        Tensor<double> gates = Of(1, 4, 1e4, -1e4, -1e4, 1e4), h = Of(1, 1, 0), c = Of(1, 1, 0);
        _kernels.LstmForward(h, c, gates, Of(4, 1, 0, 0, 0, 0), default, Of(1, 1, 5), steps);
        gates.Row(0).ToArray().ShouldBe([1, 0, -1, 1]);
        c[0, 0].ShouldBe(-1);
    }

    [Fact]
    public void A_code_from_the_prior_costs_nothing()
    {
        Tensor<double> z = Of(1, 2, 9, 9), kl = Of(1, 1, 9);
        _kernels.Latent(z, kl, Of(1, 2, 0, 0), Of(1, 2, 0, 0), Of(1, 2, 0.5, -3));
        z.Row(0).ToArray().ShouldBe([0.5, -3]);
        kl[0, 0].ShouldBe(0);

        _kernels.Latent(z, kl, Of(1, 2, 3, 0), Of(1, 2, 0, Math.Log(4)), default);
        z.Row(0).ToArray().ShouldBe([3, 0]);
        kl[0, 0].ShouldBe(4.5 + ((3 - Math.Log(4)) / 2), 1e-14);
    }

    // The kl of a mean alone is mean² / 2: of these four 2, 0.5, 0 and 0.5.
    [Theory]
    [InlineData(1, true, new[] { 2.5, 1 }, new[] { 1.0, 1, 0, 0 })]      // sentences 2.5 and 0.5
    // Dimensions (2 + 0) / 2 = 1 and (0.5 + 0.5) / 2, counted 1 + 0.75.
    [InlineData(0.75, false, new[] { 1.75, 1.75 }, new[] { 1.0, 0, 1, 0 })]
    [InlineData(1, false, new[] { 2.0, 2 }, new[] { 0.0, 0, 0, 0 })]     // equal to what is free is free
    [InlineData(0, false, new[] { 1.5, 1.5 }, new[] { 1.0, 1, 1, 1 })]
    public void Free_bits_are_those_of_the_formula(double nats, bool perSentence, double[] counted, double[] counts)
    {
        Tensor<double> counts_BZ = Of(2, 2, 9, 9, 9, 9), counted_B = Of(1, 2, 9, 9);
        _kernels.FreeBits(counts_BZ, counted_B, Of(2, 2, 2, 1, 0, -1), Of(2, 2, 0, 0, 0, 0), nats, perSentence);
        counted_B.Span.ToArray().ShouldBe(counted);
        counts_BZ.Span.ToArray().ShouldBe(counts);
    }

    [Fact]
    public void Normalised_columns_have_the_gain_as_deviation_and_the_shift_as_mean()
    {
        Tensor<double> moments = Of(3, 2, 9, 9, 9, 9, 9, 9), x = Of(3, 2, 1, 10, 3, 10, 8, 10), y = Of(3, 2, 9, 9, 9, 9, 9, 9);
        _kernels.Moments(moments, x);
        moments.Span.ToArray().ShouldBe([4, 10, 26 / 3.0, 0, 13, 0]);
        _kernels.Normalize(y, x, moments.RowRange(0, 1), moments.RowRange(1, 1), Of(1, 2, 0.5, -1), 0.6, 1e-5);
        double deviation = Math.Sqrt((26 / 3.0) + 1e-5);
        double[] expected =
            [0.5 - (0.6 * 3 / deviation), -1, 0.5 - (0.6 / deviation), -1, 0.5 + (0.6 * 4 / deviation), -1];
        for (int i = 0; i < expected.Length; i++)
            y.Span[i].ShouldBe(expected[i], 1e-14);

        _kernels.Moments(moments, Of(1, 2, 5, -7));
        moments.Span.ToArray().ShouldBe([5, -7, 0, 0, 0, 0]);
    }

    [Fact]
    public void Probabilities_of_the_softmax_sum_to_one_whatever_the_logits()
    {
        Tensor<double> y = Of(2, 3, 0, 0, 0, 0, 0, 0);
        _kernels.LogProbabilities(y, Of(2, 1, 1, 1e4), Of(3, 1, 0, 1, 1), Of(1, 3, 0, 0, Math.Log(2)));
        y.Row(0).ToArray().Sum(Math.Exp).ShouldBe(1, 1e-14);
        y[1, 0].ShouldBe(-1e4 - Math.Log(3), 1e-9);
        y[1, 1].ShouldBe(-Math.Log(3), 1e-9);
        y[1, 2].ShouldBe(Math.Log(2.0 / 3), 1e-9);
    }

    [Fact]
    public void Equal_logits_give_the_log_of_the_vocabulary()
    {
        Tensor<double> nll = Of(1, 2, 0, 0);
        _kernels.CrossEntropy(nll, Of(2, 1, 3, -8), Of(4, 1, 1, 1, 1, 1), Of(1, 4, 2, 2, 2, 2), [0, 3]);
        nll.Row(0).ToArray().ShouldAllBe(x => Math.Abs(x - Math.Log(4)) < 1e-14);
    }

    /// <summary>The first step of Adam moves by the rate, whatever the size of the gradient; the second by hand.</summary>
    [Fact]
    public void Adam_moves_as_in_its_paper()
    {
        Tensor<double> p = Of(1, 2, 1, 1), m = Of(1, 2, 0, 0), v = Of(1, 2, 0, 0);
        _kernels.Adam(p, m, v, Of(1, 2, 1e-3, -40), default, new AdamStep(1, 0.1, Epsilon: 0));
        p.Row(0).ToArray().ShouldAllBe(x => Math.Abs(Math.Abs(x - 1) - 0.1) < 1e-12);

        _kernels.Adam(p, m, v, Of(1, 2, 6e-3, 0), _operands.Shared(0.5), new AdamStep(2, 0.1, Epsilon: 0));
        double mean = ((0.9 * 0.1 * 1e-3) + (0.1 * 3e-3)) / (1 - 0.81);
        double variance = ((0.999 * 0.001 * 1e-6) + (0.001 * 9e-6)) / (1 - (0.999 * 0.999));
        p[0, 0].ShouldBe(0.9 - (0.1 * mean / Math.Sqrt(variance)), 1e-12);
    }

    [Fact]
    public void Adam_with_a_scale_of_zero_changes_nothing_at_all()
    {
        Tensor<double> p = Of(1, 2, 1, 1), m = Of(1, 2, 0.5, 0), v = Of(1, 2, 0.25, 0);
        _kernels.Adam(p, m, v, Of(1, 2, double.NaN, -40), _operands.Shared(0), new AdamStep(1, 0.1));
        p.Row(0).ToArray().ShouldBe([1, 1]);
        m.Row(0).ToArray().ShouldBe([0.5, 0]);
        v.Row(0).ToArray().ShouldBe([0.25, 0]);
    }

    /// <summary>With a rate times decay of 0.05, decay takes 5 % of the parameters, whatever the gradient.</summary>
    [Fact]
    public void Decay_is_a_share_of_the_parameters_beside_the_step_of_Adam()
    {
        Tensor<double> p = Of(1, 3, 1, -2, 0), plain = Of(1, 3, 1, -2, 0), gradients = Of(1, 3, 1e-3, 5, -40);
        _kernels.Adam(p, Of(1, 3, 0, 0, 0), Of(1, 3, 0, 0, 0), gradients, default, new AdamStep(1, 0.1, Decay: 0.5));
        _kernels.Adam(plain, Of(1, 3, 0, 0, 0), Of(1, 3, 0, 0, 0), gradients, default, new AdamStep(1, 0.1));
        (p[0, 0] - plain[0, 0]).ShouldBe(-0.05, 1e-15);
        (p[0, 1] - plain[0, 1]).ShouldBe(0.1, 1e-15);
        p[0, 2].ShouldBe(plain[0, 2]);
    }

    [Fact]
    public void Momentum_moves_as_worked_out_by_hand()
    {
        Tensor<double> p = Of(1, 2, 1, -1), v = Of(1, 2, 0, 0);
        _kernels.Momentum(p, v, Of(1, 2, 2, 0), _operands.Shared(0.5), new MomentumStep(0.1, 0.5));
        v.Row(0).ToArray().ShouldBe([1, 0]);
        p.Row(0).ToArray().ShouldBe([0.9, -1]);

        _kernels.Momentum(p, v, Of(1, 2, 4, 3), default, new MomentumStep(0.1, 0.5, Decay: 2));
        v.Row(0).ToArray().ShouldBe([4.5, 3]);
        p[0, 0].ShouldBe((0.8 * 0.9) - 0.45, 1e-15);
        p[0, 1].ShouldBe(-0.8 - 0.3, 1e-15);
    }

    [Fact]
    public void Averages_with_the_given_shares_are_exponential_without_the_zeros_before_the_first_step()
    {
        const double d = 0.9;
        Tensor<double> average = Of(1, 1, 77);
        double sum = 0, weight = 0;
        for (int t = 1; t <= 5; t++)
        {
            double p = 3 + (t * t);
            _kernels.Average(average, Of(1, 1, p), default, (1 - d) / (1 - Math.Pow(d, t)));
            (sum, weight) = ((d * sum) + p, (d * weight) + 1);
            average[0, 0].ShouldBe(sum / weight, 1e-13);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(0.9999)]
    public void Dropout_masks_are_0_where_a_uniform_number_is_below_the_rate(double rate)
    {
        float[] uniform = new float[2 * 4003];
        Philox.Uniform(uniform, 5, RandomUse.EmbeddingDropout, 6, 7);
        double[] expected = [.. uniform.Select(u => u < rate ? 0 : 1 / (1 - rate))];
        Tensor<double> mask = _operands.Written("mask", 2, 4003);
        _kernels.DropoutMask(mask, rate, new RandomKey(5, RandomUse.EmbeddingDropout, 6, 7));
        mask.Span.ToArray().ShouldBe(expected);
        double dropped = expected.Count(factor => factor == 0) / (double)expected.Length;
        dropped.ShouldBe(rate, 4 * Math.Sqrt(rate * (1 - rate) / expected.Length));
    }

    [Fact]
    public void The_gradient_of_a_maximum_goes_to_the_first_step_that_has_it()
    {
        StepLayout steps = new();
        steps.Set([3, 1]);
        Tensor<double> x = Of(4, 2, 1, 5, -7, -8, 4, 5, 4, 0), y = Of(2, 2, 9, 9, 9, 9), dx = Of(4, 2, 9, 9, 9, 9, 9, 9, 9, 9);
        _kernels.MaxOverSteps(y, x, steps);
        y.Span.ToArray().ShouldBe([4, 5, -7, -8]);
        _kernels.MaxOverStepsBackward(dx, Of(2, 2, 1, 2, 3, 4), x, y, steps);
        dx.Span.ToArray().ShouldBe([0, 2, 3, 4, 1, 0, 0, 0]);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(6, 1)]
    [InlineData(5, 1)]
    [InlineData(2, 0.4)]
    public void A_step_is_measured_by_its_sums_its_norm_and_what_clipping_leaves(double clipNorm, double scale)
    {
        Tensor<double> measured = _operands.Shared(new double[Measured.Columns(2)]);
        _kernels.Measure(measured, default, Of(2, 3, 1, 2, 4, 0.5, 0, 0.25), Of(2, 2, 1, -2, 2, 4), clipNorm);
        measured.Span.ToArray().ShouldBe([scale, 5, 7, 0.75]);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_has_a_scale_of_zero_and_so_has_every_later_step()
    {
        Tensor<double> good = Of(2, 2, 1, 2, 3, 4), gradients = Of(1, 2, 1, 2), endless = Of(1, 2, double.NegativeInfinity, 0);
        Scale(default, good, gradients).ShouldBe(1);
        Scale(default, Of(2, 2, 1, double.NaN, 3, 4), gradients).ShouldBe(0);
        Scale(default, Of(2, 2, 1, 2, double.NegativeInfinity, 4), gradients).ShouldBe(0);
        Scale(default, good, endless).ShouldBe(0);
        Scale(_operands.Shared(0, 0, 0, 0), good, gradients).ShouldBe(0);
        Scale(_operands.Shared(0.3, 0, 0, 0), good, gradients).ShouldBe(1);

        double Scale(Tensor<double> before, Tensor<double> losses, Tensor<double> gradients)
        {
            Tensor<double> measured = _operands.Shared(9, 9, 9, 9);
            _kernels.Measure(measured, before, losses, gradients, double.PositiveInfinity);
            return measured[0, Measured.Scale];
        }
    }

    [Fact]
    public void Top_words_are_the_best_first()
    {
        int[] words = new int[3];
        Tensor<double> top = Of(1, 3, 0, 0, 0);
        _kernels.TopWords(words, top, Of(1, 1, 1), Of(6, 1, 9, 2, 5, 1, 5, 3), Of(1, 6, 0, 0, 0, 0, 0, 0), firstWord: 1);
        words.ShouldBe([2, 4, 5]);
        top[0, 0].ShouldBe(top[0, 1]);
        (top[0, 0] - top[0, 2]).ShouldBe(2, 1e-14);
    }

    private Tensor<double> Of(int rows, int columns, params ReadOnlySpan<double> values)
    {
        Tensor<double> tensor = _operands.Written("operand", rows, columns);
        values.CopyTo(tensor.Span);
        return tensor;
    }
}
