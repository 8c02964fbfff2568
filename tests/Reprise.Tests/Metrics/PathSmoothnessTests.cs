using Reprise.Studies.Metrics;

namespace Reprise.Tests.Metrics;

public sealed class PathSmoothnessTests
{
    private static readonly int[][] Uneven = [[1, 2, 3], [1, 2, 3], [1, 5, 3], [4]]; // edits: none, one word, then all three
    private static readonly int[][] Still = [[7], [7], [7]];
    private static readonly int[][] Even = [[1], [2], []]; // edits: 1 + 1

    [Fact]
    public void A_path_is_measured_by_the_words_that_change_between_neighbours()
    {
        PathSmoothness smoothness = Of(Uneven);
        smoothness.Repeated.ShouldBe(1 / 3.0);
        smoothness.Edits.ShouldBe(4 / 3.0);
        smoothness.LargestJump.ShouldBe(3 / 4.0);
    }

    [Fact]
    public void A_path_gives_the_edits_between_its_neighbours()
    {
        PathSmoothness smoothness = new();
        smoothness.Add(Uneven).ShouldBe([0, 1, 3]);
        smoothness.Add(Even).ShouldBe([1, 1]);
        smoothness.Add([[1, 2]]).ShouldBeEmpty();
        smoothness.Add([]).ShouldBeEmpty();
    }

    [Fact]
    public void A_path_that_stands_still_adds_neighbours_and_no_jump()
    {
        PathSmoothness smoothness = Of(Uneven, Still);
        smoothness.Repeated.ShouldBe(3 / 5.0);
        smoothness.Edits.ShouldBe(4 / 5.0);
        smoothness.LargestJump.ShouldBe(3 / 4.0);
    }

    [Fact]
    public void Jumps_are_averaged_over_all_edits_of_the_paths_that_move()
    {
        PathSmoothness smoothness = Of(Uneven, Still, Even);
        smoothness.Repeated.ShouldBe(3 / 7.0);
        smoothness.Edits.ShouldBe(6 / 7.0);
        smoothness.LargestJump.ShouldBe((3 + 1) / (4 + 2.0));
        smoothness.Paths.ShouldBe(3);
    }

    [Fact]
    public void Everything_at_once_is_a_jump_of_the_whole_way()
    {
        PathSmoothness smoothness = new();
        smoothness.Add([[1, 2], [1, 2], [3, 4], [3, 4]]);
        smoothness.LargestJump.ShouldBe(1);
        smoothness.Repeated.ShouldBe(2 / 3.0);
    }

    [Fact]
    public void A_path_without_data_is_null()
    {
        PathSmoothness smoothness = new();
        (smoothness.Repeated, smoothness.Edits, smoothness.LargestJump).ShouldBe((null, null, null));
        smoothness.Add([[1, 2]]);
        (smoothness.Repeated, smoothness.Edits, smoothness.LargestJump, smoothness.Paths).ShouldBe((null, null, null, 1));
        smoothness.Add([[1], [1]]);
        (smoothness.Repeated, smoothness.Edits, smoothness.LargestJump).ShouldBe((1, 0, null));
    }

    private static PathSmoothness Of(params int[][][] paths)
    {
        PathSmoothness smoothness = new();
        foreach (int[][] path in paths)
            smoothness.Add(path);
        return smoothness;
    }
}
