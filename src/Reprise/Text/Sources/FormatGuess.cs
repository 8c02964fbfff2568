using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Reprise.Text.Sources;

/// <summary>
/// Distinguishes prose from lines by the beginning of a text. Prose has empty lines between its paragraphs, or full lines that end within
/// a sentence, or most of its characters in lines of several sentences. Objects in braces are JSON. Anything else is one sentence a line.
/// </summary>
/// <remarks>
/// The thresholds come from 131 novels (unchanged, without empty lines, and wrapped at 65 and 72 columns) and from lines in English,
/// French and German, by the measures of this class. Sentence ends within a line: novels 0.45 to 4.6, lines at most 0.03. Wrapped text:
/// at least 45 % of breaks before a continuation, 66 % after a full line, and 0.11 to 0.7 sentence ends within a line; lines in lower
/// case have 35 % full ones and at most 0.03 sentence ends within a line.
/// </remarks>
internal sealed class FormatGuess
{
    private const int SampleBytes = 1 << 15;
    private const string Closing = "\"'”’»)]*_）」』", Opening = "\"'“‘«([-—*_";
    private const int LongLine = 2000, Narrow = 30; // characters: longer than a sentence; narrower than wrapped text
    private const int Several = 2;                  // sentence ends within a line that make it a paragraph
    private const double ManyGaps = 0.2, SomeGaps = 0.05, FewBreaks = 0.25, Continued = 0.3;
    private const double FullShare = 0.6, Full = 0.7, Widest = 0.9, MostText = 0.6;
    private const double SomeInner = 0.05, SomeEnds = 0.15, ManyInner = 0.4, MostEnds = 0.5;

    private static readonly SearchValues<char> s_ends = SearchValues.Create(".!?…。！？؟।۔");

    private int _lines;
    private int _gaps;      // one or more empty lines between others
    private int _breaks;    // line breaks without a gap
    private int _continued; // of these, apparently within a sentence
    private int _full;      // of these, after a line nearly as long as the widest
    private int _ends;      // lines that end a sentence
    private int _inner;     // ends of sentences within lines
    private int _width;     // of all but the longest lines, in characters
    private long _characters;
    private long _paragraphs; // of these, in lines of several sentences
    private int _objects;     // lines in braces that begin with a name in quotes
    private bool _endless;    // a line longer than the bytes that are read

    // Fully optimised at once: hundreds of files are read before the runtime would do so.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private FormatGuess(ReadOnlySpan<char> text, bool isWhole)
    {
        List<Range> lines = LinesOf(text);
        _endless = !isWhole && lines.Count == 1;
        if (!isWhole && lines.Count > 1 && lines[^1].End.Value - lines[^1].Start.Value < LongLine)
            lines.RemoveAt(lines.Count - 1); // it may be cut
        int[] lengths = new int[lines.Count];
        foreach (Range line in lines)
        {
            if (line.End.Value > line.Start.Value)
                lengths[_lines++] = line.End.Value - line.Start.Value;
        }

        Array.Sort(lengths, 0, _lines);
        _width = _lines == 0 ? 0 : lengths[Math.Min(_lines - 1, (int)(Widest * _lines))];
        double full = Full * _width;
        ReadOnlySpan<char> before = default;
        bool gap = false;
        foreach (Range range in lines)
        {
            ReadOnlySpan<char> line = text[range];
            if (line.IsEmpty)
            {
                gap = true;
                continue;
            }

            if (!before.IsEmpty)
                TakeBreak(before, line, gap, full);
            int inner = EndsWithin(line);
            _ends += EndsSentence(line) ? 1 : 0;
            _inner += inner;
            _characters += line.Length;
            _paragraphs += inner >= Several ? line.Length : 0;
            _objects += line is ['{', .., '}'] && line[1..].TrimStart() is ['"', ..] ? 1 : 0;
            before = line;
            gap = false;
        }
    }

