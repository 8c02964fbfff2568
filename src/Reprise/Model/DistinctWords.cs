namespace Reprise.Model;

/// <summary>
/// The distinct words of a list, and each word's place among them, by which a word's share of the work is done once for all its
/// occurrences. Reusable: the steady state allocates nothing.
/// </summary>
internal sealed class DistinctWords(int vocabularySize)
{
    private readonly int[] _placeOf = new int[1 + vocabularySize]; // 1 + the place of a word, or 0; the first entry is of -1, "no word"
    private int[] _words = [], _places = [];
    private int _distinct, _count;

    /// <summary>Each word once, in the order of first occurrence; or the whole list, where it is not shared.</summary>
    public ReadOnlySpan<int> Words => _words.AsSpan(0, _distinct);

    /// <summary>The places in <see cref="Words"/> of the words of a shared list.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _count);

    /// <summary>Finds the distinct words of a list.</summary>
    /// <param name="words">Ids below the vocabulary's size, or -1 for no word, which counts as one.</param>
    /// <param name="share">True to take each word once; else <see cref="Words"/> is the whole list.</param>
    public void Find(ReadOnlySpan<int> words, bool share = true)
    {
        if (_places.Length < words.Length)
            (_words, _places) = (new int[words.Length], new int[words.Length]);
        (_distinct, _count) = (0, words.Length);
        if (!share)
        {
            words.CopyTo(_words);
            _distinct = words.Length;
            return;
        }

        for (int n = 0; n < words.Length; n++)
        {
            ref int place = ref _placeOf[1 + words[n]];
            if (place == 0)
            {
                _words[_distinct++] = words[n];
                place = _distinct;
            }

            _places[n] = place - 1;
        }

        foreach (int word in Words)
            _placeOf[1 + word] = 0;
    }
}
