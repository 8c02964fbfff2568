namespace Reprise.Text.Preparation;

/// <summary>
/// What the second pass knows of the numbered words of the first: id and hashes of each. Of the tables of a count, which come
/// one after the other, only the last that was asked for is held. Not thread-safe; what <see cref="Of"/> returns may be shared.
/// </summary>
internal sealed class KnownWords(IReadOnlyList<WordCounts> counts, Vocabulary vocabulary)
{
    private readonly (int Table, Word[] Words)[] _held = [.. counts.Select(_ => (-1, Array.Empty<Word>()))];

    /// <summary>A word of the text.</summary>
    /// <param name="Split">Its <see cref="SplitHash"/>.</param>
    /// <param name="Secret">Its hash in all <see cref="WordTable"/>s of this process.</param>
    /// <param name="Id">Its id in the vocabulary.</param>
    public readonly record struct Word(ulong Split, ulong Secret, int Id);

    /// <summary>The words of one table by number.</summary>
    public Word[] Of(int count, int table)
    {
        if (_held[count].Table != table)
        {
            _held[count] = (-1, []); // may go before the next one comes
            _held[count] = (table, counts[count].WordsOf(table, vocabulary));
        }

        return _held[count].Words;
    }
}
