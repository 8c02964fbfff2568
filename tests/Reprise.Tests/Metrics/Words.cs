using Reprise.Text;

namespace Reprise.Tests.Metrics;

/// <summary>Sentences written as words; equal words get equal ids.</summary>
internal sealed class Words
{
    private readonly Dictionary<string, int> _ids = [];

    public int Count => Vocabulary.SpecialTokens + _ids.Count;

    public int[] Ids(string sentence) => [.. sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Id)];

    private int Id(string word)
    {
        if (!_ids.TryGetValue(word, out int id))
            _ids[word] = id = Count;
        return id;
    }
}
