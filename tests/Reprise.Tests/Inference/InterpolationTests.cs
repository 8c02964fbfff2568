using Reprise.Inference;

namespace Reprise.Tests.Inference;

public sealed class InterpolationTests
{
    [Theory]
    [InlineData(InterpolationPath.Linear)]
    [InlineData(InterpolationPath.Spherical)]
    public void The_way_begins_and_ends_at_its_ends(InterpolationPath path)
    {
        float[] a = [1, 2, -3], b = [0.5f, -1, 2];
        Interpolation.At(a, b, 0, path).ShouldBe(a);
        Interpolation.At(a, b, 1, path).ShouldBe(b);
    }

    [Fact]
    public void The_line_is_straight() => Interpolation.At([0, 4], [2, 0], 0.25).ShouldBe([0.5f, 3]);

    [Fact]
    public void The_arc_keeps_the_length_of_ends_of_one_length()
    {
        float[] half = Interpolation.At([2, 0], [0, 2], 0.5, InterpolationPath.Spherical);
        half[0].ShouldBe(MathF.Sqrt(2), 1e-6f);
        half[1].ShouldBe(MathF.Sqrt(2), 1e-6f);
        float[] third = Interpolation.At([2, 0], [0, 2], 1 / 3.0, InterpolationPath.Spherical);
        third[0].ShouldBe(2 * MathF.Cos(MathF.PI / 6), 1e-6f);
        third[1].ShouldBe(2 * MathF.Sin(MathF.PI / 6), 1e-6f);
    }

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(1, 1, 2, 2)]
    [InlineData(1, 1, -1, -1)]
    public void Without_an_arc_the_path_is_a_line(float a0, float a1, float b0, float b1) =>
        Interpolation.At([a0, a1], [b0, b1], 0.25, InterpolationPath.Spherical).ShouldBe(Interpolation.At([a0, a1], [b0, b1], 0.25));

    [Fact]
    public void Codes_of_different_sizes_are_refused() => Should.Throw<ArgumentException>(() => Interpolation.At([1], [1, 2], 0.5));
}
