namespace Reprise.Text;

/// <summary>
/// Sentences as word ids (no special tokens but <c>&lt;unk&gt;</c>), in memory or in a corpus file.
/// Safe for concurrent reading.
/// </summary>
public interface ISentences
{
    /// <summary>Number of sentences.</summary>
    long Count { get; }

    /// <summary>Words of sentence <paramref name="index"/>, at least 1.</summary>
    int Length(long index);

    /// <summary>Copies the ids of sentence <paramref name="index"/> to <paramref name="words"/>, which holds at least that many.</summary>
    /// <returns>The number of words.</returns>
    int Read(long index, Span<int> words);
}

/// <summary>Extensions of <see cref="ISentences"/>.</summary>
public static class SentencesExtensions
{
    /// <summary>The ids of sentence <paramref name="index"/>, in an array of their own.</summary>
    public static int[] WordsAt(this ISentences sentences, long index)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        int[] words = new int[sentences.Length(index)];
        sentences.Read(index, words);
        return words;
    }
}
