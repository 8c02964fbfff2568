using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>
/// Every operation of every back end, in float, against the reference in double: at every small width and at larger ones, all with the
/// same options. <see cref="ParityOptionTests"/> changes the options.
/// </summary>
public sealed class ParityTests
{
    private static readonly int[] Large = [41, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 257];

    public static TheoryData<string> All => [.. Parity.BackEnds];

    private static IEnumerable<int> Widths => [.. Enumerable.Range(1, 40), .. Large];

    private static IEnumerable<(int N, int I, int O)> Products => Widths.SelectMany(Parity.Matrices);

    [Theory, MemberData(nameof(All))]
    public void Linear_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Products.Select(m => new LinearCase(m.N, m.I, m.O, Bias: true, Accumulate: false)));

    [Theory, MemberData(nameof(All))]
    public void LinearBackwardInput_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Products.Select(m => new LinearBackwardInputCase(m.N, m.I, m.O, Accumulate: false)));

    [Theory, MemberData(nameof(All))]
    public void LinearBackwardWeight_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Products.Select(m => new LinearBackwardWeightCase(m.N, m.I, m.O, Bias: true)));

    [Theory, MemberData(nameof(All))]
    public void Products_of_large_matrices_agree(string backEnd)
    {
        (int, int, int)[] sizes = [(131, 263, 197), (5, 1031, 17), (1030, 9, 33), (7, 19, 2051), (0, 5, 7)];
        Parity.Prove(backEnd, sizes.SelectMany(size =>
        {
            (int N, int I, int O) = size;
            return new KernelCase[]
            {
                new LinearCase(N, I, O, Bias: true, Accumulate: false),
                new LinearBackwardInputCase(N, I, O, Accumulate: false),
                new LinearBackwardWeightCase(N, I, O, Bias: true),
            };
        }));
    }

    [Theory, MemberData(nameof(All))]
    public void Gather_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new KernelCase[] { new GatherCase(w, 5, 4), new GatherCase(6, w, 11) }));

    [Theory, MemberData(nameof(All))]
    public void ScatterAdd_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new KernelCase[] { new ScatterAddCase(w, 5, 4), new ScatterAddCase(60, w, 11) }),
            new ScatterAddCase(1500, 37, 20), new ScatterAddCase(700, 65, 5000),
        ]);

    [Theory, MemberData(nameof(All))]
    public void AddToSteps_and_SumOverSteps_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.Select(w => new StepsCase([6, 4, 4, 3, 1], w)),
            .. Parity.Batches.Select(lengths => new StepsCase(lengths, 17)),
            new StepsCase(Parity.Descending(64, 30), 67),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Pooling_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.Select(w => new PoolingCase([6, 4, 4, 3, 1], w)),
            .. Parity.Batches.Select(lengths => new PoolingCase(lengths, 17)),
            new PoolingCase(Parity.Descending(64, 30), 67),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Lstm_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Widths.Where(w => w <= 65).SelectMany(H =>
            Parity.Batches.Select(lengths => new LstmCase(lengths, H, InitialState: true, InPlace: false))));

    [Theory, MemberData(nameof(All))]
    public void Lstm_agrees_at_larger_sizes(string backEnd) => Parity.Prove(backEnd,
    [
        new LstmCase(Parity.Descending(37, 14), 67, InitialState: true, InPlace: false),
        new LstmCase(Parity.Descending(130, 5), 33, InitialState: true, InPlace: false),
        new LstmCase(Parity.Descending(3, 60), 20, InitialState: true, InPlace: false),
        new LstmCase([4, 3, 3, 1], 160, InitialState: true, InPlace: false),
    ]);

    [Theory, MemberData(nameof(All))]
    public void Pointwise_operations_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new PointwiseCase(3, w, InPlace: false), new PointwiseCase(w, 5, InPlace: false),
        }));

    [Theory, MemberData(nameof(All))]
    public void DropoutMask_and_its_products_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new KernelCase[]
            {
                new DropoutMaskCase(1, w, 0.3), new DropoutMaskCase(3, w, 0.5), new DropoutMaskCase(w, 5, 0.1),
                new MultiplyCase(3, w, InPlace: false), new MultiplyCase(w, 5, InPlace: false), new MultiplyStepsCase([6, 4, 4, 3, 1], w),
            }),
            .. Parity.Batches.Select(lengths => new MultiplyStepsCase(lengths, 17)),
            new DropoutMaskCase(301, 401, 0.25), new DropoutMaskCase(5, 70_001, 0.9), new DropoutMaskCase(7, 9, 0),
            new MultiplyCase(301, 401, InPlace: false), new MultiplyStepsCase(Parity.Descending(64, 30), 67),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Latent_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[] { new LatentCase(3, w, Noise: true), new LatentCase(w, 5, Noise: true) }));

    [Theory, MemberData(nameof(All))]
    public void FreeBits_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new[] { new FreeBitsCase(3, w, PerSentence: false), new FreeBitsCase(w, 5, PerSentence: false) }),
            new FreeBitsCase(200, 50, PerSentence: false),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Normalization_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new[] { new NormalizationCase(3, w, OfBatch: true), new NormalizationCase(w, 5, OfBatch: true) }),
            new NormalizationCase(200, 50, OfBatch: true),
        ]);

    [Theory, MemberData(nameof(All))]
    public void CrossEntropy_and_its_gradient_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new CrossEntropyCase(3, 5, w), new CrossEntropyCase(4, w, 21), new CrossEntropyCase(w, 6, 19),
        }));

    [Theory, MemberData(nameof(All))]
    public void CrossEntropy_and_its_gradient_agree_at_larger_sizes(string backEnd) => Parity.Prove(backEnd,
    [
        new CrossEntropyCase(45, 37, 2051), new CrossEntropyCase(300, 20, 131), new CrossEntropyCase(2, 260, 700),
        new CrossEntropyCase(401, 7, 531), new CrossEntropyCase(0, 3, 5),
    ]);

    [Theory, MemberData(nameof(All))]
    public void TopWords_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new TopWordsCase(3, 5, w, (w + 1) / 2, w / 4), new TopWordsCase(w, 7, 23, 4, 3), new TopWordsCase(2, w, 33, 15, 0),
        }));

    [Theory, MemberData(nameof(All))]
    public void TopWords_agree_at_larger_sizes(string backEnd) =>
        Parity.Prove(backEnd,
        [
            new TopWordsCase(40, 30, 2051, 15, 1), new TopWordsCase(1, 300, 999, 1, 3), new TopWordsCase(2, 3, 40, 40, 0),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Equally_probable_words_come_in_the_order_of_their_ids(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Operands<float> operands = new(kernels);
        (int N, int V, int K) = (5, 200, 12);
        Tensor<float> x_NI = operands.Filled("x", N, 3, 1), weight_VI = operands.Filled("weight", V, 3, 0.5f);
        Tensor<float> bias_V = operands.Filled("bias", 1, V, 0);
        foreach (int better in new[] { 2, 7, 100, 198 })
            kernels.Set(bias_V, 0, better, 1);
        int[] words_NK = new int[N * K];

        kernels.TopWords(words_NK, operands.Written("top", N, K), x_NI, weight_VI, bias_V, firstWord: 3);

        for (int n = 0; n < N; n++)
            words_NK[(n * K)..((n + 1) * K)].ShouldBe([7, 100, 198, 3, 4, 5, 6, 8, 9, 10, 11, 12]);
    }

    [Theory, MemberData(nameof(All))]
    public void Adam_and_SumOfSquares_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new[] { new AdamCase(1, w, new AdamStep(1, 1e-3)), new AdamCase(3, w, new AdamStep(7, 0.1)) }),
            new AdamCase(1, 70_001, new AdamStep(100_000, 1e-4, 0.8, 0.99, 1e-6)),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Momentum_and_Average_agree_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new KernelCase[]
            {
                new MomentumCase(1, w, new MomentumStep(0.1)), new MomentumCase(3, w, new MomentumStep(0.1)),
                new AverageCase(1, w, 0.3), new AverageCase(3, w, 0.3),
            }),
            new MomentumCase(1, 70_001, new MomentumStep(0.01, 0.5)), new AverageCase(1, 70_001, 1e-3), new AverageCase(1, 9, 1),
        ]);

    [Theory, MemberData(nameof(All))]
    public void Measure_agrees_at_every_width(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new[] { new MeasureCase(2, w, 1, 7, ClipNorm: 0.5), new MeasureCase(3, 3, 3, w, ClipNorm: 0.5) }),
            new MeasureCase(Measured.MostParts, 200, 1, 70_001, ClipNorm: 100),
        ]);

    [Theory, MemberData(nameof(All))]
    public void After_a_step_that_is_not_finite_no_other_changes_anything(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Operands<float> operands = new(kernels);
        Tensor<float> good = operands.Filled("good", 2, 3, 1);
        Tensor<float> badFirst = operands.Filled("bad first", 2, 3, 1), badLast = operands.Filled("bad last", 2, 3, 1);
        Tensor<float> gradients = operands.Filled("gradients", 1, 5003, 1), large = operands.Filled("large", 1, 5003, 1);
        Tensor<float> parameters = operands.Changed("parameters", 1, 5003), mean = operands.Changed("mean", 1, 5003);
        Tensor<float> variance = operands.Filled("variance", 1, 5003, 2);
        float[][] before = [kernels.ElementsOf(parameters), kernels.ElementsOf(mean), kernels.ElementsOf(variance)];
        Tensor<float> average = operands.Filled("average", 1, 5003, 3), velocity = operands.Filled("velocity", 1, 5003, 4);
        kernels.Set(badFirst, 0, 1, float.NaN);
        kernels.Set(badLast, 1, 2, float.NaN);
        kernels.Set(large, 0, 4999, float.PositiveInfinity);
        (Tensor<float>, Tensor<float>)[] steps = [(badFirst, gradients), (badLast, gradients), (good, large)];
        foreach ((Tensor<float> losses, Tensor<float> slab) in steps)
        {
            Tensor<double> first = operands.Shared(new double[Measured.Columns(2)]);
            Tensor<double> second = operands.Shared(new double[Measured.Columns(2)]);
            kernels.Measure(first, default, losses, slab, double.PositiveInfinity);
            kernels.Adam(parameters, mean, variance, slab, first.ColumnRange(Measured.Scale, 1), new AdamStep(1, 0.1));
            kernels.Measure(second, first, good, gradients, 5);
            kernels.Adam(parameters, mean, variance, gradients, second.ColumnRange(Measured.Scale, 1), new AdamStep(2, 0.1));
            kernels.Momentum(parameters, velocity, gradients, second.ColumnRange(Measured.Scale, 1), new MomentumStep(0.1, 0.5, 0.1));
            kernels.Average(average, parameters, second.ColumnRange(Measured.Scale, 1), 0.1);
            kernels.Wait(kernels.Mark());
            (first[0, Measured.Scale], second[0, Measured.Scale]).ShouldBe((0, 0));
            second[0, Measured.GradientNorm].ShouldBe(Math.Sqrt(5003), 1e-9);
        }

        float[][] after = [kernels.ElementsOf(parameters), kernels.ElementsOf(mean), kernels.ElementsOf(variance)];
        after.ShouldBe(before);
        kernels.ElementsOf(average).ShouldAllBe(value => value == 3);
        kernels.ElementsOf(velocity).ShouldAllBe(value => value == 4);
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
}
