using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Benchmarks;

/// <summary>
/// Sentences for measuring speed: 5 to 30 words, 12.5 on average, words by Zipf's law. A function of the seed.
/// </summary>
internal static class SyntheticSentences
{
    /// <summary>Words of the longest sentence.</summary>
    internal const int Longest = 30;

    private const int Shortest = 5;
    private const double Scale = 8.44; // of the exponential distribution of the lengths; gives the mean of 12.5

    /// <summary>Makes sentences of random words with the lengths and frequencies of novels; the same seed gives the same ones.</summary>
    public static SentenceList Make(int count, int vocabularySize, ulong seed)
    {
        SentenceList sentences = new();
        float[] uniform = new float[Longest + 1];
        double words = vocabularySize - Vocabulary.SpecialTokens;
        for (int s = 0; s < count; s++)
        {
            Philox.Uniform(uniform, seed, RandomUse.Order, 0, s);
            int length = Shortest + (int)Math.Min(Longest - Shortest, -Scale * Math.Log(1 - (double)uniform[Longest]));
            int[] ids = new int[length];
            for (int t = 0; t < length; t++)
                ids[t] = Vocabulary.SpecialTokens + (int)Math.Min(words - 1, Math.Exp(uniform[t] * Math.Log(words + 1)) - 1);
            sentences.Add(ids);
        }

        return sentences;
    }
}
