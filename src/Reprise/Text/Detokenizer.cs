using System.Text;

namespace Reprise.Text;

/// <summary>Puts words back together as a person would write them; the inverse of <see cref="Tokenizer"/>.</summary>
/// <remarks>
/// Two words are written without a space only where the tokeniser would part them again, so for the words of any text
/// Tokenize(Detokenize(words)) gives the same words.
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

        StringBuilder text = new();
        Quotes doubles = new(words, "\""), singles = new(words, "'");
        TokenBuffer tokens = new();
        int pieceText = 0, pieceWord = 0; // where the piece since the last space begins
        bool faithful = false;            // whether the piece gives its words again
        bool open = true;                 // whether the word before takes the next without a space
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            Binding binding = word switch
            {
                "\"" => doubles.Next(i),
                "'" => singles.Next(i),
                _ => BindingOf(word, i > 0 ? words[i - 1] : ""),
            };
            bool joined = i > 0 && (open || binding is Binding.Left or Binding.Both);
            int end = text.Length;
            text.Append(word);
            if (joined && faithful && !GivesAgain(text, pieceText, words, pieceWord, i, options, tokens))
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
                faithful = GivesAgain(text, pieceText, words, i, i, options, tokens);
            }

            open = binding is Binding.Right or Binding.Both;
        }

        return text.ToString();
    }

    private enum Binding
    {
        None,
        Left,
        Right,
        Both,
    }

    private static Binding BindingOf(string word, string before) => word switch
    {
        "." or "," or ";" or ":" or "!" or "?" or ")" or "]" or "}" or "%" or "..." => Binding.Left,
        "(" or "[" or "{" or "$" or "£" or "€" or "#" => Binding.Right,
        "/" => Binding.Both,
        "n't" => EndsInLetter(before) ? Binding.Left : Binding.None,
        _ when word.Length > 1 && word[0] == '\'' && char.IsLetter(word[1]) && word.Length <= 3 =>
            EndsInLetter(before) && word is not ("'em" or "'im" or "'un") ? Binding.Left : Binding.None,
        _ => Binding.None,
    };

    private static bool EndsInLetter(string word) => word.Length > 0 && (Characters.IsWord(word[^1]) || word[^1] is '#' or '+' or '.') && word is not "." and not "...";

    private static bool GivesAgain(StringBuilder text, int start, IReadOnlyList<string> words, int first, int last, TextOptions options, TokenBuffer tokens)
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

    /// <summary>Tells opening quotes from closing ones.</summary>
    private sealed class Quotes(IReadOnlyList<string> words, string sign)
    {
        private int _left = words.Count(w => w == sign);
        private bool _open;

        public Binding Next(int i)
        {
            bool paired = _left % 2 == 0;
            _left--;
            if (_open)
            {
                _open = false;
                return Binding.Left;
            }

            // One quote too many: a sentence from within somebody's speech, whose other quote stands in another sentence.
            bool closes = !paired && i > 0 && (i == words.Count - 1 || words[i - 1] is "," or "." or "!" or "?" or "--" || sign == "'");
            _open = !closes;
            return closes ? Binding.Left : Binding.Right;
        }
    }
}
