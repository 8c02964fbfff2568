using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The second rung: every operation of every back end, in float, against the reference in double; at every small width, at odd
/// and larger ones, with strides, and with parts left out.
/// </summary>
public sealed class ParityTests
{
    private static readonly int[] Odd = [41, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 257];
    private static readonly int[][] Batches = [[1], [3], [1, 1, 1], [2, 1], [5, 5, 5, 5], [6, 4, 4, 3, 1], [9, 2, 2, 2, 2, 2, 2, 2, 1]];

    public static TheoryData<string> All => ["reference", "cpu512", "cpu256", "cpu128", "device", "cuda-fp32", "cuda"];

    private static IEnumerable<int> Widths => [.. Enumerable.Range(1, 40), .. Odd];

    [Theory, MemberData(nameof(All))]
    public void Linear_agrees_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => Matrices(w)).Select(m => new LinearCase(m.N, m.I, m.O, Bias: m.O % 2 == 0, Accumulate: m.N % 2 == 0) { Padding = m.Padding }));

    [Theory, MemberData(nameof(All))]
    public void LinearBackwardInput_agrees_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => Matrices(w)).Select(m => new LinearBackwardInputCase(m.N, m.I, m.O, Accumulate: m.N % 2 == 0) { Padding = m.Padding }));

    [Theory, MemberData(nameof(All))]
    public void LinearBackwardWeight_agrees_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => Matrices(w)).Select(m => new LinearBackwardWeightCase(m.N, m.I, m.O, Bias: m.O % 2 == 0) { Padding = m.Padding }));

    [Theory, MemberData(nameof(All))]
    public void Products_of_large_matrices_agree_with_the_reference(string backEnd)
    {
        (int, int, int)[] sizes = [(131, 263, 197), (5, 1031, 17), (1030, 9, 33), (7, 19, 2051), (0, 5, 7)];
        Prove(backEnd, sizes.SelectMany(size =>
        {
            (int N, int I, int O) = size;
            return new KernelCase[]
            {
                new LinearCase(N, I, O, Bias: true, Accumulate: false) { Padding = 5 },
                new LinearCase(N, I, O, Bias: true, Accumulate: true),
                new LinearBackwardInputCase(N, I, O, Accumulate: false),
                new LinearBackwardInputCase(N, I, O, Accumulate: true) { Padding = 5 },
                new LinearBackwardWeightCase(N, I, O, Bias: true) { Padding = 5 },
            };
        }));
    }

    [Theory, MemberData(nameof(All))]
    public void Gather_and_ScatterAdd_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new KernelCase[]
        {
            new GatherCase(w, 5, 4), new GatherCase(6, w, 11) { Padding = 3 },
            new ScatterAddCase(w, 5, 4), new ScatterAddCase(60, w, 11) { Padding = 3 },
        }).Append(new ScatterAddCase(1500, 37, 20)).Append(new ScatterAddCase(700, 65, 5000)));

    [Theory, MemberData(nameof(All))]
    public void AddToSteps_and_SumOverSteps_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.Select(w => new StepsCase(Batches[w % Batches.Length], w) { Padding = w % 3 }).Append(new StepsCase(Descending(64, 30), 67)));

    [Theory, MemberData(nameof(All))]
    public void Lstm_agrees_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.Where(w => w <= 65).SelectMany(H => Batches.Select((lengths, i) =>
            new LstmCase(lengths, H, InitialState: (H + i) % 2 == 0, InPlace: (H + i) % 3 == 0) { Padding = i % 2 * 3 })));

    [Theory, MemberData(nameof(All))]
    public void Lstm_agrees_with_the_reference_at_larger_sizes(string backEnd) => Prove(backEnd,
    [
        new LstmCase(Descending(37, 14), 67, InitialState: true, InPlace: true),
        new LstmCase(Descending(130, 5), 33, InitialState: false, InPlace: true) { Padding = 3 },
        new LstmCase(Descending(3, 60), 20, InitialState: true, InPlace: false),
        new LstmCase([4, 3, 3, 1], 160, InitialState: false, InPlace: false),
        new LstmCase(Descending(9, 12), 31, InitialState: true, InPlace: false) { Scale = 40 },
    ]);

    [Theory, MemberData(nameof(All))]
    public void Pointwise_operations_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new PointwiseCase(3, w, InPlace: w % 2 == 0), new PointwiseCase(w, 5, InPlace: w % 2 == 1) { Padding = 3 },
        }).Concat(new[] { 1e-30, 1e-6, 1e-3, 0.03, 0.3, 10, 1e3, 1e30 }.Select(scale => new PointwiseCase(4, 301, InPlace: false) { Scale = scale })));

    [Theory, MemberData(nameof(All))]
    public void Latent_agrees_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new LatentCase(3, w, Noise: w % 2 == 0), new LatentCase(w, 5, Noise: w % 2 == 1) { Padding = 3 },
        }).Append(new LatentCase(9, 50, Noise: true) { Scale = 8 }));

    [Theory, MemberData(nameof(All))]
    public void FreeBits_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new FreeBitsCase(3, w, PerSentence: w % 2 == 0), new FreeBitsCase(3, w, PerSentence: w % 2 == 1) { Padding = 3 }, new FreeBitsCase(w, 5, PerSentence: w % 2 == 1),
        }).Append(new FreeBitsCase(200, 50, PerSentence: false)));

    [Theory, MemberData(nameof(All))]
    public void CrossEntropy_and_its_gradient_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new CrossEntropyCase(3, 5, w), new CrossEntropyCase(4, w, 21) { Padding = 3 }, new CrossEntropyCase(w, 6, 19) { Padding = w % 2 },
        }).Concat(
        [
            new CrossEntropyCase(45, 37, 2051), new CrossEntropyCase(300, 20, 131) { Padding = 5 }, new CrossEntropyCase(2, 260, 700),
            new CrossEntropyCase(401, 7, 531), new CrossEntropyCase(9, 12, 157, Scale: 30), new CrossEntropyCase(0, 3, 5),
        ]));

    [Theory, MemberData(nameof(All))]
    public void TopWords_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new TopWordsCase(3, 5, w, (w + 1) / 2, w / 4), new TopWordsCase(w, 7, 23, 4, 3) { Padding = 3 }, new TopWordsCase(2, w, 33, 15, 0),
        }).Concat([new TopWordsCase(40, 30, 2051, 15, 1), new TopWordsCase(1, 300, 999, 1, 3), new TopWordsCase(2, 3, 40, 40, 0)]));

    [Theory, MemberData(nameof(All))]
    public void Equally_probable_words_come_in_the_order_of_their_ids(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Operands<float> operands = new(kernels);
        (int N, int V, int K) = (5, 200, 12);
        Tensor<float> x_NI = operands.Filled("x", N, 3, 1), weight_VI = operands.Filled("weight", V, 3, 0.5f), bias_V = operands.Filled("bias", 1, V, 0);
        foreach (int better in new[] { 2, 7, 100, 198 })
            kernels.Set(bias_V, 0, better, 1);
        int[] words_NK = new int[N * K];

        kernels.TopWords(words_NK, operands.Written("top", N, K), x_NI, weight_VI, bias_V, firstWord: 3);

        for (int n = 0; n < N; n++)
            words_NK[(n * K)..((n + 1) * K)].ShouldBe([7, 100, 198, 3, 4, 5, 6, 8, 9, 10, 11, 12]);
    }

    [Theory, MemberData(nameof(All))]
    public void Adam_and_SumOfSquares_agree_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new AdamCase(1, w, new AdamStep(1, 1e-3)), new AdamCase(3, w, new AdamStep(7, 0.1)) { Scale = 0.25, Padding = 3 },
        }).Append(new AdamCase(1, 70_001, new AdamStep(100_000, 1e-4, 0.8, 0.99, 1e-6))));

    [Theory, MemberData(nameof(All))]
    public void Measure_agrees_with_the_reference(string backEnd) => Prove(backEnd,
        Widths.SelectMany(w => new[]
        {
            new MeasureCase(w, 1, 7, ClipNorm: double.PositiveInfinity), new MeasureCase(3, 3, w, ClipNorm: 0.5) { Padding = 3 },
        }).Append(new MeasureCase(200, 1, 70_001, ClipNorm: 100)));

    [Theory, MemberData(nameof(All))]
    public void After_a_step_that_is_not_finite_no_other_changes_anything(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Operands<float> operands = new(kernels);
        Tensor<float> good = operands.Filled("good", 1, 3, 1), bad = operands.Filled("bad", 1, 3, 1), gradients = operands.Filled("gradients", 1, 5003, 1), large = operands.Filled("large", 1, 5003, 1);
        Tensor<float> parameters = operands.Changed("parameters", 1, 5003), mean = operands.Changed("mean", 1, 5003), variance = operands.Filled("variance", 1, 5003, 2);
        float[][] before = [kernels.ElementsOf(parameters), kernels.ElementsOf(mean), kernels.ElementsOf(variance)];
        kernels.Set(bad, 0, 1, float.NaN);
        kernels.Set(large, 0, 4999, float.PositiveInfinity);
        foreach ((Tensor<float> nll, Tensor<float> kl, Tensor<float> counted, Tensor<float> slab) in new[] { (bad, good, good, gradients), (good, bad, good, gradients), (good, good, bad, gradients), (good, good, good, large) })
        {
            Tensor<double> first = operands.Shared(new double[Measured.Columns]), second = operands.Shared(new double[Measured.Columns]);
            kernels.Measure(first, default, nll, kl, counted, slab, double.PositiveInfinity);
            kernels.Adam(parameters, mean, variance, slab, first.ColumnRange(Measured.Scale, 1), new AdamStep(1, 0.1));
            kernels.Measure(second, first, good, good, good, gradients, 5);
            kernels.Adam(parameters, mean, variance, gradients, second.ColumnRange(Measured.Scale, 1), new AdamStep(2, 0.1));
            kernels.Wait(kernels.Mark());
            (first[0, Measured.Scale], second[0, Measured.Scale]).ShouldBe((0, 0));
            second[0, Measured.GradientNorm].ShouldBe(Math.Sqrt(5003), 1e-9);
        }

        float[][] after = [kernels.ElementsOf(parameters), kernels.ElementsOf(mean), kernels.ElementsOf(variance)];
        after.ShouldBe(before);
    }

    [Theory, MemberData(nameof(All))]
    public void A_sum_of_squares_shows_every_value_that_is_not_finite(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Operands<float> operands = new(kernels);
        Tensor<float> x = operands.Filled("x", 1, 5003, 1);
        kernels.SumOfSquares(x).ShouldBe(5003);
        foreach (int place in new[] { 0, 17, 4096, 5002 })
        {
            kernels.Set(x, 0, place, float.NaN);
            kernels.SumOfSquares(x).ShouldBe(double.NaN);
            kernels.Set(x, 0, place, float.NegativeInfinity);
            kernels.SumOfSquares(x).ShouldBe(double.PositiveInfinity);
            kernels.Set(x, 0, place, 1e30f);
            kernels.SumOfSquares(x).ShouldBe((double)1e30f * 1e30f, 1e50);
            kernels.Set(x, 0, place, 1);
        }
    }

    /// <summary>A run that diverges must be seen to diverge: what is not a number stays so in everything that it touches.</summary>
    [Theory, MemberData(nameof(All))]
    public void What_is_not_a_number_stays_so(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        StepLayout steps = new();
        steps.Set([1]);
        for (int place = 0; place < 19; place++)
        {
            using Operands<float> operands = new(kernels);
            Tensor<float> x = operands.Filled("x", 1, 19, 1), y = operands.Written("y", 1, 19), nll = operands.Filled("nll", 1, 1, 0);
            kernels.Set(x, 0, place, float.NaN);
            Tensor<float> weight = operands.Filled("weight", 19, 19, 0.1f), bias = operands.Filled("bias", 1, 19, 0);

            kernels.Tanh(y, x);
            kernels.ElementsOf(y)[place].ShouldBe(float.NaN);
            kernels.Linear(y, x, weight, bias);
            kernels.ElementsOf(y).ShouldAllBe(value => float.IsNaN(value));

            kernels.CrossEntropy(nll, x, weight, bias, [3]);
            kernels.ElementsOf(nll)[0].ShouldBe(float.NaN);
            kernels.CrossEntropy(nll, operands.Filled("x", 1, 19, 1), weight, x, [3]);
            kernels.ElementsOf(nll)[0].ShouldBe(float.NaN);
            kernels.CrossEntropyWithGradient(nll, y, weight, bias, x, operands.Filled("weight", 19, 19, 0.1f), operands.Filled("bias", 1, 19, 0), [3], 1);
            kernels.ElementsOf(nll)[0].ShouldBe(float.NaN);
            kernels.ElementsOf(y).ShouldAllBe(value => float.IsNaN(value));

            Tensor<float> ones = operands.Filled("ones", 1, 19, 1);
            kernels.Latent(y, nll, ones, x, ones);
            (kernels.ElementsOf(y)[place], kernels.ElementsOf(nll)[0]).ShouldBe((float.NaN, float.NaN));
            kernels.Latent(y, nll, x, ones, default);
            (kernels.ElementsOf(y)[place], kernels.ElementsOf(nll)[0]).ShouldBe((float.NaN, float.NaN));

            Tensor<float> gates = operands.Filled("gates", 1, 4, 1), h = operands.Filled("h", 1, 1, 0), c = operands.Filled("c", 1, 1, 0);
            kernels.Set(gates, 0, place % 4, float.NaN);
            kernels.LstmForward(h, c, gates, operands.Filled("recurrent", 4, 1, 0.1f), default, operands.Filled("c0", 1, 1, 1), steps);
            kernels.ElementsOf(h)[0].ShouldBe(float.NaN);
        }
    }

    // One size w along each axis in turn.
    private static IEnumerable<(int N, int I, int O, int Padding)> Matrices(int w) =>
    [
        (w, 7, 5, 0), (w, 6, 18, 3), (5, w, 7, 0), (6, w, 17, 3), (7, 5, w, 0), (18, 6, w, 3), (w, w, w, w % 4),
    ];

    private static int[] Descending(int sequences, int longest) =>
        [.. Enumerable.Range(0, sequences).Select(b => Math.Max(1, longest - (b * longest / sequences)))];

    private static void Prove(string backEnd, IEnumerable<KernelCase> cases)
    {
        using ReferenceKernels<double> reference = new();
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        foreach (KernelCase one in cases)
        {
            using Operands<double> expected = new(reference);
            using Operands<float> found = new(kernels, one.Padding);
            one.Run(reference, expected);
            one.Run(kernels, found);
            found.ShouldAgreeWith(expected, backEnd == "cuda" ? one.ToleranceInBf16 : one.Tolerance, $"{one} on {kernels.Description}");
        }
    }
}
