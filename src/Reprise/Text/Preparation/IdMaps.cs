namespace Reprise.Text.Preparation;

/// <summary>Makes the value that a pass needs of a word.</summary>
/// <param name="hash">The word's hash in all <see cref="WordTable"/>s of this process.</param>
internal delegate T WordMap<T>(ReadOnlySpan<char> word, ulong hash);

/// <summary>
/// The maps from provisional ids to words, one for each run of each <see cref="WordCounter"/>. A counter's runs are asked for in order, so
/// only its latest map is held. Not thread-safe; a map that <see cref="Of"/> returned may be shared.
/// </summary>
internal sealed class IdMaps<T>(IReadOnlyList<WordCounter> counters, WordMap<T> ofWord)
{
    private readonly (int Run, Lazy<T[]> Map)[] _latest = [.. counters.Select(_ => (-1, new Lazy<T[]>([])))];

    /// <summary>
    /// The words of one run, by provisional id, made when they are first asked for: a worker makes them while others take their chunks.
    /// </summary>
    public Lazy<T[]> Of(int counter, int run)
    {
        if (_latest[counter].Run != run)
            _latest[counter] = (run, new Lazy<T[]>(() => counters[counter].MapOf(run, ofWord)));
        return _latest[counter].Map;
    }
}
