using System.Buffers;
using Reprise.Text.Languages;

namespace Reprise.Text;

/// <summary>Recognises the speaker after speech that ends like a sentence.</summary>
internal static class Speakers
{
    private const int MostNames = 3;
    private const int LongestReport = 8; // characters between Chinese speech and its verb

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_verbs = new[]
    {
        "said", "asked", "cried", "replied", "answered", "exclaimed", "returned", "demanded", "inquired", "enquired", "murmured",
        "whispered", "muttered", "shouted", "called", "repeated", "observed", "remarked", "continued", "added", "began", "screamed",
        "gasped", "sighed", "laughed", "ejaculated", "interrupted", "responded", "retorted", "interposed", "persisted", "suggested",
        "thought", "growled", "echoed", "queried", "protested", "snapped", "groaned", "roared", "say", "says",
    }.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly SearchValues<char> s_easternVerbs = SearchValues.Create("说說道问問喊叫答");
    private static readonly SearchValues<char> s_easternSigns = SearchValues.Create("。！？，、“「");

    // Before the speaker, in scripts without small letters.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_firstVerbs =
        new[]
        {
            "قال", "قالت", "سأل", "سألت", "أجاب", "أجابت", "صاح", "صاحت",
            "אמר", "אמרה", "שאל", "שאלה", "ענה", "ענתה",
        }.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for one to three names and then a verb of speech, as in "Mr. Tom Brown asked".</summary>
    public static bool Speaks(ReadOnlySpan<char> text, LanguageRules rules)
    {
        for (int names = 0; names <= MostNames; names++)
        {
            int end = 0;
            while (end < text.Length && (char.IsLetter(text[end]) || text[end] == '-'))
                end++;
            ReadOnlySpan<char> word = text[..end];
            if (names > 0 && s_verbs.Contains(word))
                return true;
            if (end == 0 || !char.IsUpper(word[0]))
                return names == 0 && s_firstVerbs.Contains(word);
            if (end < text.Length && text[end] == '.' && rules.EndingOf(word, default) is Ending.Never or Ending.BeforeBeginning)
                end++;
            if (end == text.Length || text[end] is not (' ' or '\n' or '\r'))
                return false;
            text = text[end..].TrimStart();
        }

        return false;
    }

    /// <summary>True where Japanese or Chinese speech goes on with a particle, comma or verb: 「行こう。」と言った。</summary>
    public static bool ReportsUnspaced(ReadOnlySpan<char> text)
    {
        if (text[0] is 'と' or '、' or '，' or ',' or '。' || text.StartsWith("って"))
            return true;
        ReadOnlySpan<char> near = text[..Math.Min(text.Length, LongestReport)];
        int verb = near.IndexOfAny(s_easternVerbs);
        return verb >= 0 && !near[..verb].ContainsAny(s_easternSigns);
    }
}
