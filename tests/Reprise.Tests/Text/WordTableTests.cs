using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Tests.Text;

/// <summary>Words that were chosen to come to one place of a table whose hash is known.</summary>
public sealed class WordTableTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Words_chosen_against_a_known_hash_have_hashes_of_their_own()
    {
        string[] flood =
        [
            .. Flood(2000), .. Flood(2000).Select(word => "abcdefgh" + word), .. Flood(2000).Select(word => word + "abcdefgh"),
        ];
        WordTable table = new();
        HashSet<ulong> hashes = [.. flood.Select(word => table.HashOf(table.FindOrAdd(word)))];
        hashes.Count.ShouldBe(flood.Length);
        table.Count.ShouldBe(flood.Length);

        // Low bits are the place: in half as many places as words, 86 in 100 places are taken on average.
        hashes.Select(hash => hash % 3000).Distinct().Count().ShouldBeGreaterThan(2400);
    }

    [Fact]
    public void A_word_has_one_hash_in_all_tables()
    {
        WordTable one = new(), other = new();
        other.FindOrAdd("before");
        foreach (string word in (string[])["a", "eight ch", "more than eight characters", new('x', 100)])
            one.HashOf(one.FindOrAdd(word)).ShouldBe(other.HashOf(other.FindOrAdd(word)));
    }

    [Fact]
    public void Sentences_of_chosen_words_are_no_copies()
    {
        string text = _folder.Write("flood.txt", string.Join('\n', Flood(300).Select(word => $"{word} is not the same word")) + "\n");
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [text], Deduplicate = true, TestShare = 0 }, _folder["corpus"]);
        (info.Counts.Kept, info.Counts.Dropped.Duplicates, info.Counts.DifferentWords).ShouldBe((300, 0, 305));
    }

    [Fact]
    public void Sentences_of_chosen_words_go_to_both_parts()
    {
        string text = _folder.Write("flood.txt", string.Join('\n', Flood(1000).Select(word => $"{word} is not the same word")) + "\n");
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [text], VocabularySize = 2000, TestShare = 0.3 }, _folder["corpus"]);
        info.Counts.Test.ShouldBeInRange(240, 360);
    }

    [Fact]
    public void A_words_share_in_the_split_is_the_same_for_ever() =>
        ((string[])["", "a", "walnuts", "eight ch", "more than eight characters"]).Select(word => SplitHash.OfWord(word)).ShouldBe(
            [0x3D77F800BF405E49, 0x6E26370261CAC180, 0x565FB84EC566BFAC, 0x66F02CE9577719A0, 0x9F258E40732D6AF5]);

    /// <summary>Words of eight letters whose last four equal a public constant: their exclusive or and every product are zero.</summary>
    private static IEnumerable<string> Flood(int count) =>
        Enumerable.Range(0, count).Select(
            i => string.Concat((char)('a' + (i % 26)), (char)('a' + (i / 26 % 26)), (char)('a' + (i / 676)), 'x')
                + "\u642F\u78BD\u1D64\uA076");
}
