namespace Reprise.Text;

/// <summary>Finds the words of a sentence.</summary>
public static class Tokenizer
{
    /// <summary>The words of one sentence.</summary>
    public static List<string> Tokenize(ReadOnlySpan<char> sentence, TextOptions options)
    {
        TokenBuffer tokens = new();
        Tokenize(sentence, options, tokens);
        return tokens.ToList();
    }

    /// <summary>Replaces the contents of <paramref name="tokens"/> by the words of one sentence.</summary>
    public static void Tokenize(ReadOnlySpan<char> sentence, TextOptions options, TokenBuffer tokens) =>
        throw new NotSupportedException("lands in a moment");
}
