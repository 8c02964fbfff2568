using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace Reprise.Text;

/// <summary>Finds the sentences of prose.</summary>
/// <remarks>
/// A sentence ends with its paragraph (an empty line) or with . ! ? and what closes after it, before white space and a
/// beginning. It goes on after an abbreviation or an initial, before a small letter, and after speech before the one who
/// speaks: <c>"Why?" he said.</c> and <c>"Why?" Tom asked.</c> are one sentence each. Speech of several sentences is
/// parted where its sentences end.
/// </remarks>
public static class SentenceSplitter
{
    private static readonly SearchValues<char> s_marks = SearchValues.Create(".!?…\n");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_speech = new[]
    {
        "said", "asked", "cried", "replied", "answered", "exclaimed", "returned", "demanded", "inquired", "enquired", "murmured",
        "whispered", "muttered", "shouted", "called", "repeated", "observed", "remarked", "continued", "added", "began", "screamed",
        "gasped", "sighed", "laughed", "ejaculated", "interrupted", "responded", "retorted", "interposed", "persisted", "suggested",
        "thought", "growled", "echoed", "queried", "protested", "snapped", "groaned", "roared", "say", "says",
    }.ToFrozenSet().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The sentences of a text, without the white space around them.</summary>
    public static List<string> Split(ReadOnlySpan<char> text)
    {
        List<string> sentences = [];
        while (TryTake(ref text, out ReadOnlySpan<char> sentence))
            sentences.Add(sentence.ToString());
        return sentences;
    }

    /// <summary>Takes the first sentence off a text. Line breaks within it stay as they are.</summary>
    /// <returns>False when only white space is left.</returns>
    public static bool TryTake(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> sentence)
    {
        text = text.TrimStart();
        int end = EndOfSentence(text);
        sentence = text[..end].TrimEnd();
        text = text[end..];
        return sentence.Length > 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndOfSentence(ReadOnlySpan<char> text)
    {
        int i = 0;
        while (true)
        {
            int step = text[i..].IndexOfAny(s_marks);
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
            while (i < text.Length && text[i] is '.' or '!' or '?' or '…')
                i++;
            int close = i;
            while (close < text.Length && text[close] is '"' or '\'' or ')' or ']' or '\u201D' or '\u2019')
                close++;
            if (close == text.Length)
                return close;
            if (char.IsWhiteSpace(text[close]) && Ends(text, mark, i, close))
                return close;
        }
    }

    /// <summary>Whether a sentence ends with the marks [mark, markEnd), closed until close, before white space.</summary>
    private static bool Ends(ReadOnlySpan<char> text, int mark, int markEnd, int close)
    {
        ReadOnlySpan<char> marks = text[mark..markEnd];
        ReadOnlySpan<char> rest = text[close..];
        int next = 0;
        for (int breaks = 0; next < rest.Length; next++)
        {
            if (rest[next] == '\n' && ++breaks == 2)
                return true;
            if (!char.IsWhiteSpace(rest[next]) && rest[next] is not ('"' or '\'' or '(' or '[' or '-' or '\u201C' or '\u2018' or '\u2014'))
                break;
        }

        if (next == rest.Length)
            return true;
        rest = rest[next..];
        if (char.IsLower(rest[0]))
            return false;
        bool ellipsis = marks is "…" || (marks.Length > 1 && !marks.ContainsAnyExcept('.'));
        if (ellipsis && rest[0] == 'I' && (rest.Length == 1 || !char.IsLetter(rest[1])))
            return false; // "I… I do not know."
        if (marks is ".")
        {
            ReadOnlySpan<char> word = WordBefore(text[..mark]);
            return !Abbreviations.NeverEndsSentence(word) && !(char.IsAsciiDigit(rest[0]) && word is "No" or "no" or "pp" or "p");
        }

        bool speech = close > markEnd && !ellipsis;
        return !(speech && NamesSpeaker(rest));
    }

    private static ReadOnlySpan<char> WordBefore(ReadOnlySpan<char> text)
    {
        int start = text.Length;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '.'))
            start--;
        return text[start..];
    }

    /// <summary>Whether these are one to three names and then a verb of speech, as in "Mr. Tom Brown asked".</summary>
    private static bool NamesSpeaker(ReadOnlySpan<char> text)
    {
        for (int names = 0; names <= 3; names++)
        {
            int end = 0;
            while (end < text.Length && (char.IsLetter(text[end]) || text[end] == '-'))
                end++;
            ReadOnlySpan<char> word = text[..end];
            if (names > 0 && s_speech.Contains(word))
                return true;
            if (end == 0 || !char.IsUpper(word[0]))
                return false;
            if (end < text.Length && text[end] == '.' && Abbreviations.NeverEndsSentence(word))
                end++;
            if (end == text.Length || text[end] is not (' ' or '\n' or '\r'))
                return false;
            text = text[end..].TrimStart();
        }

        return false;
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
