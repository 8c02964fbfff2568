using System.Globalization;
using Reprise.Text.Sources;

namespace Reprise.Text.Preparation;

/// <summary>Doubts whether a text was read as it was meant, with what to try.</summary>
internal static class TextWarnings
{
    /// <summary>Characters of a text about which there may be doubts; of a smaller one there is too little to judge by.</summary>
    private const int FewCharacters = 4000;

    private const int FewSentences = 20;

    /// <summary>
    /// Shares of the sentences and of the characters that are left out of no novel of 131: at most 53 % and 77 % are, of the
    /// median one 24 % and 42 %.
    /// </summary>
    private const double ManySentences = 0.6, ManyCharacters = 0.85;

    /// <summary>
    /// Different words of N are at most so many times N to the power. Measured were novels, newspapers and captions in English,
    /// German and French: of 10,000 words 2,000 to 2,400 are different, of 100,000 words 7,000 to 11,000. This allows 7,600 and
    /// 39,800, enough for languages of many endings.
    /// </summary>
    private const double Different = 10, Power = 0.72;

    private const double ManyUnspaced = 0.2; // share of all characters
    private const double LongUnspaced = 2.5; // characters a word, where text that was cut into words has less than two

    /// <summary>The doubt about a text whose script sets no spaces between words, of whatever size; null where there is none.</summary>
    /// <param name="text">What the first pass found.</param>
    public static string? OfScript(TextCounts text) =>
        text.Unspaced > ManyUnspaced * text.Characters && text.Unspaced > LongUnspaced * text.UnspacedWords
            ? "much of the text is Chinese, Japanese, Thai or the like, where no spaces stand between words: "
                + "whole phrases were taken for words; cut the text into words first, by a program for that language, "
                + "and prepare it with --tokenizer whitespace"
            : null;

    /// <summary>All other doubts, of a text that is large enough for them.</summary>
    /// <param name="text">What the first pass found.</param>
    /// <param name="unknownWords">Sentences that were left out because of too many unknown words.</param>
    /// <param name="differentWords">Of those sentences whose length is right.</param>
    public static IEnumerable<string> Of(
        PrepareOptions options, IReadOnlyList<InputFile> files, TextCounts text, long unknownWords, long differentWords)
    {
        if (text.Characters < FewCharacters)
            yield break;
        if (Dropped(options, files, text, unknownWords) is { } dropped)
            yield return dropped;
        if (OfScript(text) is null && differentWords > Different * Math.Pow(text.Words, Power))
        {
            string tokenizer = options.Text.Tokenizer == TokenizerKind.Whitespace ? "--tokenizer penn, " : "";
            yield return Invariant($"words hardly repeat: {differentWords:N0} different ones among {text.Words:N0}, ")
                + $"from which a model learns little; is this text in sentences? Try {tokenizer}another --format or --column, or more text";
        }
    }

    private static string? Dropped(PrepareOptions options, IReadOnlyList<InputFile> files, TextCounts text, long unknownWords)
    {
        long left = text.TooFewWords + text.TooManyWords + text.TooLong + unknownWords;
        bool manySentences = text.Read >= FewSentences && left > ManySentences * text.Read;
        bool manyCharacters = text.DroppedCharacters > ManyCharacters * text.Characters;
        if (!manySentences && !manyCharacters)
            return null;

        string share = manySentences
            ? Invariant($"{left:N0} of {text.Read:N0} sentences were left out")
            : Invariant($"{(double)text.DroppedCharacters / text.Characters:P0} of the text was left out");
        string other = files.Any(file => file.Format == TextFormat.Lines)
            ? "--format prose if a line holds several sentences"
            : "--format lines if each line is a sentence";
        string advice = Math.Max(text.TooFewWords, unknownWords) > text.TooManyWords + text.TooLong && manySentences
            ? text.TooFewWords >= unknownWords
                ? Invariant($"most of them have fewer than {options.MinimumWords} words; try a smaller --min-words")
                : "most of them have too many unknown words; try a larger --vocabulary or --max-unknown"
            : Invariant($"what was taken for a sentence has more than {options.MaximumWords} words; try ")
                + $"{other}, or a larger --max-words";
        return $"{share}: {advice}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
