namespace Reprise.Text;

/// <summary>
/// One spelling for all variants of a text: typographic signs become those of a typewriter, curly quotes straight ones for example,
/// and characters of all scripts take the form of <see cref="UnicodeText"/>.
/// </summary>
internal static class Normalization
{
    /// <summary>One character becomes at most this many.</summary>
    public const int MostGrowth = 3;

    /// <summary>Copies text in its normal spelling.</summary>
    /// <param name="plain">True if typographic signs become plain ones.</param>
    /// <param name="lowerCase">True if letters become lower case.</param>
    /// <param name="unicode">Normalizes text that is not simple.</param>
    /// <param name="simple">True if no character's form depends on its neighbours.</param>
    /// <returns>The number of characters written.</returns>
    public static int Apply(
        ReadOnlySpan<char> text, Span<char> destination, bool plain, bool lowerCase, UnicodeText unicode, out bool simple)
    {
        simple = true;
        int length = plain ? MakePlain(text, destination, ref simple) : Copy(text, destination, ref simple);
        if (!simple)
            return unicode.Apply(destination[..length], destination, lowerCase);
        if (lowerCase)
        {
            foreach (ref char c in destination[..length])
                c = char.ToLowerInvariant(c);
        }

        return length;
    }

    private static int Copy(ReadOnlySpan<char> text, Span<char> copy, ref bool simple)
    {
        text.CopyTo(copy);
        foreach (char c in text)
            simple &= !UnicodeText.Concerns(c);
        return text.Length;
    }

    private static int MakePlain(ReadOnlySpan<char> text, Span<char> plain, ref bool simple)
    {
        int length = 0;
        foreach (char c in text)
        {
            switch (c)
            {
                case < '\u0080':
                    plain[length++] = c;
                    break;
                case '\u2018' or '\u2019' or '\u201A' or '\u201B' or '\u02BC' or '\u2032': // single quotes, apostrophe, prime
                    plain[length++] = '\'';
                    break;
                case '\u201C' or '\u201D' or '\u201E' or '\u201F' or '\u2033': // double quotes
                    plain[length++] = '"';
                    break;
                case '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2212': // hyphens, en dash, minus
                    plain[length++] = '-';
                    break;
                case '\u2014' or '\u2015' or '\u2E3A': // em dash, bar
                    plain[length++] = '-';
                    plain[length++] = '-';
                    break;
                case '\u2026': // ellipsis
                    plain[length++] = '.';
                    plain[length++] = '.';
                    plain[length++] = '.';
                    break;
                default:
                    simple &= !UnicodeText.Concerns(c);
                    plain[length++] = c;
                    break;
            }
        }

        return length;
    }
}
