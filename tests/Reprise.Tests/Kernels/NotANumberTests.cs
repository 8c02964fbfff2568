using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>NaN stays NaN in all that depends on it: a run that diverges must be seen to diverge.</summary>
public sealed class NotANumberTests
{
    private const int Width = 19;

    public static TheoryData<string> All => [.. Parity.BackEnds];

    [Theory, MemberData(nameof(All))]
    public void Tanh_keeps_a_NaN(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> y = operands.Written("y", 1, Width);
            kernels.Tanh(y, x);
            kernels.ElementsOf(y)[place].ShouldBe(float.NaN, $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_product_with_one_NaN_is_NaN_in_every_element(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> y = operands.Written("y", 1, Width);
            kernels.Linear(y, x, operands.Filled("weight", Width, Width, 0.1f), operands.Filled("bias", 1, Width, 0));
            kernels.ElementsOf(y).ShouldAllBe(value => float.IsNaN(value), $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_cross_entropy_with_one_NaN_among_its_inputs_is_NaN(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> nll = operands.Filled("nll", 1, 1, 0);
            kernels.CrossEntropy(nll, x, operands.Filled("weight", Width, Width, 0.1f), operands.Filled("bias", 1, Width, 0), [3]);
            kernels.ElementsOf(nll)[0].ShouldBe(float.NaN, $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_cross_entropy_with_one_NaN_among_its_biases_is_NaN(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> nll = operands.Filled("nll", 1, 1, 0);
            kernels.CrossEntropy(nll, operands.Filled("x", 1, Width, 1), operands.Filled("weight", Width, Width, 0.1f), x, [3]);
            kernels.ElementsOf(nll)[0].ShouldBe(float.NaN, $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_gradient_of_the_cross_entropy_with_one_NaN_is_NaN_in_every_element(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> nll = operands.Filled("nll", 1, 1, 0), dx = operands.Written("dx", 1, Width);
            Tensor<float> weight = operands.Filled("weight", Width, Width, 0.1f), bias = operands.Filled("bias", 1, Width, 0);
            Tensor<float> dWeight = operands.Filled("dWeight", Width, Width, 0.1f), dBias = operands.Filled("dBias", 1, Width, 0);
            kernels.CrossEntropyWithGradient(nll, dx, dWeight, dBias, x, weight, bias, [3], 1);
            kernels.ElementsOf(nll)[0].ShouldBe(float.NaN, $"place {place}");
            kernels.ElementsOf(dx).ShouldAllBe(value => float.IsNaN(value), $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_NaN_at_any_step_is_the_maximum_and_the_mean_of_its_column_alone(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, _, place) =>
        {
            StepLayout steps = new();
            steps.Set([3]);
            Tensor<float> x = operands.Filled("steps", 3, Width, 1), y = operands.Written("y", 1, Width);
            kernels.Set(x, place % 3, place, float.NaN);
            IEnumerable<float> expected = Enumerable.Range(0, Width).Select(c => c == place ? float.NaN : 1);
            kernels.MaxOverSteps(y, x, steps);
            kernels.ElementsOf(y).ShouldBe(expected, $"maximum, place {place}");
            kernels.MeanOverSteps(y, x, steps);
            kernels.ElementsOf(y).Select(float.IsNaN).ShouldBe(expected.Select(float.IsNaN), $"mean, place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_NaN_that_is_dropped_is_still_NaN(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> y = operands.Written("y", 1, Width);
            kernels.Multiply(y, x, operands.Filled("factor", 1, Width, 0));
            kernels.ElementsOf(y)[place].ShouldBe(float.NaN, $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_NaN_among_the_log_variances_reaches_the_code_and_its_kl(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> z = operands.Written("z", 1, Width), kl = operands.Filled("kl", 1, 1, 0);
            Tensor<float> ones = operands.Filled("ones", 1, Width, 1);
            kernels.Latent(z, kl, ones, x, ones);
            (kernels.ElementsOf(z)[place], kernels.ElementsOf(kl)[0]).ShouldBe((float.NaN, float.NaN), $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_NaN_among_the_means_reaches_the_code_and_its_kl(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, x, place) =>
        {
            Tensor<float> z = operands.Written("z", 1, Width), kl = operands.Filled("kl", 1, 1, 0);
            Tensor<float> ones = operands.Filled("ones", 1, Width, 1);
            kernels.Latent(z, kl, x, ones, default);
            (kernels.ElementsOf(z)[place], kernels.ElementsOf(kl)[0]).ShouldBe((float.NaN, float.NaN), $"place {place}");
        });

    [Theory, MemberData(nameof(All))]
    public void A_NaN_among_the_means_of_a_batch_reaches_all_of_its_column_alone(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, _, place) =>
        {
            Tensor<float> x = operands.Read("batch", 3, Width), y = operands.Written("y", 3, Width);
            Tensor<float> moments = operands.Written("moments", 3, Width), ones = operands.Filled("ones", 1, Width, 1);
            kernels.Set(x, place % 3, place, float.NaN);
            kernels.Moments(moments, x);
            kernels.Normalize(y, x, moments.RowRange(0, 1), moments.RowRange(1, 1), ones, 1, 0.1f);
            kernels.ElementsOf(y).Select(float.IsNaN).ShouldBe(Enumerable.Range(0, 3 * Width).Select(i => i % Width == place));
        });

    [Theory, MemberData(nameof(All))]
    public void A_NaN_in_any_gate_reaches_the_state_of_the_lstm(string backEnd) =>
        AtEveryPlace(backEnd, (kernels, operands, _, place) =>
        {
            StepLayout steps = new();
            steps.Set([1]);
            Tensor<float> gates = operands.Filled("gates", 1, 4, 1), h = operands.Filled("h", 1, 1, 0), c = operands.Filled("c", 1, 1, 0);
            kernels.Set(gates, 0, place % 4, float.NaN);
            kernels.LstmForward(h, c, gates, operands.Filled("recurrent", 4, 1, 0.1f), default, operands.Filled("c0", 1, 1, 1), steps);
            kernels.ElementsOf(h)[0].ShouldBe(float.NaN, $"gate {place % 4}");
        });

    /// <summary>Runs a check on a row of ones with one NaN, at each place in turn.</summary>
    private static void AtEveryPlace(string backEnd, Action<IKernels<float>, Operands<float>, Tensor<float>, int> check)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        for (int place = 0; place < Width; place++)
        {
            using Operands<float> operands = new(kernels);
            Tensor<float> x = operands.Filled("x", 1, Width, 1);
            kernels.Set(x, 0, place, float.NaN);
            check(kernels, operands, x, place);
        }
    }
}
