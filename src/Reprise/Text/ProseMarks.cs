using System.Buffers;

namespace Reprise.Text;

/// <summary>Removes underscores of _emphasis_ and marks of footnotes from prose.</summary>
/// <remarks>
/// An underscore is removed where another one closes its span in the same paragraph; <c>snake_case</c>, <c>__init__</c>, blanks to be
/// filled in and a single <c>_name</c> stay. A mark such as <c>[3]</c>, <c>[a]</c> or <c>[citation needed]</c> is removed next to a
/// word, a sign or another mark, and after the end of a sentence; <c>as in [3]</c> and <c>[sic]</c> stay. Superscript digits are removed
/// after a sign. Owns its memory; not thread-safe.
/// </remarks>
internal sealed class ProseMarks
{
    private const int LongestNote = 12;
    private const int LongestRequest = 32; // "[citation needed]"

    private static readonly SearchValues<char> s_marks = SearchValues.Create("_[¹²³⁰⁴⁵⁶⁷⁸⁹");

    private static readonly SearchValues<char> s_beforeRaised = SearchValues.Create(".!?,;:\"”»“’')");

    private char[] _plain = [];

    /// <summary>The text without marks: the same memory if it has none, else memory that is valid until the next call.</summary>
    public ReadOnlySpan<char> Remove(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAny(s_marks);
        if (at < 0)
            return text;
        if (_plain.Length < text.Length)
            _plain = new char[text.Length];
        int length = 0, copied = 0, closing = -1; // closing: index of the underscore that closes the open span
        while (at < text.Length)
        {
            int skipped = text[at] switch
            {
                '_' => at == closing || (at > closing && (closing = ClosingOf(text, at)) > 0) ? 1 : 0,
                '[' => LengthOfNotes(text, at, afterNote: at == copied),
                _ => LengthOfRaised(text, at),
            };
            if (skipped > 0)
            {
                int end = text[at] == '_' ? at : EndBeforeNote(text, copied, at);
                text[copied..end].CopyTo(_plain.AsSpan(length));
                length += end - copied;
                copied = at + skipped;
            }

            at += Math.Max(1, skipped);
            int step = text[at..].IndexOfAny(s_marks);
            at = step < 0 ? text.Length : at + step;
        }

        text[copied..].CopyTo(_plain.AsSpan(length));
        return _plain.AsSpan(0, length + text.Length - copied);
    }

    /// <summary>The index of the underscore that closes the span opened at a place; -1 if it opens none.</summary>
    private static int ClosingOf(ReadOnlySpan<char> text, int open)
    {
        if (!Opens(text, open))
            return -1;
        for (int i = open + 1; i < text.Length;)
        {
            int step = text[i..].IndexOfAny('_', '\n');
            if (step < 0)
                return -1;
            i += step;
            if (text[i] == '\n')
            {
                int line = i + 1;
                while (line < text.Length && text[line] is ' ' or '\t' or '\r')
                    line++;
                if (line >= text.Length || text[line] == '\n')
                    return -1;
            }
            else if (Closes(text, i))
            {
                return i;
            }
            else if (Opens(text, i))
            {
                return -1;
            }

            i++;
        }

        return -1;
    }

    private static bool Opens(ReadOnlySpan<char> text, int i)
    {
        char before = i > 0 ? text[i - 1] : ' ', after = i + 1 < text.Length ? text[i + 1] : ' ';
        return !Characters.IsWord(before) && before is not ('/' or '\\' or '.' or '@' or '&' or '=')
            && after != '_' && !Characters.IsSpace(after);
    }

    private static bool Closes(ReadOnlySpan<char> text, int i)
    {
        char before = text[i - 1], after = i + 1 < text.Length ? text[i + 1] : ' ';
        return before != '_' && !Characters.IsSpace(before) && !Characters.IsWord(after) && after is not ('(' or '/');
    }

