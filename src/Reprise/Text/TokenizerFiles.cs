using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>
/// The files in which other tools keep byte-pair encodings: <c>merges.txt</c>, a line for each merged pair in the order of the merges, and
/// <c>vocab.json</c>, the id of each piece.
/// </summary>
internal static class TokenizerFiles
{
    public const string MergesName = "merges.txt", IdsName = "vocab.json";

    private const string Header = "#version: 0.2";
    private const int LongestLine = 1 << 16; // bytes
    private const long LargestFile = 1L << 25; // 2 million merges; the largest tokenizers have a tenth

    /// <summary>Writes both files into a folder, which is made if need be.</summary>
    /// <exception cref="InputException">The vocabulary has no pieces, or the folder cannot be written to.</exception>
    public static void Save(string folder, Vocabulary vocabulary)
    {
        BytePairs pairs = new(vocabulary);
        StringBuilder merges = new($"{Header}\n");
        for (int id = Vocabulary.SpecialTokens; id < vocabulary.Count; id++)
        {
            if (pairs.PairOf(id) is (string left, string right))
                merges.Append(left).Append(' ').Append(right).Append('\n');
        }

        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.WriteText(Path.Combine(folder, MergesName), merges.ToString());
            AtomicFile.Write(Path.Combine(folder, IdsName), stream => WriteIds(stream, vocabulary));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>The vocabulary of a folder's <c>merges.txt</c>: the bytes, and the pieces in the order of the merges.</summary>
    /// <exception cref="InputException">There is no such file, or a line is no pair of pieces before it; the line is named.</exception>
    public static Vocabulary Load(string folder)
    {
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file; expected the folder that has {MergesName}");
        string path = Path.Combine(folder, MergesName);
        List<string> pieces = [];
        foreach (char c in ByteCharacters.All)
            pieces.Add(c.ToString());
        List<(string Left, string Right, long Line)> merges = [];
        bool hasLines = false;
        HashSet<string> known = [.. pieces];
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            using FileStream file = OutsideFile.Open(path, LargestFile, "merged pairs of pieces, one pair a line");
            foreach (Lines.Line line in Lines.Read(file, path, LongestLine))
            {
                string text = strict.GetString(line.Text.Span).TrimEnd('\r').TrimStart('\uFEFF'); // a mark of byte order
                hasLines |= text.Length > 0;
                if (text.Length == 0 || (line.Number == 1 && text.StartsWith("#version", StringComparison.Ordinal)))
                    continue;
                string[] pair = text.Split(' ');
                string where = $"{path}: line {line.Number}";
                if (pair.Length != 2 || !known.Contains(pair[0]) || !known.Contains(pair[1]))
                    throw new InputException($"{where}: \"{text}\"; expected two pieces that are bytes or merged before");
                if (pair[0].Length + pair[1].Length > BytePairs.LongestPiece)
                {
                    throw new InputException(
                        $"{where}: a piece of more than {BytePairs.LongestPiece} bytes; are these merged pairs of pieces?");
                }

                if (Vocabulary.IsSpecial(pair[0] + pair[1]) || !known.Add(pair[0] + pair[1]))
                    throw new InputException($"{where}: the piece \"{pair[0] + pair[1]}\" is there already");
                pieces.Add(pair[0] + pair[1]);
                merges.Add((pair[0], pair[1], line.Number));
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path}: not valid UTF-8", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutsideFile.Unreadable(path, e);
        }

        if (!hasLines)
            throw new InputException($"{path}: is empty; expected merged pairs of pieces, one pair a line");
        Vocabulary vocabulary = new(pieces);
        Check(path, new BytePairs(vocabulary), merges);
        return vocabulary;
    }

    // A piece that text is never merged to by the pairs before would be encoded otherwise here than by the tool that made the file.
    private static void Check(string path, BytePairs pairs, List<(string Left, string Right, long Line)> merges)
    {
        int id = Vocabulary.SpecialTokens + ByteCharacters.Count;
        foreach ((string left, string right, long line) in merges)
        {
            if (pairs.PairOf(id++) is not (string foundLeft, string foundRight) || (foundLeft, foundRight) != (left, right))
                throw new InputException($"{path}: line {line}: the pairs before it never leave \"{left}\" beside \"{right}\"");
        }
    }

    private static void WriteIds(Stream stream, Vocabulary vocabulary)
    {
        // The characters of the bytes as they are: other tools read UTF-8.
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        for (int id = 0; id < vocabulary.Count; id++)
            json.WriteNumber(vocabulary[id], id);
        json.WriteEndObject();
    }
}
