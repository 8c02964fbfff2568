using Reprise.Text;

namespace Reprise.Studies.Metrics;

/// <summary>
/// An n-gram language model with interpolated modified Kneser-Ney smoothing (Chen &amp; Goodman 1998): the measure of fluency that has
/// learnt nothing from the models that it measures. Immutable, safe for concurrent use.
/// </summary>
/// <remarks>
/// <para>
/// p(w | h) = (c(hw) - D(c(hw))) / Σ c(hw') + γ(h) p(w | h'), where h' is h without its first word, D one of three
/// <see cref="Discounts"/> of the order and γ(h) = Σ D(c(hw')) / Σ c(hw') what they took. c is <see cref="NGramCounts">adjusted</see>: of
/// lower orders it counts different words before the n-gram, not occurrences. A history that was not seen leaves p(w | h') as it is.
/// Below order 1 lies the uniform distribution over the vocabulary without BOS. So for any history the probabilities of all words but
/// BOS, the unknown word and EOS among them, sum to 1.
/// </para>
/// <para>
/// A sentence has one BOS before its first word. What the unknown word stands for is not known, so its own probability is left out wherever
/// text is scored, as SRILM does; it is in the text that is learned from, and in histories.
/// </para>
/// </remarks>
internal sealed class KneserNeyModel
{
    // A context of so few n-grams is summed up whenever it is asked for: nearly all are, and their sums would take as much memory as they
    // do.
    private const int Few = 32;

    private readonly NGramLevel[] _levels;
    private readonly Discounts[] _discounts;
    private readonly Dictionary<int, Sums>[] _sums; // by order and context, of those that have more
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

    /// <summary>Makes a model of a text; of none, the uniform distribution. Time O(n log n).</summary>
    /// <param name="vocabularySize">Number of ids, the special tokens among them.</param>
    /// <exception cref="ArgumentException">A word is out of range, or an option.</exception>
    public static KneserNeyModel Train(ISentences sentences, int vocabularySize, KneserNeyOptions? options = null)
    {
        options ??= new KneserNeyOptions();
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, Vocabulary.SpecialTokens);
        return new KneserNeyModel(NGramCounts.Of(sentences, vocabularySize, options), vocabularySize);
    }

    /// <summary>Words of a text that are scored, its EOS included: all but unknown ones.</summary>
    public static int Tokens(ReadOnlySpan<int> words) => words.Length - words.Count(Vocabulary.Unknown) + 1;

    /// <summary>log p of a sentence in nats, its EOS included, unknown words left out.</summary>
    /// <param name="words">Without BOS and EOS.</param>
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
    /// <param name="history">The words before it; begins with BOS at the start of a sentence.</param>
    internal double Probability(ReadOnlySpan<int> history, int word)
    {
        Span<int> contexts = stackalloc int[Order];
        Begin(contexts);
        foreach (int before in history)
            Next(contexts, before);
        return Next(contexts, word);
    }

    // contexts[n] is the number of the n-gram that the history ends with, in the level below level n; -1 where it was not seen.
    private static void Begin(Span<int> contexts)
    {
        contexts.Fill(-1);
        contexts[0] = 0;
    }

    // The probability of a word, by which the history is then longer.
    private double Next(Span<int> contexts, int word)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)word, (uint)_vocabularySize, nameof(word));
        double p = 1.0 / (_vocabularySize - 1);
        int longer = 0; // the context of the next word of this order: what the level below found
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
