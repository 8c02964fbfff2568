namespace Reprise.Text;

/// <summary>Text to word ids and back, for one corpus or model. Safe for concurrent use.</summary>
public sealed class SentenceCodec(Vocabulary vocabulary, TextOptions options)
{
    private readonly BytePairs? _pairs = options?.HasPieces == true && vocabulary is not null ? new BytePairs(vocabulary) : null;

    /// <summary>The words and their ids.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary ?? throw new ArgumentNullException(nameof(vocabulary));

    /// <summary>The treatment that turns text into words.</summary>
    public TextOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>
    /// The words of one sentence as ids, with <see cref="Vocabulary.Unknown"/> as the only special token; empty for empty text.
    /// </summary>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        TokenBuffer tokens = new();
        Tokenizer.Tokenize(text, Options, tokens);
        if (_pairs is not null)
            return Pieces(tokens, _pairs);
        int[] ids = new int[tokens.Count];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = Vocabulary.IdOf(tokens[i]);
        return ids;
    }

    /// <summary>
    /// Readable text of ids, up to the first <see cref="Vocabulary.EndOfSentence"/>; unknown words appear as <c>&lt;unk&gt;</c>.
    /// </summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        List<string> words = [];
        foreach (int id in ids)
        {
            if (id == Vocabulary.EndOfSentence)
                break;
            if (id != Vocabulary.BeginOfSentence)
                words.Add(Vocabulary[id]);
        }

        return _pairs is null ? Detokenizer.Detokenize(words, Options) : BytePairs.Decode(words);
    }

    /// <summary>
    /// The words of a sentence, for measures that count words: those of the ids; where these are pieces, the words of their text in the
    /// manner of the Penn Treebank, with each character of a script without spaces a word.
    /// </summary>
    internal List<string> WordsOf(ReadOnlySpan<int> ids)
    {
        List<string> words = [];
        if (_pairs is null)
        {
            foreach (int id in ids)
                words.Add(Vocabulary[id]);
            return words;
        }

        TokenBuffer tokens = new();
        Tokenizer.Tokenize(Decode(ids), Options with { Tokenizer = TokenizerKind.Penn, LowerCase = false }, tokens);
        for (int i = 0; i < tokens.Count; i++)
            AddWords(tokens[i], words);
        return words;

        static void AddWords(ReadOnlySpan<char> word, List<string> words)
        {
            while (word.IndexOfAnyExceptInRange('\0', '\u0DFF') >= 0)
            {
                int at = 0;
                while (at < word.Length && !Characters.IsUnspaced(word[at]))
                    at++;
                if (at == word.Length)
                    break;
                if (at > 0)
                    words.Add(word[..at].ToString());
                words.Add(word.Slice(at, 1).ToString());
                word = word[(at + 1)..];
            }

            if (word.Length > 0)
                words.Add(word.ToString());
        }
    }

    private static int[] Pieces(TokenBuffer tokens, BytePairs pairs)
    {
        int characters = 0;
        for (int i = 0; i < tokens.Count; i++)
            characters += tokens[i].Length;
        int[] ids = new int[BytePairs.MostPieces(characters)];
        int count = 0;
        for (int i = 0; i < tokens.Count; i++)
            count += pairs.Encode(tokens[i], ids.AsSpan(count));
        return ids[..count];
    }
}
