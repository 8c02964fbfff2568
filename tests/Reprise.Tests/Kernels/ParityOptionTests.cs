using System.Globalization;
using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>
/// Options of every operation, one at a time and together, at a few widths; <see cref="ParityTests"/> has all widths with the options that
/// are plain here. "strides" puts columns beside every tensor.
/// </summary>
public sealed class ParityOptionTests
{
    private const string Together = "together";

    private static readonly int[] Widths = [1, 3, 8, 16, 17, 33, 65];

    public static TheoryData<string> All => [.. Parity.BackEnds];

    private static IEnumerable<(int N, int I, int O)> Products => [.. Widths.SelectMany(Parity.Matrices), (131, 263, 197)];

    /// <summary>A row for each back end and each of the options, which commas separate.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Each(string options) =>
        from backEnd in Parity.BackEnds
        from option in options.Split(", ")
        select new TheoryDataRow<string, string>(backEnd, option);

    [Theory, MemberData(nameof(Each), "strides, without bias, accumulate, together")]
    public void Linear_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Products.Select(m =>
            new LinearCase(m.N, m.I, m.O, Bias: !Has(option, "without bias"), Accumulate: Has(option, "accumulate"))
            {
                Padding = Strides(option),
            }));

    [Theory, MemberData(nameof(Each), "strides, accumulate, together")]
    public void LinearBackwardInput_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Products.Select(m =>
            new LinearBackwardInputCase(m.N, m.I, m.O, Accumulate: Has(option, "accumulate")) { Padding = Strides(option) }));

    [Theory, MemberData(nameof(Each), "strides, without bias, together")]
    public void LinearBackwardWeight_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Products.Select(m =>
            new LinearBackwardWeightCase(m.N, m.I, m.O, Bias: !Has(option, "without bias")) { Padding = Strides(option) }));

    [Theory, MemberData(nameof(Each), "strides")]
    public void Gather_and_ScatterAdd_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new KernelCase[]
        {
            new GatherCase(6, w, 11) { Padding = Strides(option) }, new ScatterAddCase(60, w, 11) { Padding = Strides(option) },
        }));

    [Theory, MemberData(nameof(Each), "strides")]
    public void AddToSteps_and_SumOverSteps_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w =>
            Parity.Batches.Select(lengths => new StepsCase(lengths, w) { Padding = Strides(option) })));

    [Theory, MemberData(nameof(Each), "strides")]
    public void Pooling_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w =>
            Parity.Batches.Select(lengths => new PoolingCase(lengths, w) { Padding = Strides(option) })));

    [Theory, MemberData(nameof(Each), "strides, in place, together")]
    public void DropoutMask_and_its_products_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new KernelCase[]
        {
            new DropoutMaskCase(3, w, 0.4) { Padding = Strides(option) },
            new DropoutMaskCase(w, 5, 0.4) { Padding = Strides(option) },
            new MultiplyCase(3, w, InPlace: Has(option, "in place")) { Padding = Strides(option) },
            new MultiplyCase(w, 5, InPlace: Has(option, "in place")) { Padding = Strides(option) },
            new MultiplyStepsCase([6, 4, 4, 3, 1], w) { Padding = Strides(option) },
        }));

    [Theory, MemberData(nameof(Each), "strides, without initial state, in place, together")]
    public void Lstm_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd,
            from H in Widths
            from lengths in new int[][] { [3], [5, 5, 5, 5], [6, 4, 4, 3, 1], Parity.Descending(37, 5) }
            select new LstmCase(lengths, H, InitialState: !Has(option, "without initial state"), InPlace: Has(option, "in place"))
            {
                Padding = Strides(option),
            });

    [Theory, MemberData(nameof(All))]
    public void Lstm_agrees_with_saturated_gates(string backEnd) =>
        Parity.Prove(backEnd, [new LstmCase(Parity.Descending(9, 12), 31, InitialState: true, InPlace: false) { Scale = 40 }]);

    [Theory, MemberData(nameof(All))]
    public void Two_directions_in_the_halves_of_one_tensor_agree(string backEnd) =>
        Parity.Prove(backEnd,
        [
            .. Widths.Select(w => new HalvesCase([6, 4, 4, 3, 1], 5, w)), .. Widths.Select(w => new HalvesCase([3, 1], w, 3)),
            new HalvesCase(Parity.Descending(37, 5), 20, 24), new HalvesCase(Parity.Descending(70, 3), 9, 16) { Padding = 3 },
        ]);

    [Theory, MemberData(nameof(Each), "strides, in place, together")]
    public void Pointwise_operations_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new PointwiseCase(3, w, InPlace: Has(option, "in place")) { Padding = Strides(option) },
            new PointwiseCase(w, 5, InPlace: Has(option, "in place")) { Padding = Strides(option) },
        }));

    [Theory, MemberData(nameof(Each), "1e-30, 1e-6, 1e-3, 0.03, 0.3, 10, 1e3, 1e30")]
    public void Pointwise_operations_agree_at_scale(string backEnd, string scale) =>
        Parity.Prove(backEnd, [new PointwiseCase(4, 301, InPlace: false) { Scale = double.Parse(scale, CultureInfo.InvariantCulture) }]);

    [Theory, MemberData(nameof(Each), "strides, without noise, together")]
    public void Latent_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new LatentCase(3, w, Noise: !Has(option, "without noise")) { Padding = Strides(option) },
            new LatentCase(w, 5, Noise: !Has(option, "without noise")) { Padding = Strides(option) },
        }));

    [Theory, MemberData(nameof(All))]
    public void Latent_agrees_with_large_log_variances(string backEnd) =>
        Parity.Prove(backEnd, [new LatentCase(9, 50, Noise: true) { Scale = 8 }]);

    [Theory, MemberData(nameof(Each), "strides, per sentence, together")]
    public void FreeBits_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new FreeBitsCase(3, w, PerSentence: Has(option, "per sentence")) { Padding = Strides(option) },
            new FreeBitsCase(w, 5, PerSentence: Has(option, "per sentence")) { Padding = Strides(option) },
        }));

    [Theory, MemberData(nameof(Each), "strides, by given moments, together")]
    public void Normalization_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.SelectMany(w => new[]
        {
            new NormalizationCase(3, w, OfBatch: !Has(option, "by given moments")) { Padding = Strides(option) },
            new NormalizationCase(w, 5, OfBatch: !Has(option, "by given moments")) { Padding = Strides(option) },
        }));

    [Theory, MemberData(nameof(Each), "strides")]
    public void CrossEntropy_and_its_gradient_agree(string backEnd, string option) =>
        Parity.Prove(backEnd,
        [
            .. Widths.SelectMany(w => new[]
            {
                new CrossEntropyCase(4, w, 21) { Padding = Strides(option) }, new CrossEntropyCase(w, 6, 19) { Padding = Strides(option) },
            }),
            new CrossEntropyCase(300, 20, 131) { Padding = Strides(option) },
        ]);

    [Theory, MemberData(nameof(All))]
    public void CrossEntropy_and_its_gradient_agree_with_large_inputs(string backEnd) =>
        Parity.Prove(backEnd, [new CrossEntropyCase(9, 12, 157, Scale: 30)]);

    [Theory, MemberData(nameof(Each), "strides")]
    public void TopWords_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.Select(w => new TopWordsCase(w, 7, 23, 4, 3) { Padding = Strides(option) }));

    [Theory, MemberData(nameof(Each), "strides, scaled gradients, decay, together")]
    public void Adam_and_SumOfSquares_agree(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.Select(w => new AdamCase(3, w, new AdamStep(7, 0.1, Decay: Has(option, "decay") ? 0.3 : 0))
        {
            Scale = Has(option, "scaled gradients") ? 0.25 : null,
            Padding = Strides(option),
        }));

    [Theory, MemberData(nameof(Each), "strides, scaled gradients, decay, together")]
    public void Momentum_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.Select(w => new MomentumCase(3, w, new MomentumStep(0.1, 0.8, Has(option, "decay") ? 0.3 : 0))
        {
            Scale = Has(option, "scaled gradients") ? 0.25 : null,
            Padding = Strides(option),
        }));

    [Theory, MemberData(nameof(Each), "strides, with a scale, together")]
    public void Average_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd, Widths.Select(w => new AverageCase(3, w, 0.2)
        {
            Scale = Has(option, "with a scale") ? 0.25 : null,
            Padding = Strides(option),
        }));

    [Theory, MemberData(nameof(Each), "strides, without clipping, together")]
    public void Measure_agrees(string backEnd, string option) =>
        Parity.Prove(backEnd,
            from w in Widths
            let clipNorm = Has(option, "without clipping") ? double.PositiveInfinity : 0.5
            select new MeasureCase(3, 3, 3, w, clipNorm) { Padding = Strides(option) });

    private static bool Has(string option, string which) => option == which || option == Together;

    private static int Strides(string option) => Has(option, "strides") ? 3 : 0;
}
