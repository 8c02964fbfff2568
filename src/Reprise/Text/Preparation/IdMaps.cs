namespace Reprise.Text.Preparation;

/// <summary>
/// The maps from provisional ids to words of the vocabulary, one for each run of each <see cref="WordCounter"/>. A counter's runs are
/// asked for in order, so only its latest map is held. Not thread-safe; a map that <see cref="Of"/> returned may be shared.
/// </summary>
internal sealed class IdMaps(IReadOnlyList<WordCounter> counters, Vocabulary vocabulary)
{
    private readonly (int Run, Word[] Map)[] _latest = [.. counters.Select(_ => (-1, Array.Empty<Word>()))];

    /// <summary>A word of the text.</summary>
    /// <param name="Split">Its <see cref="SplitHash"/>.</param>
    /// <param name="Secret">Its hash in all <see cref="WordTable"/>s of this process.</param>
    /// <param name="Id">Its id in the vocabulary.</param>
    public readonly record struct Word(ulong Split, ulong Secret, int Id);

    /// <summary>The words of one run, by provisional id.</summary>
    public Word[] Of(int counter, int run)
    {
        if (_latest[counter].Run != run)
        {
            _latest[counter] = (-1, []); // frees the map before the next is made
            _latest[counter] = (run, counters[counter].MapOf(run, vocabulary));
        }

        return _latest[counter].Map;
    }
}
