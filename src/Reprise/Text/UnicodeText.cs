using System.Text;

namespace Reprise.Text;

/// <summary>
/// The common form of all spellings of a text in any script: canonically composed, without invisible characters, and in lower case if
/// asked. Applied to its own result, or to a word that <see cref="Tokenizer"/> finds in it, it changes nothing.
/// </summary>
internal sealed class UnicodeText
{
    private const int Dotted = 0x130, DotAbove = 0x307, Above = 230, Sigma = 0x3A3, SmallSigma = 0x3C3, FinalSigma = 0x3C2;

    private int[] _points = new int[256]; // code points of the text
    private int[] _parts = new int[256];  // code points of their decomposition
    private long[] _order = [];
    private int _count; // of _parts

    /// <summary>Characters that need this class; text without them already has its form, except for capitals.</summary>
    public static bool Concerns(char c) => c < '\u0300' ? c is '\u00AD' or '\u0130' : !IsSimple(c);

    /// <summary>True for punctuation and for letters of common scripts without marks or a sigma, which need no normalization.</summary>
    private static bool IsSimple(char c) =>
        c is (>= '\u2010' and <= '\u2027') or (>= '\u0400' and <= '\u0481') or (>= '\u048A' and <= '\u052F')
        or (>= '\u1EA0' and <= '\u1EF9') or (>= '\u3000' and <= '\u3029') or (>= '\u3041' and <= '\u3096') or (>= '\u30A1' and <= '\u30FF')
        or (>= '\u4E00' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3');

    /// <param name="text">Text, which may be changed in place.</param>
    /// <param name="destination">At least three times as long; may be the text's own memory.</param>
    /// <returns>The number of characters written.</returns>
    public int Apply(ReadOnlySpan<char> text, Span<char> destination, bool lowerCase)
    {
        int count = Decode(text);
        bool unsettled = KeepVisible(ref count, lowerCase);
        if (!unsettled)
            return Encode(_points.AsSpan(0, count), destination);
        _count = 0;
        foreach (int point in _points.AsSpan(0, count))
            AddParts(point);
        Order(_parts.AsSpan(0, _count));
        if (lowerCase)
            RemoveDots();
        Compose();
        return Encode(_parts.AsSpan(0, _count), destination);
    }

    /// <summary>Replaces unpaired surrogates by U+FFFD, as writing to a file would.</summary>
    private int Decode(ReadOnlySpan<char> text)
    {
        if (_points.Length < text.Length)
            _points = new int[2 * text.Length];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            _points[count++] = pair ? char.ConvertToUtf32(text[i], text[++i]) : char.IsSurrogate(text[i]) ? 0xFFFD : text[i];
        }

        return count;
    }

    /// <summary>Removes invisible characters and makes letters lower case.</summary>
    /// <returns>True if the result may have another canonical form.</returns>
    private bool KeepVisible(ref int count, bool lowerCase)
    {
        Span<int> points = _points.AsSpan(0, count);
        bool unsettled = false, afterLetter = false; // a letter, and marks that it has
        int kept = 0, before = 0, sign = 0;
        for (int i = 0; i < count; i++)
        {
            int point = points[i];
            if (point >= 0x300 || point == 0xAD)
            {
                if (Invisible.IsSpace(point))
                    point = ' ';
                else if (Invisible.MayGo(point) && !Invisible.Belongs(point, before, sign, i + 1 < count ? points[i + 1] : 0))
                    continue;
            }

            bool follows = point >= 0x300 && Characters.Follows(point);
            if (!follows)
                sign = point;
            if (lowerCase)
                point = point == Sigma ? SigmaOf(afterLetter, points[(i + 1)..]) : ToLower(point);
            if (!follows)
                afterLetter = Characters.IsLetter(point);
            unsettled |= CanonicalForm.IsUnsettled(point);
            points[kept++] = before = point;
        }

        count = kept;
        return unsettled;
    }

    private static int SigmaOf(bool afterLetter, ReadOnlySpan<int> after)
    {
        while (after.Length > 0 && (Characters.Follows(after[0]) || Invisible.MayGo(after[0])))
            after = after[1..];
        return afterLetter && (after.Length == 0 || !Characters.IsLetter(after[0])) ? FinalSigma : SmallSigma;
    }

    private static int ToLower(int point) => point switch
    {
        Dotted => 'i', // without the dot above that a letter may have
        < 0x10000 => char.ToLowerInvariant((char)point),
        _ => Rune.ToLowerInvariant(new Rune(point)).Value,
    };

    private void AddParts(int point)
    {
        if (CanonicalForm.TryGetParts(point, out (int First, int Second) parts))
        {
            AddParts(parts.First);
            if (parts.Second != 0)
                AddParts(parts.Second);
            return;
        }

        if (_count == _parts.Length)
            Array.Resize(ref _parts, 2 * _count);
        _parts[_count++] = point;
    }

    /// <summary>Sorts adjacent marks by their combining classes.</summary>
    private void Order(Span<int> parts)
    {
        for (int start = 0, end; start < parts.Length; start = end)
        {
            bool sorted = true;
            int before = 0;
            for (end = start; end < parts.Length && CanonicalForm.ClassOf(parts[end]) is var next and > 0; end++)
            {
                sorted &= before <= next;
                before = next;
            }

            if (!sorted)
                Sort(parts[start..end]);
            end = Math.Max(end, start + 1);
        }
    }

    private void Sort(Span<int> marks)
    {
        if (_order.Length < marks.Length)
            _order = new long[2 * marks.Length];
        Span<long> order = _order.AsSpan(0, marks.Length);
        for (int i = 0; i < marks.Length; i++)
            order[i] = ((long)CanonicalForm.ClassOf(marks[i]) << 32) | (uint)i; // a stable order within a class
        order.Sort(marks);
    }

    /// <summary>Removes dots above a small i, among its other marks, so that İ has one lower-case form.</summary>
    private void RemoveDots()
    {
        int kept = 0;
        bool dotted = false;
        foreach (int part in _parts.AsSpan(0, _count))
        {
            if (part == DotAbove && dotted)
                continue;
            if (CanonicalForm.ClassOf(part) is 0 or Above)
                dotted = part == 'i';
            _parts[kept++] = part;
        }

        _count = kept;
    }

    private void Compose()
    {
        int kept = 0, start = -1, before = -1; // start: index of the last starter; before: class of the mark kept last after it
        foreach (int part in _parts.AsSpan(0, _count))
        {
            int next = CanonicalForm.ClassOf(part);
            if (start >= 0 && before < next && CanonicalForm.Compose(_parts[start], part) is var whole and > 0)
            {
                _parts[start] = whole;
                continue;
            }

            if (next == 0)
                (start, before) = (kept, -1);
            else
                before = next;
            _parts[kept++] = part;
        }

        _count = kept;
    }

    private static int Encode(ReadOnlySpan<int> points, Span<char> destination)
    {
        int length = 0;
        foreach (int point in points)
        {
            if (point < 0x10000)
                destination[length++] = (char)point;
            else
                length += new Rune(point).EncodeToUtf16(destination[length..]);
        }

        return length;
    }
}
