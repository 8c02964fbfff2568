using System.Globalization;
using Reprise.Text.Sources;

namespace Reprise.Text.Preparation;

/// <summary>Warnings that a text may not have been read as intended, with advice, and the error of a text without a sentence.</summary>
internal static class TextWarnings
{
    /// <summary>Characters of the smallest text that is warned about: the shares of a smaller one say little.</summary>
    private const int FewCharacters = 4000;

    private const int FewSentences = 20;

    /// <summary>
    /// Shares of sentences and of characters left out, above which a text is warned about. Of 131 novels at most 53 % and 77 % are left
    /// out, of the median one 24 % and 42 %.
    /// </summary>
    private const double ManySentences = 0.6, ManyCharacters = 0.85;

    /// <summary>
    /// Heaps' law, K N^power: the most different words that N words of a language have. In novels, newspapers and captions in English,
    /// German and French, 10,000 words have 2,000 to 2,400 different ones and 100,000 words 7,000 to 11,000. The law allows 7,600 and
    /// 39,800, enough for languages of many endings.
    /// </summary>
    private const double HeapsK = 10, HeapsPower = 0.72;

    private const double ManyUnspaced = 0.2; // share of all characters
    private const double LongUnspaced = 2.5; // characters a word, where text that was cut into words has less than two

    /// <summary>The warning about a text of any size in a script without spaces between words; null for other texts.</summary>
    public static string? OfScript(TextCounts text) =>
        text.Unspaced > ManyUnspaced * text.Characters && text.Unspaced > LongUnspaced * text.UnspacedWords
            ? "much of the text is Chinese, Japanese, Thai or the like, where no spaces stand between words: "
                + "whole phrases were taken for words; prepare it with --tokenizer bpe, whose pieces need no spaces, or cut it into words "
                + "first, by a program for that language, and prepare it with --tokenizer whitespace"
            : null;

    /// <summary>The other warnings, about a text that is large enough for them.</summary>
    /// <param name="unknownWords">Sentences that were left out because of too many unknown words.</param>
    /// <param name="differentWords">Different words of the sentences whose length is right.</param>
    public static IEnumerable<string> Of(
        PrepareOptions options, IReadOnlyList<InputFile> files, TextCounts text, long unknownWords, long differentWords)
    {
        if (text.Characters < FewCharacters)
            yield break;
        if (Dropped(options, files, text, unknownWords) is { } dropped)
            yield return dropped;
        if (!options.Text.HasPieces && OfScript(text) is null && differentWords > HeapsK * Math.Pow(text.Words, HeapsPower))
        {
            string tokenizer = options.Text.Tokenizer == TokenizerKind.Whitespace ? "--tokenizer penn, " : "";
            yield return Invariant($"words hardly repeat: {differentWords:N0} different ones among {text.Words:N0}, ")
                + $"from which a model learns little; is this text in sentences? Try {tokenizer}another --format or --column, or more text";
        }
    }

    /// <summary>The warning about a given part that filters made smaller, so that its figures compare with no others; or null.</summary>
    public static string? OfGiven(PrepareOptions options, PartColumns part, TextCounts text)
    {
        long read = text.Given[(int)part.Part], left = read - part.Count;
        return left == 0 || !part.IsGiven ? null
            : Invariant($"the given {part.Part.Name()} part is not whole: {left:N0} of {read:N0} sentences ")
            + Invariant($"were left out, for they have fewer than {options.MinimumWords} or more than {options.MaximumWords} ")
            + Invariant($"{options.Text.Units}, or more than {options.MaximumUnknownShare:P0} unknown ones, or could not be read; ")
            + "for all of them try --min-words 1 --max-words 1000 --max-unknown 1";
    }

    /// <summary>Reports how many records and lines were left out, and the first of them.</summary>
    public static void ReportLeftOut(PrepareOptions options, TextCounts text)
    {
        long count = text.BadRecords + text.TooLong;
        if (count == 0)
            return;
        string first = count > text.Named.Count ? "; the first of them:" : ":";
        options.Warnings?.Report($"left out: bad records: {text.BadRecords}, too long to read: {text.TooLong}{first}");
        foreach (string name in text.Named)
            options.Warnings?.Report($"  {name}");
    }

    /// <summary>The error of a text of which no sentence is left, with the reasons.</summary>
    public static InputException NothingLeft(
        PrepareOptions options, List<InputFile> files, TextCounts text, long tooManyUnknown)
    {
        string where = files.Count == 1 ? files[0].Name : $"{files.Count} files";
        bool records = files.TrueForAll(f => f.Format is TextFormat.Json or TextFormat.Csv or TextFormat.Tsv);
        if (text.Read == 0)
            return new InputException($"{where}: no sentence found, {(records ? "no record holds text" : "only white space")}");
        string first = text.Named.Count > 0 ? $" ({text.Named[0]})" : "";
        return new InputException(
            $"{where}: no sentence left of {text.Read}: {text.TooFewWords} have fewer than {options.MinimumWords} {options.Text.Units}, "
            + $"{text.TooManyWords} more than {options.MaximumWords}, {tooManyUnknown} too many unknown words, "
            + $"{text.TooLong} are too long to read, {text.BadRecords} are bad records{first}; "
            + $"read as {string.Join(", ", files.Select(f => f.Format.Name()).Distinct())}: "
            + "try another --format, or other --min-words and --max-words");
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
                ? Invariant($"most of them have fewer than {options.MinimumWords} {options.Text.Units}; try a smaller --min-words")
                : "most of them have too many unknown words; try a larger --vocabulary or --max-unknown"
            : Invariant($"what was taken for a sentence has more than {options.MaximumWords} {options.Text.Units}; try ")
                + $"{other}, or a larger --max-words";
        return $"{share}: {advice}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
