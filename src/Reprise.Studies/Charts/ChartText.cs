namespace Reprise.Studies.Charts;

/// <summary>Estimates the width of text without a font, by a common sans-serif; rather too wide than too narrow.</summary>
internal static class ChartText
{
    private const string Narrow = "ijltfrI.,:;'|!()[]/- ";
    private const string Wide = "mwMW%@—…";

    /// <summary>Pixels of <paramref name="text"/> at <paramref name="size"/> pixels to the em.</summary>
    public static double Width(string text, double size)
    {
        double ems = 0;
        foreach (char c in text)
        {
            ems += Narrow.Contains(c, StringComparison.Ordinal) ? 0.36
                : Wide.Contains(c, StringComparison.Ordinal) ? 0.9
                : char.IsAsciiLetterUpper(c) ? 0.7
                : char.IsAscii(c) || c is '−' or '·' or '±' ? 0.58
                : c < 0x2000 ? 0.65 : 1;
        }

        return ems * size;
    }

    /// <summary>Lines of at most <paramref name="width"/> pixels, broken between words; a longer word has a line of its own.</summary>
    public static List<string> Wrap(string text, double size, double width)
    {
        List<string> lines = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Width($"{lines[^1]} {word}", size) <= width)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }

        return lines;
    }
}
