namespace Reprise.Text.Sources;

/// <summary>Line ends: LF, CR LF, or CR alone.</summary>
internal static class LineBreaks
{
    /// <summary>Counts line ends in bytes that do not stop between a CR and its LF.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        int breaks = text.Count((byte)'\n');
        int first = text.IndexOf((byte)'\r');
        return first < 0 ? breaks : breaks + text[first..].Count((byte)'\r') - text[first..].Count("\r\n"u8);
    }

    /// <summary>Finds the first line end at or after <paramref name="from"/>.</summary>
    /// <param name="ended">True if nothing follows these bytes; otherwise a CR at their end is not yet a line end.</param>
    /// <returns>The end of the line and the beginning of the next; (-1, -1) if there is no whole line end.</returns>
    public static (int End, int Next) Find(ReadOnlySpan<byte> text, int from, bool ended)
    {
        int end = text[from..].IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
            return (-1, -1);
        end += from;
        if (text[end] == '\n')
            return (end, end + 1);
        if (end + 1 == text.Length)
            return ended ? (end, end + 1) : (-1, -1);
        return (end, text[end + 1] == '\n' ? end + 2 : end + 1);
    }

    /// <summary>The end of the last whole line, after its line end; 0 if there is none.</summary>
    public static int EndOfLines(ReadOnlySpan<byte> text)
    {
        int last = text.LastIndexOfAny((byte)'\n', (byte)'\r');
        if (last >= 0 && last == text.Length - 1 && text[last] == '\r') // an LF may follow
            last = text[..last].LastIndexOfAny((byte)'\n', (byte)'\r');
        return last + 1;
    }

    /// <summary>The end of the last whole paragraph, after its empty line; 0 if there is none.</summary>
    public static int EndOfParagraphs(ReadOnlySpan<byte> text)
    {
        int end = Math.Max(End(text.LastIndexOf("\n\n"u8), 2), End(text.LastIndexOf("\n\r\n"u8), 3));
        int old = text.LastIndexOf("\r\r"u8);
        while (old >= 0 && (old + 2 >= text.Length || text[old + 2] == '\n')) // CR CR LF is one line end, badly written
            old = text[..(old + 1)].LastIndexOf("\r\r"u8);
        return Math.Max(end, End(old, 2));

        static int End(int at, int length) => at < 0 ? 0 : at + length;
    }

    /// <summary>Replaces each CR that stands alone by LF; one before an LF counts as white space.</summary>
    public static void Unify(Span<char> text)
    {
        for (int at; (at = text.IndexOf('\r')) >= 0;)
        {
            int end = at + 1;
            while (end < text.Length && text[end] == '\r')
                end++;
            if (end == text.Length || text[end] != '\n')
                text[at..end].Fill('\n');
            text = text[end..];
        }
    }
}
