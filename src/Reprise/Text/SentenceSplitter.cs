using System.Buffers;
using System.Runtime.CompilerServices;
using Reprise.Text.Languages;

namespace Reprise.Text;

/// <summary>Finds the sentences of prose.</summary>
/// <remarks>
/// A sentence ends with its paragraph (an empty line), or with . ! ? and the signs that close after them, before white space and a
/// beginning. Scripts without white space need only their own marks. A sentence continues after an abbreviation or an initial, before
/// a small letter, within brackets that it opened, and from speech to its speaker: <c>"Why?" he said.</c> and <c>"Why?" Tom asked.</c>
/// are one sentence each. Speech of several sentences is split between them. docs/sentences.md has the rules and their exceptions.
/// </remarks>
public static class SentenceSplitter
{
    private const int LongestBracket = 400; // characters; a bracket that does not close by then is ignored

    // Few enough that a search for them is fast.
    private static readonly SearchValues<char> s_usual = SearchValues.Create(".!?…\n");

    // Chinese and Japanese, Arabic and Urdu, Devanagari, Armenian, Ethiopic, Khmer, Burmese, and pairs in one sign.
    private const string Rare = "。！？｡．؟۔।॥։።។။‼‽⁇⁈⁉";
    private const char FirstRare = '\u0500';
    private static readonly SearchValues<char> s_rare = SearchValues.Create(Rare);
    private static readonly SearchValues<char> s_all = SearchValues.Create(".!?…\n" + Rare);

    /// <summary>The sentences of a text, without surrounding white space, underscores of _emphasis_ and marks of footnotes.</summary>
    /// <param name="text">Prose.</param>
    /// <param name="language">
    /// The language, for its abbreviations. Null, the default: a guess from the text, and English where it gives no hint.
    /// </param>
    public static List<string> Split(ReadOnlySpan<char> text, TextLanguage? language = null)
    {
        LanguageRules rules = LanguageRules.Of(language ?? LanguageGuess.Of(text, TextLanguage.English));
        (bool hasMarks, bool foreign) = ProseSigns.In(text);
        if (hasMarks)
            text = new ProseMarks().Remove(text);
        SearchValues<char> marks = MarksOf(foreign);
        List<string> sentences = [];
        while (TryTake(ref text, rules, marks, out ReadOnlySpan<char> sentence))
            sentences.Add(sentence.ToString());
        return sentences;
    }

    /// <summary>Takes the first sentence off a text, unchanged: line breaks, underscores and footnote marks stay.</summary>
    /// <returns>False when only white space is left.</returns>
    public static bool TryTake(
        ref ReadOnlySpan<char> text, out ReadOnlySpan<char> sentence, TextLanguage language = TextLanguage.English) =>
        TryTake(ref text, LanguageRules.Of(language), s_all, out sentence);

