using System.Text;

namespace Reprise.Tests.Text;

/// <summary>
/// Byte-pair encoding as its definition says (Sennrich et al. 2016), for comparison: all pairs are counted anew for every merge, and text
/// is encoded by the list of merged pairs.
/// </summary>
internal sealed class NaiveBytePairs
{
    private readonly List<(string Left, string Right)> _merges = [];

    /// <param name="characters">The character of each byte.</param>
    public NaiveBytePairs(IReadOnlyDictionary<string, long> words, int size, string characters)
    {
        List<string> pieces = [.. characters.Select(c => c.ToString())];
        List<(List<string> Pieces, long Count)> texts =
            [.. words.Select(word => (Encoding.UTF8.GetBytes(word.Key).Select(b => characters[b].ToString()).ToList(), word.Value))];
        Dictionary<string, int> age = pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index);
        while (pieces.Count < size)
        {
            Dictionary<(string, string), long> counts = [];
            foreach ((List<string> text, long count) in texts)
            {
                for (int i = 0; i + 1 < text.Count; i++)
                    counts[(text[i], text[i + 1])] = counts.GetValueOrDefault((text[i], text[i + 1])) + count;
            }

            if (counts.Count == 0 || counts.Values.Max() < 2)
                break;
            (string left, string right) = counts
                .OrderByDescending(pair => pair.Value).ThenBy(pair => age[pair.Key.Item1]).ThenBy(pair => age[pair.Key.Item2]).First().Key;
            _merges.Add((left, right));
            age[left + right] = pieces.Count;
            pieces.Add(left + right);
            foreach ((List<string> text, _) in texts)
                Merge(text, left, right);
        }

        Pieces = pieces;
    }

    public IReadOnlyList<string> Pieces { get; }

    public IReadOnlyList<(string Left, string Right)> Merges => _merges;

    /// <summary>The pieces of a word given in characters of bytes.</summary>
    public List<string> Encode(string bytes)
    {
        List<string> text = [.. bytes.Select(c => c.ToString())];
        foreach ((string left, string right) in _merges)
            Merge(text, left, right);
        return text;
    }

    private static void Merge(List<string> text, string left, string right)
    {
        for (int i = 0; i + 1 < text.Count; i++)
        {
            if (text[i] != left || text[i + 1] != right)
                continue;
            text[i] = left + right;
            text.RemoveAt(i + 1);
        }
    }
}
