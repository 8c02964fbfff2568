using Reprise.Text.Preparation;

namespace Reprise.Text;

/// <summary>Sentences in memory as <see cref="CorpusBuilder"/> prepares them: the same vocabulary, the same held-out ones.</summary>
internal sealed class MemoryCorpus
{
    public MemoryCorpus(IEnumerable<string> sentences, TextOptions options, int vocabularySize, PartShares shares)
    {
        List<List<string>> texts = [];
        Dictionary<string, long> counts = [];
        foreach (string? sentence in sentences)
        {
            string text = sentence ?? throw new InputException($"sentences[{texts.Count}] is null; expected a sentence");
            List<string> words = Tokenizer.Tokenize(text, options);
            texts.Add(words);
            Count(words, 1);
        }

        bool pieces = options.HasPieces;
        WordChoice choice = pieces
            ? WordChoice.OfPieces(vocabularySize, shares, MostFrequent, HoldOut)
            : WordChoice.Of(vocabularySize, shares, MostFrequent, HoldOut);
        Vocabulary = choice.Vocabulary;
        SentenceCodec codec = new(Vocabulary, options);
        foreach (List<string> words in texts.Where(words => words.Count > 0))
        {
            int[] ids = pieces ? codec.Encode(string.Concat(words)) : [.. words.Select(word => Vocabulary.IdOf(word))];
            SentenceList part = PartOf(words, pieces ? null : choice.Frequent) switch
            {
                Part.Test => Test,
                Part.Validation => Validation,
                _ => Train,
            };
            part.Add(ids);
        }

        if (Train.Count == 0)
            throw new InputException($"{texts.Count} sentences, none of them left for training; give more sentences or hold out less");

        (List<CountedWord>, long) MostFrequent(int most)
        {
            List<CountedWord> words = [.. counts.Where(word => word.Value > 0).Select(word => new CountedWord(word.Key, word.Value))];
            words.Sort(CountedWord.MostFrequentFirst);
            return ([.. words.Take(most)], words.Count);
        }

        void HoldOut(Vocabulary? frequent, bool isOut)
        {
            foreach (List<string> words in texts.Where(words => PartOf(words, frequent) != Part.Train))
                Count(words, isOut ? -1 : 1);
        }

        void Count(List<string> words, long times)
        {
            foreach (string word in words)
                counts[word] = counts.GetValueOrDefault(word) + times;
        }

        Part PartOf(List<string> words, Vocabulary? frequent)
        {
            ulong hash = 0;
            foreach (string word in words)
            {
                bool isRare = frequent?.IdOf(word) == Vocabulary.Unknown;
                hash = SplitHash.Combine(hash, isRare ? SplitHash.RareWord : SplitHash.OfWord(word));
            }

            return shares.PartOf(hash);
        }
    }

    public Vocabulary Vocabulary { get; }

    public SentenceList Train { get; } = new();

    public SentenceList Test { get; } = new();

    public SentenceList Validation { get; } = new();
}
