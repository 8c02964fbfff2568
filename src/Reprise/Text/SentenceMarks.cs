using System.Runtime.CompilerServices;

namespace Reprise.Text;

/// <summary>Signs around the ends and beginnings of sentences.</summary>
internal static class SentenceMarks
{
    private const int LongestSpeech = 1000; // characters

    /// <summary>True for a mark that ends sentences without white space after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUnspaced(ReadOnlySpan<char> text, int mark)
    {
        char c = text[mark];
        if (c < '\u0900')
            return c is '!' or '?' && mark + 1 < text.Length && IsEastern(text[mark + 1]);
        return c is not ('…' or '‼' or '‽' or '⁇' or '⁈' or '⁉');
    }

    /// <summary>True for white space, or a dash, which old prints set right after a full stop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsGap(ReadOnlySpan<char> text, int at) =>
        char.IsWhiteSpace(text[at]) || text[at] is '—' || (text[at] == '-' && at + 1 < text.Length && text[at + 1] == '-');

    /// <summary>The end of the closing signs after a mark: quotes, brackets, and a French » after a space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int EndOfClosers(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            char c = text[at];
            if (c is '"' or '\'' or ')' or ']' || (c >= '\u0080' && IsCloser(c)))
                at++;
            else if (c is ' ' or '\u00A0' or '\u202F' && at + 1 < text.Length && text[at + 1] is '»' or '›' && EndsAt(text, at + 2))
                at += 2;
            else
                break;
        }

        return at;
    }

    /// <summary>The end of the closing signs after a Chinese or Japanese mark; there, “ and « only open.</summary>
    public static int EndOfUnspacedClosers(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            char c = text[at];
            bool closes = c is '"'
                ? text[Math.Max(0, at - LongestSpeech)..at].Count('"') % 2 == 1
                : c is not ('“' or '‘' or '«') && (c is ')' or ']' or '\'' || (c >= '\u0080' && IsCloser(c)));
            if (!closes)
                break;
            at++;
        }

        return at;
    }

    /// <summary>True for a sign that may stand before the first word of a sentence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOpener(char c) => c switch
    {
        '"' or '\'' or '(' or '[' or '-' or '*' or '_' => true,
        < '\u00A0' => false,
        '“' or '”' or '„' or '‟' or '‘' or '’' or '‚' or '«' or '»' or '‹' or '›' or '¿' or '¡' or '–' or '—' or '―' => true,
        '「' or '『' or '（' or '《' or '〈' or '【' => true,
        _ => false,
    };

    private static bool IsCloser(char c) =>
        c is '”' or '’' or '“' or '‘' or '»' or '«' or '›' or '‹' or '」' or '』' or '）' or '】' or '》' or '〉' or '］' or '〕';

    private static bool EndsAt(ReadOnlySpan<char> text, int at) => at == text.Length || !char.IsLetterOrDigit(text[at]);

    /// <summary>True for a character of a script without white space, Chinese or Japanese.</summary>
    public static bool IsEastern(char c) => c is >= '\u3040' and < '\u3100' or >= '\u3400' and < '\uA000' or '「' or '『';
}
