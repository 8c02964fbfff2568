using System.Buffers;
using System.Text;

namespace Reprise.Text;

/// <summary>
/// Byte-pair encoding over bytes (Sennrich et al. 2016; Radford et al. 2019): any text as pieces of a vocabulary, and back, byte for byte.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// The vocabulary is all that it needs: its pieces stand in the order in which training merged them, so that the next merge of a word is
/// the neighbouring pair whose text is the earliest piece. By pairs instead of texts the result is the same: what lies between two borders
/// is merged as if it stood alone, so that a piece has one pair that it can be merged from.
/// </remarks>
internal sealed class BytePairs
{
    private readonly Vocabulary _vocabulary;

    /// <exception cref="InputException">The vocabulary lacks a byte, or has a piece that is not of bytes.</exception>
    public BytePairs(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        foreach (char c in ByteCharacters.All)
        {
            if (vocabulary.IdOf([c]) == Vocabulary.Unknown)
                throw new InputException($"vocabulary: no piece for byte {ByteCharacters.ByteOf(c)} (\"{c}\"); expected one for each byte");
        }

        for (int id = Vocabulary.SpecialTokens; id < vocabulary.Count; id++)
        {
            string piece = vocabulary[id];
            if (piece.Any(c => ByteCharacters.ByteOf(c) < 0))
                throw new InputException($"vocabulary: line {id + 1}: \"{piece}\" has a character that stands for no byte");
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
    public (string Left, string Right)? PairOf(int id)
    {
        string piece = _vocabulary[id];
        int[] parts = new int[piece.Length];
        return Merge(piece, parts, before: id) == 2 ? (_vocabulary[parts[0]], _vocabulary[parts[1]]) : null;
    }

    private int Merge(ReadOnlySpan<char> bytes, Span<int> ids, int before = int.MaxValue)
    {
        // Piece i is bytes[starts[i]..starts[i + 1]]; ranks[i] is the id of piece i with the next one, or the largest int.
        const int Usual = 256;
        int count = bytes.Length;
        Span<int> starts = count < Usual ? stackalloc int[Usual] : new int[count + 1];
        Span<int> ranks = count < Usual ? stackalloc int[Usual] : new int[count + 1];
        for (int i = 0; i <= count; i++)
            starts[i] = i;
        for (int i = 0; i < count; i++)
            ranks[i] = RankAt(bytes, starts, i, count, before);
        while (true)
        {
            int best = 0;
            for (int i = 1; i < count; i++)
                best = ranks[i] < ranks[best] ? i : best;
            if (ranks[best] == int.MaxValue)
                break;
            starts[(best + 2)..(count + 1)].CopyTo(starts[(best + 1)..]);
            ranks[(best + 1)..count].CopyTo(ranks[best..]);
            count--;
            ranks[best] = RankAt(bytes, starts, best, count, before);
            if (best > 0)
                ranks[best - 1] = RankAt(bytes, starts, best - 1, count, before);
        }

        for (int i = 0; i < count; i++)
            ids[i] = _vocabulary.IdOf(bytes[starts[i]..starts[i + 1]]);
        return count;
    }

    private int RankAt(ReadOnlySpan<char> bytes, ReadOnlySpan<int> starts, int i, int count, int before)
    {
        if (i + 1 >= count)
            return int.MaxValue;
        int id = _vocabulary.IdOf(bytes[starts[i]..starts[i + 2]]);
        return id == Vocabulary.Unknown || id >= before ? int.MaxValue : id;
    }
}
