using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Reprise.Text.Languages;

namespace Reprise.Text;

/// <summary>Tells the point of an abbreviation, an initial, an ordinal or a list's number from a full stop.</summary>
internal static class Abbreviations
{
    private const int LongestListNumber = 4; // characters
    private const int ShortestYear = 3;      // digits: an ordinal has fewer
    private const int HardlyBegun = 20;      // characters: "Shortly before 5 a.m." is not a sentence yet

    private static readonly SearchValues<char> s_roman = SearchValues.Create("IVXLCDM");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_afterTime = new[]
    {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        "Eastern", "Central", "Pacific", "Mountain", "Greenwich",
        "EST", "EDT", "ET", "CST", "CDT", "CET", "PST", "PDT", "PT", "GMT", "UTC", "BST",
    }.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_timePhrases =
        new[]
        {
            "At", "By", "From", "Before", "After", "Around", "About", "Until", "Since", "Shortly", "On", "Every", "A",
            "В", "С", "К", "До", "После", "Около",
        }.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True where a sentence ends with a single point.</summary>
    /// <param name="text">From the beginning of the sentence.</param>
    /// <param name="mark">Index of the point.</param>
    /// <param name="close">Index after the closing signs that follow the point.</param>
    /// <param name="rest">The text from the next letter on, which is not a small one.</param>
    /// <param name="asks">True if ¿ or ¡ stands before that letter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool EndsSentence(ReadOnlySpan<char> text, int mark, int close, ReadOnlySpan<char> rest, bool asks, LanguageRules rules)
    {
        ReadOnlySpan<char> word = WordBefore(text[..mark]);
        if (word.IsEmpty)
            return true;
        if (rules.Elides)
            word = word[(word.LastIndexOfAny('\'', '\u2019') + 1)..];
        ReadOnlySpan<char> head = text[..(mark - word.Length)];
        if (word.Length <= LongestListNumber && IsListNumber(word) && (close == mark + 1 || text[close - 1] == ')') && IsBlank(head))
            return false;
        if (rules.Ordinals && char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(rest[0]) && IsMonth(word, head))
            return false;
        if (char.IsAsciiDigit(word[0]) && word.IndexOfAnyExceptInRange('0', '9') < 0)
            return !rules.Ordinals || word.Length >= ShortestYear || PieceBefore(head) is [.., '.'] || Begins(rest, rules); // "S. 3."
        if (word.Length == 1 && rules.IsPair(word[0], rest))
            return false;
        return rules.EndingOf(word, word.Length == 1 ? PieceBefore(head) : default) switch
        {
            Ending.Never => false,
            Ending.BeforeBeginning => asks || Begins(rest, rules),
            Ending.NotBeforeNumber => asks || !StartsWithNumber(rest, rules),
            Ending.AfterNumber => asks || Begins(rest, rules) || (IsNumber(PieceBefore(head)) && !HasBarelyBegun(text, mark)),
            Ending.Time => asks || Begins(rest, rules) || !(s_afterTime.Contains(FirstWord(rest)) || HasBarelyBegun(text, mark)),
            _ => !(rules.Ordinals && IsRoman(word) && word.Length > 1) || Begins(rest, rules),
        };
    }

    /// <summary>True where a sentence so far is only a phrase of time: "At 5 a.m.", "В 1850 г.".</summary>
    private static bool HasBarelyBegun(ReadOnlySpan<char> text, int mark) =>
        mark < HardlyBegun && s_timePhrases.Contains(FirstWord(text));

    /// <summary>True where text begins with a word that often begins a sentence.</summary>
    private static bool Begins(ReadOnlySpan<char> text, LanguageRules rules)
    {
        ReadOnlySpan<char> word = FirstWord(text);
        if (!rules.IsBeginning(word))
            return false;
        char next = word.Length < text.Length ? text[word.Length] : ' ';
        return word.Length > 1 || next != '.'; // "J. A. Smith"
    }

    /// <summary>True where a number is the month between a day and a year: "24. 12. 2020", "24.12. 2020".</summary>
    private static bool IsMonth(ReadOnlySpan<char> word, ReadOnlySpan<char> head)
    {
        int point = word.IndexOf('.');
        ReadOnlySpan<char> month = word[(point + 1)..];
        ReadOnlySpan<char> day = point >= 0 ? word[..point] : PieceBefore(head) is [.. var piece, '.'] ? piece : default;
        return IsShort(day) && IsShort(month);

        static bool IsShort(ReadOnlySpan<char> number) =>
            number.Length is 1 or 2 && number.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && char.IsLetter(text[end]))
            end++;
        return text[..end];
    }

    /// <summary>The letters and digits, and the signs that join them, at the end of a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<char> WordBefore(ReadOnlySpan<char> text)
    {
        int start = text.Length;
        while (start > 0)
        {
            char c = text[start - 1];
            if (char.IsAsciiLetter(c))
            {
                start--;
                continue;
            }

            if (!char.IsLetterOrDigit(c) && c is not ('.' or '°' or 'º' or 'ª') && !IsMark(c) && !Joins(text, start - 1))
                break;
            start--;
        }

        return text[start..];
    }

    /// <summary>True where a sign belongs to the letter before it, as the vowels of Devanagari do.</summary>
    private static bool IsMark(char c) =>
        c >= '\u0300' && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>True where a hyphen or an apostrophe stands within a word: "Tom's" and "T-shirt", but "l'U.R.S.S" are two.</summary>
    private static bool Joins(ReadOnlySpan<char> text, int at) =>
        text[at] is '\'' or '\u2019' or '-' && at > 0 && at + 1 < text.Length && char.IsLetter(text[at - 1])
        && !(text[at] != '-' && char.IsUpper(text[at + 1]));

    /// <summary>The last piece of a text between white space, without opening brackets and quotes.</summary>
    private static ReadOnlySpan<char> PieceBefore(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd();
        int start = text.Length;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]) && !SentenceMarks.IsOpener(text[start - 1]))
            start--;
        return text[start..];
    }

    /// <summary>Digits, a letter or a small Roman number.</summary>
    private static bool IsListNumber(ReadOnlySpan<char> word) =>
        word.Length == 1 ? char.IsAsciiLetterOrDigit(word[0])
        : char.IsAsciiDigit(word[0]) ? word.Length < LongestListNumber && word.IndexOfAnyExceptInRange('0', '9') < 0
        : word[0] is 'I' or 'V' or 'X' && IsRoman(word);

    /// <summary>True where only bullets and brackets stand before the first word of a sentence.</summary>
    private static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c) && c is not ('(' or '[' or '-' or '*' or '–' or '—') && !ListItems.IsBullet(c))
                return false;
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<char> word) => word.Length > 0 && (char.IsAsciiDigit(word[^1]) || IsRoman(word));

    private static bool IsRoman(ReadOnlySpan<char> word) => word.Length > 0 && word.IndexOfAnyExcept(s_roman) < 0;

    /// <summary>True where text begins with digits, a Roman number or a letter alone that is no word: "Vol. II", "Fig. B".</summary>
    private static bool StartsWithNumber(ReadOnlySpan<char> text, LanguageRules rules)
    {
        if (char.IsAsciiDigit(text[0]))
            return true;
        ReadOnlySpan<char> word = FirstWord(text);
        return !rules.IsBeginning(word) && (IsRoman(word) || (word.Length == 1 && char.IsUpper(word[0])));
    }
}
