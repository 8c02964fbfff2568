namespace Reprise.Text.Languages;

/// <summary>Guesses the language of a text by its script, and among Latin scripts by frequent short words.</summary>
internal static class LanguageGuess
{
    /// <summary>Characters of a text that the guess reads: about a page.</summary>
    public const int Looked = 2048;

    private const int Weight = 3;    // Latin letters that count as much as one Chinese character
    private const int Clear = 2;     // hits below which a few Latin words prove nothing

    private const string Vowels = "aeiouyàèéAEIOUYÀÈÉ";

    private static readonly TextLanguage[] s_latin =
    [
        TextLanguage.English, TextLanguage.German, TextLanguage.Spanish, TextLanguage.French, TextLanguage.Italian, TextLanguage.Dutch,
        TextLanguage.Portuguese,
    ];

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> s_words = Masks(
        """
        the of and to is was that he she it with for his her they not are you had but this have from which were at by there be
        we what i my me in on as or an a so do no
        """,
        """
        der die das und ist nicht ein eine ich er sie es wir mit auf dem den des von zu sich war auch als wie nach bei um am
        im aber hat noch nur ihr für über wenn an in so herr frau dr nr ß ä ö ü
        """,
        """
        el la los las de que y en un una es no se por con para su lo del al como más pero ella él este era muy sin sobre yo mi
        le ya está hay sus me o a sr sra ud pág á é í ó ú ñ
        """,
        """
        le la les de des un une et est il elle que qui ne pas dans en du au pour sur avec ce cette je vous nous ils mais par
        plus son sa ses se où était on l d c qu n j à m mme mlle è é ê ç ù û ô î œ
        """,
        """
        il la le i gli di che e un una è non per con del della in si da lo sono ma come anche era più questo questa nel alla
        lui lei suo sua ho ha mi ti ci dei delle al sig dott pag ecc vedi tutti ed à ì ò ù
        """,
        """
        de het een en van is dat niet te in op zijn hij zij ze ik met voor er maar ook aan was die dit wij naar bij om uit je
        hem haar werd heeft dan nog dhr mevr enz wel ë ï
        """,
        """
        o a os as de que e do da em um uma não é para com por se no na dos das ele ela mais como mas foi seu sua ao eu você
        muito está são isso pelo pela sr sra dr dra pág todos á í ó ú ã õ â ê ç
        """);

    /// <summary>The language of a text; <paramref name="otherwise"/> if its beginning gives no clear hint.</summary>
    public static TextLanguage Of(ReadOnlySpan<char> text, TextLanguage otherwise)
    {
        text = text[..Math.Min(text.Length, Looked)];
        Span<int> hits = stackalloc int[s_latin.Length];
        hits.Clear();
        int latin = 0, cyrillic = 0, han = 0, kana = 0, other = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsAsciiLetter(c) || c is >= '\u00C0' and < '\u0250')
            {
                int end = i + 1;
                while (end < text.Length && char.IsLetter(text[end]))
                    end++;
                latin += end - i;
                bool elided = end < text.Length && text[end] is '\'' or '\u2019';
                if (end - i > 1 || elided || Vowels.Contains(c))
                    Count(text[i..end], hits);
                i = end - 1;
            }
            else if (c >= '\u0370' && char.IsLetter(c))
            {
                cyrillic += c is >= '\u0400' and < '\u0530' ? 1 : 0;
                kana += c is >= '\u3040' and < '\u3100' ? 1 : 0;
                han += c is >= '\u3400' and < '\uA000' ? 1 : 0;
                other += c is >= '\u3400' and < '\uA000' or >= '\u0400' and < '\u0530' or >= '\u3040' and < '\u3100' ? 0 : 1;
            }
            else if (c is '¿' or '¡')
            {
                hits[Array.IndexOf(s_latin, TextLanguage.Spanish)] += Clear;
            }
        }

        int east = Weight * (han + kana);
        int most = Math.Max(Math.Max(latin, cyrillic), Math.Max(east, other));
        return most == 0 ? otherwise
            : most == latin ? OfWords(hits, otherwise)
            : most == cyrillic ? TextLanguage.Russian
            : most == other ? TextLanguage.Other
            : kana * 10 > han ? TextLanguage.Japanese
            : TextLanguage.Chinese;
    }

    private static void Count(ReadOnlySpan<char> word, Span<int> hits)
    {
        if (s_words.TryGetValue(word, out int mask))
            Add(mask, hits);
        int accent = word.IndexOfAnyExceptInRange('\0', '\u007F');
        if (accent >= 0 && s_words.TryGetValue(word.Slice(accent, 1), out mask))
            Add(mask, hits);
    }

    private static void Add(int mask, Span<int> hits)
    {
        for (int i = 0; i < hits.Length; i++)
            hits[i] += (mask >> i) & 1;
    }

    private static TextLanguage OfWords(ReadOnlySpan<int> hits, TextLanguage otherwise)
    {
        int best = Math.Max(0, Array.IndexOf(s_latin, otherwise)); // wins a tie
        for (int i = 0; i < hits.Length; i++)
        {
            if (hits[i] > hits[best])
                best = i;
        }

        return hits[best] >= Clear ? s_latin[best] : otherwise;
    }

    private static Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Masks(params string[] lists)
    {
        Dictionary<string, int> masks = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < lists.Length; i++)
        {
            foreach (string word in lists[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                masks[word] = masks.GetValueOrDefault(word) | (1 << i);
        }

        return masks.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
