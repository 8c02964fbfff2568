using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Tests.Text;

/// <summary>The words by which sentences are held out are words of the vocabulary, which counts training text alone.</summary>
public sealed class WordChoiceTests
{
    private static readonly PartShares s_tenth = new(0.1, 0);
    private readonly Dictionary<string, long> _counts =
        new() { ["a"] = 900, ["b"] = 800, ["c"] = 700, ["d"] = 100, ["e"] = 99, ["f"] = 98, ["g"] = 97 };
    private readonly List<string> _tried = [];

    [Fact]
    public void Words_near_the_limit_of_the_vocabulary_do_not_tell_sentences_apart()
    {
        WordChoice choice = Choose(5, (_, _) => { });
        choice.Frequent.Words.Skip(3).ShouldBe(["a", "b", "c"]); // d and e may fall behind f, if held-out sentences have many of them
        choice.Vocabulary.Words.Skip(3).ShouldBe(["a", "b", "c", "d", "e"]);
        (choice.Different, choice.DifferentInTraining).ShouldBe((7, 7));
    }

    [Fact]
    public void A_frequent_word_that_the_vocabulary_lacks_is_no_longer_asked()
    {
        // All sentences with c are one, a thousand times, and held out as long as c tells them apart.
        WordChoice choice = Choose(5, (frequent, sign) => _counts["c"] += frequent.TryGetId("c", out _) ? 700 * sign : 0);
        _tried.ShouldBe(["abc out", "abc back", "a out"]);
        choice.Frequent.Words.Skip(3).ShouldBe(["a"]);
        choice.Vocabulary.Words.Skip(3).ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public void Where_no_training_word_is_unknown_all_words_tell_sentences_apart()
    {
        WordChoice choice = Choose(7, (_, sign) => _counts["f"] += 98 * sign);
        _tried.ShouldBe(["abcdefg out"]);
        choice.Vocabulary.Words.Skip(3).ShouldBe(["a", "b", "c", "d", "e", "g"]);
        (choice.Different, choice.DifferentInTraining).ShouldBe((7, 6));
    }

    /// <param name="holdOut">Changes the counts by the frequent words, with -1 to hold sentences out and 1 to put them back.</param>
    private WordChoice Choose(int size, Action<Vocabulary, int> holdOut)
    {
        return WordChoice.Of(size, s_tenth, Count, (frequent, isOut) =>
        {
            _tried.Add($"{string.Concat(frequent!.Words.Skip(3))} {(isOut ? "out" : "back")}");
            holdOut(frequent, isOut ? -1 : 1);
        });

        (List<CountedWord>, long) Count(int most)
        {
            List<CountedWord> words = [.. _counts.Where(word => word.Value > 0).Select(word => new CountedWord(word.Key, word.Value))];
            words.Sort(CountedWord.MostFrequentFirst);
            return ([.. words.Take(most)], words.Count);
        }
    }
}
