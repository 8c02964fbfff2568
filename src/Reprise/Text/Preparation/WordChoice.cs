namespace Reprise.Text.Preparation;

/// <summary>A word and its number of occurrences.</summary>
// A class, because the base library comes with compiled code for lists of references.
internal sealed class CountedWord(string word, long count)
{
    public string Word => word;

    public long Count => count;

    /// <summary>Equally frequent words are in ordinal order.</summary>
    public static int MostFrequentFirst(CountedWord x, CountedWord y) =>
        x.Count != y.Count ? y.Count.CompareTo(x.Count) : string.CompareOrdinal(x.Word, y.Word);
}

/// <summary>The words of a corpus: those by which sentences are held out, and those that a model knows.</summary>
/// <param name="Frequent">
/// The words that tell sentences apart when parts are shares (<see cref="PartShares"/>); a part of <paramref name="Vocabulary"/>.
/// </param>
/// <param name="Vocabulary">The most frequent words of the training part.</param>
/// <param name="Different">Different words of the text of which parts are shares; of pieces, of the training part.</param>
/// <param name="DifferentInTraining">Different words of the training part.</param>
/// <remarks>
/// Sentences that are the same to a model, which sees one unknown word for all, must be in one part. So sentences are held out by words
/// that the vocabulary will have. The vocabulary is counted after that, in training text alone, and it is the choice that makes the circle:
/// <see cref="Frequent"/> has the words that are frequent enough in the whole text to be in the vocabulary wherever the held-out sentences
/// fall. If one of them is not, as in a text that repeats a sentence a thousand times, half as many words are tried.
/// </remarks>
internal sealed record WordChoice(Vocabulary Frequent, Vocabulary Vocabulary, long Different, long DifferentInTraining)
{
    /// <summary>Different stretches of text, the most frequent, from which pieces are learnt.</summary>
    private const int MostStretches = 1 << 19;

    private const double Deviations = 4; // of a word's occurrences in the held-out sentences

    /// <summary>The encoding of pieces, where the vocabulary has pieces of words.</summary>
    public BytePairs? Pairs { get; private init; }

    /// <summary>
    /// The pieces of the training part. Nothing is unknown to a model that has them, so that sentences are held out by all their words.
    /// </summary>
    /// <param name="size">The most pieces.</param>
    /// <param name="count">Returns the most frequent stretches of text, at most so many, and the number of different ones.</param>
    /// <param name="holdOut">Takes the stretches of the held-out sentences out of the counts.</param>
    public static WordChoice OfPieces(
        int size, PartShares shares, Func<int, (List<CountedWord> Words, long Different)> count, Action<Vocabulary?, bool> holdOut)
    {
        if (!shares.AreZero)
            holdOut(null, true);
        (List<CountedWord> stretches, long different) = count(MostStretches);
        Vocabulary pieces = new(BytePairLearner.Learn(stretches, size));
        return new WordChoice(pieces, pieces, different, different) { Pairs = new BytePairs(pieces) };
    }

    /// <summary>Pieces that were learnt before.</summary>
    public static WordChoice OfKnown(Vocabulary pieces, long different) =>
        new(pieces, pieces, different, different) { Pairs = new BytePairs(pieces) };

    /// <param name="size">The most words of the vocabulary.</param>
    /// <param name="count">Returns the most frequent words, at most so many, and the number of different ones.</param>
    /// <param name="holdOut">
    /// Takes the words of the held-out sentences, by the frequent words given (null: all), out of the counts; with false, puts them back.
    /// </param>
    public static WordChoice Of(
        int size, PartShares shares, Func<int, (List<CountedWord> Words, long Different)> count, Action<Vocabulary?, bool> holdOut)
    {
        (List<CountedWord> all, long different) = Count();
        if (shares.AreZero)
        {
            Vocabulary known = VocabularyOf(all, size);
            return new WordChoice(known, known, different, different);
        }

        for (int most = Safe(all, size, shares); ; most /= 2)
        {
            Vocabulary frequent = VocabularyOf(all, most);
            holdOut(frequent, true);
            (List<CountedWord> training, long inTraining) = Count();
            Vocabulary vocabulary = VocabularyOf(training, size);
            if (training.Count <= size || HasAll(vocabulary, frequent)) // where no training word is unknown, nothing looks alike
                return new WordChoice(frequent, vocabulary, different, inTraining);
            holdOut(frequent, false);
        }

        (List<CountedWord>, long) Count()
        {
            (List<CountedWord> words, long number) = count(size + Vocabulary.SpecialTokens);
            words.RemoveAll(word => Vocabulary.IsSpecial(word.Word)); // a text may spell them, which does not make them words
            return (words, words.Count == 0 ? 0 : number);
        }
    }

    private static Vocabulary VocabularyOf(List<CountedWord> words, int most) => new(words.Take(most).Select(word => word.Word));

    private static bool HasAll(Vocabulary vocabulary, Vocabulary words) =>
        words.Words.Skip(Vocabulary.SpecialTokens).All(word => vocabulary.TryGetId(word, out _));

    /// <summary>
    /// The number of words that keep more occurrences in the training part than the last word of the vocabulary has in all: at most
    /// <paramref name="size"/> - 1 words have so many, so that each of these is in the vocabulary.
    /// </summary>
    private static int Safe(List<CountedWord> words, int size, PartShares shares)
    {
        if (words.Count <= size)
            return words.Count;
        double heldOut = shares.Test + shares.Validation, last = words[size - 1].Count;
        int safe = words.FindIndex(
            word => (word.Count * (1 - heldOut)) - (Deviations * Math.Sqrt(word.Count * heldOut * (1 - heldOut))) <= last);
        return safe < 0 ? size : safe;
    }
}
