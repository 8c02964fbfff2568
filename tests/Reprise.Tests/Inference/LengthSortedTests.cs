using Reprise.Inference;

namespace Reprise.Tests.Inference;

public sealed class LengthSortedTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public void Results_come_in_the_order_of_the_items(int count)
    {
        int[] items = [.. Enumerable.Range(0, count).Select(i => (i * 37) % 101)];
        LengthSorted.Run(items, length: i => i, batchSize: 4, batch => batch.Select(i => 2 * i).ToArray())
            .ShouldBe(items.Select(i => 2 * i));
    }

    [Fact]
    public void Batches_are_full_and_of_like_length()
    {
        List<int[]> batches = [];
        _ = LengthSorted.Run(Enumerable.Range(1, 28), i => i % 14, 4, batch =>
        {
            batches.Add([.. batch]);
            return batch.ToArray();
        }).Count();
        batches.ShouldAllBe(batch => batch.Length == 4); // windows of 4, 8, 16
        batches.ShouldAllBe(batch => batch.SequenceEqual(batch.OrderByDescending(i => i % 14)));
        batches[^4].Min(i => i % 14).ShouldBeGreaterThanOrEqualTo(batches[^1].Max(i => i % 14));
    }

    [Fact]
    public void A_stream_without_end_gives_its_first_results_soon()
    {
        int read = 0;
        IEnumerable<int> Endless()
        {
            while (true)
                yield return read++;
        }

        LengthSorted.Run(Endless(), _ => 5, 10, batch => batch.ToArray()).Take(3).ShouldBe([0, 1, 2]);
        read.ShouldBe(10);
    }

    [Fact]
    public void Very_long_sentences_are_run_in_smaller_batches()
    {
        int largest = 0;
        _ = LengthSorted.Run(Enumerable.Repeat(4096, 50), i => i, 200, batch =>
        {
            largest = Math.Max(largest, batch.Count);
            return batch.ToArray();
        }).Count();
        largest.ShouldBe(2);
    }
}
