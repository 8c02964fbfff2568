using Reprise.Text;

namespace Reprise.Studies.Metrics;

/// <summary>
/// An n-gram language model with interpolated modified Kneser-Ney smoothing (Chen &amp; Goodman 1998): a measure of fluency independent
/// of the models measured. Immutable, safe for concurrent use.
/// </summary>
/// <remarks>
/// <para>
/// p(w | h) = (c(hw) - D(c(hw))) / Σ c(hw') + γ(h) p(w | h'), where h' is h without its first word, D one of three
/// <see cref="Discounts"/> of the order and γ(h) = Σ D(c(hw')) / Σ c(hw') their sum. c is <see cref="NGramCounts">adjusted</see>: for
/// lower orders it counts different words before the n-gram, not occurrences. After an unseen history, p(w | h) = p(w | h'). Below
/// order 1 is the uniform distribution over the vocabulary without BOS. So for any history the probabilities of all words except BOS, UNK
/// and EOS included, sum to 1.
/// </para>
/// <para>
/// A sentence has one BOS before its first word. UNK stands for many words, so its own probability is left out of every score, as in
/// SRILM; it counts in the training text and in histories.
/// </para>
/// </remarks>
internal sealed class KneserNeyModel
{
    // The sums of a context of so few n-grams are computed on each use: nearly all contexts are such, and stored sums would double memory.
    private const int Few = 32;

    private readonly NGramLevel[] _levels;
    private readonly Discounts[] _discounts;
    private readonly Dictionary<int, Sums>[] _sums; // by order and context, for contexts of more n-grams
    private readonly int _vocabularySize;

    private KneserNeyModel(NGramLevel[] levels, int vocabularySize)
    {
        _levels = levels;
        _vocabularySize = vocabularySize;
        _discounts = [.. levels.Select(level => Metrics.Discounts.Of(level.Counts))];
        _sums = [.. levels.Select((level, n) => Enumerable.Range(0, level.Contexts)
            .Where(context => level.CountsOf(context).Length > Few)
            .ToDictionary(context => context, context => Sum(n, context)))];
    }

    /// <summary>Words of the longest n-grams.</summary>
    public int Order => _levels.Length;

    /// <summary>The discounts by order, 1 first.</summary>
    public IReadOnlyList<Discounts> Discounts => _discounts;

    /// <summary>Trains a model on a text; without text it is the uniform distribution. Time O(n log n).</summary>
    /// <param name="vocabularySize">Number of ids, special tokens included.</param>
    /// <exception cref="ArgumentException">A word or an option is out of range.</exception>
    public static KneserNeyModel Train(ISentences sentences, int vocabularySize, KneserNeyOptions? options = null)
    {
        options ??= new KneserNeyOptions();
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, Vocabulary.SpecialTokens);
        return new KneserNeyModel(NGramCounts.Of(sentences, vocabularySize, options), vocabularySize);
    }

    /// <summary>Number of words of a sentence that are scored: all except UNK, and EOS.</summary>
    public static int Tokens(ReadOnlySpan<int> words) => words.Length - words.Count(Vocabulary.Unknown) + 1;

    /// <summary>log p of a sentence in nats, EOS included, UNK left out.</summary>
    /// <param name="words">The sentence without BOS and EOS.</param>
    public double LogProbability(ReadOnlySpan<int> words)
    {
        Span<int> contexts = stackalloc int[Order];
        Begin(contexts);
        Next(contexts, Vocabulary.BeginOfSentence);
        double sum = 0;
        foreach (int word in words)
        {
            double p = Next(contexts, word);
            sum += word == Vocabulary.Unknown ? 0 : Math.Log(p);
        }

        return sum + Math.Log(Next(contexts, Vocabulary.EndOfSentence));
    }

    /// <summary>exp(-log p of all sentences / number of <see cref="Tokens"/>).</summary>
    /// <exception cref="ArgumentException">There is no sentence.</exception>
    public double Perplexity(ISentences sentences)
    {
        if (sentences.Count == 0)
            throw new ArgumentException("there is no sentence", nameof(sentences));
        double sum = 0;
        long tokens = 0;
        int[] words = [];
        for (long i = 0; i < sentences.Count; i++)
        {
            if (sentences.Length(i) > words.Length)
                words = new int[sentences.Length(i)];
            int length = sentences.Read(i, words);
            sum += LogProbability(words.AsSpan(0, length));
            tokens += Tokens(words.AsSpan(0, length));
        }

        return Math.Exp(-sum / tokens);
    }

    /// <summary>p(word | history).</summary>
    /// <param name="history">The words before; begins with BOS at the start of a sentence.</param>
    internal double Probability(ReadOnlySpan<int> history, int word)
    {
        Span<int> contexts = stackalloc int[Order];
        Begin(contexts);
        foreach (int before in history)
            Next(contexts, before);
        return Next(contexts, word);
    }

    // contexts[n] is the number, in the level below level n, of the n-gram that ends the history; -1 where it was not seen.
    private static void Begin(Span<int> contexts)
    {
        contexts.Fill(-1);
        contexts[0] = 0;
    }

    // Returns the probability of a word and appends it to the history.
    private double Next(Span<int> contexts, int word)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)word, (uint)_vocabularySize, nameof(word));
        double p = 1.0 / (_vocabularySize - 1);
        int longer = 0; // the context of the next word of this order, as the level below found it
        for (int n = 0; n < _levels.Length; n++)
        {
            int context = contexts[n];
            contexts[n] = longer;
            longer = -1;
            if (context < 0)
                continue;
            longer = _levels[n].Find(context, word);
            Sums sums = _levels[n].CountsOf(context).Length > Few ? _sums[n][context] : Sum(n, context);
            if (sums.Counts == 0)
                continue;
            int count = longer < 0 ? 0 : _levels[n].Counts[longer];
            p = (count - _discounts[n].From(count) + (sums.Discounts * p)) / sums.Counts;
        }

        return p;
    }

    private Sums Sum(int n, int context)
    {
        (double counts, double discounts) = (0, 0);
        foreach (int count in _levels[n].CountsOf(context))
        {
            counts += count;
            discounts += _discounts[n].From(count);
        }

        return new Sums(counts, discounts);
    }

    private readonly record struct Sums(double Counts, double Discounts);
}
