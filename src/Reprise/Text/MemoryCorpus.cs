using Reprise.Text.Preparation;

namespace Reprise.Text;

/// <summary>Sentences in memory as <see cref="CorpusBuilder"/> prepares them: the same vocabulary, the same held-out ones.</summary>
internal sealed class MemoryCorpus
{
    public MemoryCorpus(IEnumerable<string> sentences, TextOptions options, int vocabularySize, double testShare)
    {
        List<List<string>> texts = [];
        Dictionary<string, long> counts = [];
        foreach (string? sentence in sentences)
        {
            string text = sentence ?? throw new InputException($"sentences[{texts.Count}] is null; expected a sentence");
            List<string> words = Tokenizer.Tokenize(text, options);
            texts.Add(words);
            foreach (string word in words)
                counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        Vocabulary = new Vocabulary(counts
            .Where(word => !Vocabulary.IsSpecial(word.Key))
            .OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(vocabularySize).Select(word => word.Key));
        foreach (List<string> words in texts.Where(words => words.Count > 0))
            (IsHeldOut(words, testShare) ? Test : Train).Add([.. words.Select(word => Vocabulary.IdOf(word))]);
        if (Train.Count == 0)
            throw new InputException($"{texts.Count} sentences, none of them left for training; give more sentences or hold out less");
    }

    public Vocabulary Vocabulary { get; }

    public SentenceList Train { get; } = new();

    public SentenceList Test { get; } = new();

    private bool IsHeldOut(List<string> words, double share)
    {
        ulong hash = 0;
        foreach (string word in words)
            hash = SplitHash.Combine(hash, Vocabulary.TryGetId(word, out _) ? SplitHash.OfWord(word) : SplitHash.UnknownWord);
        return SplitHash.Uniform(hash) < share;
    }
}
