using System.Text;

namespace Reprise.Text;

/// <summary>Joins words as a person would write them; the inverse of <see cref="Tokenizer"/>.</summary>
/// <remarks>
/// Two words are joined without a space only where the tokeniser would split them, so the words of any text satisfy
/// Tokenize(Detokenize(words)) = words.
/// </remarks>
public static class Detokenizer
{
    /// <summary>Readable text. Capital letters are not restored.</summary>
    public static string Detokenize(IReadOnlyList<string> words, TextOptions options)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Tokenizer == TokenizerKind.Whitespace)
            return string.Join(' ', words);
        if (options.HasPieces)
            return string.Concat(words);

        StringBuilder text = new();
        Spacing spacing = new(words, options.Language);
        TokenBuffer tokens = new();
        int pieceText = 0, pieceWord = 0; // start of the piece since the last space
        bool faithful = false;            // true if the tokeniser finds the same words in the piece
        bool open = true;                 // true if the word before takes the next one without a space
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            Binding binding = spacing.Of(i);
            bool joined = i > 0 && (open || binding is Binding.Left or Binding.Both || spacing.AreUnspaced(i));
            int end = text.Length;
            text.Append(word);
            if (joined && faithful && !TokenizesTo(text, pieceText, words, pieceWord, i, options, tokens))
            {
                text.Length = end;
                joined = false;
            }

            if (!joined)
            {
                text.Length = end;
                if (i > 0)
                    text.Append(' ');
                (pieceText, pieceWord) = (text.Length, i);
                text.Append(word);
                faithful = TokenizesTo(text, pieceText, words, i, i, options, tokens);
            }

            open = binding is Binding.Right or Binding.Both;
        }

        return text.ToString();
    }

    private static bool TokenizesTo(
        StringBuilder text, int start, IReadOnlyList<string> words, int first, int last, TextOptions options, TokenBuffer tokens)
    {
        Tokenizer.Tokenize(text.ToString(start, text.Length - start), options, tokens);
        if (tokens.Count != last - first + 1)
            return false;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].SequenceEqual(words[first + i]))
                return false;
        }

        return true;
    }
}
