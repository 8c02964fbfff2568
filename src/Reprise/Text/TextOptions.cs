using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>The way in which a sentence is split into words.</summary>
[JsonConverter(typeof(EnumNames<TokenizerKind>))]
public enum TokenizerKind
{
    /// <summary>Words and punctuation in the manner of the Penn Treebank: "could n't", "you 're".</summary>
    [JsonStringEnumMemberName("penn")]
    Penn,

    /// <summary>Pieces between white space, for text that was tokenised before.</summary>
    [JsonStringEnumMemberName("whitespace")]
    Whitespace,

    /// <summary>Pieces of words, learnt by byte-pair encoding: any text comes back byte for byte, and nothing is unknown.</summary>
    [JsonStringEnumMemberName("bpe")]
    Bpe,

    /// <summary>Characters; rare ones in bytes. Any text comes back byte for byte.</summary>
    [JsonStringEnumMemberName("characters")]
    Characters,
}

/// <summary>
/// The treatment that turns text into words and back. It is saved as <c>"text"</c> in config.json and corpus.json, because a model
/// understands only text that was treated as its corpus was.
/// </summary>
public sealed record TextOptions
{
    private readonly bool? _lowerCase;

    /// <summary>The defaults.</summary>
    public TextOptions()
    {
    }

    // With defaults of its own, because generated code sets properties to zero that a file lacks.
    [JsonConstructor]
    internal TextOptions(bool lowerCase = true, TokenizerKind tokenizer = TokenizerKind.Penn, TextLanguage? language = null)
    {
        LowerCase = lowerCase;
        Tokenizer = tokenizer;
        Language = language;
    }

    /// <summary>
    /// The treatment for models from elsewhere, whose config.json has no <c>"text"</c>: words between white space, letters as they are.
    /// </summary>
    public static TextOptions Foreign { get; } = new() { LowerCase = false, Tokenizer = TokenizerKind.Whitespace };

    /// <summary>
    /// True to make letters lower case first. Default: true for words, as in the paper's corpus; false for pieces and characters.
    /// </summary>
    public bool LowerCase
    {
        get => _lowerCase ?? !HasPieces;
        init => _lowerCase = value;
    }

    /// <summary>The tokeniser. Default <see cref="TokenizerKind.Penn"/>.</summary>
    public TokenizerKind Tokenizer { get; init; } = TokenizerKind.Penn;

    /// <summary>
    /// The language, for abbreviations that keep their point and for ends of sentences. Null, the default: <see cref="CorpusBuilder"/>
    /// guesses and records it; elsewhere the few English abbreviations of corpora and models that record none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextLanguage? Language { get; init; }

    /// <summary>True if the vocabulary has pieces of words, so that any text can be encoded.</summary>
    internal bool HasPieces => Tokenizer is TokenizerKind.Bpe or TokenizerKind.Characters;

    /// <summary>The parts of a sentence, for messages.</summary>
    internal string Units => Tokenizer switch
    {
        TokenizerKind.Bpe => "pieces",
        TokenizerKind.Characters => "characters",
        _ => "words",
    };

    /// <summary>True for the same treatment.</summary>
    public bool Equals(TextOptions? other) =>
        other is not null && (LowerCase, Tokenizer, Language) == (other.LowerCase, other.Tokenizer, other.Language);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LowerCase, Tokenizer, Language);
}
