namespace Reprise.Text.Sources;

/// <summary>Finds records of one line each.</summary>
internal sealed class LineFraming : RecordFraming
{
    public override int? OpenQuote => null;

    public override bool TryTake(ReadOnlySpan<byte> text, bool ended, out Piece piece)
    {
        (int end, int next) = LineBreaks.Find(text, Seen, ended);
        if (end < 0 && !ended)
        {
            Seen = text.EndsWith("\r"u8) ? text.Length - 1 : text.Length;
            piece = default;
            return false;
        }

        Seen = 0;
        piece = end < 0 ? new Piece(..text.Length, text.Length) : new Piece(..end, next);
        return true;
    }
}
