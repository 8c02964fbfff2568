namespace Reprise.Text;

internal static class SentencesExtensions
{
    /// <summary>A copy of the words of sentence <paramref name="index"/>.</summary>
    public static int[] WordsAt(this ISentences sentences, long index)
    {
        int[] words = new int[sentences.Length(index)];
        sentences.Read(index, words);
        return words;
    }
}