    /// <param name="marks">The result of <see cref="MarksOf"/> for the whole text.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryTake(
        ref ReadOnlySpan<char> text, LanguageRules rules, SearchValues<char> marks, out ReadOnlySpan<char> sentence)
    {
        text = text.TrimStart();
        int end = EndOfSentence(text, rules, marks);
        if (text.Length > 0 && ListItems.MayBegin(text[0]))
            end = ListItems.EndOfItem(text, end);
        sentence = text[..end].TrimEnd();
        text = text[end..];
        return sentence.Length > 0;
    }

    /// <summary>The marks to look for in a text.</summary>
    /// <param name="foreign">The second result of <see cref="ProseSigns"/>.</param>
    internal static SearchValues<char> MarksOf(bool foreign) => foreign ? s_all : s_usual;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndOfSentence(ReadOnlySpan<char> text, LanguageRules rules, SearchValues<char> marks)
    {
        int i = 0;
        while (true)
        {
            int step = text[i..].IndexOfAny(marks);
            if (step < 0)
                return text.Length;
            i += step;
            if (text[i] == '\n')
            {
                if (IsEmptyLine(text[(i + 1)..]))
                    return i;
                i++;
                continue;
            }

            int mark = i;
            if (text[i] == '.' && i + 2 < text.Length && text[i + 1] == ' ' && char.IsAsciiLetterUpper(text[i + 2]))
            {
                i++; // the most frequent end, in one step
                if (!IsWithinBrackets(text, mark, '(', ')')
                    && Abbreviations.EndsSentence(text, mark, i, text[(i + 1)..], asks: false, rules))
                    return i;
                continue;
            }

            i = EndOfMarks(text, i);
            bool unspaced = SentenceMarks.IsUnspaced(text, i - 1);
            int close = unspaced ? SentenceMarks.EndOfUnspacedClosers(text, i) : SentenceMarks.EndOfClosers(text, i);
            if (close == text.Length)
                return close;
            if (unspaced ? UnspacedEnds(text, mark, i, close) : SentenceMarks.IsGap(text, close) && Ends(text, mark, i, close, rules))
                return close;
        }
    }

    /// <summary>The end of a row of marks; ". . ." with spaces is one row, with a ! or ? behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndOfMarks(ReadOnlySpan<char> text, int i)
    {
        int start = i;
        bool spaced = false;
        while (true)
        {
            while (i < text.Length && (text[i] is '.' or '!' or '?' or '…' || (text[i] > FirstRare && s_rare.Contains(text[i]))))
                i++;
            if (i + 1 >= text.Length || text[i - 1] is not ('.' or '…') || !char.IsWhiteSpace(text[i]))
                return i;
            bool goesOn = text[i + 1] switch
            {
                // "here. .NET is": a word begins after one point. ". . .and": the row of points is over.
                '.' => text[i - 1] == '.' && (spaced || i + 2 == text.Length || !char.IsLetterOrDigit(text[i + 2])),
                '!' or '?' => text[i] != '\n' && (i - start > 1 || text[i - 1] == '…'),
                _ => false,
            };
            if (!goesOn)
                return i;
            spaced = true;
            i++;
        }
    }

    /// <summary>True where a sentence ends with the marks [mark, markEnd), closed until close, before white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Ends(ReadOnlySpan<char> text, int mark, int markEnd, int close, LanguageRules rules)
    {
        ReadOnlySpan<char> marks = text[mark..markEnd];
        ReadOnlySpan<char> rest = text[close..];
        int next = 0;
        bool asks = false;
        for (int breaks = 0; next < rest.Length && !char.IsAsciiLetter(rest[next]); next++)
        {
            char c = rest[next];
            if (c == '\n' && ++breaks == 2)
                return true;
            if (!char.IsWhiteSpace(c) && !SentenceMarks.IsOpener(c))
                break;
            asks |= c is '¿' or '¡';
        }

        if (next == rest.Length)
            return true;
        rest = rest[next..];
        if (marks is "." && mark > 0 && text[mark - 1] == ' ')
            return true; // a point alone is a word of tokenised text, where small letters may begin a sentence
        if (char.IsLower(rest[0]) && !asks && !HasCapitalBehind(rest, isApostropheBefore: text[close + next - 1] is '\'' or '\u2019'))
            return false;
        if (!(marks is "." && text[markEnd] == ')') && IsWithinBrackets(text, mark, '(', ')'))
            return false;
        bool ellipsis = marks[0] == '…' || (marks.Length > 1 && !marks.ContainsAnyExcept(". \u00A0\u202F\n"));
        if (ellipsis)
        {
            if (mark > 0 && text[mark - 1] is '[' or '(' && close > markEnd)
                return false; // "[...]"
            return !(rest[0] == 'I' && (rest.Length == 1 || !char.IsLetter(rest[1]))); // "I… I do not know."
        }

        if (marks is ".")
            return Abbreviations.EndsSentence(text, mark, close, rest, asks, rules);
        return !(close > markEnd && Speakers.Speaks(rest, rules));
    }

    /// <summary>True where a small letter begins a sentence: "iPhones are", and in Dutch "'s Avonds is".</summary>
    private static bool HasCapitalBehind(ReadOnlySpan<char> text, bool isApostropheBefore) =>
        text.Length > 2 && (char.IsUpper(text[1]) || (isApostropheBefore && text[1] == ' ' && char.IsUpper(text[2])));

    /// <summary>True where marks of a script without white space end a sentence, and not only quoted speech.</summary>
    private static bool UnspacedEnds(ReadOnlySpan<char> text, int mark, int markEnd, int close)
    {
        if (IsWithinBrackets(text, mark, '（', '）'))
            return false;
        if (text[markEnd - 1] == '．' && !char.IsWhiteSpace(text[close]) && !SentenceMarks.IsEastern(text[close]))
            return false;
        return close == markEnd || !Speakers.ReportsUnspaced(text[close..]);
    }

    /// <summary>True for a mark within brackets that the sentence did not begin with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsWithinBrackets(ReadOnlySpan<char> text, int mark, char opening, char closing)
    {
        int from = Math.Max(0, mark - LongestBracket);
        int open = from + text[from..mark].LastIndexOf(opening);
        if (open <= 0 || text[open] != opening || text[open..mark].Contains(closing))
            return false;
        while (open > 0 && (SentenceMarks.IsOpener(text[open - 1]) || char.IsWhiteSpace(text[open - 1])))
            open--;
        if (open == 0)
            return false;
        ReadOnlySpan<char> rest = text[mark..Math.Min(text.Length, mark + LongestBracket)];
        int end = rest.IndexOf(closing);
        return end >= 0 && rest[..end].IndexOf("\n\n") < 0;
    }

    private static bool IsEmptyLine(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c == '\n')
                return true;
            if (!char.IsWhiteSpace(c))
                return false;
        }

        return false;
    }
}
