using Reprise.Inference;

namespace Reprise.Tests.Inference;

public sealed class NearestCodesTests
{
    [Fact]
    public void The_nearest_come_first_and_of_equal_ones_the_earlier()
    {
        NearestCodes nearest = new([0, 0], new NearestOptions { Count = 3 });
        nearest.Add("three", At(0, 3));
        nearest.Add("one", At(1, 0));
        nearest.Add("five", At(3, 4));
        nearest.Add("another one", At(0, -1));
        nearest.Add("another three", At(3, 0));
        nearest.ToList().ShouldBe([new("one", 1, 1), new("another one", 1, 3), new("three", 3, 0)]);
    }

    [Fact]
    public void Cosine_distance_forgets_lengths()
    {
        NearestCodes nearest = new([1, 1], new NearestOptions { Count = 2, Distance = Distance.Cosine });
        nearest.Add("across", At(1, -1));
        nearest.Add("along", At(9, 9));
        nearest.Add("against", At(-1, -1));
        IReadOnlyList<Neighbour> found = nearest.ToList();
        found.Select(n => n.Text).ShouldBe(["along", "across"]);
        found[0].Distance.ShouldBe(0, 1e-12);
        found[1].Distance.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void No_neighbours_are_refused() => Should.Throw<InputException>(() => new NearestCodes([1], new NearestOptions { Count = 0 }));

    private static Code At(params float[] mean) => new(mean, []);
}
