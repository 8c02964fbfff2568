namespace Reprise.Text.Preparation;

/// <summary>The 128 bits by which equal sentences are found.</summary>
/// <param name="Secret">A hash with keys of this process, which no author of a text can compute.</param>
/// <param name="Split">The public <see cref="SplitHash"/> of its words.</param>
internal readonly record struct SentenceHash(ulong Secret, ulong Split)
{
    /// <summary>Bits of the secret half: no text can be chosen to fill one bucket of a set.</summary>
    public override int GetHashCode() => (int)Secret;
}
