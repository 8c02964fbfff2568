namespace Reprise.Text.Sources;

/// <summary>
/// Finds where the records of a format begin and end. It remembers how far it has looked, so that a record that is still longer than
/// the bytes at hand is not gone through again.
/// </summary>
internal abstract class RecordFraming
{
    /// <summary>Bytes of the piece in hand that were looked at.</summary>
    public int Seen { get; protected set; }

    /// <summary>Where in the piece in hand the quote stands that is open after <see cref="Seen"/> bytes; null if none is.</summary>
    public abstract int? OpenQuote { get; }

    /// <summary>Looks at the piece that <paramref name="text"/> begins with: a record, or what stands between records.</summary>
    /// <param name="ended">Whether nothing follows these bytes.</param>
    /// <returns>False if the piece does not end here; then the next call must be about the same piece, with more bytes.</returns>
    public abstract bool TryTake(ReadOnlySpan<byte> text, bool ended, out Piece piece);

    /// <summary>Takes back bytes that were seen and are dropped, though the piece goes on.</summary>
    public virtual void Drop(int count) => Seen -= count;

    /// <summary>Part of a file of records.</summary>
    /// <param name="Record">The record in it, without its line end; empty where it has none.</param>
    /// <param name="Length">Where the next piece begins.</param>
    /// <param name="Problem">What makes the piece unfit to read; null if nothing does.</param>
    /// <param name="At">The byte to name with the problem.</param>
    /// <param name="Since">Where the field with the problem begins, if that is another place; else -1.</param>
    public readonly record struct Piece(Range Record, int Length, string? Problem = null, int At = 0, int Since = -1);
}
