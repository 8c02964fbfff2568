using System.Collections;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Studies.Metrics;

/// <summary>
/// Counts the n-grams of a text order by order. An n-gram's key is the number of its context, an n-gram of the order below, and its last
/// word: 64 bits at any order. Sorting the keys finds the different ones.
/// </summary>
internal static class NGramCounts
{
    /// <summary>
    /// The levels of orders 1 to <see cref="KneserNeyOptions.Order"/> with adjusted counts: the occurrences of n-grams of the highest order
    /// and of those that begin with BOS; for all others the number of different words before them (Kneser &amp; Ney 1995). BOS itself
    /// counts 0, because it is never predicted.
    /// </summary>
    public static NGramLevel[] Of(ISentences sentences, int vocabularySize, KneserNeyOptions options)
    {
        int[] text = TextOf(sentences, vocabularySize, options);
        int[] counts = new int[vocabularySize];
        foreach (int word in text)
            counts[word] += word == Vocabulary.BeginOfSentence ? 0 : 1;
        NGramLevel[] levels = new NGramLevel[options.Order];
        levels[0] = NGramLevel.OfWords(counts);

        int[] ending = [.. text]; // the n-gram of the current order that ends at each token; -1 near the start of a sentence
        ulong[] keys = new ulong[options.Order == 1 ? 0 : text.Length];
        for (int n = 1; n < levels.Length; n++)
        {
            int length = 0;
            for (int t = 1; t < text.Length; t++)
            {
                if (HasLonger(t))
                    keys[length++] = ((ulong)(uint)ending[t - 1] << 32) | (uint)text[t];
            }

            levels[n] = NGramLevel.OfKeys(keys.AsSpan(0, length), levels[n - 1].Length);
            Lengthen(levels[n - 1], levels[n]);
        }

        return levels;

        bool HasLonger(int t) => text[t] != Vocabulary.BeginOfSentence && ending[t - 1] >= 0;

        // From the end to the start, because a longer n-gram is found by the shorter one of the token before.
        void Lengthen(NGramLevel shorter, NGramLevel longer)
        {
            int[] before = new int[shorter.Length]; // different words before each shorter n-gram
            BitArray seen = new(longer.Length);
            for (int t = text.Length - 1; t >= 0; t--)
            {
                int found = t > 0 && HasLonger(t) ? longer.Find(ending[t - 1], text[t]) : -1;
                if (found >= 0 && !seen[found])
                {
                    seen[found] = true;
                    before[ending[t]]++;
                }

                ending[t] = found;
            }

            for (int i = 0; i < before.Length; i++)
            {
                if (before[i] > 0) // only n-grams that begin with BOS have no word before them
                    shorter.Counts[i] = before[i];
            }
        }
    }

    // Each sentence between BOS and EOS.
    private static int[] TextOf(ISentences sentences, int vocabularySize, KneserNeyOptions options)
    {
        KeyedPermutation order = new(sentences.Count, Philox.Word(options.Seed, RandomUse.Measuring, 0, 0));
        long all = 0;
        for (long i = 0; i < sentences.Count; i++)
            all += sentences.Length(i) + 2;
        bool isWhole = all <= options.MaximumTokens;
        int[] text = new int[Math.Min(all, options.MaximumTokens)];
        int length = 0;
        for (long i = 0; i < sentences.Count; i++)
        {
            long chosen = isWhole ? i : order[i];
            int words = sentences.Length(chosen);
            if (words + 2 > text.Length - length)
                break;
            text[length] = Vocabulary.BeginOfSentence;
            sentences.Read(chosen, text.AsSpan(length + 1, words));
            foreach (int word in text.AsSpan(length + 1, words))
            {
                if ((uint)word >= (uint)vocabularySize || word is Vocabulary.BeginOfSentence or Vocabulary.EndOfSentence)
                    throw new ArgumentException($"sentence {chosen} has the word {word}; expected 0 or {Vocabulary.SpecialTokens} to "
                        + $"{vocabularySize - 1}", nameof(sentences));
            }

            text[length + words + 1] = Vocabulary.EndOfSentence;
            length += words + 2;
        }

        return length == text.Length ? text : text[..length];
    }
}
