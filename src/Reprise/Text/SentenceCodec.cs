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
