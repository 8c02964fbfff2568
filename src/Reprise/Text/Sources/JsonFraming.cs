using System.Buffers;
using System.Text.Json;

namespace Reprise.Text.Sources;

/// <summary>
/// Finds records that are JSON values: one after another, over any number of lines, or the elements of an array. It checks what stands
/// between the values, not the values.
/// </summary>
internal sealed class JsonFraming : RecordFraming
{
    private static readonly SearchValues<byte> s_endOfWord = SearchValues.Create(" \t\r\n,]}[{\""u8);
    private static readonly SearchValues<byte> s_signs = SearchValues.Create("\"{}[]"u8);

    private State _state = State.Outside;
    private byte _opening; // first byte of the current value
    private int _depth;
    private bool _quoted;

    private enum State
    {
        Outside,
        ArrayBegins,
        AfterElement,
        AfterComma,
    }

    public override int? OpenQuote => null;

    /// <summary>
    /// True if each line holds a value, by the beginning of a file: its first line does, or its first value is unsound and a later line
    /// holds one. Thus a broken line among others costs only itself.
    /// </summary>
    /// <param name="text">The beginning of the file, from its first value on.</param>
    public static bool IsLines(ReadOnlySpan<byte> text, bool ended)
    {
        (int end, int next) = LineBreaks.Find(text, 0, ended);
        if (IsValue(end < 0 ? text : text[..end]))
            return true;
        if (new JsonFraming().TryTake(text, ended: false, out Piece first) && IsSound(text[first.Record]))
        {
            ReadOnlySpan<byte> rest = text[first.Length..].TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty || rest[0] is (byte)'{' or (byte)'"' or (byte)'[')
                return false;
        }

        while (end >= 0)
        {
            text = text[next..];
            (end, next) = LineBreaks.Find(text, 0, ended);
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            if (line.StartsWith("{"u8) && IsValue(line))
                return true;
        }

        return false;
    }

    private static bool IsValue(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t"u8);
        return !line.IsEmpty && line[0] is (byte)'{' or (byte)'"'
            && new JsonFraming().TryTake(line, ended: false, out Piece piece) && piece.Length == line.Length;
    }

    private static bool IsSound(ReadOnlySpan<byte> value)
    {
        try
        {
            Utf8JsonReader json = new(value);
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public override bool TryTake(ReadOnlySpan<byte> text, bool ended, out Piece piece)
    {
        if (Seen > 0)
            return TakeValue(text, ended, out piece);
        piece = default;
        int start = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            // an LF may follow a CR at the end
            int length = text.EndsWith("\r"u8) && !ended ? text.Length - 1 : text.Length;
            if (ended && _state != State.Outside)
            {
                string expected = _state == State.AfterElement ? "a comma or ]" : "an element";
                piece = new Piece(..0, length, $"the file ends within the array; expected {expected}; is the file cut off?", length);
            }
            else
            {
                piece = new Piece(..0, length);
            }

            _state = ended ? State.Outside : _state;
            return length > 0 || piece.Problem is not null;
        }

        if (start > 0)
        {
            piece = new Piece(..0, start); // white space, so that the next piece begins with something else
            return true;
        }

        return TakeSign(text[0], out piece) || TakeValue(text, ended, out piece);
    }

    /// <summary>Reads one of the signs of the array that holds the records.</summary>
    private bool TakeSign(byte sign, out Piece piece)
    {
        (State Next, string? Problem)? step = (_state, (char)sign) switch
        {
            (State.Outside, '[') => (State.ArrayBegins, null),
            (State.ArrayBegins, ']') or (State.AfterElement, ']') => (State.Outside, null),
            (State.AfterComma, ']') => (State.Outside, "the array ends after a comma; expected one more element, or no comma"),
            (State.AfterElement, ',') => (State.AfterComma, null),
            (State.ArrayBegins or State.AfterComma, ',') => (State.AfterComma, "a comma without an element before it"),
            _ => null,
        };
        piece = step is { } taken ? new Piece(..0, 1, taken.Problem) : default;
        _state = step?.Next ?? _state;
        return step is not null;
    }

    private bool TakeValue(ReadOnlySpan<byte> text, bool ended, out Piece piece)
    {
        int length = EndOfValue(text, ended);
        if (length < 0 && !ended)
        {
            piece = default;
            return false;
        }

        piece = length < 0
            ? new Piece(..0, text.Length, $"the {Name(_opening)} that begins here is not closed before the file ends; is the file cut off?")
            : _state == State.AfterElement
            ? new Piece(..0, length, "expected a comma or the array's end before the next element")
            : new Piece(..length, length);
        _state = length < 0 || _state == State.Outside ? State.Outside : State.AfterElement;
        (Seen, _depth, _quoted) = (0, 0, false);
        return true;
    }

    private static string Name(byte opening) => opening == '{' ? "object" : opening == '[' ? "array" : "text";

    /// <summary>The end of the value that the text begins with; -1 if it does not end here.</summary>
    private int EndOfValue(ReadOnlySpan<byte> text, bool ended)
    {
        if (Seen == 0)
        {
            _opening = text[0];
            Seen = _opening is (byte)'{' or (byte)'[' or (byte)'"' ? 0 : 1;
        }

        if (_opening is not ((byte)'{' or (byte)'[' or (byte)'"'))
        {
            int end = text[Seen..].IndexOfAny(s_endOfWord);
            Seen = end < 0 ? text.Length : Seen + end;
            return end >= 0 || ended ? Seen : -1;
        }

        while (Seen < text.Length)
        {
            int found = _quoted ? text[Seen..].IndexOfAny((byte)'"', (byte)'\\') : text[Seen..].IndexOfAny(s_signs);
            if (found < 0)
            {
                Seen = text.Length;
                return -1;
            }

            int at = Seen + found;
            if (text[at] == '\\')
            {
                Seen = at;
                if (at + 2 > text.Length)
                    return -1;
                Seen = at + 2;
                continue;
            }

            Seen = at + 1;
            if (text[at] == '"')
                _quoted = !_quoted;
            else
                _depth += text[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            if (_depth == 0 && !_quoted)
                return Seen;
        }

        return -1;
    }
}
