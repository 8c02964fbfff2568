using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>How a sentence becomes words.</summary>
[JsonConverter(typeof(EnumNames<TokenizerKind>))]
public enum TokenizerKind
{
    /// <summary>Words and punctuation in the manner of the Penn Treebank: "could n't", "you 're".</summary>
    [JsonStringEnumMemberName("penn")]
    Penn,

    /// <summary>What stands between white space: text that was tokenised before.</summary>
    [JsonStringEnumMemberName("whitespace")]
    Whitespace,
}

/// <summary>
/// How text is turned into words and back; saved as <c>"text"</c> in config.json and corpus.json, because a model
/// understands only text that was treated as its corpus was.
/// </summary>
public sealed record TextOptions
{
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

    /// <summary>For models from elsewhere, whose config.json has no <c>"text"</c>: words between white space, letters as they are.</summary>
    public static TextOptions Foreign { get; } = new() { LowerCase = false, Tokenizer = TokenizerKind.Whitespace };

    /// <summary>Whether letters are made small first. Default true, as in the paper's corpus.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>How words are found. Default <see cref="TokenizerKind.Penn"/>.</summary>
    public TokenizerKind Tokenizer { get; init; } = TokenizerKind.Penn;

    /// <summary>
    /// Whose abbreviations keep their point, and tell where sentences end. Null, the default: <see cref="CorpusBuilder"/> guesses and notes
    /// it; elsewhere the few English ones of corpora and models that note none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextLanguage? Language { get; init; }
}
