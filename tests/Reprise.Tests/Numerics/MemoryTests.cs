using System.Runtime.CompilerServices;
using Reprise.Numerics;

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
    public void A_strided_tensor_is_not_one_span_and_does_not_reshape()
    {
        using Buffer<float> buffer = new(16);
        Tensor<float> strided = buffer.View(0, 4, 4).ColumnRange(0, 2);
        Should.Throw<InvalidOperationException>(() => strided.Span.Length);
        Should.Throw<InvalidOperationException>(() => strided.Reshape(2, 4));
        Should.Throw<InvalidOperationException>(() => buffer.View(0, 4, 4).Reshape(3, 5)).Message.ShouldBe("[4, 4] (stride 4) does not reshape to [3, 5]");
    }
}
