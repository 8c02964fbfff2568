using Reprise.Evaluation;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Studies.Measuring;

/// <summary>
/// The sentences of a corpus in words, for metrics that count words. A vocabulary of words has them; of pieces they are the words of the
/// text (<see cref="SentenceCodec.WordsOf"/>), numbered by how often the training text has them, the rarest all unknown.
/// </summary>
internal sealed class MetricWords
{
    private const int MostWords = 20_000, MostCounted = 1_000_000; // words; sentences in which they are counted

    private readonly SentenceCodec? _codec;
    private readonly Vocabulary _vocabulary;

    public MetricWords(TrainingData data, ulong seed)
    {
        (Train, _vocabulary) = (data.Train, data.Vocabulary);
        if (!data.Text.HasPieces)
            return;
        _codec = new SentenceCodec(data.Vocabulary, data.Text);
        Dictionary<string, long> counts = [];
        foreach (long index in new SentenceChoice(data.Train.Count, seed).Ascending(MostCounted))
        {
            foreach (string word in _codec.WordsOf(data.Train.WordsAt(index)))
                counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        _vocabulary = new Vocabulary(counts.Where(word => !Vocabulary.IsSpecial(word.Key))
            .OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(MostWords).Select(word => word.Key));
        Train = new InWords(data.Train, this);
    }

    /// <summary>The training sentences in words.</summary>
    public ISentences Train { get; }

    /// <summary>The number of words, special tokens included.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>The words of a sentence by number; <see cref="Vocabulary.Unknown"/> for a rare one.</summary>
    public int[] Of(int[] ids) => _codec is null ? ids : [.. _codec.WordsOf(ids).Select(word => _vocabulary.IdOf(word))];

    /// <summary>The words of some sentences by number, equal for equal words, rare ones too.</summary>
    public int[][] Numbered(IReadOnlyList<int[]> sentences)
    {
        if (_codec is null)
            return [.. sentences];
        Dictionary<string, int> rare = [];
        return [.. sentences.Select(ids => _codec.WordsOf(ids).Select(NumberOf).ToArray())];

        int NumberOf(string word)
        {
            if (_vocabulary.TryGetId(word, out int id))
                return id;
            rare.TryAdd(word, _vocabulary.Count + rare.Count);
            return rare[word];
        }
    }

    private sealed class InWords(ISentences pieces, MetricWords words) : ISentences
    {
        public long Count => pieces.Count;

        public int Length(long index) => At(index).Length;

        public int Read(long index, Span<int> destination)
        {
            int[] found = At(index);
            found.CopyTo(destination);
            return found.Length;
        }

        // A sentence has at least one word, of white space alone an unknown one.
        private int[] At(long index) => words.Of(pieces.WordsAt(index)) is { Length: > 0 } found ? found : [Vocabulary.Unknown];
    }
}
