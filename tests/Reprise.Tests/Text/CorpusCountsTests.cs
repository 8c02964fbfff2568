using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>The counts and the parts of a corpus with copies, of the same text with and without them.</summary>
public sealed class CorpusCountsTests(CorpusCountsTests.Corpora corpora) : IClassFixture<CorpusCountsTests.Corpora>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Counts_add_up(bool deduplicate)
    {
        CorpusCounts counts = corpora.Of(deduplicate).Counts;
        counts.Read.ShouldBe(counts.Kept + counts.Dropped.Total);
        counts.Kept.ShouldBe(counts.Train + counts.Test + counts.Validation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sentences_are_dropped_for_each_cause(bool deduplicate)
    {
        DroppedCounts dropped = corpora.Of(deduplicate).Counts.Dropped;
        dropped.UnknownWords.ShouldBeGreaterThan(0);
        dropped.TooFewWords.ShouldBeGreaterThan(0);
        dropped.TooManyWords.ShouldBeGreaterThan(0);
        dropped.TooLong.ShouldBe(1);
    }

    [Fact]
    public void Without_copies_one_of_each_sentence_is_kept()
    {
        CorpusCounts all = corpora.Of(deduplicate: false).Counts, once = corpora.Of(deduplicate: true).Counts;
        once.Kept.ShouldBe(once.Distinct);
        once.Distinct.ShouldBe(all.Distinct);
        once.Dropped.Duplicates.ShouldBe(all.Kept - all.Distinct);
        once.Dropped.Duplicates.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void No_sentence_stands_in_two_parts()
    {
        HashSet<string>[] parts = corpora.Parts();
        parts[0].Overlaps(parts[1]).ShouldBeFalse();
        parts[0].Overlaps(parts[2]).ShouldBeFalse();
        parts[1].Overlaps(parts[2]).ShouldBeFalse();
    }

    [Fact]
    public void Parts_have_their_shares_of_the_different_sentences()
    {
        HashSet<string>[] parts = corpora.Parts();
        double distinct = parts.Sum(part => part.Count);
        (parts[1].Count / distinct).ShouldBe(0.1, 0.02);
        (parts[2].Count / distinct).ShouldBe(0.2, 0.02);
    }

    [Fact]
    public void Words_and_unknown_words_are_those_of_the_sentences()
    {
        string[] words = [.. corpora.Sentences().SelectMany(part => part).SelectMany(sentence => sentence.Split(' '))];
        CorpusCounts counts = corpora.Of(deduplicate: false).Counts;
        (counts.Words, counts.UnknownWords).ShouldBe((words.LongLength, words.LongCount(word => word == "<unk>")));
    }

    /// <summary>Both corpora, prepared once.</summary>
    public sealed class Corpora : IDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly CorpusInfo _all;
        private readonly CorpusInfo _once;

        public Corpora()
        {
            string book = CorpusTests.Book(sentences: 30_000, words: 300) + "\n\nOne. " + new string('x', 2_000_000) + "\n";
            PrepareOptions options = new()
            {
                Inputs = [_folder.Write("a.txt", book)],
                Format = TextFormat.Prose,
                VocabularySize = 100,
                MaximumUnknownShare = 0.3,
                MaximumWords = 12,
                ValidationShare = 0.2,
            };
            _all = Prepare.Corpus(options, _folder["all"]);
            _once = Prepare.Corpus(options with { Deduplicate = true }, _folder["once"]);
        }

        public CorpusInfo Of(bool deduplicate) => deduplicate ? _once : _all;

        /// <summary>The sentences with copies: of training, test and validation.</summary>
        public string[][] Sentences()
        {
            using Corpus corpus = Corpus.Open(_folder["all"]);
            ISentences[] parts = [corpus.Train, corpus.Test, corpus.Validation!];
            return [.. parts.Select(part => CorpusTests.Sentences(part, corpus.Vocabulary).ToArray())];
        }

        public HashSet<string>[] Parts() => [.. Sentences().Select(part => part.ToHashSet())];

        public void Dispose() => _folder.Dispose();
    }
}