    /// <summary>Characters of the mark that begins here, with the dash or comma that joins it to another: "[12]–[15]".</summary>
    private static int LengthOfNotes(ReadOnlySpan<char> text, int at, bool afterNote)
    {
        int length = LengthOfNote(text, at, afterNote);
        int end = at + length;
        bool joins = length > 0 && end + 1 < text.Length && text[end] is '–' or '-' or '—' or ',' && text[end + 1] == '['
            && LengthOfNote(text, end + 1, afterNote: false) > 0;
        return joins ? length + 1 : length;
    }

    /// <summary>Characters of the footnote mark that begins here; 0 if there is none.</summary>
    private static int LengthOfNote(ReadOnlySpan<char> text, int at, bool afterNote)
    {
        ReadOnlySpan<char> rest = text[at..Math.Min(text.Length, at + LongestRequest)];
        int end = rest.IndexOf(']');
        if (end < 2 || at == 0 || !((end < LongestNote && IsNote(rest[1..end])) || IsRequest(rest[1..end])))
            return 0;
        char before = text[at - 1], after = at + end + 1 < text.Length ? text[at + end + 1] : ' ';
        bool isFixed = (before != ']' || afterNote) && !Characters.IsSpace(before)
            && before is not ('(' or '[' or '{' or '=' or '“' or '«');
        bool isIndex = after is '=' or '(' || Characters.IsWord(after)
            || (char.IsAsciiLetterLower(before) && at >= 2 && !Characters.IsWord(text[at - 2]));
        if (isFixed && !isIndex)
            return end + 1;
        ReadOnlySpan<char> gap = text[..at].TrimEnd();
        bool afterSentence = gap.Length < at && gap.Length > 0 && gap[^1] is '.' or '!' or '?' or '"' or '”' or ']'
            && !text[gap.Length..at].Contains('\n');
        ReadOnlySpan<char> next = text[Math.Min(text.Length, at + end + 1)..].TrimStart();
        return afterSentence && Characters.IsSpace(after) && !(next.Length > 0 && char.IsLower(next[0])) ? end + 1 : 0;
    }

    /// <summary>True for an editor's request: "citation needed", "by whom?".</summary>
    private static bool IsRequest(ReadOnlySpan<char> mark) =>
        mark.EndsWith(" needed", StringComparison.OrdinalIgnoreCase)
        || (mark[^1] == '?' && (mark.EndsWith("who?") || mark.EndsWith("whom?") || mark.EndsWith("when?") || mark.EndsWith("which?")));

    /// <summary>True for one to three digits (not 0, an index), several such, a small letter, "note 3" or an asterisk.</summary>
    private static bool IsNote(ReadOnlySpan<char> mark)
    {
        if (mark.Length == 1)
            return mark[0] is >= '1' and <= '9' || char.IsAsciiLetterLower(mark[0]) || mark[0] is '*' or '†' or '‡';
        if (mark.StartsWith("note ", StringComparison.OrdinalIgnoreCase))
            mark = mark[5..];
        else if (mark.StartsWith("nb ", StringComparison.OrdinalIgnoreCase))
            mark = mark[3..];
        if (mark.StartsWith('0'))
            return false;
        int digits = 0;
        foreach (char c in mark)
        {
            if (!char.IsAsciiDigit(c) && (digits == 0 || c is not (',' or '-' or '–' or ' ')))
                return false;
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits > 3)
                return false;
        }

        return digits > 0;
    }

    /// <summary>True for superscript digits of a footnote, which follow a sign; after a letter or digit they may be a power.</summary>
    private static int LengthOfRaised(ReadOnlySpan<char> text, int at)
    {
        if (at == 0 || !s_beforeRaised.Contains(text[at - 1]))
            return 0;
        int end = at + 1;
        while (end < text.Length && text[end] is '¹' or '²' or '³' or '⁰' or (>= '⁴' and <= '⁹'))
            end++;
        return end == text.Length || !Characters.IsWord(text[end]) ? end - at : 0;
    }

    /// <summary>The end of the text before a note, without the space before it.</summary>
    private static int EndBeforeNote(ReadOnlySpan<char> text, int from, int at)
    {
        while (at > from && Characters.IsSpace(text[at - 1]))
            at--;
        return at;
    }
}
