using System.Runtime.CompilerServices;
using Reprise.Numerics;
using Reprise.Tests.Kernels;

namespace Reprise.Tests.Numerics;

public sealed class MemoryTests
{
    [Fact]
    public void A_buffer_is_zero_and_aligned()
    {
        using Buffer<float> buffer = new(1001);

        buffer.Length.ShouldBe(1001);
        buffer.View(0, 1, 1001).Span.IndexOfAnyExcept(0f).ShouldBe(-1);
        (Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref buffer.View(0, 1, 1)[0, 0]) % 64).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 3, 5)]
    [InlineData(1, 1, 12)]
    [InlineData(13, 1, 0)]
    [InlineData(-1, 1, 1)]
    [InlineData(0, int.MaxValue, int.MaxValue)]
    [InlineData(long.MaxValue, 1, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, -2, -3)]
    public void A_view_that_leaves_its_buffer_is_refused(long offset, int rows, int columns)
    {
        using Buffer<double> buffer = new(12);
        Should.Throw<ArgumentOutOfRangeException>(() => buffer.View(offset, rows, columns));
    }

    [Fact]
    public void A_view_may_fill_its_buffer_to_the_last_element()
    {
        using Buffer<double> buffer = new(12);
        buffer.View(2, 2, 5)[1, 4] = 7;
        buffer.View(11, 1, 1)[0, 0].ShouldBe(7);
        buffer.View(12, 1, 0).Length.ShouldBe(0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_length_that_no_memory_has_is_refused(long length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Buffer<float>(length));

    [Fact]
    public void A_disposed_buffer_gives_no_views()
    {
        Buffer<float> buffer = new(4);
        buffer.Dispose();
        buffer.Dispose();
        Should.Throw<ObjectDisposedException>(() => buffer.View(0, 1, 1));
    }

    [Fact]
    public void Ranges_of_rows_and_columns_are_the_same_memory()
    {
        using Buffer<float> buffer = new(20);
        Tensor<float> whole = buffer.View(0, 4, 5);
        Tensor<float> part = whole.RowRange(1, 2).ColumnRange(2, 3);

        part[1, 2] = 9;

        whole[2, 4].ShouldBe(9);
        (part.Rows, part.Columns, part.Stride, part.Length).ShouldBe((2, 3, 5, 6L));
        part.IsContiguous.ShouldBeFalse();
        part.RowRange(1, 1).IsContiguous.ShouldBeTrue();
        whole.Reshape(2, 10)[1, 4].ShouldBe(9);
        default(Tensor<float>).IsAbsent.ShouldBeTrue();
        whole.IsAbsent.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(4, 1)]
    [InlineData(-1, 1)]
    [InlineData(-1, 2)]
    [InlineData(1, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Ranges_outside_a_tensor_are_refused(int start, int count)
    {
        using Buffer<float> buffer = new(16);
        Tensor<float> tensor = buffer.View(0, 4, 4);
        Should.Throw<ArgumentOutOfRangeException>(() => tensor.RowRange(start, count));
        Should.Throw<ArgumentOutOfRangeException>(() => tensor.ColumnRange(start, count));
    }

    [Fact]
    public void Elements_outside_a_tensor_are_refused()
    {
        using Buffer<float> buffer = new(16);
        Tensor<float> tensor = buffer.View(0, 2, 4).ColumnRange(0, 2);
        Should.Throw<ArgumentOutOfRangeException>(() => tensor[2, 0]);
        Should.Throw<ArgumentOutOfRangeException>(() => tensor[-1, 0]);
        Should.Throw<IndexOutOfRangeException>(() => tensor[0, 2]);
    }

    [Fact]
    public void The_elements_of_a_tensor_in_a_devices_memory_are_read_by_its_back_end_alone()
    {
        using FakeDevice device = new();
        using Buffer<float> buffer = device.Allocate(12);
        Tensor<float> whole = buffer.View(0, 3, 4);
        foreach (Tensor<float> each
            in new[] { whole, whole.RowRange(1, 1), whole.ColumnRange(1, 2), whole.Reshape(4, 3), whole.RowRange(0, 0) })
        {
            each.IsAbsent.ShouldBeFalse();
            string message = $"a tensor {each} lies in the device's memory; read it by IKernels.Read";
            if (each.Rows > 0)
            {
                Should.Throw<InvalidOperationException>(() => each[0, 0]).Message.ShouldBe(message);
                Should.Throw<InvalidOperationException>(() => each.Row(0).Length).Message.ShouldBe(message);
            }

            if (each.IsContiguous)
                Should.Throw<InvalidOperationException>(() => each.Span.Length).Message.ShouldBe(message);
        }

        device.Write(whole.ColumnRange(1, 2), [1, 2, 3, 4, 5, 6]);
        device.ElementsOf(whole).ShouldBe([0, 1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0]);
        device.ElementsOf(whole.Reshape(4, 3).RowRange(1, 1)).ShouldBe([0, 0, 3]);
    }

    [Fact]
    public void Memory_of_a_back_end_is_freed_once()
    {
        using FakeDevice device = new();
        Buffer<float> buffer = device.Allocate(5);
        device.Buffers.ShouldBe(1);
        buffer.Dispose();
        buffer.Dispose();
        device.Buffers.ShouldBe(0);
        Should.Throw<ObjectDisposedException>(() => buffer.View(0, 1, 1));
    }

    [Fact]
    public void A_tensor_is_three_words_long() => Unsafe.SizeOf<Tensor<float>>().ShouldBe(24);

    [Fact]
    public void A_strided_tensor_is_not_one_span_and_does_not_reshape()
    {
        using Buffer<float> buffer = new(16);
        Tensor<float> strided = buffer.View(0, 4, 4).ColumnRange(0, 2);
        Should.Throw<InvalidOperationException>(() => strided.Span.Length);
        Should.Throw<InvalidOperationException>(() => strided.Reshape(2, 4));
        Should.Throw<InvalidOperationException>(() => buffer.View(0, 4, 4).Reshape(3, 5))
            .Message.ShouldBe("[4, 4] (stride 4) does not reshape to [3, 5]");
    }
}
