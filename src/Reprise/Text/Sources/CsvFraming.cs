namespace Reprise.Text.Sources;

/// <summary>Finds records by RFC 4180, which end with a line end outside of quotes.</summary>
internal sealed class CsvFraming(byte delimiter) : RecordFraming
{
    private const string Advice = "; a quote that belongs to the text is doubled, and its field in quotes";
    private const string OpenEnd = $"the field begins with a quote that is not closed before the file ends{Advice}";

    private bool _quoted;
    private int _quote; // index at which the last quoted field begins
    private int _excess = -1; // index of text after its closing quote

    public override int? OpenQuote => _quoted ? _quote : null;

    public override bool TryTake(ReadOnlySpan<byte> text, bool ended, out Piece piece)
    {
        piece = default;
        int from = Seen;
        while (_excess < 0)
        {
            int found = _quoted ? text[Seen..].IndexOf((byte)'"') : text[Seen..].IndexOfAny((byte)'"', (byte)'\n', (byte)'\r');
            from = found < 0 ? text.Length : Seen + found;
            if (found < 0 || text[from] != '"')
                break;
            if (!_quoted)
            {
                _quoted = from == 0 || text[from - 1] == delimiter;
                _quote = _quoted ? from : _quote;
                Seen = from + 1;
                continue;
            }

            if (from + 1 == text.Length && !ended)
                break; // the next byte may double it
            _quoted = from + 1 < text.Length && text[from + 1] == '"';
            Seen = from + (_quoted ? 2 : 1);
            if (!_quoted && Seen < text.Length && text[Seen] != delimiter && text[Seen] is not ((byte)'\n' or (byte)'\r'))
                _excess = Seen;
        }

        if (_quoted && !ended)
        {
            Seen = from;
            return false;
        }

        // A record that cannot be read ends with the line on which its fault begins, so that little is lost with it.
        int quote = Math.Max(_quote, 0);
        (int end, int next) = LineBreaks.Find(text, _quoted || _excess >= 0 ? quote : from, ended);
        if (end < 0 && !ended)
        {
            Seen = Math.Max(Seen, text.EndsWith("\r"u8) ? text.Length - 1 : text.Length);
            return false;
        }

        (end, next) = end < 0 ? (text.Length, text.Length) : (end, next);
        piece = _quoted ? new Piece(..0, next, OpenEnd, quote)
            : _excess < 0 ? new Piece(..end, next)
            : new Piece(..0, next, $"text after a closing quote; expected {Name(delimiter)} or the line's end{Advice}", _excess, quote);
        (Seen, _quoted, _quote, _excess) = (0, false, 0, -1);
        return true;
    }

    public override void Drop(int count)
    {
        base.Drop(count);
        _quote -= count;
        _excess -= _excess < 0 ? 0 : count;
    }

    /// <summary>The name of a delimiter in a message.</summary>
    public static string Name(byte delimiter) => delimiter == '\t' ? "a tab" : $"\"{(char)delimiter}\"";
}
