using System.Text.Json.Serialization;
using Reprise.Formats;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Model;

/// <summary>The replacement of a dropped word.</summary>
[JsonConverter(typeof(EnumNames<WordDropKind>))]
public enum WordDropKind
{
    /// <summary>The word UNK (Bowman et al. 2016).</summary>
    Unknown,

    /// <summary>A vector of zeros.</summary>
    Zero,
}

/// <summary>
/// Drops words from the decoder's input, so that the decoder has to rely on z (Bowman et al. 2016), and from the encoder's, so that the
/// code does not rest on single words. Targets stay whole.
/// </summary>
internal static class WordDrop
{
    /// <summary>Drops each word of the decoder's input with probability <paramref name="rate"/>.</summary>
    /// <param name="borders">Drops all pieces of a word, or none, by its first one; null to drop each piece by itself.</param>
    /// <remarks>Which words, is a function of (seed, step, sentence, place).</remarks>
    public static void Apply(Batch batch, double rate, WordDropKind kind, ulong seed, long step, WordBorders? borders = null) =>
        Apply(batch, rate, kind, seed, step, RandomUse.WordDrop, borders);

    /// <summary>Drops each word of the encoder's input with probability <paramref name="rate"/>.</summary>
    /// <param name="borders">As for <see cref="Apply(Batch, double, WordDropKind, ulong, long, WordBorders?)"/>.</param>
    public static void ApplyToEncoder(Batch batch, double rate, WordDropKind kind, ulong seed, long step, WordBorders? borders = null) =>
        Apply(batch, rate, kind, seed, step, RandomUse.EncoderWordDrop, borders);

    private static void Apply(
        Batch batch, double rate, WordDropKind kind, ulong seed, long step, RandomUse use, WordBorders? borders)
    {
        if (rate <= 0)
            return;
        int replacement = kind == WordDropKind.Unknown ? Vocabulary.Unknown : -1;
        Span<float> uniform = stackalloc float[256];
        for (int b = 0; b < batch.Count; b++)
        {
            int length = batch.Lengths[b], before = Vocabulary.BeginOfSentence;
            bool drops = false;
            for (int start = 0; start < length; start += uniform.Length)
            {
                Span<float> draw = uniform[..Math.Min(uniform.Length, length - start)];
                Philox.Uniform(draw, seed, use, step + ((long)start << 32), batch.Sentences[b]);
                for (int t = 0; t < draw.Length; t++)
                {
                    int word = batch.Word(b, start + t);
                    drops = borders?.Continues(before, word) == true ? drops : draw[t] < rate;
                    before = word;
                    if (!drops)
                        continue;
                    if (use == RandomUse.WordDrop)
                        batch.Drop(b, start + t, replacement);
                    else
                        batch.DropFromEncoder(b, start + t, replacement);
                }
            }
        }
    }
}
