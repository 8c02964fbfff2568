using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// Learns the pieces of byte-pair encoding from counted stretches of text (Sennrich et al. 2016): from the 256 bytes on, the neighbouring
/// pair that occurs most often becomes a piece, again and again. Of pairs that occur equally often it is the one whose left piece, then
/// whose right piece, is older.
/// </summary>
/// <remarks>
/// All words lie in one array of pieces, linked to their neighbours. A pair knows its places; those that another merge has changed since
/// are passed over. A queue holds each pair by a count that may be too large: it is put back with its right count when its turn comes.
/// </remarks>
internal sealed class BytePairLearner
{
    private const int MostPlaces = 1 << 24; // bytes of all words together; rarer words teach nothing that these do not
    private const int LeastCount = 2; // a pair that occurs once is shared by no two words
    private const int None = -1;

    private readonly List<string> _pieces = [];
    private readonly List<int> _piece = [], _next = [], _previous = [], _word = [];
    private readonly List<long> _counts = []; // of the words
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _queue = new(new MostFrequentFirst());

    private BytePairLearner(IEnumerable<CountedWord> words)
    {
        foreach (char c in ByteCharacters.All)
            _pieces.Add(c.ToString());
        foreach (CountedWord word in words)
        {
            if (!Add(word))
                break;
        }

        foreach (((int Left, int Right) key, Pair pair) in _pairs)
            Queue(key, pair.Count);
    }

    /// <summary>The pieces in the order of their merges, the bytes first.</summary>
    /// <param name="words">Stretches of text, the most frequent first.</param>
    /// <param name="size">The most pieces, at least 256.</param>
    public static IReadOnlyList<string> Learn(IEnumerable<CountedWord> words, int size)
    {
        BytePairLearner learner = new(words);
        while (learner._pieces.Count < size && learner.MergeNext())
        {
        }

        return learner._pieces;
    }

    private bool Add(CountedWord word)
    {
        char[] bytes = new char[BytePairs.MostPieces(word.Word.Length)];
        int length = ByteCharacters.Write(word.Word, bytes), first = _piece.Count;
        if (first + length > MostPlaces)
            return false;
        for (int i = 0; i < length; i++)
        {
            _piece.Add(ByteCharacters.ByteOf(bytes[i]));
            _next.Add(i + 1 < length ? first + i + 1 : None);
            _previous.Add(i > 0 ? first + i - 1 : None);
            _word.Add(_counts.Count);
        }

        _counts.Add(word.Count);
        for (int at = first; at + 1 < first + length; at++)
            PairAt(at).Add(at, word.Count);
        return true;
    }

    private bool MergeNext()
    {
        while (_queue.TryDequeue(out (int Left, int Right) key, out (long Count, int, int) queued))
        {
            if (!_pairs.TryGetValue(key, out Pair? pair))
                continue; // it stood there twice
            if (pair.Count != queued.Count)
            {
                Queue(key, pair.Count);
                continue;
            }

            string text = _pieces[key.Left] + _pieces[key.Right];
            _pairs.Remove(key);
            if (Vocabulary.IsSpecial(text))
                continue;
            _pieces.Add(text);
            Merge(key, pair);
            return true;
        }

        return false;
    }

    private void Merge((int Left, int Right) key, Pair pair)
    {
        int merged = _pieces.Count - 1;
        Dictionary<(int Left, int Right), Pair> grown = [];
        pair.Places.Sort();
        foreach (int at in pair.Places)
        {
            int right = _piece[at] == key.Left ? _next[at] : None;
            if (right == None || _piece[right] != key.Right)
                continue; // another merge has changed it
            long count = _counts[_word[at]];
            int before = _previous[at], after = _next[right];
            if (before != None)
                Lower((_piece[before], key.Left), count);
            if (after != None)
                Lower((key.Right, _piece[after]), count);
            (_piece[at], _piece[right], _next[at]) = (merged, None, after);
            if (after != None)
                _previous[after] = at;
            if (before != None)
                Raise(before, count);
            if (after != None)
                Raise(at, count);
        }

        foreach (((int Left, int Right) changed, Pair of) in grown)
            Queue(changed, of.Count);

        void Lower((int, int) neighbours, long count)
        {
            if (_pairs.TryGetValue(neighbours, out Pair? of)) // not the pair itself, which is removed
                of.Count -= count;
        }

        void Raise(int at, long count)
        {
            Pair of = PairAt(at);
            of.Add(at, count);
            grown[(_piece[at], _piece[_next[at]])] = of;
        }
    }

    private Pair PairAt(int at)
    {
        ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (_piece[at], _piece[_next[at]]), out _);
        return pair ??= new Pair();
    }

    private void Queue((int Left, int Right) key, long count)
    {
        if (count >= LeastCount)
            _queue.Enqueue(key, (count, key.Left, key.Right));
    }

    private sealed class Pair
    {
        public List<int> Places { get; } = [];

        public long Count { get; set; }

        public void Add(int place, long count)
        {
            Places.Add(place);
            Count += count;
        }
    }

    private sealed class MostFrequentFirst : IComparer<(long Count, int Left, int Right)>
    {
        public int Compare((long Count, int Left, int Right) x, (long Count, int Left, int Right) y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : x.Left != y.Left ? x.Left.CompareTo(y.Left) : x.Right.CompareTo(y.Right);
    }
}
