using Reprise.Numerics;
using Reprise.Numerics.Cpu;

namespace Reprise.Tests.Kernels;

/// <summary>Weights under the promise of <see cref="IKernels{T}.Freeze"/>: other work, the same results.</summary>
public sealed class FrozenTests : IDisposable
{
    private const int N = 23, I = 37, O = 4 * I, V = 521;

    private readonly Buffer<float> _slab = new((O * I) + (V * I)), _other = new(O * I), _work = new(100_000);

    public FrozenTests()
    {
        Philox.Normal(_slab.View(0, 1, (int)_slab.Length).Span, 1, RandomUse.Weights, 0, 0);
        Philox.Normal(_other.View(0, 1, (int)_other.Length).Span, 1, RandomUse.Weights, 0, 1);
    }

    private Tensor<float> Slab => _slab.View(0, 1, (int)_slab.Length);

    private Tensor<float> Weight_OI => _slab.View(0, O, I);

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu512")]
    [InlineData("cpu256")]
    [InlineData("cpu128")]
    [InlineData("device")]
    [InlineData("cuda-fp32")]
    [InlineData("cuda")]
    public void Frozen_weights_give_the_same_bits(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Buffer<float> owner = kernels.Allocate(_slab.Length);
        Tensor<float> slab = owner.View(0, 1, (int)owner.Length);
        kernels.Write(slab, Slab.Span);
        float[] expected = Everything(kernels, owner);
        kernels.Freeze(slab);
        Same(Everything(kernels, owner), expected).ShouldBeTrue();
        Same(Everything(kernels, owner), expected).ShouldBeTrue("what is kept is as good as what was packed just now");
    }

    [Fact]
    public void Frozen_weights_are_read_once_and_thawed_ones_again()
    {
        using CpuKernels kernels = new(2);
        kernels.Freeze(Slab);
        float[] before = Product(kernels, Weight_OI);
        float first = Weight_OI[3, 5]++;
        Same(Product(kernels, Weight_OI), before).ShouldBeTrue("the promise was broken: this shows that the first values are kept");

        kernels.Freeze(Slab);
        float[] after = Product(kernels, Weight_OI);
        Same(after, before).ShouldBeFalse("freezing again takes up new values");

        kernels.Thaw(Slab);
        Weight_OI[3, 5] = first;
        Same(Product(kernels, Weight_OI), before).ShouldBeTrue("a thawed weight is read by every call");
    }

    [Fact]
    public void Slabs_are_frozen_and_thawed_one_by_one()
    {
        using CpuKernels kernels = new(1);
        Tensor<float> other_OI = _other.View(0, O, I);
        kernels.Freeze(Slab);
        kernels.Freeze(other_OI);
        (float[] ours, float[] others) = (Product(kernels, Weight_OI), Product(kernels, other_OI));
        kernels.Thaw(Slab);
        Weight_OI[0, 0]++;
        other_OI[0, 0]++;
        Same(Product(kernels, Weight_OI), ours).ShouldBeFalse();
        Same(Product(kernels, other_OI), others).ShouldBeTrue();
        Should.NotThrow(() => kernels.Thaw(Slab), "thawing what is not frozen does nothing");
    }

    [Fact]
    public void Only_a_contiguous_slab_can_be_frozen()
    {
        using CpuKernels kernels = new(1);
        Should.Throw<ArgumentException>(() => kernels.Freeze(default))
            .Message.ShouldBe("Freeze: weights expected a contiguous slab, found no tensor");
        Should.Throw<ArgumentException>(() => kernels.Freeze(Weight_OI.ColumnRange(0, 3)))
            .Message.ShouldBe("Freeze: weights expected a contiguous slab, found [148, 3] with stride 37");
    }

    public void Dispose()
    {
        _slab.Dispose();
        _other.Dispose();
        _work.Dispose();
    }

    private static bool Same(float[] a, float[] b) => a.AsSpan().SequenceEqual(b);

    private float[] Product(CpuKernels kernels, Tensor<float> weight_OI)
    {
        Tensor<float> x_NI = _work.View(0, N, I), y_NO = _work.View(N * I, N, O);
        Philox.Normal(x_NI.Span, 2, RandomUse.Weights, 0, 0);
        kernels.Linear(y_NO, x_NI, weight_OI, default);
        return y_NO.Span.ToArray();
    }

    // Every operation that has a weight of the slab for a factor.
    private static float[] Everything(IKernels<float> kernels, Buffer<float> slab)
    {
        using Workspace<float> workspace = new(kernels);
        Tensor<float> Random(int rows, int columns)
        {
            Tensor<float> taken = workspace.Take(rows, columns);
            float[] values = new float[rows * columns];
            Philox.Normal(values, 3, RandomUse.Weights, rows, columns);
            kernels.Write(taken, values);
            return taken;
        }

        StepLayout steps = new();
        steps.Set([9, 7, 4, 3]);
        Tensor<float> weight_OI = slab.View(0, O, I), table_VI = slab.View(O * I, V, I);
        Tensor<float> x_NI = Random(N, I);
        Tensor<float> gates_NO = workspace.Take(N, O);
        Tensor<float> dx_NI = workspace.Take(N, I);
        Tensor<float> h_NI = workspace.Take(N, I);
        Tensor<float> c_NI = workspace.Take(N, I);
        Tensor<float> halves_NO = workspace.Take(N, O);
        Tensor<float> bias_V = Random(1, V), nll_N = workspace.Take(1, N), top_NK = workspace.Take(N, 5), all_NV = workspace.Take(N, V);
        int[] targets = [.. Enumerable.Range(0, N)], words = new int[N * 5];
        kernels.Linear(gates_NO, x_NI, weight_OI, default);
        kernels.LinearBackwardInput(dx_NI, gates_NO, weight_OI);
        kernels.Linear(halves_NO, x_NI.ColumnRange(0, 17), weight_OI.ColumnRange(0, 17), default);
        kernels.Linear(halves_NO, x_NI.ColumnRange(17, I - 17), weight_OI.ColumnRange(17, I - 17), default, accumulate: true);
        kernels.LstmForward(h_NI, c_NI, gates_NO, weight_OI, default, default, steps);
        kernels.CrossEntropy(nll_N, h_NI, table_VI, bias_V, targets);
        kernels.TopWords(words, top_NK, h_NI, table_VI, bias_V, 2);
        kernels.LogProbabilities(all_NV, h_NI, table_VI, bias_V);
        Tensor<float>[] results = [dx_NI, halves_NO, gates_NO, nll_N, top_NK, all_NV];
        return [.. results.SelectMany(kernels.ElementsOf), .. words.Select(word => (float)word)];
    }
}
