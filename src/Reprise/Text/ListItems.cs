namespace Reprise.Text;

/// <summary>Splits a list whose items are on one line: "1) Bring tea 2) Bring cups", "• tea • cups".</summary>
internal static class ListItems
{
    private const int MostDigits = 3;

    /// <summary>True for a sign that only ever begins an item of a list.</summary>
    public static bool IsBullet(char c) => c is '•' or '⁃' or '‣' or '▪' or '●' or '◦';

    /// <summary>True for a character with which an item's mark may begin.</summary>
    public static bool MayBegin(char c) => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c) || (c > '\u00FF' && IsBullet(c));

    /// <summary>The end of the first item of a text that may begin with an item's mark; <paramref name="end"/> if it is alone.</summary>
    /// <param name="text">From the beginning of the sentence.</param>
    /// <param name="end">End of the sentence.</param>
    public static int EndOfItem(ReadOnlySpan<char> text, int end)
    {
        if (IsBullet(text[0]))
        {
            int bullet = text[1..end].IndexOf(text[0]);
            return bullet >= 0 && char.IsWhiteSpace(text[bullet]) ? bullet + 1 : end;
        }

        int length = 0;
        while (length < Math.Min(text.Length, MostDigits) && char.IsAsciiDigit(text[length]))
            length++;
        Span<char> mark = stackalloc char[MostDigits + 3];
        int written = 1;
        if (length == 0)
            mark[0] = (char)(text[length++] + 1);
        else if (!(int.Parse(text[..length]) + 1).TryFormat(mark, out written))
            return end;
        int signs = length;
        while (signs < text.Length && text[signs] is '.' or ')')
        {
            if (signs - length == 2)
                return end;
            mark[written++] = text[signs++];
        }

        if (signs == length || signs == text.Length || !char.IsWhiteSpace(text[signs]))
            return end;
        for (int at = signs; ;)
        {
            int step = text[at..end].IndexOf(mark[..written]);
            if (step < 0)
                return end;
            at += step;
            if (char.IsWhiteSpace(text[at - 1]) && BeginsItem(text[(at + written)..], isPoint: mark[written - 1] == '.'))
                return at;
            at += written;
        }
    }

    private static bool BeginsItem(ReadOnlySpan<char> text, bool isPoint)
    {
        ReadOnlySpan<char> item = text.TrimStart();
        return item.Length > 0 && item.Length < text.Length && (!isPoint || char.IsUpper(item[0]));
    }
}
