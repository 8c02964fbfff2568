namespace Reprise.Text;

/// <summary>Puts words back together as a person would write them; the inverse of <see cref="Tokenizer"/>.</summary>
public static class Detokenizer
{
    /// <summary>Readable text. Capital letters are not restored.</summary>
    public static string Detokenize(IReadOnlyList<string> words, TextOptions options) =>
        throw new NotSupportedException("lands in a moment");
}
