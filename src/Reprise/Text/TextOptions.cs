using System.Text.Json.Serialization;

namespace Reprise.Text;

/// <summary>How a sentence becomes words.</summary>
[JsonConverter(typeof(TokenizerKindConverter))]
public enum TokenizerKind
{
    /// <summary>Words and punctuation in the manner of the Penn Treebank: "could n't", "you 're".</summary>
    [JsonStringEnumMemberName("penn")]
    Penn,

    /// <summary>What stands between white space: text that was tokenised before.</summary>
    [JsonStringEnumMemberName("whitespace")]
    Whitespace,
}

/// <summary>By name alone: a number in a file is no kind.</summary>
internal sealed class TokenizerKindConverter() : JsonStringEnumConverter<TokenizerKind>(namingPolicy: null, allowIntegerValues: false);

/// <summary>
/// How text is turned into words and back; saved as <c>"text"</c> in config.json and corpus.json, because a model
/// understands only text that was treated as its corpus was.
/// </summary>
public sealed record TextOptions
{
    /// <summary>For models from elsewhere, whose config.json has no <c>"text"</c>: words between white space, letters as they are.</summary>
    public static TextOptions Foreign { get; } = new() { LowerCase = false, Tokenizer = TokenizerKind.Whitespace };

    /// <summary>Whether letters are made small first. Default true, as in the paper's corpus.</summary>
    [JsonPropertyName("lowerCase")]
    public bool LowerCase { get; init; } = true;

    /// <summary>How words are found. Default <see cref="TokenizerKind.Penn"/>.</summary>
    [JsonPropertyName("tokenizer")]
    public TokenizerKind Tokenizer { get; init; } = TokenizerKind.Penn;

    /// <summary>
    /// Whose abbreviations keep their point, and tell where sentences end. Null, the default: <see cref="CorpusBuilder"/> guesses and notes
    /// it; elsewhere the few English ones of corpora and models that note none.
    /// </summary>
    [JsonPropertyName("language")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextLanguage? Language { get; init; }
}
