using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>The language of a text: its abbreviations and ordinals decide on ends of sentences and on words that keep a point.</summary>
[JsonConverter(typeof(EnumNames<TextLanguage>))]
public enum TextLanguage
{
    /// <summary>English; also the guess for text that gives no hint.</summary>
    [JsonStringEnumMemberName("en")]
    English,

    /// <summary>German.</summary>
    [JsonStringEnumMemberName("de")]
    German,

    /// <summary>Spanish.</summary>
    [JsonStringEnumMemberName("es")]
    Spanish,

    /// <summary>French.</summary>
    [JsonStringEnumMemberName("fr")]
    French,

    /// <summary>Italian.</summary>
    [JsonStringEnumMemberName("it")]
    Italian,

    /// <summary>Dutch.</summary>
    [JsonStringEnumMemberName("nl")]
    Dutch,

    /// <summary>Portuguese.</summary>
    [JsonStringEnumMemberName("pt")]
    Portuguese,

    /// <summary>Russian; guessed for all Cyrillic text.</summary>
    [JsonStringEnumMemberName("ru")]
    Russian,

    /// <summary>Chinese.</summary>
    [JsonStringEnumMemberName("zh")]
    Chinese,

    /// <summary>Japanese.</summary>
    [JsonStringEnumMemberName("ja")]
    Japanese,

    /// <summary>Any other, with the abbreviations that many languages share.</summary>
    [JsonStringEnumMemberName("other")]
    Other,
}

internal static class TextLanguageCodes
{
    private static readonly string[] s_codes = ["en", "de", "es", "fr", "it", "nl", "pt", "ru", "zh", "ja", "other"];

    /// <summary>The code in corpus.json and on the command line.</summary>
    public static string Code(this TextLanguage language) => s_codes[(int)language];
}
