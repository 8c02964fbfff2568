using System.Buffers;
using System.Text;

namespace Reprise.Text;

/// <summary>
/// Byte-pair encoding over bytes (Sennrich et al. 2016; Radford et al. 2019): any text as pieces of a vocabulary, and back, byte for byte.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// The vocabulary is all that it needs: its pieces stand in the order in which training merged them, so that the next merge of a word is
/// the neighbouring pair that makes the earliest piece. What lies between two borders is merged as if it stood alone, so that a piece has
/// one pair that it can be merged from, which the earlier pieces tell.
/// </remarks>
internal sealed class BytePairs
{
    /// <summary>Bytes of the longest piece that text is merged to: a stretch of it has no more.</summary>
    public const int LongestPiece = 3 * PieceSplitter.Longest;

    private readonly Vocabulary _vocabulary;
    private readonly PairTable _merged;
    private readonly (int Left, int Right)?[] _pairs; // by the piece that is merged from them
    private readonly int[] _bytes = new int[ByteCharacters.Count]; // the pieces of single bytes

    /// <exception cref="InputException">The vocabulary lacks a byte, or has a piece that is not of bytes.</exception>
    public BytePairs(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _merged = new PairTable(vocabulary.Count);
        foreach (char c in ByteCharacters.All)
        {
            int id = vocabulary.IdOf([c]);
            _bytes[ByteCharacters.ByteOf(c)] = id;
            if (id == Vocabulary.Unknown)
                throw new InputException($"vocabulary: no piece for byte {ByteCharacters.ByteOf(c)} (\"{c}\"); expected one for each byte");
        }

        for (int id = Vocabulary.SpecialTokens; id < vocabulary.Count; id++)
        {
            string piece = vocabulary[id];
            if (piece.Any(c => ByteCharacters.ByteOf(c) < 0))
                throw new InputException($"vocabulary: line {id + 1}: \"{piece}\" has a character that stands for no byte");
        }

        _pairs = new (int, int)?[vocabulary.Count];
        int[] parts = new int[LongestPiece];
        for (int id = Vocabulary.SpecialTokens; id < vocabulary.Count; id++)
        {
            string piece = vocabulary[id];
            if (piece.Length > LongestPiece || Merge(piece, parts) != 2)
                continue;
            _pairs[id] = (parts[0], parts[1]);
            _merged.Add(parts[0], parts[1], id);
        }
    }

    /// <summary>The most pieces of a text with so many characters.</summary>
    public static int MostPieces(int characters) => 3 * characters;

    /// <summary>Writes the pieces of one stretch of text (<see cref="PieceSplitter"/>).</summary>
    /// <param name="ids">Room for <see cref="MostPieces"/>.</param>
    /// <returns>The number of pieces.</returns>
    public int Encode(ReadOnlySpan<char> stretch, Span<int> ids)
    {
        const int Usual = 256;
        int most = MostPieces(stretch.Length);
        char[]? rented = most > Usual ? ArrayPool<char>.Shared.Rent(most) : null;
        Span<char> bytes = rented ?? stackalloc char[Usual];
        bytes = bytes[..ByteCharacters.Write(stretch, bytes)];
        int count = _vocabulary.IdOf(bytes) is var whole and not Vocabulary.Unknown ? One(whole, ids) : Merge(bytes, ids);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return count;

        static int One(int id, Span<int> ids)
        {
            ids[0] = id;
            return 1;
        }
    }

    /// <summary>The text of pieces; bytes that are not UTF-8 become U+FFFD.</summary>
    public static string Decode(IReadOnlyList<string> pieces)
    {
        byte[] bytes = new byte[pieces.Sum(piece => piece.Length)];
        int length = 0;
        foreach (char c in pieces.SelectMany(piece => piece))
        {
            int value = ByteCharacters.ByteOf(c);
            if (value >= 0)
                bytes[length++] = (byte)value;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>The pair that a piece is merged from; null for a byte, and for a piece that the pieces before do not merge to.</summary>
    public (string Left, string Right)? PairOf(int id) =>
        _pairs[id] is (int left, int right) ? (_vocabulary[left], _vocabulary[right]) : null;

    private int Merge(ReadOnlySpan<char> bytes, Span<int> ids)
    {
        const int Usual = 256;
        int count = bytes.Length;
        Span<int> merged = count <= Usual ? stackalloc int[Usual] : new int[count]; // the piece that ids[i] and the next one become
        for (int i = 0; i < count; i++)
            ids[i] = _bytes[ByteCharacters.ByteOf(bytes[i])];
        for (int i = 0; i < count; i++)
            merged[i] = MergedAt(ids, i, count);
        while (true)
        {
            int best = 0;
            for (int i = 1; i < count; i++)
                best = merged[i] < merged[best] ? i : best;
            if (merged[best] == PairTable.None)
                return count;
            ids[best] = merged[best];
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            merged[(best + 1)..count].CopyTo(merged[best..]);
            count--;
            merged[best] = MergedAt(ids, best, count);
            if (best > 0)
                merged[best - 1] = MergedAt(ids, best - 1, count);
        }
    }

    private int MergedAt(ReadOnlySpan<int> ids, int i, int count) =>
        i + 1 < count ? _merged.Find(ids[i], ids[i + 1]) : PairTable.None;
}
