using System.Runtime.CompilerServices;
using Reprise.Numerics;
using Reprise.Tests.Kernels;

namespace Reprise.Tests.Numerics;

public sealed class WorkspaceTests
{
    [Fact]
    public void Tensors_taken_do_not_overlap_and_are_aligned()
    {
        using Workspace<float> workspace = new();
        Tensor<float>[] taken = [.. Enumerable.Range(1, 50).Select(i => workspace.Take(i, (7 * i) + 1))];

        for (int i = 0; i < taken.Length; i++)
            taken[i].Span.Fill(i);

        for (int i = 0; i < taken.Length; i++)
        {
            taken[i].Span.IndexOfAnyExcept((float)i).ShouldBe(-1);
            (Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref taken[i][0, 0]) % 64).ShouldBe(0);
        }
    }

    [Fact]
    public void The_steady_state_allocates_nothing()
    {
        using Workspace<float> workspace = new();
        Batch(workspace);
        Batch(workspace);
        long capacity = workspace.Capacity;
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
            Batch(workspace);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        workspace.Capacity.ShouldBe(capacity);
    }

    [Fact]
    public void A_reset_joins_the_slabs_into_one()
    {
        using Workspace<float> workspace = new();
        workspace.Take(300, 300);
        workspace.Take(500, 500);
        workspace.Reset();

        Tensor<float> first = workspace.Take(300, 300), second = workspace.Take(500, 500);

        Unsafe.ByteOffset(ref first[0, 0], ref second[0, 0]).ShouldBe(300 * 300 * sizeof(float));
    }

    [Fact]
    public void An_empty_tensor_is_not_an_absent_one()
    {
        using Workspace<float> workspace = new();
        workspace.Take(0, 5).IsAbsent.ShouldBeFalse();
        workspace.Take(0, 5).Rows.ShouldBe(0);
    }

    [Fact]
    public void A_workspace_serves_again_after_it_was_disposed()
    {
        Workspace<double> workspace = new();
        workspace.Take(10, 10);
        workspace.Dispose();
        workspace.Capacity.ShouldBe(0);
        workspace.Reset();
        workspace.Take(10, 10).Length.ShouldBe(100);
        workspace.Dispose();
    }

    [Fact]
    public void A_workspace_of_a_back_end_lies_in_its_memory()
    {
        using FakeDevice device = new();
        using Workspace<float> workspace = new(device);
        workspace.Take(300, 300);
        workspace.Take(500, 500);
        workspace.Reset();
        Should.Throw<InvalidOperationException>(() => workspace.Take(2, 2)[0, 0]);
        device.Buffers.ShouldBe(1);
    }

    private static void Batch(Workspace<float> workspace)
    {
        workspace.Reset();
        for (int i = 1; i < 20; i++)
            workspace.Take(100, 50 * i);
    }
}
