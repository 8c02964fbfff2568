using System.Collections.Frozen;
using System.Globalization;

namespace Reprise.Text;

/// <summary>The side on which a word is written without a space.</summary>
internal enum Binding
{
    None,
    Left,
    Right,
    Both,
}

/// <summary>
/// The spacing of the words of one sentence. Words do not record their spaces, so the habits of a language decide; if no language is
/// given, those of most texts with such signs.
/// </summary>
internal sealed class Spacing
{
    private const string Stops = ".,;:!?)]}،؛؟۔।॥՝։፣።။។™®²³¹";
    private const string FrenchStops = "!?:;";
    private const string Unspaced = "、。〈〉《》「」『』【】〔〕〜！（），．：；？｛｝～"; // and ideographs and kana

    private static readonly FrozenSet<string> s_french = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "aux", "avait", "avec", "bonjour", "c'est", "cette", "dans", "demanda", "des", "dit", "du", "elle", "elles", "est", "était",
        "ils", "je", "les", "mais", "merci", "monsieur", "madame", "nous", "oui", "où", "pas", "pour", "qui", "répondit", "ses", "sont",
        "très", "une", "vous");

    private readonly IReadOnlyList<string> _words;
    private readonly bool _french;
    private readonly bool _percentApart;
    private readonly Quotes _doubles, _singles, _guillemets, _smallGuillemets;

    public Spacing(IReadOnlyList<string> words, TextLanguage? language)
    {
        _words = words;
        bool unsure = language is null or TextLanguage.English or TextLanguage.Other; // the language of a text that gives no hint
        _french = language == TextLanguage.French || (unsure && words.Contains("«") && words.Any(IsFrench));
        _percentApart = _french || language == TextLanguage.German;
        (_doubles, _singles) = (new Quotes(words, "\"", "\""), new Quotes(words, "'", "'"));
        _guillemets = Guillemets("«", "»");
        _smallGuillemets = Guillemets("‹", "›");

        Quotes Guillemets(string outward, string inward)
        {
            bool german = language == TextLanguage.German;
            return (unsure || german) && PointsInward(outward, inward, german) ? new(words, inward, outward) : new(words, outward, inward);
        }
    }

    /// <summary>The spacing of a word; to be asked for in the order of the words.</summary>
    public Binding Of(int i)
    {
        string word = _words[i], before = i > 0 ? _words[i - 1] : "", after = i + 1 < _words.Count ? _words[i + 1] : "";
        return word switch
        {
            "\"" => _doubles.Next(i),
            "'" => _singles.Next(i),
            "«" or "»" => _french ? Binding.None : _guillemets.Next(i),
            "‹" or "›" => _french ? Binding.None : _smallGuillemets.Next(i),
            "..." => Binding.Left,
            "(" or "[" or "{" or "#" or "¿" or "¡" => Binding.Right,
            "/" => Binding.Both,
            "%" or "‰" => _percentApart ? Binding.None : Binding.Left,
            "°" => after is "c" or "C" or "f" or "F" ? Binding.Right : Binding.Left, // 20 °C, 90°
            "n't" => EndsInLetter(before) ? Binding.Left : Binding.None,
            _ when word.Length == 1 => OfSign(word[0], before, after),
            _ when word.Length is 2 or 3 && word[0] == '\'' && char.IsLetter(word[1]) =>
                EndsInLetter(before) && word is not ("'em" or "'im" or "'un") ? Binding.Left : Binding.None,
            _ => Binding.None,
        };
    }

    /// <summary>True where the script sets no space between two words: ideographs, kana and their punctuation.</summary>
    public bool AreUnspaced(int i) => i > 0 && ((IsUnspaced(_words[i - 1]) && (IsUnspaced(_words[i]) || _words[i] == "\""))
        || (_words[i - 1] == "\"" && IsUnspaced(_words[i])));

    private Binding OfSign(char sign, string before, string after)
    {
        if (_french && FrenchStops.Contains(sign))
            return before is "!" or "?" ? Binding.Left : Binding.None;
        if (Stops.Contains(sign))
            return Binding.Left;
        if (Unspaced.Contains(sign))
            return Binding.Both;
        if (sign is '\u00B7' && before.Length > 0 && before[^1] is >= '\u0370' and <= '\u03FF' or >= '\u1F00' and <= '\u1FFF')
            return Binding.Left; // the Greek semicolon
        if (char.GetUnicodeCategory(sign) != UnicodeCategory.CurrencySymbol)
            return Binding.None;
        bool behind = before.Length > 0 && char.IsDigit(before[^1]);
        bool stands = sign is '$' or '£' && after.Length > 0 && char.IsDigit(after[0]);
        return behind && !stands ? Binding.None : Binding.Right; // 5 €, $5
    }

    /// <summary>
    /// True if quotation marks that point inward open, as in German. The words around them decide, or else the one that comes first.
    /// Swedish has the same one at both ends.
    /// </summary>
    private bool PointsInward(string outward, string inward, bool asARule)
    {
        int evidence = 0, count = 0;
        string first = "";
        for (int i = 0; i < _words.Count; i++)
        {
            if (_words[i] != outward && _words[i] != inward)
                continue;
            bool opens = i == 0 || _words[i - 1] is ":" or "--" or "(";
            bool closes = i == _words.Count - 1 || _words[i + 1] is "," or "." or ";" or ":" or "!" or "?" or ")" or "--";
            evidence += opens == closes ? 0 : opens == (_words[i] == inward) ? 1 : -1;
            first = first.Length == 0 ? _words[i] : first;
            count++;
        }

        return evidence > 0 || (evidence == 0 && (asARule || (first == inward && count > 1)));
    }

    private static bool IsFrench(string word)
    {
        int hyphen = word.LastIndexOf('-');
        return s_french.Contains(word)
            || (hyphen > 0 && word.AsSpan(hyphen + 1) is "il" or "elle" or "ils" or "elles" or "je" or "vous" or "on");
    }

    private static bool IsUnspaced(string word) => word.Length > 0 && (IsUnspaced(word[0]) || IsUnspaced(word[^1]));

    /// <summary>True for a letter or a sign of Chinese or Japanese, beside which there is no space.</summary>
    internal static bool IsUnspaced(char c) => c is (>= '\u2E80' and <= '\u312F') or (>= '\u3190' and <= '\uA4CF')
        or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF00' and <= '\uFF9F');

    private static bool EndsInLetter(string word) => word.Length > 0 && word is not ("." or "...")
        && (Characters.IsWord(word[^1]) || char.IsLowSurrogate(word[^1]) || word[^1] is '#' or '+' or '.');

    /// <summary>Distinguishes opening from closing quotes, which may be the same sign.</summary>
    private sealed class Quotes(IReadOnlyList<string> words, string opening, string closing)
    {
        private readonly bool _differ = opening != closing && words.Contains(closing);
        private int _left = words.Count(w => w == opening);
        private bool _open;

        public Binding Next(int i)
        {
            if (words[i] != opening)
                return Binding.Left;
            if (_differ)
                return Binding.Right;
            bool paired = _left % 2 == 0;
            _left--;
            if (_open)
            {
                _open = false;
                return Binding.Left;
            }

            // One quote too many: part of a speech whose other quote is in another sentence.
            bool closes = !paired && i > 0 && (i == words.Count - 1 || words[i - 1] is "," or "." or "!" or "?" or "--" || opening == "'");
            _open = !closes;
            return closes ? Binding.Left : Binding.Right;
        }
    }
}
