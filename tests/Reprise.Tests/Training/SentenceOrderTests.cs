using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Training;

public sealed class SentenceOrderTests
{
    [Fact]
    public void A_keyed_permutation_holds_every_number_once()
    {
        foreach (int count in Enumerable.Range(1, 300).Append(4095).Append(4096).Append(4097))
        {
            KeyedPermutation permutation = new(count, 12345);
            bool[] seen = new bool[count];
            for (int i = 0; i < count; i++)
                seen[permutation[i]] = true;
            seen.ShouldAllBe(s => s, $"of {count}");
        }
    }

    [Fact]
    public void A_keyed_permutation_reaches_over_more_numbers_than_fit_in_memory()
    {
        const long count = (1L << 40) + 12345;
        KeyedPermutation permutation = new(count, 1);
        long[] places = [.. Enumerable.Range(0, 1000).Select(i => permutation[count - 1 - i])];
        places.ShouldAllBe(p => p >= 0 && p < count);
        places.Distinct().Count().ShouldBe(1000);
        places.Max().ShouldBeGreaterThan(count / 2);
        places.Min().ShouldBeLessThan(count / 2);
    }

    [Fact]
    public void Another_key_is_another_permutation()
    {
        (KeyedPermutation a, KeyedPermutation b) = (new(1000, 1), new(1000, 2));
        Enumerable.Range(0, 1000).Count(i => a[i] == b[i]).ShouldBeLessThan(20);
    }

    [Fact]
    public void A_permutation_is_far_from_the_identity_and_from_a_shift()
    {
        KeyedPermutation permutation = new(1000, 5);
        // 632 on average.
        Enumerable.Range(0, 1000).Select(i => (permutation[i] - i + 1000) % 1000).Distinct().Count().ShouldBeGreaterThan(550);
    }

    [Theory]
    [InlineData(1, 8, 3)]
    [InlineData(7, 8, 3)]
    [InlineData(8, 8, 1)]
    [InlineData(37, 8, 3)]
    [InlineData(48, 8, 3)]
    [InlineData(49, 8, 3)]
    [InlineData(1000, 1, 7)]
    public void Each_sentence_comes_exactly_once_an_epoch(int sentences, int batchSize, int poolBatches)
    {
        SentenceOrder order = new(Toys.Sentences(sentences, 1), batchSize, poolBatches, seed: 3);
        for (long epoch = 0; epoch < 3; epoch++)
        {
            List<long> seen = [];
            for (long position = 0; position < order.BatchesPerEpoch; position++)
                seen.AddRange(order.Batch(epoch, position));
            seen.Order().ShouldBe(Enumerable.Range(0, sentences).Select(i => (long)i));
        }
    }

    [Fact]
    public void Every_batch_but_one_is_full_and_the_last_partial_one_is_there()
    {
        SentenceOrder order = new(Toys.Sentences(37, 1), 8, 3, seed: 3);
        order.BatchesPerEpoch.ShouldBe(5);
        int[] sizes = [.. Enumerable.Range(0, 5).Select(position => order.Batch(0, position).Length)];
        sizes.Order().ShouldBe([5, 8, 8, 8, 8]);
    }

    [Fact]
    public void Any_batch_can_be_asked_for_out_of_turn()
    {
        SentenceList sentences = Toys.Sentences(100, 1);
        SentenceOrder inOrder = new(sentences, 8, 3, seed: 3);
        List<long[]> batches = [];
        for (long i = 0; i < 26; i++)
            batches.Add(inOrder.Batch(i / 13, i % 13).ToArray());
        SentenceOrder resumed = new(sentences, 8, 3, seed: 3);
        foreach (int i in new[] { 25, 3, 17, 12, 13, 0 })
            resumed.Batch(i / 13, i % 13).ToArray().ShouldBe(batches[i]);
    }

    [Fact]
    public void Epochs_and_seeds_differ()
    {
        SentenceList sentences = Toys.Sentences(100, 1);
        long[] first = new SentenceOrder(sentences, 8, 3, seed: 3).Batch(0, 0).ToArray();
        new SentenceOrder(sentences, 8, 3, seed: 3).Batch(1, 0).ToArray().ShouldNotBe(first);
        new SentenceOrder(sentences, 8, 3, seed: 4).Batch(0, 0).ToArray().ShouldNotBe(first);
    }

    [Fact]
    public void Sentences_of_a_batch_are_about_equally_long_and_batches_are_not_in_the_order_of_length()
    {
        SentenceList sentences = Toys.Sentences(800, 1);
        SentenceOrder order = new(sentences, 8, 100, seed: 3);
        List<int> shortest = [];
        for (long position = 0; position < 100; position++)
        {
            int[] lengths = [.. order.Batch(0, position).ToArray().Select(sentences.Length)];
            (lengths.Max() - lengths.Min()).ShouldBeLessThanOrEqualTo(1);
            shortest.Add(lengths.Min());
        }

        shortest.Zip(shortest.Skip(1)).Count(pair => pair.Second < pair.First).ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Nothing_is_allocated_from_one_pool_to_the_next()
    {
        SentenceOrder order = new(Toys.Sentences(100, 1), 8, 3, seed: 3);
        order.Batch(0, 0);
        order.Batch(0, 12);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long position = 0; position < order.BatchesPerEpoch; position++)
            order.Batch(1, position);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