    /// <exception cref="InputException">The file cannot be read, or is UTF-16.</exception>
    public static TextFormat Of(InputFile file)
    {
        using TextStream stream = TextStream.Open(file, warn: null);
        byte[] head = ArrayPool<byte>.Shared.Rent(SampleBytes);
        char[] text = ArrayPool<char>.Shared.Rent(SampleBytes);
        try
        {
            ReadOnlySpan<byte> bytes = head.AsSpan(0, stream.Fill(head.AsSpan(0, SampleBytes)));
            bool isWhole = bytes.Length < SampleBytes;
            int length = Encoding.UTF8.GetChars(bytes[TextStream.ByteOrderMark(bytes, file.Name)..], text);
            return Of(text.AsSpan(0, length), isWhole);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
            ArrayPool<char>.Shared.Return(text);
        }
    }

    /// <param name="text">The beginning of a text, with LF for every line end.</param>
    /// <param name="isWhole">True if this is the whole text.</param>
    internal static TextFormat Of(Span<char> text, bool isWhole)
    {
        LineBreaks.Unify(text);
        FormatGuess guess = new(text, isWhole);
        if (guess._objects > 0 && guess._objects == guess._lines)
            return TextFormat.Json;
        return guess.IsProse() ? TextFormat.Prose : TextFormat.Lines;
    }

    private bool IsProse()
    {
        if (_endless || (_paragraphs > MostText * _characters && _characters > 0))
            return true;
        bool isWrapped = _breaks > 0 && _continued >= Continued * _breaks && _full >= FullShare * _breaks;
        if (_gaps >= ManyGaps * _lines && _gaps > 0 && (_breaks <= FewBreaks * _lines || isWrapped))
            return true;
        bool hasSentences = _inner + _ends >= SomeEnds * _lines && (_inner >= SomeInner * _lines || _gaps >= SomeGaps * _lines);
        return (isWrapped && hasSentences)
            || (_inner >= ManyInner * _lines && _ends >= MostEnds * _lines && _lines > 0);
    }

    private void TakeBreak(ReadOnlySpan<char> before, ReadOnlySpan<char> after, bool gap, double full)
    {
        if (gap)
        {
            _gaps++;
            return;
        }

        _breaks++;
        _full += before.Length >= full ? 1 : 0;
        if (EndsSentence(before))
            return;
        // In short lines a letter without case proves nothing.
        _continued += char.IsLower(after[0]) || (_width >= Narrow && IsCaseless(after[0])) ? 1 : 0;
    }

    private static bool EndsSentence(ReadOnlySpan<char> line)
    {
        line = line.TrimEnd(Closing);
        return !line.IsEmpty && s_ends.Contains(line[^1]);
    }

    /// <summary>Counts sentence ends within a line: before white space and anything but a small letter, or as in Chinese.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndsWithin(ReadOnlySpan<char> line)
    {
        int count = 0;
        bool ascii = Ascii.IsValid(line);
        for (int i = 0, step; (step = ascii ? line[i..].IndexOfAny('.', '!', '?') : line[i..].IndexOfAny(s_ends)) >= 0; i++)
        {
            i += step;
            int next = i + 1;
            while (next < line.Length && Closing.Contains(line[next]))
                next++;
            bool isWord = line[i] == '.' && i > 0 && line[i - 1] == ' '; // in tokenised text, where small letters may follow
            bool isWide = line[i] is '。' or '！' or '？';
            if (next == line.Length || !(isWide || char.IsWhiteSpace(line[next])))
                continue;
            while (next < line.Length && (char.IsWhiteSpace(line[next]) || Opening.Contains(line[next])))
                next++;
            bool begins = next < line.Length
                && (char.IsUpper(line[next]) || IsCaseless(line[next]) || (isWord && char.IsLower(line[next])));
            count += begins ? 1 : 0;
            i = next - 1;
        }

        return count;
    }

    private static bool IsCaseless(char c) => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.OtherLetter;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static List<Range> LinesOf(ReadOnlySpan<char> text)
    {
        List<Range> lines = [];
        foreach (Range line in text.Split('\n'))
        {
            (int start, int end) = (line.Start.Value, line.End.Value);
            while (start < end && char.IsWhiteSpace(text[start]))
                start++;
            while (start < end && char.IsWhiteSpace(text[end - 1]))
                end--;
            lines.Add(start..end);
        }

        return lines;
    }
}
