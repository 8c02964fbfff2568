namespace Reprise.Text;

/// <summary>Sentences in memory.</summary>
public sealed class SentenceList : ISentences
{
    private readonly List<int[]> _sentences = [];

    /// <summary>An empty list.</summary>
    public SentenceList()
    {
    }

    /// <summary>A copy of sentences.</summary>
    public SentenceList(IEnumerable<IReadOnlyList<int>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        foreach (IReadOnlyList<int>? sentence in sentences)
            Add([.. sentence ?? throw new InputException($"sentences[{Count}] is null; expected the ids of a sentence")]);
    }

    /// <inheritdoc/>
    public long Count => _sentences.Count;

    /// <summary>Appends a sentence. Not safe while others read.</summary>
    /// <exception cref="ArgumentException">It has no words.</exception>
    public void Add(params ReadOnlySpan<int> words)
    {
        if (words.IsEmpty)
            throw new ArgumentException("a sentence has at least one word", nameof(words));
        _sentences.Add(words.ToArray());
    }

    /// <inheritdoc/>
    public int Length(long index) => _sentences[checked((int)index)].Length;

    /// <inheritdoc/>
    public int Read(long index, Span<int> words)
    {
        int[] sentence = _sentences[checked((int)index)];
        sentence.CopyTo(words);
        return sentence.Length;
    }
}
