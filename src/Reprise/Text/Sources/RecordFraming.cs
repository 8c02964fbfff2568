namespace Reprise.Text.Sources;

/// <summary>
/// Finds the boundaries of a format's records. It remembers how far it has read, so that a record longer than the bytes at hand is not
/// scanned twice.
/// </summary>
internal abstract class RecordFraming
{
    /// <summary>Bytes of the current piece that were scanned.</summary>
    public int Seen { get; protected set; }

    /// <summary>The index in the current piece of the quote that is open after <see cref="Seen"/> bytes; null if none is.</summary>
    public abstract int? OpenQuote { get; }

    /// <summary>Scans the piece that <paramref name="text"/> begins with: a record, or what stands between records.</summary>
    /// <param name="ended">True if nothing follows these bytes.</param>
    /// <returns>False if the piece does not end here; the next call must continue the same piece, with more bytes.</returns>
    public abstract bool TryTake(ReadOnlySpan<byte> text, bool ended, out Piece piece);

    /// <summary>Forgets scanned bytes that are dropped while the piece continues.</summary>
    public virtual void Drop(int count) => Seen -= count;

    /// <summary>Part of a file of records.</summary>
    /// <param name="Record">The record in it, without its line end; empty where it has none.</param>
    /// <param name="Length">Bytes up to the next piece.</param>
    /// <param name="Problem">The reason why the piece cannot be read; null if it can.</param>
    /// <param name="At">The byte that the message about the problem names.</param>
    /// <param name="Since">The byte at which the faulty field begins, if that is another one; else -1.</param>
    public readonly record struct Piece(Range Record, int Length, string? Problem = null, int At = 0, int Since = -1);
}
