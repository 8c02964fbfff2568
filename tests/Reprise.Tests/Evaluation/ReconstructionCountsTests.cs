using Reprise.Evaluation;
using Reprise.Formats;
using Reprise.Tests.Metrics;

namespace Reprise.Tests.Evaluation;

public sealed class ReconstructionCountsTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)] // Levenshtein's textbook pairs
    [InlineData("saturday", "sunday", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("", "", 0)]
    [InlineData("abcdef", "abcdef", 0)]
    [InlineData("abcdef", "bcdefa", 2)]
    public void Edits_are_the_fewest(string a, string b, int edits)
    {
        EditDistance.Between<char>(a, b).ShouldBe(edits);
        EditDistance.Between<char>(b, a).ShouldBe(edits);
    }

    [Fact]
    public void Long_sequences_are_as_short_ones()
    {
        int[] a = [.. Enumerable.Range(0, 1000)], b = [.. Enumerable.Range(1, 999), 7];
        EditDistance.Between<int>(a, b).ShouldBe(2);
    }

    [Fact]
    public void Places_and_edits_are_counted_over_the_corpus()
    {
        Words words = new();
        ReconstructionCounts counts = new();
        counts.Add(words.Ids("he came to the door"), words.Ids("he came to the door")); // 5 of 5 in place, no edit
        counts.Add(words.Ids("she saw him"), words.Ids("then she saw him")); // 0 of 3 in place, 1 edit
        counts.Add(words.Ids("we went home"), words.Ids("we went")); // 2 of 3 in place, 1 edit: not exact though every word is right
        counts.Add(words.Ids("no"), []); // 0 of 1 in place, 1 edit
        counts.Add(words.Ids("we"), words.Ids("we went home")); // 1 of 1 in place, 2 edits: not exact either
        counts.Sentences.ShouldBe(5);
        counts.ExactMatch.ShouldBe(1 / 5.0);
        counts.WordAccuracy.ShouldBe(8 / 13.0);
        counts.WordErrorRate.ShouldBe(5 / 13.0);
    }
}
