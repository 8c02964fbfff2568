using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>Access to the memory of a back end, and waiting for it.</summary>
public sealed class MemoryAndTimeTests
{
    public static TheoryData<string> All => ["reference", "cpu512", "device"];

    [Theory, MemberData(nameof(All))]
    public void Written_values_are_read_again_row_by_row(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Buffer<float> buffer = kernels.Allocate(20);
        Tensor<float> whole = buffer.View(0, 4, 5), strided = whole.RowRange(1, 2).ColumnRange(2, 3);
        float[] values = [1, 2, 3, 4, 5, 6];

        kernels.Write(strided, values);
        values.AsSpan().Clear(); // they are the caller's again

        kernels.ElementsOf(strided).ShouldBe([1, 2, 3, 4, 5, 6]);
        kernels.ElementsOf(whole).ShouldBe([0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0]);
        Should.Throw<ArgumentException>(() => kernels.Write(strided, new float[7]))
            .Message.ShouldBe("Write: values expected 6 elements for x [2, 3], found 7");
        Should.Throw<ArgumentException>(() => kernels.Read(new float[5], strided))
            .Message.ShouldBe("Read: values expected 6 elements for x [2, 3], found 5");
    }

    [Theory, MemberData(nameof(All))]
    public void Memory_of_no_elements_is_not_an_absent_tensor(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Buffer<float> buffer = kernels.Allocate(0, zeroed: false);
        Tensor<float> x = buffer.View(0, 3, 0);
        x.IsAbsent.ShouldBeFalse();
        kernels.Write(x, []);
        kernels.ElementsOf(x).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(All))]
    public void Shared_memory_is_zero_and_the_callers_too(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        using Buffer<double> shared = kernels.AllocateShared(3);
        shared.View(0, 1, 3).Span.ToArray().ShouldBe([0, 0, 0]);
    }

    [Theory, MemberData(nameof(All))]
    public void Everything_before_a_mark_is_done_once_it_was_waited_for(string backEnd)
    {
        using IKernels<float> kernels = BackEnds.Create(backEnd);
        long first = kernels.Mark(), second = kernels.Mark();
        kernels.Wait(second);
        (kernels.IsDone(first), kernels.IsDone(second)).ShouldBe((true, true));
    }
}
